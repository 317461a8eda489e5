"""The way in: one pipeline. Duplicate? open, check, save (one transaction), tell, acknowledge.

An envelope is acknowledged to the relay only after its content and the ratchet's new state are on the disk;
one that comes before the verdict, or while a session is held, waits unacknowledged. Receipts wait in the
outbox from the transaction that saved the texts, and are sealed after these were shown. See
`docs/protocol/session.md`, Opening; Write, then speak.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import Callable
from functools import partial

import msgspec

from watchword import log
from watchword.core import clock, sessions
from watchword.core.company import keeping
from watchword.core.desk import Desk
from watchword.core.unsaved import Unsaved
from watchword.model.chat import Delivery, Notice, SessionState
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.model.events import Event, MessageAdded, MessageChanged
from watchword.protocol import content, ratchet
from watchword.store import chats, contacts, inbox, messages, outbox, rooms, runs
from watchword.store import sessions as kept_sessions
from watchword.store.sessions import Session
from watchword.store.transaction import Tx
from watchword_wire.envelope import H8_BYTES, parse
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Abort, AbortCode
from watchword_wire.frames import Ack, Deliver, Step
from watchword_wire.limits import ACKS, MESSAGE_ID_BYTES
from watchword_wire.timing import VERDICT_KEPT

BATCH = 64
"""At most so many envelopes share one transaction."""

MOST_WAITING = 1_024
"""Envelopes kept in memory until a verdict or the user's answer; the relay has all of them anyway."""

_RETRY = 5.0
_ANSWER_WAIT = 0.02
"""Seconds that a receipt waits to be sealed: what it is for is shown first, and more may share it."""


_Receipts = dict[bytes, tuple[str, list[bytes]]]
"""For each session by h: whom it is with, and the texts that are durable here."""


class _Taken(msgspec.Struct):
    """What one transaction made of a batch."""

    events: list[Event] = []
    chats: set[int] = set()
    """Where texts came: what these chats are like now is told after the texts."""
    acknowledge: list[bytes] = []
    wait: list[Deliver] = []
    gone: list[tuple[str, bytes]] = []
    """Senders that use a session which ended here within 24 h, and its h."""
    answered: bool = False
    """Whether something was put into the outbox."""
    brought: bool = False
    """Whether message data of the company came inside."""
    for_rooms: bool = False
    """Whether content for rooms came."""


