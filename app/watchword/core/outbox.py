"""The way out (P9's messages): write, then speak.

A text, its sealed bytes and the ratchet's new state are saved in one transaction; only then does anything
leave: at once where everything before it is on its way, else by one task, which sends what the relay has not
acknowledged, in order, and after 10 s without an OK the same bytes under the same id again. What the relay
refuses stays here. See `docs/protocol/wire.md`, Messages.
"""

import asyncio
import secrets
from collections.abc import Callable
from functools import partial

from watchword import log
from watchword.core import clock, sessions
from watchword.core.answers import Answers
from watchword.core.desk import Desk
from watchword.core.tasks import goes_well
from watchword.core.window import Window, fill
from watchword.model.chat import Delivery, Message
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.events import Event, MessageAdded, MessageChanged
from watchword.protocol import content
from watchword.protocol.relaylink import refusal_situation
from watchword.store import chats, contacts, messages, outbox, posts, recalls
from watchword.store import sessions as kept_sessions
from watchword.store.outbox import Sealed
from watchword.store.sessions import Session
from watchword.store.transaction import Tx
from watchword_wire.errors import Bug
from watchword_wire.frames import Refusal, RefusalCode, Send
from watchword_wire.limits import MESSAGE_ID_BYTES, TEXT_BYTES

RETRY = 5.0
"""Seconds until a refused message is tried again where the relay names no time."""

LEAST_PAUSE = 0.2
"""Seconds until it is at the earliest, however short a time the relay names."""

DAY_MS = 24 * 3_600 * 1_000
"""By so much longer than it says a relay is given to keep a text: it counts the time in which it runs."""

RECEIPTS = 16
"""So many batches of the inbox at most are told in one receipt: 64 texts each, 1,024 in all."""

PUT_OFF = (Kind.RELAY_QUOTA, Kind.RELAY_FULL, Kind.RELAY_BUSY)
"""Why the relay took something later only."""

_NEVER = {RefusalCode.TOO_LARGE, RefusalCode.OUT_OF_TURN}
"""Refusals that the same bytes will always meet."""


