"""A realm: the part of the relay that one organisation has to itself, and which one a connection is in.

Each realm has rooms of its own, over a store that knows that realm alone: nothing that a terminal names is
looked for anywhere else. A name that no realm has leads to rooms as well, in which there is nobody: who asks
there takes the same steps. `docs/protocol/wire.md`, Realms.
"""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, NamedTuple

from watchword_relay import clock
from watchword_relay.connection import RelayConnection
from watchword_relay.histories import Histories
from watchword_relay.limits import Buckets, DiskWatch, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.mailboxes import Mailboxes
from watchword_relay.mailroom import MailRoom
from watchword_relay.metrics import Metrics
from watchword_relay.nodes.asking import asked
from watchword_relay.nodes.neighbours import Neighbours
from watchword_relay.nodes.presence import SharedPresence
from watchword_relay.nodes.runs import SharedRuns
from watchword_relay.presence import Presence
from watchword_relay.runs import Runs
from watchword_relay.store.contract import NOWHERE, OWN, Ended, Store, Terminal
from watchword_relay.terminals import Terminals
from watchword_relay.writer import Writer
from watchword_wire import codec, frames
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import account_problem

POLICY = 1008


class House(NamedTuple):
    """What all realms of a relay share. `times` are T1 and T2 in seconds, `roam` those of history at most."""

    store: Store
    writer: Writer
    disk: DiskWatch
    limits: Limits
    metrics: Metrics
    served: Callable[[], int]
    relay_key: bytes
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    times: tuple[float, float]
    roam: int
    neighbours: Neighbours | None = None
    """The other nodes of this relay, if there may be any."""


class Seat:
    """One connection after sign-in."""

    __slots__ = ("box", "realm", "terminal")

    def __init__(self, realm: "Realm", box: Mailbox, terminal: Terminal) -> None:
        self.realm = realm
        self.box = box
        self.terminal = terminal


class Realm:
    """The rooms of one realm, and what goes to which."""

    def __init__(self, number: int, registration: frames.Registration, house: House) -> None:
        limits, want, times = house.limits, house.writer.want, house.times
        store = self.store = house.store.of(number)
        self.number = number
        self.registration = registration
        self._metrics = house.metrics
        self._watches = Buckets(limits.watches)
        nodes = None if house.neighbours is None else house.neighbours.nodes
        self._neighbours = house.neighbours
        self._shared = (
            None if nodes is None else SharedPresence(number, nodes, self._write_watched, self._announce)
        )
        presence = self._presence = self._shared or Presence()
        self.boxes = Mailboxes(store, limits.sends, limits.writes)
        self.mail = MailRoom(
            store,
            self.boxes,
            want,
            presence,
            house.disk,
            limits,
            house.metrics,
            house.served,
            roam=house.roam,
            nodes=nodes,
        )
        self._histories = Histories(
            house.store, house.writer, house.spawn, limits, house.metrics, house.served
        )
        t1, t2 = times
        of, served = self.boxes.connection_of, house.served
        self.runs: Runs | SharedRuns = (
            Runs(store, want, of, limits, served, t1=t1, t2=t2)
            if house.neighbours is None
            else SharedRuns(
                store,
                house.neighbours.nodes,
                house.neighbours.moves,
                house.writer,
                house.spawn,
                of,
                limits,
                served,
                house.metrics.ended,
                t1=t1,
                t2=t2,
            )
        )
        self.terminals = Terminals(
            store,
            house.writer,
            self.boxes,
            presence,
            limits,
            house.relay_key,
            served=house.served,
            removed=self.removed,
            spawn=house.spawn,
            nodes=nodes,
        )
        self.writes = (self.mail.collect, self.runs.collect)
        """What puts into a batch that must become durable."""

    # --- coming and going -------------------------------------------------------------------

    def enter(self, connection: RelayConnection, terminal: Terminal) -> Seat:
        """Give a terminal its place; the newest connection of a terminal wins.

        Raises:
            StoreTrouble: it has none.
        """
        box, before = self.boxes.enter(terminal, connection)
        if before is not None:
            before.push_frame(frames.Refusal(RefusalCode.REPLACED))
            before.fail(POLICY, "signed in elsewhere")
        else:
            self._metrics.present += 1
            self._announce(self._presence.enter(box.account, box.name))
        return Seat(self, box, terminal)

    def entered(self, box: Mailbox) -> None:
        """Give a terminal that was welcomed what waits for it."""
        self.runs.entered(box.name)
        self.terminals.entered(box)
        self.mail.drain(box)

    def leave(self, box: Mailbox, connection: RelayConnection) -> None:
        """A connection is gone; nothing if it had been replaced already."""
        if self.boxes.leave(box, connection):
            self._metrics.present -= 1
            self.runs.left(box.name)
            if self._neighbours is not None:
                self._neighbours.left(box)
            self._announce(self._presence.leave(box.account, box.name))

    def replaced(self, box: Mailbox) -> None:
        """A terminal signed in on another node, later."""
        connection = box.connection
        if connection is not None:
            # Now, not when it is closed: the next that comes in here would cut it short.
            self.leave(box, connection)
            connection.push_frame(frames.Refusal(RefusalCode.REPLACED))
            connection.fail(POLICY, "signed in elsewhere")

    def removed(self, terminal: Terminal) -> None:
        """A terminal is no more: its connection is cut, its mailbox forgotten, its handshakes end."""
        box = self.boxes.take_away(terminal.mailbox)
        connection = box.connection if box is not None else None
        if box is not None and connection is not None:
            # Now, not when it is closed: by then another may have come in under this name.
            connection.seat = None
            self.leave(box, connection)
            turn_out(connection, RefusalCode.REMOVED)
        self.runs.removed(terminal.full_id)

    # --- other nodes --------------------------------------------------------------------

    def _write_watched(self, name: str, accounts: list[str], then: Callable[[], None]) -> None:
        if self._neighbours is not None:
            self._neighbours.watch(self.boxes.of(name), accounts, then)

    def watched_by(self, box: Mailbox) -> list[str]:
        """Whom a terminal of this node watches."""
        return [] if self._shared is None else self._shared.watched_by(box.account, box.name)

    def moved(self, account: str) -> None:
        """Another node's terminals of an account came, went, or watch others."""
        if self._shared is not None:
            self._shared.moved(account)

    def stepped(self, h: bytes, to: str) -> None:
        """Another node took a step of a handshake that has something for a terminal."""
        if isinstance(self.runs, SharedRuns):
            self.runs.heard(h, to)

    def overdue(self, h: bytes, to: str) -> None:
        """A handshake has had something for a terminal for a while."""
        if isinstance(self.runs, SharedRuns):
            self.runs.overdue(h, to)

    def run_ended(self, ended: Ended) -> None:
        """The time of a handshake was up."""
        if isinstance(self.runs, SharedRuns):
            self.runs.ended(ended)

    def look_again(self) -> None:
        """Look at all that other nodes may have changed: hints may have been lost."""
        if self._shared is not None:
            self._shared.look_again()
        self.terminals.say_again()

    # --- frames -------------------------------------------------------------------------

    def received(self, seat: Seat, payload: bytes) -> None:
        """Take one frame of a terminal.

        Raises:
            PeerError: it is malformed, or not one that may be sent.
        """
        box = seat.box
        frame = codec.decode_from_desktop(payload)
        match frame:
            case frames.Send():
                self.mail.send(box, frame)
            case frames.Ack():
                if len(frame.ids) > wire_limits.ACKS:
                    raise PeerError("too many ids")
                self.mail.ack(box, frame)
                self.runs.acked(box.name, frame.ids)
            case frames.Post():
                self.mail.post(box, frame)
            case frames.Recall():
                self.mail.recall(box, frame)
            case frames.Heard():
                box.turns.heard(frame.refusals)
            case frames.Step():
                self.runs.came(box.name, frame)
            case frames.AskHistory() | frames.Share():
                self._histories.came(box, frame)
            case frames.Watch():
                self._watch(box, frame)
            case frames.Admit() | frames.Vouch() | frames.AskTerminals() | frames.Remove():
                self.terminals.came(box, seat.terminal, frame)
            case _:
                raise PeerError("signed in already")

    def _watch(self, box: Mailbox, frame: frames.Watch) -> None:
        if len(frame.accounts) > wire_limits.WATCHED:
            raise PeerError("too many accounts")
        if any(account_problem(account) is not None for account in frame.accounts):
            raise PeerError("not an account id")
        now = clock.monotonic()
        wait = self._watches.of(box.account, now).take(1, now)
        if wait:
            assert box.connection is not None  # noqa: S101 - it just sent this
            about = codec.number_of(frames.Watch)
            box.connection.push_frame(frames.Refusal(RefusalCode.RETRY_LATER, about, int(wait * 1_000)))
            return
        self._announce(self._presence.watch(box.account, box.name, frame.accounts))

    def _announce(self, news: list[tuple[str, str, bool]]) -> None:
        for told, account, present in news:
            frame = frames.Presence(account, present, self._presence.devices(account) if present else [])
            for name in self._presence.terminals(told):
                connection = self.boxes.connection_of(name)
                if connection is not None:
                    connection.push_frame(frame)


