"""History through a real relay: pages, sharing, what may not be asked, and until when it is there."""

import asyncio
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from support.posts import post
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from support.waiting import until
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode
from watchword_wire.timing import MESSAGE_KEPT

__all__ = ["relay"]

ROOM = b"conversation 16b"


async def test_a_terminal_reads_its_accounts_history_page_by_page(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    assert ada.welcome.roam_s == 90 * 24 * 3_600
    bo = await Terminal(relay.url, "bo").register()
    posts = [post("ada/1", "bo", sealed=bytes(60_000), roam_s=3_600) for _ in range(5)]
    await ada.send(*posts, post("ada/1", "bo"))
    oks: set[bytes] = set()
    while len(oks) < len(posts) + 1:  # what is delivered may not be written yet
        oks.update((await ada.sees(frames.Ok)).ids)
    for _ in range(6):
        await bo.sees(frames.DeliverData)
    found: list[bytes] = []
    pages: list[frames.History] = []
    after = 0
    while not pages or pages[-1].rest:
        await bo.send(frames.AskHistory(after, 256))
        page = await bo.sees(frames.History)
        assert (page.after, page.total) == (after, 5)
        found += [entry.data for entry in page.entries]
        after = page.entries[-1].place
        pages.append(page)
    assert found == [one.data for one in posts]
    assert [page.rest for page in pages] == [2, 0]
    await ada.send(frames.AskHistory(0, 1, b"another room 16b"))
    assert await ada.sees(frames.History) == frames.History(0, 0, 0, [])
    for terminal in (ada, bo):
        await terminal.close()


async def test_sharing_gives_a_later_member_what_came_before(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    cy = await Terminal(relay.url, "cy").register()
    posts = [post("ada/1", "bo", roam_s=3_600) for _ in range(600)]
    await ada.send(*posts)
    oks: set[bytes] = set()
    while len(oks) < len(posts):
        oks.update((await ada.sees(frames.Ok)).ids)
    for name in ("cy", "nobody"):
        await ada.send(frames.Share(ROOM, name, 0))
        assert await ada.sees(frames.Shared) == frames.Shared(ROOM, name, 600)
    found: list[bytes] = []
    after = 0
    while len(found) < 600:
        await cy.send(frames.AskHistory(after, 256, ROOM))
        page = await cy.sees(frames.History)
        found += [entry.data for entry in page.entries]
        assert page.rest == 600 - len(found)
        after = page.entries[-1].place
    assert found == [one.data for one in posts]
    for terminal in (ada, cy):
        await terminal.close()


@pytest.mark.parametrize(
    "frame",
    [
        frames.AskHistory(-1, 1),
        frames.AskHistory(2**63, 1),
        frames.AskHistory(0, 0),
        frames.AskHistory(0, 257),
        frames.AskHistory(0, 1, bytes(15)),
        frames.Share(bytes(15), "bo", 0),
        frames.Share(bytes(16), "bo/1", 0),
        frames.Share(bytes(16), "bo", -1),
        frames.Share(bytes(16), "bo", 2**64 - 1),
        post("ada/1", "bo", roam_s=-1),
    ],
)
async def test_what_may_not_be_asked_ends_the_connection(
    relay: RelayProcess, frame: frames.AskHistory | frames.Share | frames.Post
) -> None:
    ada = await Terminal(relay.url, "ada").register()
    await ada.send(frame)
    assert await ada.closed() == 1007


async def test_one_question_at_a_time(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    relay.suspend()
    await ada.send(frames.AskHistory(0, 1), frames.Share(ROOM, "bo", 0))
    relay.resume()
    assert await ada.closed() == 1007


async def test_too_many_questions_are_put_off(tmp_path: Path) -> None:
    rates = {"pages": [1, 0.01], "shares": [1, 0.01]}
    with RelayProcess(tmp_path / "relay", limits=rates) as relay:
        async with await Terminal(relay.url, "ada").register() as ada:
            for frame in (frames.AskHistory(0, 1), frames.Share(ROOM, "bo", 0)):
                await ada.send(frame)
                await ada.sees(frames.History if isinstance(frame, frames.AskHistory) else frames.Shared)
                await ada.send(frame)
                refusal = await ada.sees(frames.Refusal)
                about = codec.encode(frame)[1:2]
                assert (refusal.code, refusal.about) == (RefusalCode.RETRY_LATER, about)
                assert refusal.retry_ms > 90_000


async def test_an_operator_who_wants_no_history_has_none(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay", options=["--history-days", "0"]) as relay:
        async with await Terminal(relay.url, "ada").register() as ada:
            assert ada.welcome.roam_s == 0
            await ada.send(post("ada/1", "bo", roam_s=3_600))
            await ada.sees(frames.Ok)
            await ada.send(frames.AskHistory(0, 256))
            assert (await ada.sees(frames.History)).total == 0


async def test_queue_and_history_of_a_message_expire_each_in_its_own_time(tmp_path: Path) -> None:
    """As its sender says, or else the relay: by the time served, whenever the relay was restarted."""
    relay = RelayProcess(tmp_path / "relay")
    ada = await Terminal(relay.url, "ada").register()
    bo = await Terminal(relay.url, "bo").register()
    await bo.close()
    times = [(100, 1_000), (1_000, 100), (0, 0), (100, 0), (0, 100)]
    posts = [post("ada/1", "bo", keep_s=keep_s, roam_s=roam_s) for keep_s, roam_s in times]
    await ada.send(*posts)
    oks: set[bytes] = set()
    while len(oks) < len(posts):
        oks.update((await ada.sees(frames.Ok)).ids)
    await ada.close()
    found = []
    for served in (50, 150, 1_050, MESSAGE_KEPT + 50):
        await asyncio.to_thread(relay.serve_from, served)
        bo = Terminal(relay.url, "bo", bo.key)
        bo.answers = False
        await bo.sign_in()
        await bo.send(frames.AskHistory(0, 256))
        kept = [entry.data for entry in (await bo.sees(frames.History)).entries]
        came = [frame.data for frame in bo.all(frames.DeliverData)]
        found.append(
            [[number for number, one in enumerate(posts) if one.data in data] for data in (came, kept)]
        )
        await bo.close()
    assert found == [[[0, 1, 2, 3, 4], [0, 1, 4]], [[1, 2, 4], [0]], [[2, 4], []], [[], []]]
    await asyncio.to_thread(relay.stop)


async def test_history_is_over_by_the_time_served(tmp_path: Path) -> None:
    relay = RelayProcess(tmp_path / "relay")
    ada = await Terminal(relay.url, "ada").register()
    await ada.send(post("ada/1", "bo", roam_s=60), post("ada/1", "bo", roam_s=7_200))
    await ada.sees(frames.Ok)
    await ada.close()
    await asyncio.to_thread(relay.serve_from, 61)
    await ada.sign_in()
    await ada.send(frames.AskHistory(0, 256))
    assert (await ada.sees(frames.History)).total == 1
    await ada.close()
    await asyncio.to_thread(relay.serve_from, 7_300)

    def is_empty() -> bool:
        with closing(apsw.Connection(str(relay.data / "relay.sqlite3"))) as db:
            return bool(db.execute("SELECT count(*) FROM past").get == 0)

    await until(is_empty, "it is deleted", 10)
    await asyncio.to_thread(relay.stop)
