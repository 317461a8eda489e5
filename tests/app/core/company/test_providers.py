"""What is known of a method before and after it was used, and how a question for a PIN begins and ends."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.company import RING_METHOD, TOKEN, TOKEN_METHOD
from support.logged import LoggedWarnings
from support.methods import AT, BESIDE, Place, working
from support.softhsm import OK, PIN, Faults, Function, SoftHsm
from support.staff import renewed
from support.waiting import until
from watchword.core.company.membership import Member
from watchword.model.company import MethodState, Reason
from watchword.model.events import PinOver, PinWanted
from watchword.protocol.company.profile import Pin
from watchword.providers.conformance import sample_context
from watchword.providers.contract import Cause, Fault, KeyName, Mode


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    made = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.configuration))
    return made


@pytest.fixture
def faults(hsm: SoftHsm) -> Iterator[Faults]:
    found = Faults(hsm.module)
    yield found
    found.restore()


async def test_a_method_is_untried_until_it_was_used_and_after_a_newer_file(tmp_path: Path) -> None:
    async with working(tmp_path) as there:
        assert there.state(RING_METHOD) == MethodState(RING_METHOD, "ring", "wrap")
        assert there.state(TOKEN_METHOD).detail == "acme"
        assert there.state(company.OWN_METHOD).detail == "acme"
        tested = await there.test(RING_METHOD)
        assert (tested.tried, tested.fault) == (True, None)
        assert there.changes == [False], "it is told, but nothing waited for it"
        await there.test(RING_METHOD)
        assert there.changes == [False]
        plugin = await there.test(company.OWN_METHOD)
        assert (plugin.tried, plugin.fault, plugin.detail) == (True, Reason.PROVIDER_MISSING, "acme")
        await there.providers.renew(there.member)
        assert not there.state(RING_METHOD).tried


async def test_after_a_newer_file_a_method_is_called_as_that_says(tmp_path: Path, hsm: SoftHsm) -> None:
    async with working(tmp_path) as there:
        assert (await there.test(TOKEN_METHOD)).detail == "acme"
        moved = replace(there.method(TOKEN_METHOD), where={**AT, "token": "acme-2"})
        methods = tuple(moved if one.id == TOKEN_METHOD else one for one in there.member.profile.methods)
        await there.providers.renew(
            renewed(there.member, profile=replace(there.member.profile, methods=methods))
        )
        assert there.providers.state(moved).detail == "acme-2"


async def test_a_question_for_a_pin_is_over_with_the_call(
    tmp_path: Path, hsm: SoftHsm, logged_warnings: LoggedWarnings
) -> None:
    serial = hsm.make_token("acme")
    hsm.make_key(serial, KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        assert await there.told_of(1) == PinWanted("acme")
        there.providers.answer_pin("acme", "000000")
        assert await there.told_of(2) == PinWanted("acme", Reason.PIN_WRONG_FEW_LEFT)
        there.providers.answer_pin("acme", PIN)
        state = await test
        assert (state.fault, state.detail) == (None, f"acme {serial}")
        assert await there.told_of(3) == PinOver("acme")
        await there.providers.rest()
        refused = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(4)
        there.providers.answer_pin("acme", None)
        assert (await refused).fault is Reason.PIN_WANTED
        assert await there.told_of(5) == PinOver("acme", Reason.PIN_WANTED)
        given_up = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(6)
        given_up.cancel()
        assert await there.told_of(7) == PinOver("acme")


async def test_a_newer_file_does_not_wait_for_a_pin(
    tmp_path: Path, hsm: SoftHsm, logged_warnings: LoggedWarnings
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        policy = replace(there.member.profile.policy, pin=Pin.SESSION)
        newer = renewed(there.member, profile=replace(there.member.profile, policy=policy))
        async with asyncio.timeout(5):
            await there.providers.renew(newer)
        assert (await test).fault is Reason.PIN_WANTED
        assert await there.told_of(2) == PinOver("acme", Reason.PIN_WANTED)


async def test_two_calls_share_a_question_and_one_that_gives_up_leaves_it_to_the_other(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        calls = [asyncio.create_task(there.test(method)) for method in (TOKEN_METHOD, BESIDE)]
        asked = there.providers._questions._asked
        await until(lambda: asked and asked["acme"].waiting == 2, "both wait for one answer")
        assert there.told == [PinWanted("acme")]
        calls[0].cancel()
        await until(calls[0].done, "it gave up")
        assert there.told == [PinWanted("acme")], "the other one still waits"
        there.providers.answer_pin("acme", PIN)
        assert (await calls[1]).fault is None
        assert there.told == [PinWanted("acme"), PinOver("acme")]


async def test_a_token_rests_only_when_nothing_is_to_be_done(tmp_path: Path, hsm: SoftHsm) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        first = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        there.providers.answer_pin("acme", PIN)
        await first
        there.busy = True
        await there.providers.rest()
        assert (await there.test(TOKEN_METHOD)).fault is None
        there.busy = False
        await there.providers.rest()
        again = asyncio.create_task(there.test(TOKEN_METHOD))
        assert await there.told_of(3) == PinWanted("acme")
        there.providers.answer_pin("acme", None)
        await again


async def test_when_all_gave_up_the_next_call_asks_anew(tmp_path: Path, hsm: SoftHsm) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        given_up = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        given_up.cancel()
        await there.told_of(2)
        there.providers.answer_pin("acme", "the answer to nothing")
        again = asyncio.create_task(there.test(TOKEN_METHOD))
        assert await there.told_of(3) == PinWanted("acme")
        there.providers.answer_pin("acme", PIN)
        assert (await again).fault is None


async def test_a_pin_is_not_tried_on_another_token_of_the_same_name(tmp_path: Path, hsm: SoftHsm) -> None:
    serials = [hsm.make_token("acme"), hsm.make_token("acme", "another")]
    hsm.make_key(serials[0], KeyName(TOKEN, 1))
    mine, other = ({**AT, "serial": serial} for serial in serials)
    async with working(tmp_path, at=mine, beside=other) as there:
        call = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        assert (await there.test(BESIDE)).fault is Reason.PIN_WANTED
        there.providers.answer_pin("acme", PIN)
        assert (await call).fault is None
        assert there.told == [PinWanted("acme"), PinOver("acme")]


async def test_an_answer_is_erased_once_everybody_has_it(tmp_path: Path, hsm: SoftHsm) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        call = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        question = there.providers._questions._asked["acme"]
        there.providers.answer_pin("acme", PIN)
        await call
        assert question.answer.result() == bytearray(len(PIN))


async def test_closing_answers_who_waits_for_a_pin(tmp_path: Path, hsm: SoftHsm) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        call = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        async with asyncio.timeout(5):
            await there.providers.close()
        assert (await call).fault is Reason.PIN_WANTED


async def test_a_method_that_fails_and_works_again_is_told_each_time_and_wakes_what_waits(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    async with working(tmp_path, pin=Pin.SESSION) as there:
        assert (await there.test(TOKEN_METHOD)).fault is Reason.TOKEN_MISSING
        assert (await there.test(TOKEN_METHOD)).fault is Reason.TOKEN_MISSING
        assert there.changes == [False]
        hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
        call = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        there.providers.answer_pin("acme", PIN)
        assert (await call).fault is None
        assert there.changes == [False, True]


@pytest.mark.parametrize(
    "cause", [Cause.ALTERED, Cause.KEY_UNKNOWN, Cause.VERSION_UNKNOWN, Cause.KEY_REVOKED]
)
async def test_what_lies_in_a_message_is_no_failure_of_the_method(tmp_path: Path, cause: Cause) -> None:
    async def fails(_provider: object) -> bytes:
        raise Fault(cause)

    async with working(tmp_path) as there:
        with pytest.raises(Fault) as fault:
            await there.providers.use(there.member, there.method(RING_METHOD), fails)
        assert fault.value.cause is cause
        assert not there.state(RING_METHOD).tried
        assert there.changes == []


async def test_a_provider_is_kept_until_its_method_policy_or_ring_is_another(tmp_path: Path) -> None:
    async with working(tmp_path) as there:
        found: list[object] = []

        async def look(provider: object) -> None:
            found.append(provider)

        async def uses(member: Member, *methods: bytes) -> list[object]:
            found.clear()
            for method in methods:
                one = member.profile.method(method)
                assert one is not None
                await there.providers.use(member, one, look)
            return [*found]

        ring, token = await uses(there.member, RING_METHOD, TOKEN_METHOD)
        assert await uses(there.member, RING_METHOD, TOKEN_METHOD) == [ring, token]
        newer = renewed(there.member, ring=company.with_key(company.ring_key(company.HR, 3)))
        another, same = await uses(newer, RING_METHOD, TOKEN_METHOD)
        assert another is not ring
        assert same is token
        policy = replace(newer.profile.policy, pin=Pin.SESSION)
        other = renewed(newer, profile=replace(newer.profile, policy=policy))
        await there.providers.renew(other)
        assert (await uses(other, TOKEN_METHOD)) != [token]


async def test_a_newer_file_and_a_call_at_the_same_time_agree(tmp_path: Path) -> None:
    """While one provider is being let go, a call by the newer file takes another one for the next method."""
    async with working(tmp_path) as there:

        async def look(_provider: object) -> None:
            pass

        for method in (TOKEN_METHOD, RING_METHOD):
            await there.providers.use(there.member, there.method(method), look)
        policy = replace(there.member.profile.policy, pin=Pin.SESSION)
        profile = replace(there.member.profile, policy=policy)
        newer = renewed(there.member, profile=profile, ring=company.with_key(company.ring_key(company.HR, 3)))
        await asyncio.gather(
            there.providers.renew(newer),
            *(
                there.providers.use(newer, there.method(method), look)
                for method in (RING_METHOD, TOKEN_METHOD)
            ),
        )
        assert {made[1] for made, _ in there.providers._held.values()} == {Pin.SESSION}


# --- calls that no person waits for --------------------------------------------------------------


async def use(there: Place, method: bytes = TOKEN_METHOD) -> Cause | None:
    """Seal something; why it failed."""
    context = sample_context(Mode.WRAP)
    name = KeyName(TOKEN, 1)
    try:
        await there.providers.use(
            there.member, there.method(method), lambda one: one.wrap(bytes(32), context, name)
        )
    except Fault as fault:
        return fault.cause
    return None


async def works(there: Place) -> None:
    """The PIN was right, and what waits is woken; from then on there is something to do."""
    there.busy = True
    await until(lambda: True in there.changes, "what waits is woken")
    there.changes.clear()


def _nothing_is_in(_original: Function, arguments: tuple[int, ...]) -> int:
    Faults.no_slots(arguments)
    return OK


async def test_no_call_waits_for_a_person_and_there_is_one_question(tmp_path: Path, hsm: SoftHsm) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path, pin=Pin.SESSION) as there:
        async with asyncio.timeout(5):
            for _ in range(3):
                assert await use(there) is Cause.PIN_WANTED
            await there.told_of(1)
            assert await use(there) is Cause.PIN_WANTED
            await there.providers.rest()
        assert there.told == [PinWanted("acme")]
        there.providers.answer_pin("acme", PIN)
        await works(there)
        assert await use(there) is None
        assert there.told == [PinWanted("acme"), PinOver("acme")]


async def test_a_wrong_pin_is_asked_for_again_and_a_no_is_a_no(
    tmp_path: Path, hsm: SoftHsm, logged_warnings: LoggedWarnings
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(1)
        there.providers.answer_pin("acme", "000000")
        assert await there.told_of(2) == PinWanted("acme", Reason.PIN_WRONG_FEW_LEFT)
        there.providers.answer_pin("acme", None)
        assert await there.told_of(3) == PinOver("acme", Reason.PIN_WRONG_FEW_LEFT)
        for _ in range(3):
            assert await use(there) is Cause.PIN_WRONG_FEW_LEFT
        assert len(there.told) == 3
        there.providers.ask_again()
        await use(there)
        await there.told_of(4)
        there.providers.ask_now()
        assert there.told[3] == there.told[4]
        there.providers.answer_pin("acme", PIN)
        await works(there)
        assert await use(there) is None


async def test_a_token_that_errs_is_down_and_nobody_types_for_each_try(
    tmp_path: Path, hsm: SoftHsm, faults: Faults
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path, pin=Pin.SESSION) as there:
        faults.replace("C_EncryptInit", lambda _original, _arguments: 0x05)  # CKR_GENERAL_ERROR
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(1)
        there.providers.answer_pin("acme", PIN)
        await works(there)
        for _ in range(3):
            assert await use(there) is Cause.PROVIDER_DOWN
        assert there.told == [PinWanted("acme"), PinOver("acme")]
        faults.restore()
        there.providers.ask_again()
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(3)
        there.providers.answer_pin("acme", PIN)
        await works(there)
        assert await use(there) is None


async def test_who_puts_a_token_in_again_is_asked_for_its_pin(
    tmp_path: Path, hsm: SoftHsm, faults: Faults
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(1)
        there.providers.answer_pin("acme", None)
        await there.told_of(2)
        faults.replace("C_GetSlotList", _nothing_is_in)
        assert await use(there) is Cause.TOKEN_MISSING
        faults.restore()
        assert await use(there) is Cause.PIN_WANTED
        assert await there.told_of(3) == PinWanted("acme")


async def test_another_token_is_asked_for_when_the_first_question_is_over(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    for label in ("acme", "beside"):
        hsm.make_key(hsm.make_token(label), KeyName(TOKEN, 1))
    async with working(tmp_path, beside={**AT, "token": "beside"}) as there:
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(1)
        assert await use(there, BESIDE) is Cause.PIN_WANTED
        assert there.told == [PinWanted("acme")]
        there.changes.clear()
        there.providers.answer_pin("acme", None)
        await works(there)
        assert await use(there, BESIDE) is Cause.PIN_WANTED
        await until(lambda: there.told[-1] == PinWanted("beside"), "the other token")
        assert await use(there) is Cause.PIN_WANTED


async def test_a_token_that_held_until_it_rested_may_ask_again(tmp_path: Path, hsm: SoftHsm) -> None:
    """A test that nothing waited for must not keep the next message from having its PIN asked for."""
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        there.providers.answer_pin("acme", PIN)
        assert (await test).fault is None
        await there.providers.rest()
        assert await use(there) is Cause.PIN_WANTED
        assert await there.told_of(3) == PinWanted("acme")


async def test_a_test_and_a_question_that_stands_are_one(tmp_path: Path, hsm: SoftHsm) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(1)
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        there.providers.answer_pin("acme", None)
        assert (await test).fault is Reason.PIN_WANTED
        assert there.told == [PinWanted("acme"), PinOver("acme", Reason.PIN_WANTED)]


@pytest.mark.parametrize("pin", [Pin.ASK, Pin.SESSION])
async def test_a_question_ends_when_nothing_waits_for_it_and_comes_again_when_something_does(
    tmp_path: Path, hsm: SoftHsm, *, pin: Pin
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path, pin=pin) as there:
        assert await use(there) is Cause.PIN_WANTED
        await there.told_of(1)
        await there.providers.rest()
        assert there.told == [PinWanted("acme")], "something waits"
        there.needed, there.busy = False, True
        await there.providers.rest()
        assert there.told == [PinWanted("acme")], "who is at work says so when it is done"
        there.busy = False
        await there.providers.rest()
        assert await there.told_of(2) == PinOver("acme", Reason.PIN_WANTED)
        there.needed = True
        await until(lambda: not there.providers._testing, "nothing is asked")
        assert await use(there) is Cause.PIN_WANTED
        assert await there.told_of(3) == PinWanted("acme"), "nobody said no"


async def test_a_question_for_a_persons_own_test_stays_though_nothing_waits(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        there.needed = False
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        await there.providers.rest()
        assert there.told == [PinWanted("acme")]
        there.providers.answer_pin("acme", PIN)
        assert (await test).fault is None


async def test_nobody_is_asked_for_what_needs_it_no_more_when_the_question_would_begin(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        there.needed = False
        assert await use(there) is Cause.PIN_WANTED
        await until(lambda: not (there.providers._begins or there.providers._testing), "it was tested")
        assert there.told == []
        there.needed = True
        assert await use(there) is Cause.PIN_WANTED
        assert await there.told_of(1) == PinWanted("acme")
