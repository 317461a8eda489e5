import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.desk import place
from support.exchange import Side
from support.logged import LoggedWarnings
from support.waiting import until
from watchword.core import clock, sessions
from watchword.core import runs as module
from watchword.crypto import passphrase
from watchword.crypto.secret import Secret
from watchword.model.chat import Notice, SessionState
from watchword.model.errors import Kind as Cause
from watchword.model.errors import TroubleWith
from watchword.model.events import TroubleMet
from watchword.model.requests import Ending, Phase
from watchword.store import chats, requests, runs
from watchword.store import sessions as kept_sessions
from watchword.store.transaction import Tx
from watchword_wire.exchange import Abort, AbortCode, Kind, Verdict, VerdictStatus, run_of
from watchword_wire.frames import Step, StepFrom

PHRASE = "correct horse battery staple"


@pytest.fixture
async def sides(tmp_path: Path) -> AsyncIterator[tuple[Side, Side]]:
    async with AsyncExitStack() as stack:
        ada = Side(await stack.enter_async_context(place(tmp_path, "ada")))
        bo = Side(await stack.enter_async_context(place(tmp_path, "bo")))
        yield ada, bo
        ada.runs.close()
        bo.runs.close()


async def prompted(ada: Side, bo: Side) -> bytes:
    """Bo's prompt is open; returns h."""
    await ada.requests.ask("bo", PHRASE, "", "")
    request = await ada.says(Kind.REQUEST)
    h = run_of(request.body)
    await ada.is_noted(h)
    await bo.hears(request, ada)
    return h


async def proved(ada: Side, bo: Side, phrase: str = PHRASE) -> bytes:
    """Bo has typed, and ada's proof is out."""
    h = await prompted(ada, bo)
    await bo.requests.answer(bo.latest().key, phrase)
    await ada.hears(await bo.says(Kind.CHALLENGE), bo)
    await ada.says(Kind.PROOF)
    return h


async def verdict(side: Side, h: bytes, status: VerdictStatus) -> None:
    await side.arrivals.arrived(StepFrom("", Verdict(h, status).encode(), 0, 0))


