"""Fetching: one question at a time, again after what went wrong, and nothing the policy does not want."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support import company
from support.desk import Place
from support.logged import LoggedWarnings
from support.staff import employed, renewed
from support.waiting import until, until_found
from watchword.core.company.membership import Member
from watchword.core.roaming import history, questions
from watchword.core.roaming.history import Fetching
from watchword.core.roaming.questions import Questions
from watchword.model.events import HistoryChanged
from watchword.model.roaming import HistoryShown
from watchword.protocol.company.profile import Profile
from watchword.store import chats, contacts, histories
from watchword.store.histories import EVERYTHING
from watchword.store.transaction import Tx
from watchword_wire import codec
from watchword_wire.frames import AskHistory, Entry, History, Refusal, RefusalCode, Share, Shared, Watch

ROAMS = company.with_policy(roaming=60, late=True)
ROOM = b"r" * 16


class Scene:
    """Bo's way to history, and a relay that answers what the test says."""

    def __init__(self, place: Place, member: Member) -> None:
        self.place = place
        self.member = member
        self.renewals = 0
        self.questions = Questions(place, self._renew)
        self.fetching = Fetching(
            place,
            self.questions,
            lambda: self.member,
            came=lambda: None,
            tried=asyncio.Event(),
            say_shared=self._say_shared,
        )
        self.told: list[str] = []
        place.tasks.spawn("history", self.fetching.run())

    def _renew(self) -> None:
        self.renewals += 1

    async def _say_shared(self, room: bytes, account: str) -> None:
        assert room == ROOM
        self.told.append(account)

    @property
    def asked(self) -> list[AskHistory]:
        return [frame for frame in self.place.relay.sent if isinstance(frame, AskHistory)]

    async def asks(self, count: int) -> AskHistory:
        """So many questions have been asked; returns the last."""
        await until(lambda: len(self.asked) >= count, f"{count} questions")
        assert len(self.asked) == count
        return self.asked[-1]

    async def open_scopes(self) -> list[bytes]:
        return [one.conversation for one in await self.place.db.read(histories.unfinished)]


