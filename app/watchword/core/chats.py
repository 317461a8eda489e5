"""The chats as the window asks for them: lists, pages, drafts, and the session of each (P11)."""

from collections.abc import Callable

from watchword.core import clock, sessions
from watchword.core.desk import Desk
from watchword.model.chat import Chat, Message, Notice, Page
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import Event
from watchword.protocol import content
from watchword.store import chats, messages
from watchword.store.transaction import Tx


class Chats:
    """Every chat of one open client."""

    def __init__(self, desk: Desk, *, put_out: Callable[[], None]) -> None:
        self._desk = desk
        self._put_out = put_out

    async def every(self) -> list[Chat]:
        """Every chat, latest first."""
        return [self._desk.chat(chat) for chat in await self._desk.db.read(chats.every)]

    async def page(
        self, chat: int, before: Message | None, after: Message | None, around_unread: bool, limit: int
    ) -> Page:
        """A run of messages of one chat."""

        def work(tx: Tx) -> Page:
            if before is not None:
                return messages.before(tx, chat, before, limit)
            if after is not None:
                return messages.after(tx, chat, after, limit)
            if around_unread:
                return messages.around_unread(tx, chat, limit)
            return messages.latest(tx, chat, limit)

        return await self._desk.db.read(work)

    async def count(self, chat: int) -> int:
        """How many rows a chat has."""
        return await self._desk.db.read(lambda tx: messages.count(tx, chat))

    async def session_since(self, chat: int) -> int | None:
        """When the open session of a passphrase chat was opened, ms since 1970; None where none is open."""

        def work(tx: Tx) -> int | None:
            session = sessions.open_with(tx, chats.account_of(tx, chat) or "")
            return None if session is None else session.opened_at

        return await self._desk.db.read(work)

    async def mark_read(self, chat: int) -> None:
        """The user has seen everything in a chat."""
        await self._change(chat, lambda tx: chats.mark_read(tx, chat))

    async def save_draft(self, chat: int, text: str) -> None:
        """Keep what stands unsent in the composer."""
        await self._change(chat, lambda tx: chats.save_draft(tx, chat, text))

    async def end_session(self, chat: int) -> None:
        """End the session by a sealed `end`; history and pinned identity stay.

        Raises:
            RefusedBy: NO_SESSION.
        """
        await self._end(chat, Notice.ENDED_BY_ME, held=False)

    async def answer_held(self, chat: int, *, accept: bool) -> None:
        """Take the other key for this person, or end the held session.

        Raises:
            RefusedBy: NO_SESSION: nothing is held.
        """
        if not accept:
            await self._end(chat, Notice.IDENTITY_REFUSED, held=True)
            return
        at = clock.wall_ms()

        def work(tx: Tx) -> list[Event]:
            session = sessions.held_with(tx, chats.account_of(tx, chat) or "")
            if session is None:
                raise RefusedBy(Kind.NO_SESSION)
            return sessions.release(tx, session, at)

        self._desk.tell(*await self._desk.db.write(work))
        self._put_out()

    async def _end(self, chat: int, notice: Notice, *, held: bool) -> None:
        at = clock.wall_ms()

        def work(tx: Tx) -> list[Event]:
            account = chats.account_of(tx, chat) or ""
            session = sessions.held_with(tx, account) if held else sessions.open_with(tx, account)
            if session is None:
                raise RefusedBy(Kind.NO_SESSION)
            return sessions.leave(tx, session, content.encode(content.End()), notice, at)

        self._desk.tell(*await self._desk.db.write(work))
        self._put_out()

    async def _change(self, chat: int, change: Callable[[Tx], None]) -> None:
        """Change what the chat shows; nothing is told where it looks as before."""

        def work(tx: Tx) -> list[Event]:
            before = sessions.changed(tx, chat)
            change(tx)
            after = sessions.changed(tx, chat)
            return [] if after == before else after

        self._desk.tell(*await self._desk.db.write(work))
