"""Bo's way in of message data: a relay brings what a test says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from support import company
from support.desk import Place
from support.staff import employed
from support.waiting import until, until_found
from watchword.core.company import needs
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.core.company.receiving import Receiving
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.chat import Chat
from watchword.model.company import Closed, Withheld
from watchword.model.events import MessageAdded
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.ring import State
from watchword.store import chats, posts, received
from watchword_wire import message_data as wire
from watchword_wire.frames import Ack, DeliverData

TOO_OLD = replace(
    company.RING,
    keys=tuple(
        replace(key, state=State.ACTIVE)
        for key in company.RING.keys
        if (key.id, key.version) != (company.HR, 2) and key.id != company.AUDIT
    ),
)
GONE = replace(company.PROFILE, directory=company.PROFILE.directory[1:])
"""Ada was removed."""

NEW_KEY = Secret(b"\x33" * 32)

ANEW = replace(
    company.PROFILE,
    directory=(
        replace(company.PROFILE.directory[0], key=ed25519_public(NEW_KEY.expose())),
        *company.PROFILE.directory[1:],
    ),
)
"""Ada joined anew: another member key, on another computer."""


def text(
    said: str, account: str = "ada", *, key: bytes = company.MESSAGE, inner: bytes | None = None
) -> bytes:
    """Message data with a text to bo and 陈."""
    author = company.author(account)
    targets = [one for one in company.MEMBERS if one != account]
    head = message_data.draft(author, company.ORGANISATION, wire.MODE_WRAP, key, targets)
    answer = receipt.answer_key(company.MEMBERS[account], company.ORGANISATION, key)
    whole = content.encode(content.Text(key if inner is None else inner, 5, said, answer))
    return message_data.seal(author, head, company.ring_tags(head), company.KEY, whole)


class Desk:
    """Bo's way in, from a relay that brings what the test says."""

    def __init__(self, place: Place, member: Member | None) -> None:
        self.place = place
        self.member = member
        self.seq = 0
        self.receiving = Receiving(
            place,
            Providers(
                place.tell,
                lambda _: None,
                place.tasks.spawn,
                lambda methods: needs.waits_for(place, self.member, methods),
            ),
            lambda: self.member,
            put_out=lambda: None,
            renew=lambda: None,
            waits=lambda: None,
            for_rooms=lambda: None,
        )
        place.tasks.spawn("take", self.receiving.take())
        place.tasks.spawn("open", self.receiving.open())

    async def brings(self, data: bytes) -> None:
        """The relay brings message data and waits for the acknowledgement."""
        head = wire.decode(data).head
        before = len(self.acks)
        self.seq += 1
        await self.receiving.arrived(DeliverData(self.seq, head.id, head.sender, data))
        await until(lambda: len(self.acks) > before, "it is acknowledged")

    async def fetches(self, data: bytes) -> None:
        """A page of history brings message data."""
        head = wire.decode(data).head
        await self.place.db.write(
            lambda tx: received.put(
                tx,
                wire.digest(data),
                head.sender,
                head.conversation,
                head.id,
                data,
                vouched=True,
                at=9,
                past=True,
            )
        )
        self.receiving.stir()

    @property
    def acks(self) -> list[bytes]:
        return [one for frame in self.place.relay.sent if isinstance(frame, Ack) for one in frame.ids]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What was told to be new."""
        added = [event.message for event in self.place.events if isinstance(event, MessageAdded)]
        return [(message.sender, message.text) for message in added]

    async def reads(self, *wanted: tuple[str, str]) -> None:
        await until(lambda: len(self.texts) >= len(wanted), f"bo reads {wanted}")
        assert self.texts == [*wanted]

    async def chat(self) -> Chat:
        [found] = await self.place.db.read(chats.every)
        return found

    async def answers(self) -> list[tuple[str, content.Content | Closed]]:
        """What stands ready to go, opened by whom it is for."""
        assert await self.place.db.read(lambda tx: posts.unsealed(tx, 9)) == []
        found = []
        for post in await self.place.db.read(posts.sealed):
            [account] = post.targets
            examined = message_data.examine(post.data or b"", account, company.PROFILE, None)
            assert isinstance(examined, Examined)
            said = receipt.unseal(examined, company.MEMBERS[account])
            found.append((account, said if isinstance(said, Closed) else content.decode(said)))
        return found

    async def waits(self, *withheld: Withheld) -> None:
        async def there() -> bool:
            return await self.place.db.read(received.withheld) == withheld

        await until_found(there, f"{withheld} wait")


@asynccontextmanager
async def bo(folder: Path, *, joined: bool = True) -> AsyncIterator[Desk]:
    async with employed(folder, "bo") as (place, member):
        yield Desk(place, member if joined else None)