class Outbox:
    """Saves and sends own content."""

    def __init__(self, desk: Desk, barred: Callable[[str], RefusedBy | None]) -> None:
        """`barred` says why the company allows nothing to be sent to an account, if it does not."""
        self._desk = desk
        self._barred = barred
        self._stirred = asyncio.Event()
        self._window = Window()
        self._answers = Answers(desk, self._window)
        self.not_before = 0.0
        self._kept_ms = 0
        self._receipts = True
        """Whether receipts may wait in the store to be sealed; after a restart they may."""

    # --- commands -----------------------------------------------------------------------

    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text, sealed, and queue it; returns the message as saved.

        Raises:
            RefusedBy: TEXT_EMPTY, TEXT_LONG, CONTACT_BLOCKED, NO_SESSION, COMPANY_OUTSIDER.
            TroubleWith: the store cannot be written.
        """
        text = typed(text)
        sent_at, key = clock.wall_ms(), secrets.token_bytes(MESSAGE_ID_BYTES)

        def save(tx: Tx) -> tuple[Message, tuple[Sealed, int]]:
            session = self._session_of(tx, chat)
            at = sessions.next_moment(tx, chat, sent_at)
            message = messages.add_text(tx, chat, text, mine=True, at=at, key=key)
            if message is None:
                raise Bug("a message id was drawn twice")
            sessions.seal(tx, session, content.encode(content.Text(key, at, text)), message=message.id)
            return message, outbox.newest(tx)

        message, sealed = await self._desk.db.write(save)
        if self._send_at_once(*sealed):
            await asyncio.sleep(0)  # the bytes leave before the windows lay out and paint
        self._desk.tell(MessageAdded(message, notify=False))
        self._desk.tell_of([chat])
        return message

    async def send_again(self, chat: int) -> int:
        """Seal every undelivered text of a chat anew, in order, in the session that stands now.

        Raises:
            RefusedBy: CONTACT_BLOCKED, NO_SESSION, COMPANY_OUTSIDER.
        """

        def save(tx: Tx) -> list[Event]:
            session = self._session_of(tx, chat)
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

    def _send_at_once(self, row: Sealed, before: int) -> bool:
        """Send what was committed just now, if all before it is on its way; otherwise its turn will come."""
        if clock.now() >= self.not_before and self._window.is_next(row, before) and self._leaves(row):
            return True
        self.stir()
        return False

    def _leaves(self, row: Sealed) -> bool:
        """Hand one envelope to the link; False while there is no room for it, or nobody is signed in."""
        if not self._window.fits(len(row.sealed)):
            return False
        if not self._desk.link.send(Send(row.id, [str(row.target)], row.sealed)):
            return False
        self._window.left(row)
        return True

    # --- what the relay says ------------------------------------------------------------

    def online(self, kept_s: int) -> None:
        """Signed in: everything without an OK is sent, from the start; what was sent before is unknown.

        `kept_s` is for how many seconds the relay keeps a message that nobody fetches.
        """
        self._kept_ms = 1_000 * kept_s
        self._window.start_over()
        self._window.take_all_in()
        self.not_before = 0.0
        self.stir()

    def disconnected(self) -> None:
        """Cut off: what had no OK may be lost, so nothing written later may leave before it."""
        self._window.start_over()

    def acknowledged(self, ids: list[bytes]) -> None:
        """Take the relay's OK: these are durable there."""
        self._answers.acknowledged += ids
        self.stir()

    def taken_back(self) -> None:
        """Some envelopes are not in the store any more, or the company bars others than before.

        What is being read leaves only if it is still there and may.
        """
        self._window.read_anew()
        self.stir()

    def refused(self, refusal: Refusal) -> None:
        """Keep what the relay would not store, say so, and try again later, from there on in order."""
        if refusal.about not in self._window:
            return
        situation = refusal_situation(refusal)
        log.trouble("message refused", kind=situation.kind.value, code=int(refusal.code))
        pause = max(refusal.retry_ms / 1000, LEAST_PAUSE) if refusal.retry_ms else RETRY
        again = clock.now() + pause
        if refusal.code in _NEVER:
            self._answers.never.append(refusal.about)
            self._desk.report(situation)
        elif refusal.code == RefusalCode.QUOTA:
            full = self._window.leave_out(refusal.about, again)
            self._desk.report(Situation(situation.kind, {"account": full.rpartition("/")[0]}), lasting=True)
        else:
            self._desk.report(situation, lasting=True)
            self.put_off(again)
        self.stir()

    def put_off(self, until: float) -> None:
        """Send nothing before that moment, and then all that has no OK: the relay would refuse everything."""
        self.not_before = max(self.not_before, until)
        self._window.start_over()

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
            parts = self._settle, self._say_receipts, self._fill_window
            well = [await goes_well("outbox", part, self._desk.report) for part in parts]
            if not all(well):
                await asyncio.sleep(RETRY)
                self.stir()

    async def _wait(self) -> None:
        late = await self._window.waits(
            self._stirred, online=self._desk.link.is_online, paused_to=self.not_before
        )
        if late:
            log.note("no OK in time", count=late)

    async def _settle(self) -> None:
        """Bring what the relay said into the store, in one transaction, and the ticks forward."""
        await self._answers.settle(partial(_settled, clock.wall_ms() + self._kept_ms + DAY_MS))

    async def _say_receipts(self) -> None:
        if not self._receipts:
            return
        self._receipts = False
        try:
            more = await self._desk.db.write(_seal_receipts)
        except BaseException:
            self._receipts = True
            raise
        if more:
            self.receipt()

    async def _fill_window(self) -> None:
        self._window.take_in()
        if not self._desk.link.is_online or clock.now() < self.not_before:
            return
        filled = await fill(self._window, self._read, self._leaves)
        if filled.more:
            self.stir()
        if filled.nothing_waits:  # no sooner, or the words would flicker
            self._desk.mended(*PUT_OFF)

    async def _read(self, after: int, limit: int, full: tuple[str, ...]) -> list[Sealed]:
        def work(tx: Tx) -> list[Sealed]:
            # What was sealed before the company said so stays here, until it says otherwise.
            barred = [str(one) for one in outbox.targets(tx) if self._barred(one.account) is not None]
            return outbox.unacknowledged(tx, after=after, limit=limit, without=(*full, *barred))

        return await self._desk.db.read(work)

    def _session_of(self, tx: Tx, chat: int) -> Session:
        """The open session of a chat.

        Raises:
            RefusedBy: CONTACT_BLOCKED, NO_SESSION or COMPANY_OUTSIDER.
        """
        session = _open_session(tx, chat)
        why = self._barred(session.peer.account)
        if why is not None:
            raise why
        return session


def typed(text: str) -> str:
    """A text as it can be sent.

    Raises:
        RefusedBy: TEXT_EMPTY, TEXT_LONG.
    """
    whole = text.encode(errors="replace")
    if not text.strip():
        raise RefusedBy(Kind.TEXT_EMPTY)
    if len(whole) > TEXT_BYTES:
        raise RefusedBy(Kind.TEXT_LONG, bytes=len(whole), limit=TEXT_BYTES)
    return whole.decode()  # half a surrogate pair, which no text can hold, is a question mark now


def _open_session(tx: Tx, chat: int) -> Session:
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


def _settled(due_at: int, tx: Tx, ids: list[bytes], never: list[bytes]) -> list[Event]:
    events: list[Event] = []
    for send_id in ids:
        message = outbox.acknowledged(tx, send_id)
        if message is None:
            continue
        posts.carried(tx, message)
        recalls.left(tx, send_id, message, due_at)
        moved = messages.advance(tx, message, Delivery.RELAYED)
        events += [] if moved is None else [MessageChanged(moved)]
    for send_id in never:
        message = outbox.acknowledged(tx, send_id)
        if message is None:
            continue
        posts.carried(tx, message)
        given_up = messages.give_up(tx, message)
        if given_up is not None:
            events += [MessageChanged(given_up), *sessions.changed(tx, given_up.chat)]
    return events


def _seal_receipts(tx: Tx) -> bool:
    """Seal what the inbox left to be said, as few receipts as can be; returns whether some is still left."""
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
    return bool(outbox.accounts_waiting(tx))
