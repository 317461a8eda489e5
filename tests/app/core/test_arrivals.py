from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.desk import couple, place
from support.exchange import Side
from support.logged import LoggedWarnings
from support.waiting import until
from watchword.core import arrivals
from watchword.model.errors import Kind as Cause
from watchword.model.errors import TroubleWith
from watchword.model.events import TroubleMet
from watchword.model.requests import Ending, Phase
from watchword.store import requests
from watchword.store import sessions as kept_sessions
from watchword_wire.exchange import (
    Abort,
    AbortCode,
    Challenge,
    Kind,
    Verdict,
    VerdictStatus,
    run_of,
)
from watchword_wire.frames import Ack, Refusal, RefusalCode, Step, StepFrom

PHRASE = "correct horse battery staple"
H = b"\x05" * 32
CHALLENGE = Challenge(H, bytes(32), bytes(32), bytes(1_088), bytes(32)).encode()


@pytest.fixture
async def sides(tmp_path: Path) -> AsyncIterator[tuple[Side, Side]]:
    async with AsyncExitStack() as stack:
        ada = Side(await stack.enter_async_context(place(tmp_path, "ada")))
        bo = Side(await stack.enter_async_context(place(tmp_path, "bo")))
        yield ada, bo
        ada.runs.close()
        bo.runs.close()


async def asks(ada: Side) -> Step:
    await ada.requests.ask("bo", PHRASE, "", "")
    return await ada.says(Kind.REQUEST)


async def test_what_is_not_held_is_answered_with_04(sides: tuple[Side, Side]) -> None:
    _ada, bo = sides
    await bo.arrivals.arrived(StepFrom("ada/1", CHALLENGE, 0, 0))
    assert bo.said(Kind.ABORT) == [Step("ada/1", Abort(H, AbortCode.NO_SUCH_SESSION).encode())]


async def test_aborts_and_other_verdicts_are_never_answered(sides: tuple[Side, Side]) -> None:
    _ada, bo = sides
    for code in AbortCode:
        await bo.arrivals.arrived(StepFrom("ada/1", Abort(H, code).encode(), 0, 0))
    for status in VerdictStatus:
        await bo.arrivals.arrived(StepFrom("", Verdict(H, status).encode(), 0, 0))
    assert bo.desk.relay.of(Step) == []
    assert bo.shown == []


