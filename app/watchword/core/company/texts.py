"""Own texts of a company's conversations: saved at once; sealed and sent by others, as soon as that can be.

Commands raise RefusedBy or TroubleWith and nothing else. See `docs/protocol/store.md`, Outbox.
"""

import secrets
from collections.abc import Callable

from watchword.core import clock, sessions
from watchword.core.company import acquisition
from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.core.outbox import typed
from watchword.model.chat import Message
from watchword.model.events import Event, MessageAdded, MessageChanged
from watchword.store.transaction import Tx
from watchword_wire.limits import MESSAGE_ID_BYTES


class Texts:
    """What this user writes to members of the company."""

    def __init__(self, desk: Desk, member: Callable[[], Member], said: Callable[[], None]) -> None:
        """Write nothing yet.

        Args:
            desk: shared.
            member: as whom; raises RefusedBy COMPANY_MISSING.
            said: something waits to be sealed, because a person acted.
        """
        self._desk = desk
        self._member = member
        self._said = said

    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text for everybody in a chat and queue it.

        Raises:
            RefusedBy: TEXT_EMPTY, TEXT_LONG, CONTACT_BLOCKED, NO_SESSION, COMPANY_MISSING.
        """
        member, text = self._member(), typed(text)
        key, at = secrets.token_bytes(MESSAGE_ID_BYTES), clock.wall_ms()

        def save(tx: Tx) -> tuple[Message, list[Event]]:
            message = acquisition.acquire(tx, member, chat, text, at, key)
            return message, sessions.changed(tx, chat)

        message, events = await self._desk.db.write(save)
        self._desk.tell(MessageAdded(message, notify=False), *events)
        self._said()
        return message

    async def send_again(self, chat: int) -> int:
        """Queue every undelivered text of a chat anew, in order; returns how many.

        Raises:
            RefusedBy: CONTACT_BLOCKED, NO_SESSION, COMPANY_MISSING.
        """
        member = self._member()

        def again(tx: Tx) -> tuple[list[Message], list[Event]]:
            return acquisition.again(member, chat, tx), sessions.changed(tx, chat)

        waiting, changed = await self._desk.db.write(again)
        self._desk.tell(*map(MessageChanged, waiting), *changed)
        self._said()
        return len(waiting)
