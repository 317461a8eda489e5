"""The way in of message data: keep, acknowledge; examine, choose, open, save, tell (row F4).

What came is durable, byte for byte, before the relay may forget it; what cannot be opened yet waits there
with its reason and opens by itself when the ring, the profile or a provider changed. A repeat is found by its
digest.
See `docs/protocol/company.md`, Opening.
"""

import asyncio
from collections.abc import Callable
from functools import partial

import msgspec
from msgspec.structs import replace

from watchword import log
from watchword.core import clock, sessions
from watchword.core.company import acquisition, bubbles, choice, decryption, message_data, receipts, sending
from watchword.core.company.bubbles import Written
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.core.desk import Desk
from watchword.core.tasks import goes_well, situation_of
from watchword.core.unsaved import Unsaved
from watchword.model.chat import Delivery, Notice
from watchword.model.company import Closed, Reason
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.model.events import Event, MessageChanged, TroubleMet
from watchword.protocol import content
from watchword.protocol.company import receipt
from watchword.protocol.company.message_data import Examined, placed
from watchword.store import chats, contacts, inbox, messages, posts, received, rooms
from watchword.store.received import Received
from watchword.store.rooms import Origin
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.frames import Ack, DeliverData
from watchword_wire.ids import parse_full_id
from watchword_wire.limits import ACKS

BATCH = 32
"""So many message data share one transaction."""

RETRY = 5.0
LEAST_PAUSE, MOST_PAUSE = 1.0, 60.0
"""Seconds until a provider that failed is asked again to open what waits."""

UNVOUCHED = frozenset({Reason.UNKNOWN_SENDER, Reason.UNVOUCHED, Reason.NOT_JOINED})
"""Reasons that leave open who the sender is: little of it is kept, and no chat is made for it."""


_TOLD = {Reason.ALTERED: Notice.ALTERED, Reason.FORMER_KEY: Notice.FORMER_KEY}
"""What is said in a chat of message data that are put away for good."""


class _Kept(msgspec.Struct):
    """What one transaction made of frames that arrived."""

    events: list[Event] = []
    acknowledge: list[bytes] = []
    left: bool = False
    """Whether something was left with the relay, for want of room here."""


class _Outcome(msgspec.Struct, frozen=True):
    """Message data after a try to open them: `said` is their content, or why they stay closed."""

    row: Received
    said: bytes | Closed
    examined: Examined | None

    @property
    def opened(self) -> bytes:
        """The content, of what was opened."""
        return b"" if isinstance(self.said, Closed) else self.said