class Realms:
    """All realms of the relay.

    Args:
        house: what they share.
        own: who may register in the relay's own realm; in all others whoever is invited.
    """

    def __init__(self, house: House, own: frames.Registration) -> None:
        self._house = house
        self._own = own
        self._realms: dict[int, Realm] = {}
        for number in (NOWHERE, *(realm.number for realm in house.store.realms())):
            self._of(number)

    def __iter__(self) -> Iterator[Realm]:
        """All of them."""
        return iter(self._realms.values())

    def named(self, name: str) -> Realm:
        """The realm of a name, looked up anew: one may have been made or taken away since.

        Raises:
            StoreTrouble: nobody can say.
        """
        return self._of(self._house.store.realm(name))

    def _of(self, number: int) -> Realm:
        realm = self._realms.get(number)
        if realm is None:
            registration = self._own if number == OWN else frames.Registration.INVITE
            realm = self._realms[number] = Realm(number, registration, self._house)
        return realm

    def of_number(self, number: int) -> Realm | None:
        """The realm of a number, if it is in memory."""
        return self._realms.get(number)

    async def taken_away(self) -> set[int]:
        """The numbers of those in memory that have no name any more, erased by another node or not yet.

        Raises:
            StoreTrouble: nobody can say.
        """
        known = self._realms.keys() - {NOWHERE}  # before it is asked: one may be made meanwhile
        store = self._house.store
        return known - {realm.number for realm in await asked(store.nodes, store.realms)}

    def close(self, number: int) -> Realm | None:
        """Leave a realm that was taken away; nothing of it is written any more."""
        realm = self._realms.pop(number, None)
        if realm is not None:
            realm.runs.stop()
        return realm


def turn_out(connection: RelayConnection, why: RefusalCode) -> None:
    """Close the connection of a terminal that is no more, or whose realm is not."""
    connection.push_frame(frames.Refusal(why))
    connection.fail(POLICY, "removed")
