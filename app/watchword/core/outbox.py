"""The way out (P9's messages): write, then speak.

A text, its sealed bytes and the ratchet's new state are saved in one transaction; only then does anything
leave. One task sends what the relay has not acknowledged, in order, and after 10 s without an OK the same
bytes under the same id again. What the relay refuses stays here. See `docs/protocol/wire.md`, Messages.
"""

import asyncio
import secrets

from watchword import log
from watchword.core import clock, sessions
from watchword.core.desk import Desk
from watchword.core.tasks import situation_of
from watchword.model.chat import Delivery, Message
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.events import Event, MessageAdded, MessageChanged
from watchword.protocol import content
from watchword.protocol.relaylink import refusal_situation
from watchword.store import chats, contacts, messages, outbox
from watchword.store import sessions as kept_sessions
from watchword.store.sessions import Session
from watchword.store.transaction import Tx
from watchword_wire.errors import Bug
from watchword_wire.frames import Refusal, RefusalCode, Send
from watchword_wire.limits import MESSAGE_ID_BYTES, TEXT_BYTES
from watchword_wire.timing import OK_DEADLINE

WINDOW = 64
"""So many envelopes are on their way without an OK; the rest waits in the store, not in memory."""

RETRY = 5.0
"""Seconds until a refused message is tried again where the relay names no time."""

RECEIPTS = 16
"""So many batches of the inbox at most are told in one receipt: 64 texts each, 1,024 in all."""

_NEVER = {RefusalCode.TOO_LARGE, RefusalCode.OUT_OF_TURN}
"""Refusals that the same bytes will always meet."""