class Receiving:
    """The way in of a company's conversations."""

    def __init__(
        self,
        desk: Desk,
        providers: Providers,
        member: Callable[[], Member | None],
        *,
        put_out: Callable[[], None],
        renew: Callable[[], None],
        waits: Callable[[], None],
        for_rooms: Callable[[], None],
    ) -> None:
        """Take nothing yet.

        Args:
            desk: shared.
            providers: who opens.
            member: as whom, by the newest company file.
            put_out: receipts were put into the store.
            renew: has the relay give everything again that was not acknowledged.
            waits: what waits is more or less than before.
            for_rooms: something came for rooms.
        """
        self._for_rooms = for_rooms
        self._desk = desk
        self._providers = providers
        self._member = member
        self._put_out = put_out
        self._renew = renew
        self._waits = waits
        self._queue: asyncio.Queue[DeliverData] = asyncio.Queue(maxsize=4 * BATCH)
        self.unsaved = Unsaved()
        self._stirred = asyncio.Event()
        self.tried = asyncio.Event()
        """Set each time some of what waits was opened, or tried."""
        self._at_it = False
        self._all_due = True
        """Whether what was tried before is tried again; at the start it is."""
        self._again = 0.0
        self._pause = LEAST_PAUSE
        self._left = False
        self._wakes = 0
        self._by_hand: decryption.Down = {}
        """Methods that nobody is asked about again, for every message that comes, until something changed."""

    @property
    def busy(self) -> bool:
        """Whether there is something to open now."""
        return self._at_it or self._stirred.is_set()

    # --- what others say ----------------------------------------------------------------

    async def arrived(self, frame: DeliverData) -> None:
        """Take message data in their turn; waits while too many stand before them."""
        await self._queue.put(frame)
        self.unsaved.came(frame.sender)

    def stir(self) -> None:
        """Look at the store again: an envelope brought message data."""
        self._stirred.set()

    def wake(self) -> None:
        """Try all that waits now: the ring, the profile or a provider changed."""
        self._all_due, self._pause = True, LEAST_PAUSE
        self._wakes += 1
        self._by_hand.clear()
        self._stirred.set()

    # --- keep, acknowledge --------------------------------------------------------------

    async def take(self) -> None:
        """Keep what arrives, for as long as the client is open."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._keep(batch)
            for frame in batch:
                self.unsaved.settled(frame.sender)

    async def _keep(self, batch: list[DeliverData]) -> None:
        member, at = self._member(), clock.wall_ms()
        judged = []
        for frame in batch:
            judged.append((frame, choice.judge(member, frame)))
            await asyncio.sleep(0)  # two signatures each: the windows have their turn in between
        while True:
            try:
                kept = await self._desk.db.write(partial(_save_arrived, member, judged, at))
            except TroubleWith as trouble:
                self._desk.report(trouble.situation)  # nothing was kept: the relay has it
                await asyncio.sleep(RETRY)
                continue
            except Exception as error:  # noqa: BLE001 - the border to the wire: one message must not stop all
                self._desk.report(situation_of("message data", error))
                return
            break
        self._desk.tell(*kept.events)
        self._left = self._left or kept.left
        for start in range(0, len(kept.acknowledge), ACKS):
            self._desk.link.send(Ack(kept.acknowledge[start : start + ACKS]))
        self.stir()

    # --- examine, choose, open, save, tell ----------------------------------------------

    async def open(self) -> None:
        """Open what can be opened, for as long as the client is open."""
        while True:
            await self._wait()
            self._stirred.clear()
            # What waits for a provider is older than what just came, and goes first if that works again.
            tried, self._all_due = self._all_due or self._again > 0, False
            self._at_it = True
            part = partial(self._open_all, tried=tried)
            well = await goes_well("company receiving", part, self._desk.report)
            self._at_it = False
            await self._providers.rest()
            if not well:
                self._all_due = self._all_due or tried
                await asyncio.sleep(RETRY)
                self._stirred.set()

    async def _wait(self) -> None:
        left = self._again - clock.now() if self._again else MOST_PAUSE
        try:
            async with asyncio.timeout(max(0.0, left)):
                await self._stirred.wait()
        except TimeoutError:
            if self._again and clock.now() >= self._again:
                self._all_due, self._again = True, 0.0

    async def _open_all(self, *, tried: bool) -> None:
        member = self._member()  # one for all of a turn: what waited longer opens first after a newer file
        after, opened, waiting = 0, False, False
        wakes, down = self._wakes, {**self._by_hand}
        while rows := await self._desk.db.read(partial(_waiting, after, tried)):
            after = rows[-1].seq
            outcomes = []
            for row in rows:
                outcomes.append(await self._open(member, row, down))
                await asyncio.sleep(0)  # a key ring never waits: the windows have their turn in between
            answers_as = self._member()  # nobody whom a newer file removed is told anything
            saved = await self._desk.db.write(
                partial(_save_opened, member, answers_as, outcomes, clock.wall_ms())
            )
            self._desk.tell(*saved.events)
            self.tried.set()
            opened, waiting = opened or saved.opened, waiting or saved.waits
            if saved.answered:
                self._put_out()
            if saved.for_rooms:
                self._for_rooms()
        if wakes == self._wakes:
            self._by_hand = {one: why for one, why in down.items() if Reason(why.value) in sending.BY_HAND}
        if opened or waiting:
            self._waits()
        if down:
            self._put_off(down)
        elif tried:
            self._again, self._pause = 0.0, LEAST_PAUSE
        if self._left and opened:
            self._left = False
            self._renew()

    def _put_off(self, down: decryption.Down) -> None:
        if all(Reason(cause.value) in sending.BY_HAND for cause in down.values()):
            return
        self._again = clock.now() + self._pause
        self._pause = min(2 * self._pause, MOST_PAUSE)

    async def _open(self, member: Member | None, row: Received, down: decryption.Down) -> _Outcome:
        examined = choice.examine(
            member, row.data, row.sender, row.h, found_good=row.found_good, from_history=row.past
        )
        if isinstance(examined, Closed) or member is None:
            said = examined if isinstance(examined, Closed) else Closed(Reason.NOT_JOINED)
            return _Outcome(row, said, None)
        if receipt.is_one(examined.head):
            return _Outcome(row, receipt.unseal(examined, member.membership.member), examined)
        choices = choice.choose(member, examined)
        opened = await decryption.decrypt(member, self._providers, examined, choices, down)
        return _Outcome(row, opened, examined)


def _save_arrived(
    member: Member | None, judged: list[tuple[DeliverData, Closed | None]], at: int, tx: Tx
) -> _Kept:
    kept = _Kept()
    for frame, closed in judged:
        digest, (place, message) = wire.digest(frame.data), choice.place(frame.data)
        if received.known(tx, digest) or inbox.seen(tx, digest):
            kept.acknowledge.append(frame.id)
            received.came_live(tx, digest)
            if closed is None and member is not None and bubbles.is_past(tx, member.account, frame):
                # Fetched before its turn came: it is opened once more, as the news that it is.
                received.put(tx, digest, frame.sender, place, message, frame.data, vouched=True, at=at)
        elif choice.is_own_receipt(member, frame.data, frame.sender):
            kept.acknowledge.append(frame.id)
        elif closed is not None and closed.reason in choice.FINAL:
            kept.acknowledge.append(frame.id)
            kept.events += refuse(tx, member, digest, place, frame.sender, closed, at)
        elif received.has_room(tx, frame.sender, len(frame.data), vouched=closed is None):
            kept.acknowledge.append(frame.id)
            received.put(tx, digest, frame.sender, place, message, frame.data, vouched=closed is None, at=at)
        elif closed is None:
            kept.left = True
        else:
            kept.acknowledge.append(frame.id)
            log.trouble("no room for message data of strangers", bytes=len(frame.data))
    return kept


def keep_inside(tx: Tx, data: bytes, sender: str, h: bytes, at: int) -> bool:
    """Keep message data that an envelope of a session brought; False if there is no room for more."""
    digest = wire.digest(data)
    if received.known(tx, digest) or inbox.seen(tx, digest):
        return True
    if not received.has_room(tx, sender, len(data), vouched=True):
        return False
    received.put(tx, digest, sender, *choice.place(data), data, vouched=True, at=at, h=h)
    return True


def refuse(
    tx: Tx, member: Member | None, digest: bytes, place: bytes, sender: str, closed: Closed, at: int
) -> list[Event]:
    """Put message data away for good; what was altered, or is under a former key, is told once in a row.

    Nothing is told of what comes from outside the company: anybody with an account can send nonsense.
    """
    put_away(tx, digest, closed, at)
    account = sender.rpartition("/")[0]
    notice = _TOLD.get(closed.reason)
    if notice is None or member is None or member.profile.member(account) is None:
        return []
    chat = chats.find_company(tx, place) if place else None
    found = None if chat is None else chats.get(tx, chat)
    if found is None or all(one.account != account for one in found.members):
        altered = TroubleMet(Situation(Kind.COMPANY_ALTERED, {"account": account}))
        return [altered] if notice is Notice.ALTERED else []
    last = messages.last(tx, found.id)
    if last is not None and last.notice is notice:
        return sessions.changed(tx, found.id)
    return [sessions.noticed(tx, found.id, notice, at), *sessions.changed(tx, found.id)]


def put_away(tx: Tx, digest: bytes, closed: Closed, at: int) -> None:
    """Keep no more of message data than that they came, and were refused for good."""
    received.drop(tx, digest)
    inbox.keep(tx, digest, at)
    log.trouble("message data refused", reason=closed.reason.value)


class _Saved(msgspec.Struct):
    """What one transaction made of a batch that was tried."""

    events: list[Event] = []
    opened: bool = False
    waits: bool = False
    answered: bool = False
    for_rooms: bool = False


def _waiting(after: int, tried: bool, tx: Tx) -> list[Received]:
    return received.waiting(tx, after, BATCH, tried=tried)


def _save_opened(
    member: Member | None, answers_as: Member | None, outcomes: list[_Outcome], at: int, tx: Tx
) -> _Saved:
    saved = _Saved()
    taken: dict[str, list[content.Text]] = {}
    touched: set[int] = set()
    for tried in outcomes:
        outcome = tried
        if tried.row.past and not received.is_past(tx, tried.row.digest):  # it came by itself meanwhile
            outcome = replace(tried, row=replace(tried.row, past=False))
        row, said, examined = outcome.row, outcome.said, outcome.examined
        if isinstance(said, Closed) and said.reason in choice.FINAL:
            if row.past and said.reason is not Reason.ALTERED:  # of the past nobody is asked to write anew
                put_away(tx, row.digest, said, at)
            else:
                saved.events += refuse(tx, member, row.digest, row.conversation, row.sender, said, at)
        elif isinstance(said, Closed) and _is_here(tx, member, row, examined):
            received.take(tx, row.digest)
            touched |= _chat_of(tx, member, examined, at)
        elif isinstance(said, Closed):
            if received.close(tx, row, said, vouched=said.reason not in UNVOUCHED):
                saved.waits = True
                touched |= _chat_of(tx, member, examined, at)
        elif received.take(tx, row.digest) and member is not None and examined is not None:
            saved.opened = True
            touched |= _act(tx, member, outcome, examined, said, at, saved, taken)
    for writer, texts in taken.items():
        saved.answered = receipts.put(tx, _present(answers_as), writer, tuple(texts)) or saved.answered
    for chat in sorted(touched):
        saved.events += sessions.changed(tx, chat)
    return saved


def _present(member: Member | None) -> Member:
    assert member is not None  # noqa: S101 - nothing opens without a company
    return member


def _is_here(tx: Tx, member: Member | None, row: Received, examined: Examined | None) -> bool:
    """Whether the same text was opened before, sealed by another company file (store.md, Outbox)."""
    chat = None if examined is None else chats.find_company(tx, row.conversation)
    if chat is None or examined is None:
        return False
    account = parse_full_id(examined.head.sender).account
    return bubbles.is_there(tx, chat, examined.head.id, account, _present(member).account)


def _chat_of(tx: Tx, member: Member | None, examined: Examined | None, at: int) -> set[int]:
    """The chat in which it is said that something waits; made where the sender is a member."""
    if member is None or examined is None:
        return set()
    if examined.room is not None:
        room = chats.find_company(tx, examined.room)
        return set() if room is None else {room}
    return {acquisition.meet(tx, member, _others(member, examined), at)}


def _others(member: Member, examined: Examined) -> tuple[str, ...]:
    head = examined.head
    everybody = (parse_full_id(head.sender).account, *head.targets)
    return tuple(account for account in everybody if account != member.account)


def _act(
    tx: Tx,
    member: Member,
    outcome: _Outcome,
    examined: Examined,
    said: bytes,
    at: int,
    saved: _Saved,
    taken: dict[str, list[content.Text]],
) -> set[int]:
    """Do what the content says; returns the chats that look different then."""
    sender = parse_full_id(examined.head.sender).account
    before = chats.find_company(tx, outcome.row.conversation)
    touched = set() if before is None or outcome.row.closed is None else {before}
    try:
        opened = content.decode(said)
    except PeerError as error:
        log.trouble("content refused", error)
        return touched
    altered = placed(examined, opened)
    if altered is not None:
        saved.events += refuse(
            tx, member, outcome.row.digest, outcome.row.conversation, outcome.row.sender, altered, at
        )
        return touched
    contact = contacts.get(tx, sender)
    by_receipt = receipt.is_one(examined.head)  # under a key of a text's own nothing else is taken
    match opened:
        case content.Text(key, sent_at) if key == examined.head.id and not by_receipt:
            if received.supersede(tx, outcome.row.sender, key) and before is not None:
                touched.add(before)
            if contact is not None and contact.blocked:
                return touched
            if sender != member.account and not outcome.row.past:
                taken.setdefault(sender, []).append(opened)
            begun = min(sent_at, at) if outcome.row.past else at
            chat = acquisition.meet(tx, member, _others(member, examined), begun)
            written = Written(
                opened,
                message_data.describe(member, examined.head, len(outcome.row.data)),
                examined.head.targets,
                member.account,
                Notice.REVOKED if member.has_revoked(examined.head) else None,
                outcome.row.past,
            )
            saved.events += [one for one in bubbles.put(tx, chat, written, at) if one not in saved.events]
            touched.add(chat)
        case content.Statements() | content.Asked() | content.RoomMessage() if not by_receipt:
            if received.supersede(tx, outcome.row.sender, examined.head.id) and before is not None:
                touched.add(before)
            saved.for_rooms = _for_room(tx, member, outcome, examined, opened, at) or saved.for_rooms
        case content.Receipt(keys) if by_receipt:
            for key in keys:
                touched |= _receipt(tx, sender, key, saved)
        case _:
            log.trouble("content passed over", kind=type(opened).__name__)
    return touched


def _for_room(
    tx: Tx, member: Member, outcome: _Outcome, examined: Examined, said: content.OfRoom, at: int
) -> bool:
    """Give content to the room that it names; False if it is none for a room."""
    row, head = outcome.row, examined.head
    text = content.said_in(said) if isinstance(said, content.RoomMessage) else None
    if isinstance(text, content.Text) and text.id != head.id:
        log.trouble("a text of another id than its message data")
        return False
    if row.past and isinstance(said, content.Asked):
        return False
    sealing = message_data.describe(member, head, len(row.data))
    origin = Origin(sealing, head.targets, member.has_revoked(head), row.past, row.place, row.digest)
    sender = parse_full_id(head.sender).account
    return rooms.arrive(tx, said.room, sender, outcome.opened, at, origin=origin)


def _receipt(tx: Tx, sender: str, key: bytes, saved: _Saved) -> set[int]:
    """Somebody has an own text; returns the chat in which it waits no more, if it did."""
    moved = bubbles.receipt(tx, sender, key)
    if moved is None:
        return set()
    saved.events.append(MessageChanged(moved))
    # All have it, by what was sealed before it was taken back: nothing more is to be sent.
    waited = posts.carried(tx, moved.id) if moved.delivery is Delivery.DELIVERED else None
    return set() if waited is None or waited.closed is None else {moved.chat}
