"""One question for each token, shared by all who need its PIN; what was typed is used once and erased."""

import asyncio

import pytest

from support.company import TOKEN_METHOD
from support.staff import membership
from support.waiting import until
from watchword.core.company.membership import Member
from watchword.core.company.questions import CALL, Call, Questions, typed_pin
from watchword.model.company import Reason
from watchword.model.events import Event, PinOver, PinWanted
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.profile import Method
from watchword.providers import contract
from watchword.providers.contract import Cause, Fault

AT, ELSEWHERE = {"token": "acme"}, {"token": "acme", "serial": "2"}
WANTED = contract.PinWanted("acme")
AGAIN = contract.PinWanted("acme", Cause.PIN_WRONG_LAST_TRY)


class Window:
    """What the window is told."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.questions = Questions(self.told.append)

    async def asks(self, times: int) -> None:
        await until(lambda: len(self.told) == times, f"{times} events")


async def test_two_share_a_question_and_each_has_the_answer() -> None:
    window, asked = Window(), list[str]()
    calls = [asyncio.create_task(window.questions.ask(AT, WANTED, asked)) for _ in range(2)]
    await window.asks(1)
    window.questions.answer("acme", "123456")
    one, other = await asyncio.gather(*calls)
    assert one == other == bytearray(b"123456")
    assert one is not other
    window.questions.over(asked, None)
    assert window.told == [PinWanted("acme"), PinOver("acme")]


async def test_another_token_of_this_name_is_not_asked_for_at_the_same_time() -> None:
    window, asked = Window(), list[str]()
    call = asyncio.create_task(window.questions.ask(AT, WANTED, asked))
    await window.asks(1)
    others = list[str]()
    assert await window.questions.ask(ELSEWHERE, WANTED, others) is None
    assert others == []
    window.questions.end(ELSEWHERE)
    assert not call.done()
    window.questions.end(AT)
    assert await call is None


async def test_what_stands_is_said_again_to_who_wants_to_answer() -> None:
    window, asked = Window(), list[str]()
    window.questions.repeat()
    assert window.told == []
    call = asyncio.create_task(window.questions.ask(AT, AGAIN, asked))
    await window.asks(1)
    window.questions.repeat()
    assert window.told == [PinWanted("acme", Reason.PIN_WRONG_LAST_TRY)] * 2
    window.questions.end_all()
    assert await call is None
    window.questions.repeat()
    assert len(window.told) == 2


async def test_it_is_not_over_while_another_waits_for_it() -> None:
    window, asked = Window(), list[str]()
    calls = [asyncio.create_task(window.questions.ask(AT, WANTED, asked)) for _ in range(2)]
    await window.asks(1)
    calls[0].cancel()
    await until(calls[0].done, "it gave up")
    window.questions.over(["acme"], None)
    assert len(window.told) == 1
    calls[1].cancel()
    await until(calls[1].done, "it gave up too")
    window.questions.over(asked, Cause.PIN_WANTED)
    assert window.told[1:] == [PinOver("acme", Reason.PIN_WANTED)]


# --- into a call ---------------------------------------------------------------------------------


@pytest.fixture
def ada() -> Member:
    held = membership()
    return Member(held, Author("ada/1", bytes(64), held.member))


def method(ada: Member) -> Method:
    found = ada.profile.method(TOKEN_METHOD)
    assert found is not None
    return found


async def test_what_was_typed_is_given_once(ada: Member) -> None:
    call = Call(ada, method(ada), typed=bytearray(b"1"))
    CALL.set(call)
    assert await typed_pin(WANTED) == bytearray(b"1")
    with pytest.raises(Fault) as fault:
        await typed_pin(AGAIN)
    assert fault.value.cause is Cause.PIN_WRONG_LAST_TRY
    assert call.wanted is AGAIN


async def test_what_nobody_wanted_is_erased(ada: Member) -> None:
    typed = bytearray(b"1")
    Call(ada, method(ada), typed=typed).forget()
    assert typed == bytearray(1)


async def test_a_call_that_nobody_waits_for_is_told_why_it_gets_none(ada: Member) -> None:
    CALL.set(Call(ada, method(ada), told=lambda _member, _method: Cause.PROVIDER_DOWN))
    with pytest.raises(Fault) as fault:
        await typed_pin(AGAIN)
    assert fault.value.cause is Cause.PROVIDER_DOWN