class Outbox:
    """Saves and sends own content."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stirred = asyncio.Event()
        self._on_their_way: dict[bytes, float] = {}
        """Message id → when it left; in the order of leaving."""
        self._sent_to = 0
        self._acknowledged: list[bytes] = []
        self._never: list[bytes] = []
        self._not_before = 0.0
        self._receipts = True
        """Whether receipts may wait in the store to be sealed; after a restart they may."""

    # --- commands -----------------------------------------------------------------------

    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text, sealed, and queue it; returns the message as saved.

        Raises:
            RefusedBy: TEXT_EMPTY, TEXT_LONG, CONTACT_BLOCKED, NO_SESSION.
            TroubleWith: the store cannot be written.
        """
        whole = text.encode(errors="replace")
        if not text.strip():
            raise RefusedBy(Kind.TEXT_EMPTY)
        if len(whole) > TEXT_BYTES:
            raise RefusedBy(Kind.TEXT_LONG, bytes=len(whole), limit=TEXT_BYTES)
        text = whole.decode()  # half a surrogate pair, which no text can hold, is a question mark now
        sent_at, key = clock.wall_ms(), secrets.token_bytes(MESSAGE_ID_BYTES)

        def save(tx: Tx) -> tuple[Message, list[Event]]:
            session = _session_of(tx, chat)
            at = sessions.next_moment(tx, chat, sent_at)
            message = messages.add_text(tx, chat, text, mine=True, at=at, key=key)
            if message is None:
                raise Bug("a message id was drawn twice")
            sessions.seal(tx, session, content.encode(content.Text(key, at, text)), message=message.id)
            return message, sessions.changed(tx, chat)

        message, events = await self._desk.db.write(save)
        self._desk.tell(MessageAdded(message, notify=False), *events)
        self.stir()
        return message

    async def send_again(self, chat: int) -> int:
        """Seal every undelivered text of a chat anew, in order, in the session that stands now.

        Raises:
            RefusedBy: CONTACT_BLOCKED, NO_SESSION.
        """

        def save(tx: Tx) -> list[Event]:
            session = _session_of(tx, chat)
            events: list[Event] = []
            for message in messages.undelivered(tx, chat):
                key, waiting = messages.key_of(tx, message.id), messages.wait_again(tx, message.id)
                if key is not None and waiting is not None:
                    sealed = content.encode(content.Text(key, message.at, message.text))
                    session = sessions.seal(tx, session, sealed, message=message.id)
                    events.append(MessageChanged(waiting))
            return [*events, *sessions.changed(tx, chat)]

        events = await self._desk.db.write(save)
        self._desk.tell(*events)
        self.stir()
        return sum(isinstance(event, MessageChanged) for event in events)

    # --- what the relay says ------------------------------------------------------------

    def online(self) -> None:
        """Signed in: everything without an OK is sent, from the start; what was sent before is unknown."""
        self._start_over()
        self._not_before = 0.0
        self.stir()

    def acknowledged(self, ids: list[bytes]) -> None:
        """Take the relay's OK: these are durable there."""
        self._acknowledged += ids
        self.stir()

    def refused(self, refusal: Refusal) -> None:
        """Keep what the relay would not store, say so, and try again later, from there on in order."""
        if refusal.about not in self._on_their_way:
            return
        situation = refusal_situation(refusal)
        log.trouble("message refused", kind=situation.kind.value, code=int(refusal.code))
        if refusal.code in _NEVER:
            self._never.append(refusal.about)
            self.stir()
            return
        if clock.now() >= self._not_before:
            self._desk.report(situation)
        self._not_before = clock.now() + max(refusal.retry_ms / 1000, RETRY)
        self._start_over()
        self.stir()

    # --- the task -----------------------------------------------------------------------

    def receipt(self) -> None:
        """Seal the receipts that the inbox put into the store."""
        self._receipts = True
        self.stir()

    def stir(self) -> None:
        """Look at the store again: something was put there."""
        self._stirred.set()

    async def run(self) -> None:
        """Send what is in the store, for as long as the client is open."""
        while True:
            await self._wait()
            self._stirred.clear()
            try:
                await self._settle()
                if self._receipts:
                    self._receipts = False
                    await self._desk.db.write(_seal_receipts)
                if self._desk.link.is_online and clock.now() >= self._not_before:
                    await self._fill_window()
            except (TroubleWith, Bug) as error:
                self._receipts = True
                self._desk.report(situation_of("outbox", error))
                await asyncio.sleep(RETRY)
                self.stir()

    async def _wait(self) -> None:
        """Until stirred, the oldest message has no OK for too long, or the relay's pause is over."""
        moments = [self._not_before] if self._not_before > clock.now() else []
        if self._on_their_way and self._desk.link.is_online:
            moments.append(next(iter(self._on_their_way.values())) + OK_DEADLINE)
        left = min(moments, default=clock.now() + OK_DEADLINE) - clock.now()
        try:
            async with asyncio.timeout(max(0.0, left)):
                await self._stirred.wait()
        except TimeoutError:
            if self._overdue():
                log.note("no OK in time", count=len(self._on_their_way))
                self._start_over()

    def _overdue(self) -> bool:
        oldest = next(iter(self._on_their_way.values()), None)
        return oldest is not None and clock.now() - oldest >= OK_DEADLINE

    def _start_over(self) -> None:
        self._on_their_way.clear()
        self._sent_to = 0

    async def _settle(self) -> None:
        """Bring what the relay said into the store, in one transaction, and the ticks forward."""
        ids, self._acknowledged = self._acknowledged, []
        never, self._never = self._never, []
        if not ids and not never:
            return

        def save(tx: Tx) -> list[Event]:
            events: list[Event] = []
            for send_id in ids:
                message = outbox.acknowledged(tx, send_id)
                moved = None if message is None else messages.advance(tx, message, Delivery.RELAYED)
                if moved is not None:
                    events.append(MessageChanged(moved))
            for send_id in never:
                outbox.drop(tx, send_id)
            return events

        try:
            events = await self._desk.db.write(save)
        except (TroubleWith, Bug):
            self._acknowledged[:0] = ids
            self._never[:0] = never
            raise
        for send_id in [*ids, *never]:
            self._on_their_way.pop(send_id, None)
        self._desk.tell(*events)

    async def _fill_window(self) -> None:
        room = WINDOW - len(self._on_their_way)
        if room <= 0:
            return
        after = self._sent_to
        rows = await self._desk.db.read(lambda tx: outbox.unacknowledged(tx, after=after, limit=room))
        if after != self._sent_to:  # started over meanwhile: what was read may come before its turn
            self.stir()
            return
        for row in rows:
            if not self._desk.link.send(Send(row.id, [str(row.target)], row.sealed)):
                return
            self._on_their_way[row.id] = clock.now()
            self._sent_to = row.seq
        if len(rows) == room:
            self.stir()


def _session_of(tx: Tx, chat: int) -> Session:
    """The open session of a chat.

    Raises:
        RefusedBy: CONTACT_BLOCKED or NO_SESSION.
    """
    account = chats.account_of(tx, chat)
    contact = None if account is None else contacts.get(tx, account)
    if contact is None:
        raise RefusedBy(Kind.NO_SESSION)
    if contact.blocked:
        raise RefusedBy(Kind.CONTACT_BLOCKED)
    session = sessions.open_with(tx, contact.account)
    if session is None:
        raise RefusedBy(Kind.NO_SESSION)
    return session


def _seal_receipts(tx: Tx) -> None:
    """Seal what the inbox left to be said: one receipt a session for all texts since the last one."""
    for account in outbox.accounts_waiting(tx):
        keys: dict[bytes, list[bytes]] = {}
        for row in outbox.waiting(tx, account, RECEIPTS):
            said = content.decode(row.content)
            if row.h is not None and isinstance(said, content.Receipt):
                keys.setdefault(row.h, []).extend(said.ids)
            outbox.drop(tx, row.id)
        for h, ids in keys.items():
            session = kept_sessions.by_h(tx, h)
            if session is not None:
                sessions.seal(tx, session, content.encode(content.Receipt(tuple(ids))))