class Inbox:
    """Takes envelopes from the relay."""

    def __init__(
        self,
        desk: Desk,
        *,
        awaited: Callable[[], set[bytes]],
        put_out: Callable[[], None],
        renew: Callable[[], None],
        brought: Callable[[], None],
        for_rooms: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._for_rooms = for_rooms
        self._brought = brought
        self._awaited = awaited
        self._releases = 0
        self._put_out = put_out
        self._renew = renew
        """Has the relay give everything again that was not acknowledged."""
        self._queue: asyncio.Queue[Deliver | None] = asyncio.Queue(maxsize=4 * BATCH)
        """None only wakes the task."""
        self.unsaved = Unsaved()
        self._waiting: dict[bytes, Deliver] = {}
        self._due: list[Deliver] = []
        """What has waited long enough: before all that is in the queue."""
        self._overflowed = False
        self._deaf = False

    async def arrived(self, frame: Deliver) -> None:
        """Take an envelope in its turn; waits while too many stand before it."""
        if not self._deaf:
            await self._queue.put(frame)
            self.unsaved.came(frame.sender)

    def disconnected(self) -> None:
        """Forget what was not taken: the relay gives everything again that was not acknowledged."""
        self._waiting.clear()
        self._overflowed = self._deaf = False

    def release(self) -> None:
        """Look again at what waited: a verdict came, or the user answered."""
        self._releases += 1
        self._due += self._waiting.values()
        self._waiting.clear()
        if self._overflowed:  # what came after these is with the relay only, and has to come in order
            self._overflowed, self._deaf = False, True
            while not self._queue.empty():
                if (left := self._queue.get_nowait()) is not None:
                    self.unsaved.settled(left.sender)
            self._renew()
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait(None)

    async def run(self) -> None:
        """Take envelopes for as long as the client is open."""
        while True:
            came = [await self._queue.get()]
            while len(came) < BATCH and not self._queue.empty():
                came.append(self._queue.get_nowait())
            frames = [frame for frame in came if frame is not None]
            batch = [*self._due, *frames]
            self._due.clear()
            for start in range(0, len(batch), BATCH):
                await self._take(batch[start : start + BATCH])
            for frame in frames:
                self.unsaved.settled(frame.sender)

    async def _take(self, batch: list[Deliver]) -> None:
        at = clock.wall_ms()
        while True:
            releases, awaited = self._releases, self._awaited()
            ahead = {frame.body[:H8_BYTES] for frame in self._waiting.values()}
            try:
                taken = await self._desk.db.write(partial(self._save, batch, awaited, ahead, at))
            except TroubleWith as trouble:
                # Nothing was kept and nothing is acknowledged: try again, the relay has it.
                self._desk.report(trouble.situation)
                await asyncio.sleep(_RETRY)
                continue
            except Exception as error:  # noqa: BLE001 - the border to the wire: one envelope must not stop all
                if len(batch) == 1:
                    log.bug("envelope not taken", error)
                    self._desk.report(Situation(Kind.UNEXPECTED))
                    return
                for frame in batch:
                    await self._take([frame])
                return
            break
        self._desk.tell(*taken.events)
        for start in range(0, len(taken.acknowledge), ACKS):
            self._desk.link.send(Ack(taken.acknowledge[start : start + ACKS]))
        self._desk.tell_of(taken.chats)
        self._let_wait(taken.wait, released=releases != self._releases)
        for sender, h in taken.gone:
            self._desk.link.send(Step(sender, Abort(h, AbortCode.NO_SUCH_SESSION).encode()))
        if taken.brought:
            self._brought()
        if taken.for_rooms:
            self._for_rooms()
        if taken.answered:
            asyncio.get_running_loop().call_later(_ANSWER_WAIT, self._put_out)

    def _let_wait(self, frames: list[Deliver], *, released: bool) -> None:
        if released:  # what they wait for happened meanwhile
            self._due += frames
            with contextlib.suppress(asyncio.QueueFull):
                self._queue.put_nowait(None)
            return
        for frame in frames:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[frame.id] = frame
            else:
                self._overflowed = True

    # --- inside the transaction ---------------------------------------------------------

    def _save(self, batch: list[Deliver], awaited: set[bytes], ahead: set[bytes], at: int, tx: Tx) -> _Taken:
        taken = _Taken()
        receipts: _Receipts = {}
        for frame in batch:
            self._open_one(tx, frame, awaited, ahead, at, taken, receipts)
        for h, (account, keys) in receipts.items():
            receipt = content.encode(content.Receipt(tuple(keys)))
            outbox.put(tx, secrets.token_bytes(MESSAGE_ID_BYTES), account, receipt, h=h)
            taken.answered = True
        return taken

    def _open_one(
        self,
        tx: Tx,
        frame: Deliver,
        awaited: set[bytes],
        ahead: set[bytes],
        at: int,
        taken: _Taken,
        receipts: _Receipts,
    ) -> None:
        digest = hashlib.sha256(frame.body).digest()
        if inbox.seen(tx, digest):
            taken.acknowledge.append(frame.id)
            return
        try:
            h8 = parse(frame.body).h8
        except PeerError as error:
            log.trouble("envelope refused", error)
            taken.acknowledge.append(frame.id)
            return
        candidates = kept_sessions.by_prefix(tx, h8)
        if not candidates:
            if h8 in awaited:
                taken.wait.append(frame)
            else:
                _unknown(tx, frame, h8, at, taken)
            return
        if candidates[0].state is SessionState.HELD or h8 in ahead:
            taken.wait.append(frame)
            return
        taken.acknowledge.append(frame.id)
        try:
            session, opened = _unseal(tx, candidates, frame.body)
        except PeerError as error:
            log.trouble("envelope does not open", error)
            return
        inbox.keep(tx, digest, at)
        chat = chats.meet(tx, session.peer.account, at)
        if isinstance(opened, ratchet.TooFar):
            taken.answered = True
            taken.events += _lost(tx, chat, at)
            if opened.unopened:
                end = content.encode(content.End())
                taken.events += sessions.leave(tx, session, end, Notice.SESSION_LOST, at)
                receipts.pop(session.h, None)
            else:
                sessions.seal(tx, session, content.encode(content.Empty()))
            return
        if opened.lost:
            taken.events += _lost(tx, chat, at)
        _act(tx, opened, chat, at, taken, receipts)


def _unseal(
    tx: Tx, candidates: list[Session], envelope: bytes
) -> tuple[Session, sessions.Unsealed | ratchet.TooFar]:
    """Open an envelope with the session it belongs to; two can share their first 8 bytes.

    Raises:
        PeerError: it belongs to none.
    """
    for session in candidates[:-1]:
        try:
            return session, sessions.unseal(tx, session, envelope)
        except PeerError:
            continue
    last = candidates[-1]
    return last, sessions.unseal(tx, last, envelope)


def _lost(tx: Tx, chat: int, at: int) -> list[Event]:
    """Say once, not once a message, that some can never be opened."""
    last = messages.last(tx, chat)
    if last is not None and last.notice is Notice.MESSAGES_LOST:
        return []
    return [sessions.noticed(tx, chat, Notice.MESSAGES_LOST, at), *sessions.changed(tx, chat)]


def _act(
    tx: Tx,
    opened: sessions.Unsealed,
    chat: int,
    at: int,
    taken: _Taken,
    receipts: _Receipts,
) -> None:
    session = opened.session
    try:
        said = content.decode(opened.content)
    except PeerError as error:
        log.trouble("content refused", error)
        return
    match said:
        case content.Text(key, sent_at, text):
            contact = contacts.get(tx, session.peer.account)
            if contact is not None and contact.blocked:
                return
            receipts.setdefault(session.h, (session.peer.account, []))[1].append(key)
            # Under the row above it, and in the past: the sender's clock decides nothing else.
            moment = sessions.next_moment(tx, chat, min(sent_at, at))
            message = messages.add_text(tx, chat, text, mine=False, at=moment, key=key)
            if message is not None:
                taken.events.append(MessageAdded(message, notify=True))
                taken.chats.add(chat)
        case content.Receipt(keys):
            taken.events += _delivered(tx, chat, keys)
        case content.Data(data):
            taken.brought = True
            if not keeping.keep_inside(tx, data, str(session.peer), session.h, at):
                taken.events += _lost(tx, chat, at)
        case content.Statements() | content.Asked() | content.RoomMessage():
            taken.for_rooms = _for_room(tx, session, said.room, opened.content, at) or taken.for_rooms
        case content.End():
            taken.events += sessions.end(tx, session, Notice.ENDED_BY_PEER, at)
            receipts.pop(session.h, None)
        case content.Empty() | content.Unknown() | content.Recalled():
            pass


def _delivered(tx: Tx, chat: int, keys: tuple[bytes, ...]) -> list[Event]:
    events: list[Event] = []
    for key in keys:
        own = messages.by_key(tx, chat, key, mine=True)
        moved = None if own is None else messages.advance(tx, own.id, Delivery.DELIVERED)
        events += [] if moved is None else [MessageChanged(moved)]
    return events


def _for_room(tx: Tx, session: Session, room: bytes, said: bytes, at: int) -> bool:
    return rooms.arrive(tx, room, session.peer.account, said, at, key=session.identity)


def _unknown(tx: Tx, frame: Deliver, h8: bytes, at: int, taken: _Taken) -> None:
    """An envelope of no session here: taken off the relay, and answered where one ended lately."""
    taken.acknowledge.append(frame.id)
    since = at - int(VERDICT_KEPT * 1000)
    ended = [run for run in runs.ended_by_prefix(tx, h8) if run.at >= since]
    # Once for all of a batch: the relay counts handshake messages.
    gone = [(frame.sender, run.h) for run in ended]
    taken.gone += [one for one in gone if one not in taken.gone]
