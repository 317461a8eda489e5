"""Ada's way out of a company's conversations, to a relay that says what the test says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from support.desk import Place
from support.staff import employed
from support.waiting import until
from watchword.core import clock
from watchword.core.company import acquisition, needs, view
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.core.company.sending import Sending
from watchword.core.rooms.live import Ways
from watchword.core.rooms.rooms import Rooms
from watchword.model.chat import Delivery, Message
from watchword.model.company import Closed
from watchword.store import chats, messages
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire
from watchword_wire.frames import Post


def _nothing() -> None:
    return


class Desk:
    """Ada at her desk."""

    def __init__(self, place: Place, member: Member) -> None:
        self.place = place
        self.member = member
        self.providers = Providers(
            place.tell,
            lambda _: None,
            place.tasks.spawn,
            lambda methods: needs.waits_for(place, self.member, methods),
        )
        self.rooms = Rooms(Ways(place, lambda: self.member, *(_nothing,) * 6))
        self.sending = Sending(place, self.providers, lambda: self.member, _nothing, self.rooms.floor)
        place.tasks.spawn("sending", self.sending.run())
        place.tasks.spawn("posting", self.sending.posting.run())

    async def write(self, text: str, *whom: str) -> Message:
        """Save a text, as the window's command does."""
        key, at = text.encode().rjust(16), clock.wall_ms()

        def save(tx: Tx) -> Message:
            chat = acquisition.open_chat(tx, self.member, whom or ("bo",), at)
            return acquisition.acquire(tx, self.member, chat, text, at, key)

        message = await self.place.db.write(save)
        self.sending.wake()
        return message

    @property
    def posted(self) -> list[bytes]:
        """The message data that were sent, in order."""
        return [frame.data for frame in self.place.relay.sent if isinstance(frame, Post)]

    @property
    def ids(self) -> list[str]:
        """What was sent, by the texts that name it."""
        return [wire.decode(data).head.id.decode().strip() for data in self.posted]

    @property
    def sent_for(self) -> list[tuple[str, set[str] | None]]:
        """The same with whom each was sent for; None for everybody."""
        found: list[tuple[str, set[str] | None]] = []
        for frame in self.place.relay.sent:
            if isinstance(frame, Post):
                head = wire.decode(frame.data).head
                only = set(wire.marked(head.targets, head.sender, frame.only)) if frame.only else None
                found.append((head.id.decode().strip(), only))
        return found

    async def without_room(self, message: Message) -> list[str]:
        """Who has no room for a text, as its info says."""
        found = await self.place.db.read(lambda tx: view.recipients(tx, message.id))
        return [one.account for one in found if one.no_room]

    async def posts(self, count: int) -> None:
        await until(lambda: len(self.posted) >= count, f"{count} were sent")

    async def unsent(self) -> Closed | None:
        found = await self.place.db.read(chats.every)
        return found[0].unsent

    async def delivery(self, message: Message) -> Delivery:
        found = await self.place.db.read(lambda tx: messages.get(tx, message.id))
        assert found is not None
        return found.delivery


@asynccontextmanager
async def ada(folder: Path) -> AsyncIterator[Desk]:
    async with employed(folder) as (place, member):
        yield Desk(place, member)
