"""Own texts: the bubble is there at once, in one conversation; what is undelivered goes again in order."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.desk import Place
from support.staff import employed
from watchword.core.company import acquisition
from watchword.core.company.membership import Member
from watchword.core.company.texts import Texts
from watchword.model.chat import Delivery
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged, MessageAdded, MessageChanged
from watchword.store import messages, posts
from watchword.store.transaction import Tx


class Ada:
    """Ada writes; nothing seals."""

    def __init__(self, desk: Place, member: Member) -> None:
        self.desk = desk
        self.member = member
        self.said = 0
        self.texts = Texts(desk, lambda: self.member, self._said)

    def _said(self) -> None:
        self.said += 1

    async def chat(self) -> int:
        return await self.desk.db.write(lambda tx: acquisition.open_chat(tx, self.member, ("bo",), 1))

    async def waiting(self) -> list[int | None]:
        """The messages that wait to be sealed, in order."""
        return [post.message for post in await self.desk.db.read(lambda tx: posts.unsealed(tx, 9))]


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Ada]:
    async with employed(tmp_path) as found:
        yield Ada(*found)


async def test_a_text_is_saved_with_what_has_to_go_out(ada: Ada) -> None:
    chat = await ada.chat()
    message = await ada.texts.send_text(chat, "hello")
    assert message.delivery is Delivery.WAITING
    assert isinstance(ada.desk.events[0], MessageAdded)
    assert await ada.waiting() == [message.id]
    assert ada.said == 1
    with pytest.raises(RefusedBy) as refused:
        await ada.texts.send_text(chat, " ")
    assert refused.value.situation.kind is Kind.TEXT_EMPTY
    assert ada.said == 1


async def test_what_is_undelivered_goes_again_in_order_and_once(ada: Ada) -> None:
    chat = await ada.chat()
    first, second = [await ada.texts.send_text(chat, text) for text in ("one", "two")]

    def strand(tx: Tx) -> None:
        for message in (first, second):
            messages.strand_one(tx, message.id)

    await ada.desk.db.write(strand)
    third = await ada.texts.send_text(chat, "three")
    ada.desk.events.clear()
    assert await ada.texts.send_again(chat) == 2
    assert await ada.waiting() == [third.id, first.id, second.id]
    assert [type(event) for event in ada.desk.events] == [MessageChanged, MessageChanged, ChatChanged]
    assert await ada.texts.send_again(chat) == 0
