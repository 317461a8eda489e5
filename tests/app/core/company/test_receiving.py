"""The way in: durable before it is acknowledged, opened once, and waiting with its reason."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.desk import Place
from support.logged import LoggedWarnings
from support.staff import employed, renewed
from support.waiting import until, until_found
from watchword.core.company import needs
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.core.company.receiving import Receiving, keep_inside
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.chat import Chat
from watchword.model.company import Closed, Reason, Withheld
from watchword.model.errors import Kind
from watchword.model.events import MessageAdded, TroubleMet
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.message_data import Author, Examined
from watchword.protocol.company.profile import Profile
from watchword.protocol.company.receipt import Drawn
from watchword.protocol.company.ring import State
from watchword.store import chats, contacts, messages, posts, received
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
        self.receipts = self.renewals = self.seq = self.to_rooms = 0
        self.receiving = Receiving(
            place,
            Providers(
                place.tell,
                lambda _: None,
                place.tasks.spawn,
                lambda methods: needs.waits_for(place, self.member, methods),
            ),
            lambda: self.member,
            put_out=self._receipt,
            renew=self._renew,
            waits=lambda: None,
            for_rooms=self._bring_to_rooms,
        )
        place.tasks.spawn("take", self.receiving.take())
        place.tasks.spawn("open", self.receiving.open())

    def _bring_to_rooms(self) -> None:
        self.to_rooms += 1

    def _receipt(self) -> None:
        self.receipts += 1

    def _renew(self) -> None:
        self.renewals += 1

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


async def test_it_opens_once_however_often_it_comes(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        data = text("hi")
        await desk.brings(data)
        await desk.reads(("ada", "hi"))
        await desk.brings(data)
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "hi"), ("ada", "next"))
        assert [one.account for one in (await desk.chat()).members] == ["ada", "陈"]
        assert await desk.answers() == [
            ("ada", content.Receipt((company.MESSAGE,))),
            ("ada", content.Receipt((b"n" * 16,))),
        ]


async def test_another_member_cannot_take_a_message_s_id(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        await desk.brings(text("mine", "陈"))
        await desk.brings(text("hers", "ada"))
        await desk.reads(("陈", "mine"), ("ada", "hers"))


async def test_another_copy_of_what_was_read_does_not_wait(tmp_path: Path) -> None:
    """Sealed by two company files, of which this desktop has one."""
    async with bo(tmp_path) as desk:
        await desk.brings(text("hi"))
        await desk.reads(("ada", "hi"))
        assert desk.member is not None
        desk.member = renewed(desk.member, ring=TOO_OLD)
        other = text("hi, sealed otherwise")
        await desk.brings(other)

        async def known() -> bool:
            waiting = await desk.place.db.read(lambda tx: received.waiting(tx, 0, 9, tried=True))
            return not waiting and await desk.place.db.read(lambda tx: received.known(tx, wire.digest(other)))

        await until_found(known, "it was looked at")
        assert (await desk.chat()).withheld == ()
        assert desk.texts == [("ada", "hi")]


async def test_it_waits_for_the_ring_and_opens_by_itself(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        whole = desk.member
        assert whole is not None
        desk.member = renewed(whole, ring=TOO_OLD)
        await desk.brings(text("hi"))
        waits = Withheld(Closed(Reason.RING_TOO_OLD, "hr", 2, (1,)), 1)
        await desk.waits(waits)
        assert (await desk.chat()).withheld == (waits,)
        assert desk.texts == []
        desk.member = whole
        desk.receiving.wake()
        await desk.reads(("ada", "hi"))
        assert (await desk.chat()).withheld == ()


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


@pytest.mark.parametrize(("since", "reason"), [(GONE, Reason.UNKNOWN_SENDER), (ANEW, Reason.UNVOUCHED)])
async def test_what_came_while_its_writer_was_a_member_opens_after_and_nothing_newer_does(
    tmp_path: Path, since: Profile, reason: Reason
) -> None:
    async with bo(tmp_path) as desk:
        whole = desk.member
        assert whole is not None
        desk.member = renewed(whole, ring=TOO_OLD)
        await desk.brings(text("before"))
        await desk.waits(Withheld(Closed(Reason.RING_TOO_OLD, "hr", 2, (1,)), 1))
        desk.member = renewed(whole, profile=since)  # one file brings the ring and the directory
        desk.receiving.wake()
        await desk.reads(("ada", "before"))
        # Whoever has the lost computer writes with its key and the ring of that day.
        await desk.brings(text("after", key=b"n" * 16))
        await desk.waits(Withheld(Closed(reason), 1))
        await desk.brings(text("before"))
        assert desk.texts == [("ada", "before")]
        assert [to for to, _ in await desk.answers()] == (["ada"] if since is ANEW else [])


async def test_what_came_just_before_the_file_that_removes_its_writer_opens_too(tmp_path: Path) -> None:
    """Kept by the older directory, tried by the newer one."""
    async with bo(tmp_path) as desk:
        whole, data = desk.member, text("hi")
        assert whole is not None
        desk.member = renewed(whole, profile=GONE)
        head = wire.decode(data).head
        await desk.place.db.write(
            lambda tx: received.put(
                tx, wire.digest(data), "ada/1", head.conversation, head.id, data, vouched=True, at=5
            )
        )
        desk.receiving.stir()
        await desk.reads(("ada", "hi"))


@pytest.mark.parametrize(("since", "reason"), [(GONE, Reason.UNKNOWN_SENDER), (ANEW, Reason.UNVOUCHED)])
async def test_nobody_comes_in_by_a_session_who_is_no_member(
    tmp_path: Path, since: Profile, reason: Reason
) -> None:
    """A session is no directory: whom it joins is asked for like everybody, when it brings something."""
    async with bo(tmp_path) as desk:
        whole = desk.member
        assert whole is not None
        desk.member = renewed(whole, profile=since)
        head = message_data.draft(
            company.author("ada"), company.ORGANISATION, wire.MODE_WRAP, company.MESSAGE, ["bo"]
        )
        tags = (*company.ring_tags(head), message_data.session_tag(head, company.H))
        said = content.encode(content.Text(company.MESSAGE, 5, "hi"))
        data = message_data.seal(company.author("ada"), head, tags, company.KEY, said)
        await desk.place.db.write(lambda tx: keep_inside(tx, data, "ada/1", company.H, 5))
        desk.receiving.stir()
        await desk.waits(Withheld(Closed(reason), 1))
        desk.receiving.wake()
        await desk.brings(text("next", "陈", key=b"n" * 16))
        await desk.reads(("陈", "next"))
        assert await desk.place.db.read(received.withheld) == (Withheld(Closed(reason), 1),)
        desk.member = whole  # a file in which she stands
        desk.receiving.wake()
        await desk.reads(("陈", "next"), ("ada", "hi"))


async def test_before_joining_it_waits_and_makes_no_chat(tmp_path: Path) -> None:
    async with bo(tmp_path, joined=False) as desk:
        await desk.brings(text("hi"))
        await desk.waits(Withheld(Closed(Reason.NOT_JOINED), 1))
        assert await desk.place.db.read(chats.every) == []


async def test_whom_this_user_blocked_is_not_heard_and_gets_no_receipt(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        await desk.place.db.write(lambda tx: contacts.block(tx, "ada", blocked=True))
        await desk.brings(text("hi"))
        await desk.brings(text("hello", "陈", key=b"n" * 16))
        await desk.reads(("陈", "hello"))
        assert await desk.answers() == [("陈", content.Receipt((b"n" * 16,)))]


async def test_a_text_under_another_id_is_passed_over(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bo(tmp_path) as desk:
        await desk.brings(text("hi", inner=bytes(16)))
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "next"))
    logged_warnings.take("content passed over")


async def test_under_the_key_of_a_receipt_no_text_is_taken(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    """Nobody gets around the company's keys by calling a text a receipt, nor around receipts by a text's."""
    answer = receipt.answer_key(company.MEMBERS["bo"], company.ORGANISATION, company.MESSAGE)
    asked = content.Text(company.MESSAGE, 5, "hi", answer)
    async with bo(tmp_path) as desk:
        others: tuple[content.Known, ...] = (content.Text(bytes(16), 5, "weaker"), content.Empty())
        for number, said in enumerate(others):
            drawn = Drawn(bytes([number]) * 16, company.KEY, bytes(12))
            good = receipt.seal(company.author("ada"), company.ORGANISATION, "bo", (asked,), drawn)
            assert good is not None
            head = wire.decode(good).head
            await desk.brings(
                message_data.seal(company.author("ada"), head, head.tags, company.KEY, content.encode(said))
            )
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "next"))
    logged_warnings.take("content passed over")


async def test_a_receipt_under_a_key_of_somebody_else_is_passed_over(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    asked = content.Text(company.MESSAGE, 5, "hi", Secret(bytes(32)))
    async with bo(tmp_path) as desk:
        drawn = Drawn(bytes(16), company.KEY, bytes(12))
        data = receipt.seal(company.author("ada"), company.ORGANISATION, "bo", (asked,), drawn)
        assert data is not None
        await desk.brings(data)
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "next"))
        assert not [event for event in desk.place.events if isinstance(event, TroubleMet)]
        assert await desk.place.db.read(received.withheld) == ()
    logged_warnings.take("message data refused")


async def test_what_was_altered_is_told_once_and_acknowledged(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bo(tmp_path) as desk:
        data = text("hi")
        altered = data[:-1] + bytes([data[-1] ^ 1])
        await desk.brings(altered)
        await desk.brings(altered)
        told = [event.situation for event in desk.place.events if isinstance(event, TroubleMet)]
        assert [(one.kind, one.facts) for one in told] == [(Kind.COMPANY_ALTERED, {"account": "ada"})]
        await desk.brings(data)
        await desk.reads(("ada", "hi"))
    logged_warnings.take("message data refused")


async def test_nobody_outside_the_company_can_alarm_a_conversation(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bo(tmp_path) as desk:
        await desk.brings(text("hi"))
        await desk.reads(("ada", "hi"))
        stranger = Author("mallory/1", bytes(64), Secret(bytes(32)))
        head = message_data.draft(stranger, company.ORGANISATION, wire.MODE_WRAP, b"m" * 16, ["bo"])
        head = replace(head, conversation=wire.conversation_id(company.ORGANISATION, ("ada", "bo", "陈")))
        data = message_data.seal(stranger, head, company.ring_tags(head), company.KEY, b"nonsense")
        before = len(desk.place.events)
        await desk.brings(data[:-1] + bytes([data[-1] ^ 1]))
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "hi"), ("ada", "next"))
        told = desk.place.events[before:]
        assert not [event for event in told if isinstance(event, TroubleMet)]
        assert [event.message.notice for event in told if isinstance(event, MessageAdded)] == [None]
    logged_warnings.take("message data refused")


async def test_a_key_that_opens_nothing_is_altered(tmp_path: Path, logged_warnings: LoggedWarnings) -> None:
    async with bo(tmp_path) as desk:
        author = company.author("ada")
        head = message_data.draft(author, company.ORGANISATION, wire.MODE_WRAP, company.MESSAGE, ["bo"])
        other = Secret(bytes(32))
        data = message_data.seal(author, head, company.ring_tags(head), other, b"\x91\x04")
        await desk.brings(data)
        await until(lambda: any(isinstance(one, TroubleMet) for one in desk.place.events), "the alarm")
        assert await desk.place.db.read(received.withheld) == ()
    logged_warnings.take("message data refused")


async def test_what_was_fetched_before_its_turn_came_is_news_with_its_receipt(tmp_path: Path) -> None:
    """A page of history overtakes the queue: what comes by itself later is at the end, unread, answered."""
    async with bo(tmp_path) as desk:
        second, third = text("second", key=b"2" * 16), text("third", "陈", key=b"3" * 16)
        await desk.brings(text("first"))
        await desk.reads(("ada", "first"))
        for data in (second, third):
            await desk.fetches(data)

        async def is_there() -> bool:
            page = await desk.place.db.read(lambda tx: messages.latest(tx, chat.id, 9))
            return len(page.messages) == 3

        chat = await desk.chat()
        await until_found(is_there, "it was opened")
        assert (await desk.chat()).unread == 1
        assert len(await desk.answers()) == 1
        for data in (second, third, second):
            await desk.brings(data)
        await desk.reads(("ada", "first"), ("ada", "second"), ("陈", "third"))
        page = await desk.place.db.read(lambda tx: messages.latest(tx, chat.id, 9))
        assert [row.text for row in page.messages] == ["first", "second", "third"]
        assert (await desk.chat()).unread == 3
        assert [said for _, said in await desk.answers()] == [
            content.Receipt((key,)) for key in (company.MESSAGE, b"2" * 16, b"3" * 16)
        ]