async def test_a_session_needs_both_checks_and_the_verdict(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await proved(ada, bo)
    await bo.hears(await ada.says(Kind.PROOF), ada)
    await ada.hears(await bo.says(Kind.RESPONSE), bo)
    confirm = await ada.says(Kind.CONFIRM)
    assert await ada.desk.db.read(chats.every) == []
    await bo.hears(confirm, ada)
    assert await bo.desk.db.read(chats.every) == []
    for side in sides:
        assert [request.phase for request in side.shown] == [Phase.CHECKING]
        await verdict(side, h, VerdictStatus.ESTABLISHED)
        assert [request.ending for request in side.shown] == [Ending.ACCEPTED]
        [chat] = await side.desk.db.read(chats.every)
        assert chat.session is SessionState.OPEN
        assert side.settled == 1
        assert await side.desk.db.read(runs.every) == []


async def test_verdict_00_without_the_own_check_opens_nothing(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await proved(ada, bo)
    await verdict(ada, h, VerdictStatus.ESTABLISHED)
    assert await ada.desk.db.read(chats.every) == []
    assert ada.latest().phase is Phase.CHECKING


async def test_the_guess_is_on_disk_before_the_proof_leaves(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo = sides
    await prompted(ada, bo)
    await bo.requests.answer(bo.latest().key, PHRASE)
    challenge = await bo.says(Kind.CHALLENGE)

    async def full(_work: object) -> None:
        raise TroubleWith(Cause.DISK_FULL, folder="here")

    with monkeypatch.context() as patch:
        patch.setattr(ada.desk.db, "write", full)
        with pytest.raises(TroubleWith):
            await ada.hears(challenge, bo)
    assert ada.said(Kind.PROOF) == []
    # Nothing happened: the relay gives the challenge again, and it is taken like the first.
    await ada.hears(challenge, bo)
    assert len(ada.said(Kind.PROOF)) == 1
    assert ada.latest().phase is Phase.CHECKING


async def test_a_wrong_phrase_stays_counted_on_both_sides(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await proved(ada, bo, "something else")
    await bo.hears(await ada.says(Kind.PROOF), ada)
    assert bo.said(Kind.RESPONSE) == []
    abort = await bo.says(Kind.ABORT)
    assert abort.body == Abort(h, AbortCode.DIFFER).encode()
    await ada.hears(abort, bo)
    for side in sides:
        assert side.latest().ending is Ending.DIFFER
        assert side.latest().uncertain == 1


async def test_endings_are_kept_with_the_list(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await prompted(ada, bo)
    await bo.requests.decline(bo.latest().key)
    await ada.hears(await bo.says(Kind.ABORT), bo)
    for side in sides:
        kept = await side.desk.db.read(lambda tx: requests.by_h(tx, h))
        assert kept is not None
        assert kept.request.ending is Ending.DECLINED


async def test_the_verdict_corrects_what_was_shown(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await prompted(ada, bo)
    await bo.requests.decline(bo.latest().key)
    assert bo.latest().ending is Ending.DECLINED
    await verdict(bo, h, VerdictStatus.NO_CHALLENGE)
    assert bo.latest().ending is Ending.NO_ANSWER
    kept = await bo.desk.db.read(lambda tx: requests.by_h(tx, h))
    assert kept is not None
    assert kept.request.ending is Ending.NO_ANSWER


async def test_a_phrase_is_wiped_when_it_is_no_longer_needed(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    await prompted(ada, bo)
    run = ada.runs.live_with("bo")
    assert run is not None
    phrase = run.phrase
    assert phrase is not None
    await ada.requests.cancel(run.request.key)
    assert phrase.expose() == bytes(len(phrase))


async def test_the_last_word_is_said_again_on_return(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    await prompted(ada, bo)
    ada.desk.relay.sent.clear()
    await ada.arrivals.disconnected()
    assert ada.latest().phase is Phase.RELAY_LOST
    await ada.arrivals.connected()
    assert ada.latest().phase is Phase.WAITING
    assert len(ada.said(Kind.REQUEST)) == 1


async def test_the_hint_goes_with_the_request_only(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    await ada.requests.ask("bo", PHRASE, "by the sea", "")
    request = await ada.says(Kind.REQUEST)
    assert (request.target, request.hint) == ("bo/1", "by the sea")
    await bo.hears(request, ada)
    assert bo.latest().hint == "by the sea"
    await ada.requests.cancel(ada.latest().key)
    await until(lambda: ada.said(Kind.ABORT), "ada takes it back")
    steps = [frame for frame in ada.desk.relay.sent if isinstance(frame, Step)]
    assert [step.hint for step in steps] == ["by the sea", ""]


async def test_what_ended_long_ago_leaves_memory(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await prompted(ada, bo)
    ada.runs.forget(2**60)
    assert ada.runs.by_h(h) is not None
    await ada.requests.cancel(ada.latest().key)
    ada.runs.forget(2**60)
    assert ada.runs.by_h(h) is None


class FullDisk:
    """A store that cannot be written from one write on, until it is given room."""

    def __init__(self, side: Side, monkeypatch: pytest.MonkeyPatch, *, after: int = 0) -> None:
        self.refused = 0
        self._left = after
        self._write = side.desk.db.write
        monkeypatch.setattr(side.desk.db, "write", self.write)

    def give_room(self) -> None:
        self._left = 1_000

    async def write(self, work: object) -> object:
        if self._left <= 0:
            self.refused += 1
            raise TroubleWith(Cause.DISK_FULL, folder="here")
        self._left -= 1
        return await self._write(work)  # type: ignore[arg-type]  # passed on as it came


async def test_a_full_disk_at_a_deadline_is_told_now_and_again_not_without_end(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_RETRY", 0.2)
    ada, bo = sides
    await prompted(ada, bo)
    run = bo.runs.live_with("ada")
    assert run is not None
    disk = FullDisk(bo, monkeypatch)
    monkeypatch.setattr(clock, "now", lambda real=clock.now: real() + 1_000)
    bo.runs.set_timer(run)
    await until(lambda: disk.refused, "the deadline is tried")
    await asyncio.sleep(0.5)
    assert 2 <= disk.refused <= 4
    disk.give_room()
    await until(lambda: bo.latest().phase is Phase.ENDED, "the run ends")
    assert bo.latest().ending is Ending.NO_ANSWER


async def test_a_phrase_that_was_stretched_while_the_disk_was_full_is_not_in_vain(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_RETRY", 0.1)
    ada, _bo = sides
    disk = FullDisk(ada, monkeypatch, after=1)
    await ada.requests.ask("bo", PHRASE, "", "")
    await until(lambda: disk.refused, "the request cannot be kept")
    assert ada.said(Kind.REQUEST) == []
    disk.give_room()
    await ada.says(Kind.REQUEST)
    assert {e.situation.kind for e in ada.desk.events if isinstance(e, TroubleMet)} == {Cause.DISK_FULL}


async def test_a_run_goes_on_when_its_second_write_finds_the_disk_full(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_RETRY", 0.1)
    ada, bo = sides
    h = await proved(ada, bo)
    disk = FullDisk(bo, monkeypatch, after=1)  # the guess is counted; the pending run cannot be kept
    await bo.hears(await ada.says(Kind.PROOF), ada)
    await until(lambda: disk.refused, "the pending run cannot be kept")
    assert bo.said(Kind.RESPONSE) == []
    disk.give_room()
    await bo.says(Kind.RESPONSE)
    assert [row.h for row in await bo.desk.db.read(runs.every)] == [h]


async def test_an_ended_session_is_not_spoken_for_by_its_run(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    h = await proved(ada, bo)
    await bo.hears(await ada.says(Kind.PROOF), ada)
    response = await bo.says(Kind.RESPONSE)
    await ada.hears(response, bo)
    await verdict(ada, h, VerdictStatus.ESTABLISHED)
    await ada.hears(response, bo)
    assert ada.said(Kind.ABORT) == []

    def end(tx: Tx) -> None:
        [session] = kept_sessions.of_account(tx, "bo")
        sessions.end(tx, session, Notice.ENDED_BY_PEER, 1)

    await ada.desk.db.write(end)
    await ada.hears(response, bo)
    assert ada.said(Kind.ABORT) == [Step("bo/1", Abort(h, AbortCode.NO_SUCH_SESSION).encode())]


async def test_a_phrase_that_cannot_be_stretched_ends_the_run_on_both_sides(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    ada, bo = sides

    def no_memory(_phrase: Secret, _salt: bytes) -> Secret:
        raise MemoryError

    h = await prompted(ada, bo)
    monkeypatch.setattr(passphrase, "stretch", no_memory)
    await bo.requests.answer(bo.latest().key, PHRASE)
    assert await bo.says(Kind.ABORT) == Step("ada/1", Abort(h, AbortCode.BROKEN_OFF).encode())
    assert bo.latest().ending is Ending.NOT_FINISHED
    await ada.hears(await bo.says(Kind.ABORT), bo)
    await ada.requests.ask("bo", PHRASE, "", "")  # none is live that would stand in the way
    await until(lambda: ada.latest().ending is Ending.NOT_FINISHED, "ada's request is over")
    assert len(ada.said(Kind.REQUEST)) == 1
    for side in sides:
        assert [e.situation.kind for e in side.desk.events if isinstance(e, TroubleMet)] == [Cause.UNEXPECTED]
        assert side.runs.awaited() == set()
    logged_warnings.take("task failed")


async def test_a_pending_run_that_cannot_be_read_is_over(
    sides: tuple[Side, Side], logged_warnings: LoggedWarnings
) -> None:
    ada, bo = sides
    h = await proved(ada, bo)
    await bo.hears(await ada.says(Kind.PROOF), ada)
    await ada.hears(await bo.says(Kind.RESPONSE), bo)
    await ada.desk.db.write(lambda tx: tx.execute("update runs set packed = x'c1'"))
    later = Side(ada.desk)
    await later.requests.start()
    logged_warnings.take("pending run is unreadable")
    assert await ada.desk.db.read(runs.every) == []
    [shown] = await later.requests.every()
    assert (shown.phase, shown.ending) == (Phase.ENDED, Ending.NOT_FINISHED)
    # The peer that opened the session hears that nobody holds it here.
    await verdict(later, h, VerdictStatus.ESTABLISHED)
    assert later.said(Kind.ABORT) == [Step("bo/1", Abort(h, AbortCode.NO_SUCH_SESSION).encode())]
    assert await ada.desk.db.read(chats.every) == []
    later.runs.close()
