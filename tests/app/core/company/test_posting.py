"""F7, to the relay: the same bytes until its OK, in order, and nobody waits for another's full mailbox."""

from pathlib import Path

import pytest

from support.logged import LoggedWarnings
from support.waiting import until, until_found
from support.way_out import ada
from watchword.core import clock
from watchword.core.company import posting
from watchword.model.chat import Delivery
from watchword.model.errors import Kind
from watchword.model.events import TroubleMet, TroubleOver
from watchword.store import posts
from watchword_wire.errors import PeerError
from watchword_wire.frames import Partly, Refusal, RefusalCode
from watchword_wire.message_data import mark


async def test_what_is_sealed_goes_and_its_tick_comes_with_the_ok(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        message = await desk.write("one")
        await desk.posts(1)
        assert await desk.delivery(message) is Delivery.WAITING
        assert desk.sending.posting.acknowledged([b"another's".rjust(16), b"one".rjust(16)]) == [
            b"another's".rjust(16)
        ]

        async def relayed() -> bool:
            return await desk.delivery(message) is Delivery.RELAYED

        await until_found(relayed, "one tick")
        assert await desk.place.db.read(posts.sealed) == []


async def test_the_same_bytes_are_sent_again_on_the_next_connection(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await desk.write("one")
        await desk.posts(1)
        desk.sending.posting.disconnected()
        desk.sending.posting.online()
        await desk.posts(2)
        assert desk.posted[0] == desk.posted[1]


async def test_what_the_relay_refuses_for_now_goes_later(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with ada(tmp_path) as desk:
        message = await desk.write("one")
        await desk.posts(1)
        about = b"one".rjust(16)
        assert desk.sending.posting.refused(Refusal(RefusalCode.RETRY_LATER, about, 10))
        assert not desk.sending.posting.refused(Refusal(RefusalCode.RETRY_LATER, bytes(16), 10))
        await desk.posts(2)
        assert desk.posted[0] == desk.posted[1]
        assert desk.sending.posting.refused(Refusal(RefusalCode.TOO_LARGE, about))

        async def given_up() -> bool:
            return await desk.delivery(message) is Delivery.UNDELIVERED

        await until_found(given_up, "it is undelivered")
        troubles = [event.situation.kind for event in desk.place.events if isinstance(event, TroubleMet)]
        assert troubles == [Kind.RELAY_BUSY, Kind.RELAY_TOO_LONG]
        await until(lambda: TroubleOver(frozenset({Kind.RELAY_BUSY})) in desk.place.events, "it is over")
    logged_warnings.take("message data refused")


def partly(text: str, *lacking: str, targets: tuple[str, ...] = ("bo", "陈")) -> Partly:
    """The relay's answer about a text."""
    return Partly(text.encode().rjust(16), mark(targets, "ada/1", lacking))


async def test_who_has_no_room_waits_and_nobody_else(
    tmp_path: Path, logged_warnings: LoggedWarnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "RETRY", 0.3)
    async with ada(tmp_path) as desk:
        first = await desk.write("to bo", "bo")
        await desk.posts(1)
        assert desk.sending.posting.refused(Refusal(RefusalCode.QUOTA, b"to bo".rjust(16)))
        await desk.write("to both", "bo", "陈")
        await desk.write("2 to bo", "bo")
        await desk.posts(4)
        # Ada's other desktops wait for nobody.
        assert desk.sent_for[1:] == [("to bo", {"ada"}), ("to both", {"陈", "ada"}), ("2 to bo", {"ada"})]
        for text, targets in (("to bo", ("bo",)), ("to both", ("bo", "陈")), ("2 to bo", ("bo",))):
            desk.sending.posting.taken_for_some(partly(text, "bo", targets=targets))
        await desk.posts(7)
        assert desk.sent_for[4:] == [("to bo", {"bo"}), ("to both", {"bo"}), ("2 to bo", {"bo"})]
        assert await desk.delivery(first) is Delivery.WAITING
        desk.sending.posting.taken_for_some(partly("to bo", "ada", targets=("bo",)))
        desk.sending.posting.taken_for_some(partly("to both", "陈", "ada"))
        desk.sending.posting.taken_for_some(partly("2 to bo", "ada", targets=("bo",)))
        await until(lambda: TroubleOver(frozenset({Kind.RELAY_QUOTA})) in desk.place.events, "it is over")
        assert await desk.place.db.read(posts.sealed) == []
        assert await desk.delivery(first) is Delivery.RELAYED
    logged_warnings.take("message data refused")


async def test_what_the_relay_took_for_some_is_one_tick_and_its_info_says_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "RETRY", 60.0)
    async with ada(tmp_path) as desk:
        message = await desk.write("one", "bo", "陈")
        await desk.posts(1)
        desk.sending.posting.taken_for_some(partly("one", "陈"))

        async def relayed() -> bool:
            return await desk.delivery(message) is Delivery.RELAYED

        await until_found(relayed, "one tick")
        assert await desk.without_room(message) == ["陈"]
        # It is kept over a restart, and goes to who lacks it alone.
        desk.sending.posting.disconnected()
        desk.sending.posting.online()
        await desk.posts(2)
        assert desk.sent_for[1:] == [("one", {"陈"})]
        desk.sending.posting.taken_for_some(partly("one", "bo", "ada"))

        async def everybody() -> bool:
            return await desk.without_room(message) == []

        await until_found(everybody, "all have it")


async def test_what_is_on_its_way_to_others_is_not_overtaken_by_what_has_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "RETRY", 0.3)
    async with ada(tmp_path) as desk:
        await desk.write("one", "bo", "陈")
        await desk.posts(1)
        desk.sending.posting.taken_for_some(partly("one", "陈"))
        await desk.write("two", "bo", "陈")
        await desk.posts(2)
        assert desk.sent_for[1:] == [("two", {"bo", "ada"})]
        over = clock.now() + 0.4
        await until(lambda: clock.now() >= over, "its pause is over, the second still without an answer")
        await desk.write("three", "bo", "陈")
        await desk.posts(3)
        assert desk.sent_for[2:] == [("three", {"bo", "ada"})]
        desk.sending.posting.taken_for_some(partly("two", "陈"))
        desk.sending.posting.taken_for_some(partly("three", "陈"))
        await desk.posts(6)
        assert desk.sent_for[3:] == [("one", {"陈"}), ("two", {"陈"}), ("three", {"陈"})]


async def test_a_late_answer_about_others_leaves_nobody_out(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await desk.write("one", "bo", "陈")
        await desk.posts(1)
        desk.sending.posting.taken_for_some(partly("one", "陈", "ada"))
        desk.sending.posting.taken_for_some(partly("one", "bo", "ada"))

        async def found() -> bool:
            [post] = await desk.place.db.read(posts.sealed)
            return post.missing == ("ada",)

        await until_found(found, "only what both answers lack is left")


async def test_an_answer_about_what_is_for_others_by_now_says_who_has_it(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await desk.write("one", "bo", "陈")
        await desk.posts(1)
        about = b"one".rjust(16)
        await desk.place.db.write(lambda tx: posts.address(tx, about, ("bo", "eve")))  # sealed anew
        desk.sending.posting.taken_for_some(partly("one", "陈"))

        async def found() -> bool:
            return [post.missing for post in await desk.place.db.read(posts.sealed)] == [("eve",)]

        await until_found(found, "only who was not meant lacks it")


async def test_an_answer_that_means_nobody_is_nonsense(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await desk.write("one", "bo", "陈")
        await desk.posts(1)
        for bits in (b"", b"\0", b"\x10", b"\x80\0"):
            with pytest.raises(PeerError):
                desk.sending.posting.taken_for_some(Partly(b"one".rjust(16), bits))
        desk.sending.posting.taken_for_some(Partly(bytes(16), b"\x80"))
        assert [post.missing for post in await desk.place.db.read(posts.sealed)] == [None]
