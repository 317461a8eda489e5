"""Messages for windows that are tested without a core: made up, and given out by pages as the core does."""

from msgspec.structs import replace

from watchword.core.client import Client
from watchword.model.chat import Chat, Contact, Delivery, Message, MessageKind, Notice, Page, SessionState

NOON = 1_795_262_400_000
"""A wall clock moment: 21 November 2026, 12:00 UTC."""
MINUTE = 60_000


def text(
    number: int,
    said: str,
    *,
    mine: bool = False,
    at: int | None = None,
    delivery: Delivery = Delivery.DELIVERED,
    sender: str = "",
    notice: Notice | None = None,
) -> Message:
    """One text of chat 1."""
    when = NOON + number * MINUTE if at is None else at
    return Message(number, 1, MessageKind.TEXT, mine, said, when, delivery, notice, sender)


def notice(number: int, what: Notice) -> Message:
    """One line of the program's own."""
    return Message(number, 1, MessageKind.NOTICE, False, "", NOON + number * MINUTE, notice=what)


def texts(count: int) -> list[Message]:
    """Texts of both sides, of one to some lines."""
    return [
        text(number, f"Message {number} " + "with words " * (number % 23), mine=number % 3 == 0)
        for number in range(1, count + 1)
    ]


def chat(**how: object) -> Chat:
    """Chat 1, with bo, whose session is open."""
    plain = Chat(1, Contact("bo", "Bo"), SessionState.OPEN, None, 0)
    return replace(plain, **how)


class Shelf(Client):
    """Gives out pages of a list of messages; everything else of a client is missing."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.asked: list[str] = []

    async def page(
        self,
        chat: int,
        *,
        before: Message | None = None,
        after: Message | None = None,
        around_unread: bool = False,
        limit: int = 60,
    ) -> Page:
        """The latest, or those before or after a message."""
        held = self.messages
        if before is not None:
            self.asked.append(f"before {before.id}")
            end = next(place for place, message in enumerate(held) if message.id == before.id)
            return Page(held[max(0, end - limit) : end], end > limit, True)
        if after is not None:
            self.asked.append(f"after {after.id}")
            start = next(place for place, message in enumerate(held) if message.id == after.id) + 1
            return Page(held[start : start + limit], True, start + limit < len(held))
        self.asked.append("latest")
        return Page(held[-limit:], len(held) > limit, False)