async def test_a_request_for_somebody_else_is_refused_without_a_prompt(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    await ada.requests.ask("cy", PHRASE, "", "")
    await bo.hears(await ada.says(Kind.REQUEST), ada)
    assert bo.shown == []
    assert len(bo.said(Kind.ABORT)) == 1


async def test_a_request_under_another_s_name_is_dropped(
    sides: tuple[Side, Side], logged_warnings: LoggedWarnings
) -> None:
    ada, bo = sides
    request = await asks(ada)
    await bo.arrivals.arrived(StepFrom("mallory/1", request.body, 60_000, 75_000))
    assert bo.shown == []
    assert bo.desk.relay.sent == []
    logged_warnings.take("request of somebody else")


async def test_a_repeated_request_is_ignored_also_after_its_end(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    request = await asks(ada)
    await bo.hears(request, ada)
    await bo.hears(request, ada)
    assert len(bo.shown) == 1
    await bo.requests.decline(bo.shown[0].key)
    bo.runs.forget(2**60)
    await bo.hears(request, ada)
    assert [shown.ending for shown in bo.shown] == [Ending.DECLINED]


async def test_what_the_relay_refuses_ends_the_request(sides: tuple[Side, Side]) -> None:
    ada, _bo = sides
    h = run_of((await asks(ada)).body)
    await ada.arrivals.refused(Refusal(RefusalCode.RETRY_LATER, h, 60_000))
    assert ada.latest().phase is Phase.ENDED
    assert ada.latest().ending is Ending.NOT_FINISHED


async def test_beyond_the_quiet_ones_there_is_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "MOST_QUIET", 1)
    async with AsyncExitStack() as stack:
        names = ["ada", "cy", "di"]
        bo = Side(await stack.enter_async_context(place(tmp_path, "bo")))
        askers = [Side(await stack.enter_async_context(place(tmp_path, name))) for name in names]
        for asker in askers:
            await bo.hears(await asks(asker), asker)
            asker.runs.close()
        assert [(shown.account, shown.quiet) for shown in bo.shown] == [("ada", False), ("cy", True)]
        assert bo.desk.relay.sent == []
        bo.runs.close()


async def test_a_late_verdict_after_a_restart_corrects_the_list(sides: tuple[Side, Side]) -> None:
    ada, _bo = sides
    h = run_of((await asks(ada)).body)
    later = Side(ada.desk)
    await later.requests.start()
    kept = await ada.desk.db.read(lambda tx: requests.by_h(tx, h))
    assert kept is not None
    assert kept.request.ending is Ending.NOT_FINISHED
    await later.arrivals.arrived(StepFrom("", Verdict(h, VerdictStatus.NO_CHALLENGE).encode(), 0, 0))
    kept = await ada.desk.db.read(lambda tx: requests.by_h(tx, h))
    assert kept is not None
    assert kept.request.ending is Ending.NO_ANSWER
    assert later.latest().ending is Ending.NO_ANSWER
    later.runs.close()


async def test_an_open_session_is_deaf_to_aborts_but_04(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        side = Side(ada)
        [session] = await ada.db.read(lambda tx: kept_sessions.of_account(tx, "bo"))
        h = session.h
        for code in AbortCode:
            await side.arrivals.arrived(StepFrom("bo/1", Abort(h, code).encode(), 0, 0))
        assert ada.relay.sent == [Ack([h[16:]])]
        assert await ada.db.read(lambda tx: kept_sessions.by_h(tx, h)) == session
        side.runs.close()


async def test_a_step_that_the_relay_would_not_take_yet_is_said_again(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LEAST_PAUSE", 0.1)
    ada, bo = sides
    request = await asks(ada)
    h = run_of(request.body)
    await ada.is_noted(h)
    await bo.hears(request, ada)
    await bo.requests.answer(bo.latest().key, PHRASE)
    challenge = await bo.says(Kind.CHALLENGE)
    for _ in range(3):
        await bo.arrivals.refused(Refusal(RefusalCode.RETRY_LATER, h, 50))
    await until(lambda: len(bo.said(Kind.CHALLENGE)) == 2, "bo says it again")
    assert bo.said(Kind.CHALLENGE) == [challenge] * 2
    assert bo.latest().phase is Phase.CHECKING


async def test_a_step_out_of_turn_is_not_said_again(sides: tuple[Side, Side]) -> None:
    ada, bo = sides
    request = await asks(ada)
    h = run_of(request.body)
    await ada.is_noted(h)
    await ada.arrivals.refused(Refusal(RefusalCode.OUT_OF_TURN, h))
    run = ada.runs.by_h(h)
    assert run is not None
    assert run.again is None
    assert bo.shown == []


async def test_a_request_that_came_too_soon_is_told_with_its_reason(sides: tuple[Side, Side]) -> None:
    ada, _bo = sides
    h = run_of((await asks(ada)).body)
    await ada.arrivals.refused(Refusal(RefusalCode.RETRY_LATER, h, 60_000))
    told = [event.situation for event in ada.desk.events if isinstance(event, TroubleMet)]
    assert [(situation.kind, situation.facts) for situation in told] == [(Cause.ASK_LATER, {"seconds": 60})]


async def test_a_verdict_is_acknowledged_once_it_is_on_the_disk(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo = sides
    request = await asks(ada)
    h = run_of(request.body)
    await bo.hears(request, ada)
    verdict = StepFrom("", Verdict(h, VerdictStatus.ABORTED).encode(), 0, 0)
    write = bo.desk.db.write

    async def fails(_work: object) -> None:
        raise TroubleWith(Cause.DISK_FULL)

    monkeypatch.setattr(bo.desk.db, "write", fails)
    with pytest.raises(TroubleWith):
        await bo.arrivals.arrived(verdict)
    assert bo.desk.relay.of(Ack) == []
    monkeypatch.setattr(bo.desk.db, "write", write)
    await bo.arrivals.arrived(StepFrom("ada/1", Abort(h, AbortCode.WITHDRAWN).encode(), 0, 0))
    assert bo.desk.relay.of(Ack) == []
    await bo.arrivals.arrived(verdict)
    assert bo.desk.relay.of(Ack) == [Ack([h[:16]])]
    assert bo.latest().ending is Ending.WITHDRAWN
