"""All mailboxes of a realm that were asked for lately: found by name or number, kept, forgotten again.

The mailbox of an id that nobody has is one as well, found by the same steps in the same time. Until a
terminal has the id its number is VOID here, because the store may forget it once nothing waits in it.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from watchword_relay import clock
from watchword_relay.connection import RelayConnection
from watchword_relay.letters import Letter
from watchword_relay.limits import Buckets, Rate
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import VOID, Level, RealmStore, StoreTrouble, Terminal
from watchword_relay.turns import Turns
from watchword_wire.ids import parse_full_id

KEPT_BOXES = 20_000
LOOKED_AT = 16
"""Of so many at most is it seen whether they can be forgotten, each time that another is asked for."""


class Mailboxes:
    """All mailboxes of a realm that were asked for lately.

    Args:
        store: for reading only.
        sends: what an account may send, at once and per second.
        writes: how much of that may have to be written, in messages.
    """

    def __init__(self, store: RealmStore, sends: Rate, writes: Rate) -> None:
        self._store = store
        self._sends = Buckets(sends)
        self._writes = Buckets(writes)
        self._boxes: OrderedDict[str, Mailbox] = OrderedDict()
        self._by_key: dict[int, Mailbox] = {}

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._boxes)

    def enter(
        self, terminal: Terminal, connection: RelayConnection
    ) -> tuple[Mailbox, RelayConnection | None]:
        """Give a terminal's mailbox a connection. Returns the one it replaces, too.

        Raises:
            StoreTrouble: nobody can say what is to be known of it; nothing has changed.
        """
        self.appeared(terminal)
        box = self._boxes.get(terminal.full_id)
        if box is None or box.key != terminal.mailbox:
            if box is not None:  # it is another's by now
                self.take_away(box.key)
                self._boxes.pop(box.name, None)
            box = self._keep(self._read(terminal))
        else:
            self._boxes.move_to_end(box.name)
        # All that is asked, before anything is changed: nobody may be able to say.
        gap, recalled = self._store.gap(box.key), self._store.recalled(box.key)
        before = box.connection
        now = clock.monotonic()
        box.connection = connection
        box.bucket = self._sends.of(box.account, now)
        box.writes = self._writes.of(box.account, now)
        box.live = False
        box.sent_seq = 0
        box.out = {}
        box.turns = Turns()
        box.held = False
        box.gap = gap
        box.recalled.update((one, (answer, at)) for one, answer, at in recalled)
        return box, before

    def leave(self, box: Mailbox, connection: RelayConnection) -> bool:
        """Take a connection away. Returns False if it had been replaced already."""
        if box.connection is not connection:
            return False
        box.connection = None
        box.live = False
        box.out = {}
        return True

    def take_away(self, key: int) -> Mailbox | None:
        """Forget the mailbox of a terminal that is no more; what waits in it for the disk is for nobody."""
        box = self._by_key.pop(key, None)
        if box is not None and self._boxes.get(box.name) is box:
            del self._boxes[box.name]
        return box

    def appeared(self, terminal: Terminal) -> None:
        """There is a terminal now: what waits for its id for the disk is its."""
        box = self._boxes.get(terminal.full_id)
        if box is not None and box.key == VOID:
            self._taken_over(box, terminal.mailbox, *self._store.mailbox(terminal.mailbox))

    def _taken_over(self, box: Mailbox, key: int, next_seq: int, stored: Level) -> None:
        """A terminal has this id by now.

        What waits for the disk gets its numbers from now on: what is being written gets just these from the
        store, in the same order.
        """
        box.key = key
        box.stored = stored
        self._by_key[key] = box
        box.next_seq = next_seq
        for copy in box.unwritten.values():
            copy.seq = box.next_seq
            box.next_seq += 1

    def of(self, name: str) -> Mailbox:
        """The mailbox of a full id, whether anybody has it or not.

        Both take the same steps, so that their time tells nothing.

        Raises:
            PeerError: it is no full id.
        """
        box = self._boxes.get(name)
        if box is None:
            return self._load(name)
        # Not to be forgotten for one that is asked for in the same breath.
        self._boxes.move_to_end(name)
        return box

    def to(self, letter: Letter, me: Mailbox) -> list[Mailbox]:
        """Those of a letter's targets: terminals of an envelope, accounts of message data."""
        if letter.organisation is None:
            return [self.of(name) for name in letter.targets]
        return [box for box in self.of_accounts(letter.targets) if box is not me]

    def of_accounts(self, accounts: Sequence[str]) -> list[Mailbox]:
        """The mailboxes of all terminals of accounts; of one without any, that of its first."""
        found: dict[str, list[Mailbox]] = {account: [] for account in accounts}
        for account, device, key, next_seq, messages, size, awaited in self._store.mailboxes(accounts):
            name, level = f"{account}/{device}", Level(messages, size)
            box = self._boxes.get(name)
            if box is not None and box.key == VOID != key:
                self._taken_over(box, key, next_seq, level)
            if box is None or box.key != key:
                box = self._keep(Mailbox(key, name, next_seq, level, awaited))
            else:
                # Among those asked for last: not to be forgotten for one that follows here.
                self._boxes.move_to_end(name)
            found[account].append(box)
        return [box for boxes in found.values() for box in boxes]

    def by_key(self, key: int) -> Mailbox | None:
        """The mailbox of a number, if it is in memory."""
        return self._by_key.get(key)

    def all(self) -> Iterable[Mailbox]:
        """Every mailbox that is in memory."""
        return self._boxes.values()

    def _load(self, name: str) -> Mailbox:
        full_id = parse_full_id(name)
        terminal = self._store.terminal(full_id.account, full_id.device)
        if terminal is None:
            awaited, level = self._store.awaited(name)
            return self._keep(Mailbox(VOID, name, 1, level, awaited))
        return self._keep(self._read(terminal))

    def _read(self, terminal: Terminal) -> Mailbox:
        return Mailbox(terminal.mailbox, terminal.full_id, *self._store.mailbox(terminal.mailbox))

    def _keep(self, box: Mailbox) -> Mailbox:
        box.realm = self._store.number
        self._make_room()
        self._boxes[box.name] = box
        if box.key != VOID:
            self._by_key[box.key] = box
        return box

    def look_again(self, box: Mailbox) -> None:
        """Read anew how full a mailbox is: an operator may have emptied it, or nobody has its id."""
        if box.key == VOID:
            box.awaited, box.stored = self._store.awaited(box.name)
        else:
            box.stored = self._store.mailbox(box.key)[1]

    def connection_of(self, name: str) -> RelayConnection | None:
        """The connection of a terminal that is here."""
        box = self._boxes.get(name)
        return None if box is None else box.connection

    def _make_room(self) -> None:
        """Forget the idle ones among those that were asked for first; the others go to the end."""
        for _ in range(LOOKED_AT):
            if len(self._boxes) < KEPT_BOXES:
                return
            name, box = self._boxes.popitem(last=False)
            if box.idle:
                self._by_key.pop(box.key, None)
            else:
                self._boxes[name] = box

    def update_awaited(self, box: Mailbox, found: dict[tuple[int, str], tuple[int, Level]]) -> None:
        """Take over number and level of a mailbox to which something was written while nobody had its id."""
        one = found.get((box.realm, box.name))
        if one is not None:
            box.awaited, box.stored = one
            return
        full_id = parse_full_id(box.name)
        # Where nobody can say, it is seen at the next message: whose mailbox it is, each commit looks up.
        with contextlib.suppress(StoreTrouble):
            terminal = self._store.terminal(full_id.account, full_id.device)
            if terminal is not None:
                self._taken_over(box, terminal.mailbox, *self._store.mailbox(terminal.mailbox))

    def update(self, levels: dict[int, Level]) -> None:
        """Take over how full mailboxes are."""
        for key, level in levels.items():
            box = self._by_key.get(key)
            if box is not None:
                box.stored = level