@asynccontextmanager
async def scene(folder: Path, profile: Profile = ROAMS) -> AsyncIterator[Scene]:
    async with employed(folder, "bo") as (place, member):
        yield Scene(place, renewed(member, profile=profile))


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked again is asked at once."""
    for module, name in ((history, "LEAST_PAUSE"), (questions, "RETRY"), (questions, "LEAST_PAUSE")):
        monkeypatch.setattr(module, name, 0.01)


async def closed(one: Scene) -> bool:
    return not await one.open_scopes()


async def test_an_empty_history_is_asked_for_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        assert await one.asks(1) == AskHistory(0, 256, None)
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "it is all there")
        one.fetching.stir()
        await until_found(lambda: closed(one), "nothing is asked again")
        assert len(one.asked) == 1


async def test_what_the_policy_does_not_want_is_not_asked_for(tmp_path: Path) -> None:
    async with scene(tmp_path, company.PROFILE) as one:
        one.fetching.stir()
        await one.place.db.write(lambda tx: histories.share(tx, ROOM, "ada"))
        assert one.place.relay.sent == []
        one.member = renewed(one.member, profile=ROAMS)
        one.fetching.stir()
        await until(lambda: one.place.relay.sent, "a newer file allows it")
        assert one.place.relay.sent == [Share(ROOM, "ada", 0)]
        one.questions.answered(Shared(ROOM, "ada", 3))
        await one.asks(1)
        assert await one.place.db.read(histories.to_share) is None
        assert one.told == ["ada"]


@pytest.mark.parametrize(
    "wrong",
    [History(7, 0, 0, []), History(0, 5, 5, []), Shared(ROOM, "ada", 1)],
)
async def test_after_a_wrong_answer_it_is_asked_again(
    tmp_path: Path, wrong: History | Shared, logged_warnings: LoggedWarnings
) -> None:
    async with scene(tmp_path) as one:
        await one.asks(1)
        one.questions.answered(wrong)
        await one.asks(2)
        assert await one.open_scopes() == [EVERYTHING]
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "the right one is taken")
    words = "another answer than was asked for" if isinstance(wrong, Shared) else "page of history refused"
    logged_warnings.take(words)


async def test_an_answer_to_nothing_is_passed_over(tmp_path: Path, logged_warnings: LoggedWarnings) -> None:
    async with scene(tmp_path) as one:
        await one.asks(1)
        one.questions.answered(History(0, 0, 0, []))
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "it is all there")
    logged_warnings.take("an answer that nobody asked for")


async def test_after_a_pause_of_the_relays_and_after_a_cut_it_is_asked_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.asks(1)
        assert not one.questions.refused(Refusal(RefusalCode.RETRY_LATER, b"m" * 16, 10))
        assert not one.questions.refused(Refusal(RefusalCode.RETRY_LATER, codec.number_of(Watch), 10))
        assert one.questions.refused(Refusal(RefusalCode.RETRY_LATER, codec.number_of(AskHistory), 10))
        await one.asks(2)
        one.place.relay.is_online = False
        one.questions.disconnected()
        one.fetching.stir()
        one.place.relay.is_online = True
        one.fetching.stir()
        await one.asks(3)
        assert not one.questions.refused(Refusal(RefusalCode.QUOTA, b"", 10))


async def test_a_relay_that_does_not_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "ANSWER", 0.05)
    async with scene(tmp_path) as one:
        await one.asks(1)
        await until(lambda: one.renewals == 1, "the connection is made anew")


async def test_of_a_room_joined_late_more_is_asked_until_nothing_comes_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(tmp_path) as one:
        await one.asks(1)
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "the account's is all there")
        await one.place.db.write(lambda tx: histories.begin(tx, ROOM, 2**52))
        one.fetching.stir()
        for count in (2, 3):
            assert await one.asks(count) == AskHistory(0, 256, ROOM)
            one.questions.answered(History(0, 0, 0, []))
        await one.asks(4)
        monkeypatch.setattr(history, "LATE_MS", -(2**53))
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "nobody shares it any more")


@pytest.mark.parametrize("kept_s", [-1, 2**63 - 1])
async def test_a_relay_that_names_an_odd_time_ends_nothing(tmp_path: Path, kept_s: int) -> None:
    async with scene(tmp_path) as one:
        one.fetching.signed_in(kept_s)
        await one.asks(1)
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "it is all there")


async def test_of_a_room_joined_again_it_is_fetched_once_it_is_shared(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with scene(tmp_path) as one:

        def joined_again(tx: Tx) -> None:
            histories.begin(tx, ROOM, 2**52)
            histories.advance(tx, histories.unfinished(tx)[-1], place=7, total=3, rest=0)
            histories.close(tx, ROOM)
            contacts.introduce(tx, "ada", "Ada")
            chat = chats.meet(tx, "ada", 1)
            histories.begin_again(tx, ROOM, chat, 2**52)

        await one.asks(1)
        one.questions.answered(History(0, 0, 0, []))
        await until_found(lambda: closed(one), "the account's is all there")
        await one.place.db.write(joined_again)
        one.fetching.stir()
        for count in (2, 3):  # nobody has shared it yet
            assert await one.asks(count) == AskHistory(7, 256, ROOM)
            assert not (await one.place.db.read(histories.unfinished))[0].news
            one.questions.answered(History(7, 3, 0, []))
        await one.asks(4)
        one.questions.answered(History(7, 4, 0, [Entry(9, "ada/1", b"")]))
        assert await one.asks(5) == AskHistory(9, 256, ROOM)
        one.questions.answered(History(9, 4, 0, []))
        await until_found(lambda: closed(one), "all of it is here")
    logged_warnings.take("message data refused")


async def test_what_the_policy_wants_no_more_is_not_said_to_come(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with scene(tmp_path) as one:
        await one.asks(1)
        one.questions.answered(History(0, 9, 8, [Entry(1, "ada/1", b"")]))
        await one.asks(2)
        assert one.fetching.shown == HistoryShown(True, 1, 9, 0)
        one.member = renewed(one.member, profile=company.PROFILE)
        one.questions.disconnected()
        one.fetching.stir()
        await until(lambda: not one.fetching.shown.fetching, "nothing is on its way")
        assert one.place.events[-1] == HistoryChanged(HistoryShown())
    logged_warnings.take("message data refused")
