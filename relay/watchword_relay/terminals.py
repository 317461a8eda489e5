"""An account's terminals: how another comes in, what the account is told of its own, how one goes.

Who is not the account's learns nothing here, not even whether there is such an account. Whether the terminal
that approves, vouches or removes is still one itself is judged in the transaction that writes what it says.
`docs/protocol/wire.md`, More terminals.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from watchword_relay import clock
from watchword_relay.applications import Applications
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Buckets, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.mailboxes import Mailboxes
from watchword_relay.nodes.applications import Elsewhere
from watchword_relay.presence import Presence
from watchword_relay.store.contract import Added, Admission, Membership, RealmStore, StoreTrouble, Terminal
from watchword_relay.store.nodes import Applying, Nodes
from watchword_relay.writer import Writer
from watchword_wire import codec, frames, login
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import FullId, parse_full_id
from watchword_wire.message_data import ORGANISATION_BYTES

_ABOUT = 16
_TROUBLE_SECONDS = 1.0


class Terminals:
    """The terminals of one realm's accounts.

    Args:
        relay_key: the relay's public key, which approvals name.
        served: the time that counts for what is kept, in seconds.
        removed: told of a terminal that is no more.
        spawn: runs a coroutine.
    """

    def __init__(
        self,
        store: RealmStore,
        writer: Writer,
        boxes: Mailboxes,
        presence: Presence,
        limits: Limits,
        relay_key: bytes,
        *,
        served: Callable[[], int],
        removed: Callable[[Terminal], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        nodes: Nodes | None = None,
    ) -> None:
        self._store = store
        self._writer = writer
        self._boxes = boxes
        self._presence = presence
        self._relay_key = relay_key
        self._served = served
        self._removed = removed
        self._spawn = spawn
        self._asked = Buckets(limits.terminals)
        self._applications = Applications()
        self._elsewhere = Elsewhere(store.number, nodes)

    # --- a new desktop, before sign-in ----------------------------------------------------

    def apply(self, connection: RelayConnection, source: str, frame: frames.Apply) -> None:
        """Take an application whose signature is good; answered the same whatever becomes of it."""
        self.over(connection)
        connection.push_frame(frames.Applied())
        known = self._store.terminals(frame.account)
        if all(terminal.key != frame.key for terminal in known):
            now = clock.monotonic()
            one = self._applications.stand(frame.account, frame.key, frame.proof, connection, source, now)
            if one is not None:
                # In the turn after the answer has left: who is told must not show in its time.
                told = frames.Applicant(one.key, one.left_ms(now), one.proof)
                connection.loop.call_soon(self._tell, one.account, told)
                self._elsewhere.tell(one.account, one.key, told.left_ms, one.proof)
            return
        approved = self._store.admitted(frame.account, frame.key)
        if approved is not None:
            # It was approved before, and the answer, or this relay, was lost.
            connection.push_frame(_admitted(*approved))

    def over(self, connection: RelayConnection) -> None:
        """A connection applies no more: it is gone, out of time, signed in, or applies anew."""
        one = self._applications.end(connection)
        if one is not None:
            self._tell(one.account, frames.Applicant(one.key, 0))
            self._elsewhere.tell(one.account, one.key, 0)

    def heard(self, event: Applying) -> None:
        """Another node's desktop waits, waits no more, or was admitted."""
        if event.admitted:
            self._give_admission(event.account, event.key)
        elif self._elsewhere.heard(event, clock.monotonic()):
            self._tell(event.account, frames.Applicant(event.key, event.left_ms, event.proof))

    def say_again(self) -> None:
        """Tell the other nodes who waits here: one may have started since, or not have heard."""
        now = clock.monotonic()
        for one in self._applications.all():
            self._elsewhere.tell(one.account, one.key, one.left_ms(now), one.proof)
        for account, key in self._elsewhere.over(now):
            self._tell(account, frames.Applicant(key, 0))

    def _tell(self, account: str, told: frames.Applicant) -> None:
        for name in self._presence.terminals(account):
            connection = self._boxes.connection_of(name)
            if connection is not None:
                connection.push_frame(told)

    def entered(self, box: Mailbox) -> None:
        """Tell a terminal that signed in of the applications that stand."""
        now = clock.monotonic()
        for one in self._applications.of(box.account):
            self._answer(box, frames.Applicant(one.key, one.left_ms(now), one.proof))
        for key, left_ms, proof in self._elsewhere.of(box.account, now):
            self._answer(box, frames.Applicant(key, left_ms, proof))

    # --- a terminal that is signed in -----------------------------------------------------

    def came(
        self,
        box: Mailbox,
        me: Terminal,
        frame: frames.Admit | frames.Vouch | frames.AskTerminals | frames.Remove,
    ) -> None:
        """Take what a terminal says or asks of its account's.

        Raises:
            PeerError: the frame breaks the rules of its form.
        """
        match frame:
            case frames.Admit():
                self.admit(box, me, frame)
            case frames.Vouch():
                self.vouch(box, me, frame)
            case frames.AskTerminals():
                self.ask(box, me)
            case frames.Remove():
                self.remove(box, me, frame)

    def admit(self, box: Mailbox, me: Terminal, frame: frames.Admit) -> None:
        """Take an approval.

        Raises:
            PeerError: the frame breaks the rules of its form.
        """
        if len(frame.key) != wire_limits.KEY_BYTES or len(frame.approval) != wire_limits.SIGNATURE_BYTES:
            raise PeerError("not a key and its approval")
        full_id = parse_full_id(frame.id)
        about = frame.key[:_ABOUT]
        if len(frame.parcel) > wire_limits.PARCEL_BYTES:
            self._refuse(box, RefusalCode.TOO_LARGE, about)
        elif not self._may_ask(box, about):
            return
        elif full_id.account != me.account:
            self._refuse(box, RefusalCode.OUT_OF_TURN, about)
        elif not login.signature_is_good(
            me.key, frame.approval, login.admit_bytes(self._relay_key, frame.id, frame.key)
        ):
            self._refuse(box, RefusalCode.SIGNATURE, about)
        else:
            self._spawn(self._admitting(box, me, full_id, frame))

    async def _admitting(self, box: Mailbox, me: Terminal, new: FullId, frame: frames.Admit) -> None:
        about = frame.key[:_ABOUT]
        asked = any(one.key == frame.key for one in self._applications.of(me.account))
        asked = asked or self._elsewhere.stands(me.account, frame.key)
        admission = Admission(me.key, frame.approval, frame.parcel)
        admit = partial(self._store.admit, me.mailbox, new.device, frame.key, admission, asked=asked)
        try:
            outcome, added = await self._writer.run(lambda: admit(clock.wall()))
            if added is not None:
                self._boxes.appeared(added)
        except StoreTrouble:
            self._refuse(box, RefusalCode.RETRY_LATER, about, _TROUBLE_SECONDS)
            return
        if outcome is not Added.DONE or added is None:
            self._refuse(box, RefusalCode.OUT_OF_TURN, about)
            return
        self._answer(box, _admitted(added, admission._replace(parcel=b"")))
        self._give_admission(me.account, frame.key)
        self._elsewhere.tell(me.account, frame.key, 0, admitted=True)

    def _give_admission(self, account: str, key: bytes) -> None:
        """Tell a desktop that waits here that it was approved; later, if nobody can say yet by what."""
        for one in [one for one in self._applications.of(account) if one.key == key]:
            try:
                approved = self._store.admitted(account, key)
            except StoreTrouble:
                one.connection.loop.call_later(_TROUBLE_SECONDS, self._give_admission, account, key)
                return
            if approved is not None:
                one.connection.push_frame(_admitted(*approved))
                self.over(one.connection)

    def vouch(self, box: Mailbox, me: Terminal, frame: frames.Vouch) -> None:
        """Take a terminal's word, certified, whose member its person is.

        Raises:
            PeerError: the frame breaks the rules of its form.
        """
        sizes = len(frame.organisation), len(frame.member_key), len(frame.certificate)
        if sizes != (
            ORGANISATION_BYTES,
            wire_limits.KEY_BYTES,
            wire_limits.SIGNATURE_BYTES,
        ):
            raise PeerError("not an organisation, a key and a certificate")
        about = codec.number_of(frames.Vouch)
        if not self._may_ask(box, about):
            return
        signed = login.certificate_bytes(frame.organisation, me.full_id, me.key)
        if not login.signature_is_good(frame.member_key, frame.certificate, signed):
            self._refuse(box, RefusalCode.SIGNATURE, about)
            return
        membership = Membership(frame.organisation, frame.member_key)
        self._spawn(self._changing(box, me, about, lambda: self._store.vouch(me.mailbox, membership)))

    def ask(self, box: Mailbox, me: Terminal) -> None:
        """Tell a terminal of its account's."""
        about = codec.number_of(frames.AskTerminals)
        if self._may_ask(box, about):
            self._spawn(self._changing(box, me, about, None))

    def remove(self, box: Mailbox, me: Terminal, frame: frames.Remove) -> None:
        """Take a terminal of the own account away."""
        about = codec.number_of(frames.Remove)
        if self._may_ask(box, about):
            at = self._served()
            change = partial(self._store.remove, me.mailbox, frame.device, at)
            self._spawn(self._changing(box, me, about, change))

    async def _changing(
        self, box: Mailbox, me: Terminal, about: bytes, change: Callable[[], Terminal | None] | None
    ) -> None:
        """Have `change` written, which says who went, if there is one; then tell the account's terminals."""
        try:
            gone = None if change is None else await self._writer.run(change)
            if gone is not None:
                self._removed(gone)
                self._elsewhere.tell_gone(gone)
            await self._list(box, me)
        except StoreTrouble:
            self._refuse(box, RefusalCode.RETRY_LATER, about, _TROUBLE_SECONDS)

    async def _list(self, box: Mailbox, me: Terminal) -> None:
        here = {*self._presence.terminals(me.account), *await self._elsewhere.here(me.account)}
        found = [
            frames.TerminalEntry(one.device, one.key, one.made_at, one.by, present=one.full_id in here)
            for one in self._store.terminals(me.account)
        ]
        self._answer(box, frames.Terminals(found))

    # --- telling ------------------------------------------------------------------------

    def _may_ask(self, box: Mailbox, about: bytes) -> bool:
        now = clock.monotonic()
        wait = self._asked.of(box.account, now).take(1, now)
        if wait:
            self._refuse(box, RefusalCode.RETRY_LATER, about, wait)
        return not wait

    def _refuse(self, box: Mailbox, code: RefusalCode, about: bytes, wait: float = 0.0) -> None:
        # A desktop counts every refusal about sixteen bytes.
        box.turns.told(about)
        self._answer(box, frames.Refusal(code, about, int(wait * 1_000)))

    @staticmethod
    def _answer(box: Mailbox, frame: frames.FromRelay) -> None:
        """By the mailbox, not by its name, which may be another terminal's by now."""
        if box.connection is not None:
            box.connection.push_frame(frame)


def _admitted(terminal: Terminal, admission: Admission) -> frames.Admitted:
    by = FullId(terminal.account, terminal.by)
    return frames.Admitted(terminal.full_id, str(by), *admission)
