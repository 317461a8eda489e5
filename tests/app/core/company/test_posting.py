"""F7, to the relay: the same bytes until its OK, in order, and nobody waits for another's full mailbox."""

from pathlib import Path

import pytest

from support.logged import LoggedWarnings
from support.waiting import until, until_found
from support.way_out import ada
from watchword.core.company import posting
from watchword.model.chat import Delivery
from watchword.model.errors import Kind
from watchword.model.events import TroubleMet, TroubleOver
from watchword.store import posts
from watchword_wire.frames import Refusal, RefusalCode


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
        assert troubles == [Kind.RELAY_BUSY, Kind.RELAY_NONSENSE]
        await until(lambda: TroubleOver(frozenset({Kind.RELAY_BUSY})) in desk.place.events, "it is over")
    logged_warnings.take("message data refused")


async def test_a_full_mailbox_keeps_its_own_conversation_waiting_and_no_other(
    tmp_path: Path, logged_warnings: LoggedWarnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "RETRY", 0.3)
    async with ada(tmp_path) as desk:
        await desk.write("1 to both", "bo", "陈")
        await desk.posts(1)
        assert desk.sending.posting.refused(Refusal(RefusalCode.QUOTA, b"1 to both".rjust(16)))
        await desk.write("2 to both", "bo", "陈")
        await desk.write("to bo", "bo")
        await desk.posts(2)
        assert desk.ids == ["1 to both", "to bo"]
        await desk.posts(4)
        assert desk.ids == ["1 to both", "to bo", "1 to both", "2 to both"]
        desk.sending.posting.acknowledged([text.encode().rjust(16) for text in desk.ids[1:]])
        await until(lambda: TroubleOver(frozenset({Kind.RELAY_QUOTA})) in desk.place.events, "it is over")
    logged_warnings.take("message data refused")
