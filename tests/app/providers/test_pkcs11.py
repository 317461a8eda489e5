"""A token over PKCS#11: a real SoftHSM2, with the faults that it never shows by itself."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from pkcs11 import KeyType
from PySide6.QtWidgets import QApplication

from support.softhsm import PIN, Faults, SoftHsm
from support.waiting import until
from watchword.providers.conformance import sample_context
from watchword.providers.contract import Cause, Fault, KeyName, Mode, PinWanted
from watchword.providers.pkcs11 import Pkcs11, find_module
from watchword.ui.run import run

CONTEXT = sample_context(Mode.WRAP)
DATA = bytes(range(32))
KEY = KeyName(b"company-", 3)


class Person:
    """Types what the test says, and remembers what was asked and which bytes were given."""

    def __init__(self, *pins: str | None) -> None:
        self.pins = list(pins)
        self.asked: list[PinWanted] = []
        self.given: list[bytearray] = []
        self.thinks = asyncio.Event()
        self.thinks.set()

    async def __call__(self, wanted: PinWanted) -> bytearray | None:
        self.asked.append(wanted)
        await self.thinks.wait()
        pin = self.pins.pop(0) if self.pins else PIN
        if pin is None:
            return None
        self.given.append(bytearray(pin.encode()))
        return self.given[-1]

    @property
    def told(self) -> list[Cause | None]:
        """Why each question was asked."""
        return [wanted.before for wanted in self.asked]


Open = Callable[..., Pkcs11]


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    return hsm


@pytest.fixture
def token(hsm: SoftHsm) -> str:
    """The serial number of a token called acme that has the key."""
    serial = hsm.make_token("acme")
    hsm.make_key(serial, KEY)
    return serial


@pytest.fixture
def faults(hsm: SoftHsm) -> Iterator[Faults]:
    found = Faults(hsm.module)
    yield found
    found.restore()


@pytest.fixture
async def opened(hsm: SoftHsm) -> AsyncIterator[Open]:
    """Makes providers and closes them in the end."""
    made: list[Pkcs11] = []

    def open_it(
        person: Person, label: str = "acme", serial: str = "", *, remember: bool = True, limit: float = 5.0
    ) -> Pkcs11:
        made.append(Pkcs11(hsm.module, label, serial, person, remember=remember, limit=limit))
        return made[-1]

    yield open_it
    for one in made:
        await one.close()


async def refused(provider: Pkcs11, cause: Cause, under: KeyName = KEY) -> None:
    with pytest.raises(Fault) as caught:
        await provider.wrap(DATA, CONTEXT, under)
    assert caught.value.cause is cause


# --- PINs ---------------------------------------------------------------------------------


async def test_one_pin_lasts_for_the_session(token: str, opened: Open) -> None:
    person = Person()
    provider = opened(person)
    for _ in range(3):
        assert await provider.unwrap(await provider.wrap(DATA, CONTEXT, KEY), CONTEXT, KEY) == DATA
    assert person.asked == [PinWanted("acme")]
    await provider.close()
    await provider.wrap(DATA, CONTEXT, KEY)
    assert len(person.asked) == 2


async def test_the_pin_is_asked_for_each_time_if_the_policy_says_so(token: str, opened: Open) -> None:
    person = Person()
    provider = opened(person, remember=False)
    wrapped = await provider.wrap(DATA, CONTEXT, KEY)
    assert await provider.unwrap(wrapped, CONTEXT, KEY) == DATA
    assert len(person.asked) == 1, "one serves all that waits when it is typed"
    await provider.rest()
    assert await provider.unwrap(wrapped, CONTEXT, KEY) == DATA
    assert len(person.asked) == 2


async def test_where_a_pin_lasts_nothing_rests(token: str, opened: Open) -> None:
    person = Person()
    provider = opened(person)
    wrapped = await provider.wrap(DATA, CONTEXT, KEY)
    await provider.rest()
    assert await provider.unwrap(wrapped, CONTEXT, KEY) == DATA
    assert len(person.asked) == 1


async def test_the_pin_is_erased_after_use(token: str, opened: Open, faults: Faults) -> None:
    person = Person("111111", PIN)
    await opened(person).wrap(DATA, CONTEXT, KEY)
    assert person.given == [bytearray(6), bytearray(6)]


async def test_a_wrong_pin_is_asked_for_again_with_the_reason(
    token: str, opened: Open, faults: Faults
) -> None:
    faults.count_tries(5)
    person = Person("111111", "222222", PIN)
    await opened(person).wrap(DATA, CONTEXT, KEY)
    assert person.told == [None, Cause.PIN_WRONG, Cause.PIN_WRONG]


async def test_few_tries_the_last_one_and_the_lock_are_told(token: str, opened: Open, faults: Faults) -> None:
    faults.count_tries(3)
    person = Person("111111", "222222", "333333")
    provider = opened(person)
    await refused(provider, Cause.PIN_LOCKED)
    assert person.told == [None, Cause.PIN_WRONG_FEW_LEFT, Cause.PIN_WRONG_LAST_TRY]
    await refused(provider, Cause.PIN_LOCKED)
    assert len(person.asked) == 3, "a locked PIN is not asked for"
    assert (await provider.health()).fault is Cause.PIN_LOCKED


async def test_who_has_one_try_left_is_told_before_the_first_question(
    token: str, opened: Open, faults: Faults
) -> None:
    faults.count_tries(1)
    person = Person()
    await opened(person).wrap(DATA, CONTEXT, KEY)
    assert person.told == [Cause.PIN_WRONG_LAST_TRY]


async def test_no_wrong_pin_is_ever_tried_twice(token: str, opened: Open, faults: Faults) -> None:
    tried: list[int] = []

    def log_in(original: Callable[..., int], arguments: tuple[int, ...]) -> int:
        tried.append(1)
        return original(*arguments)

    faults.replace("C_Login", log_in)
    provider = opened(Person("111111", None))
    await refused(provider, Cause.PIN_WRONG_FEW_LEFT)  # SoftHSM2 warns after the first
    assert len(tried) == 1


async def test_a_wrong_pin_leaves_no_session_open(token: str, opened: Open, faults: Faults) -> None:
    held = [0]

    def counting(step: int) -> Callable[[Callable[..., int], tuple[int, ...]], int]:
        def function(original: Callable[..., int], arguments: tuple[int, ...]) -> int:
            held[0] = held[0] + step if step else 0
            return original(*arguments)

        return function

    for name, step in (("C_OpenSession", 1), ("C_CloseSession", -1), ("C_Finalize", 0)):
        faults.replace(name, counting(step))
    provider = opened(Person("111111", "222222", PIN))
    await provider.wrap(DATA, CONTEXT, KEY)
    assert held == [1]
    await provider.close()
    assert held == [0]


async def test_who_waits_while_the_person_says_no_is_not_asked_about(token: str, opened: Open) -> None:
    person = Person(None)
    person.thinks.clear()
    provider = opened(person)
    calls = [asyncio.create_task(provider.wrap(DATA, CONTEXT, KEY)) for _ in range(5)]
    await until(lambda: person.asked, "the person is asked")
    person.thinks.set()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {outcome.cause for outcome in outcomes if isinstance(outcome, Fault)} == {Cause.PIN_WANTED}
    assert len(person.asked) == 1
    await provider.wrap(DATA, CONTEXT, KEY)
    assert len(person.asked) == 2, "a later call asks again"


async def test_a_person_may_take_longer_than_a_call(token: str, opened: Open) -> None:
    person = Person()
    person.thinks.clear()
    provider = opened(person, limit=0.5)
    call = asyncio.create_task(provider.wrap(DATA, CONTEXT, KEY))
    done, _ = await asyncio.wait([call], timeout=1.0)
    assert not done
    person.thinks.set()
    assert await call


# --- the token ----------------------------------------------------------------------------


async def test_no_token_of_this_name(token: str, opened: Open) -> None:
    await refused(opened(Person(), "other"), Cause.TOKEN_MISSING)
    await refused(opened(Person(), "acme", "0" * 16), Cause.TOKEN_MISSING)


async def test_a_token_that_comes_later_is_found(hsm: SoftHsm, opened: Open) -> None:
    provider = opened(Person())
    await refused(provider, Cause.TOKEN_MISSING)
    await provider.close()
    hsm.make_key(hsm.make_token("acme"), KEY)
    assert await provider.wrap(DATA, CONTEXT, KEY)


async def test_a_token_that_vanishes_is_missing_and_found_again(
    hsm: SoftHsm, token: str, opened: Open, tmp_path: Path
) -> None:
    person = Person()
    provider = opened(person)
    wrapped = await provider.wrap(DATA, CONTEXT, KEY)
    away = tmp_path / "away"
    shutil.move(hsm.tokens, away)
    hsm.tokens.mkdir()
    with pytest.raises(Fault) as caught:
        await provider.unwrap(wrapped, CONTEXT, KEY)
    assert caught.value.cause is Cause.TOKEN_MISSING
    hsm.tokens.rmdir()
    shutil.move(away, hsm.tokens)
    assert await provider.unwrap(wrapped, CONTEXT, KEY) == DATA
    assert len(person.asked) == 2, "who puts a token in again types the PIN again"


@pytest.mark.parametrize(
    ("answer", "cause"), [(0x32, Cause.TOKEN_MISSING), (0x30, Cause.PROVIDER_DOWN)], ids=["removed", "broken"]
)
async def test_a_token_that_goes_while_the_pin_is_typed(
    token: str, opened: Open, faults: Faults, answer: int, cause: Cause
) -> None:
    faults.replace("C_Login", lambda _original, _arguments: answer)
    person = Person()
    await refused(opened(person), cause)
    assert len(person.asked) == 1
    assert person.given == [bytearray(6)]


async def test_a_session_that_was_lost_is_opened_again_with_the_pin(
    token: str, opened: Open, faults: Faults
) -> None:
    person = Person()
    provider = opened(person)
    wrapped = await provider.wrap(DATA, CONTEXT, KEY)
    lost: list[int] = []

    def lose_once(original: Callable[..., int], arguments: tuple[int, ...]) -> int:
        lost.append(1)
        return 0xB3 if len(lost) == 1 else original(*arguments)  # CKR_SESSION_HANDLE_INVALID

    faults.replace("C_DecryptInit", lose_once)
    assert await provider.unwrap(wrapped, CONTEXT, KEY) == DATA
    assert len(person.asked) == 2


async def test_a_token_that_only_errs_is_down_and_nothing_is_called_altered(
    token: str, opened: Open, faults: Faults
) -> None:
    provider = opened(Person())
    wrapped = await provider.wrap(DATA, CONTEXT, KEY)
    for name in ("C_EncryptInit", "C_DecryptInit"):
        faults.replace(name, lambda _original, _arguments: 0x05)  # CKR_GENERAL_ERROR
    with pytest.raises(Fault) as caught:
        await provider.unwrap(wrapped, CONTEXT, KEY)
    assert caught.value.cause is Cause.PROVIDER_DOWN


async def test_nobody_types_a_pin_twice_for_one_call(token: str, opened: Open, faults: Faults) -> None:
    person = Person()
    provider = opened(person)
    faults.replace("C_EncryptInit", lambda _original, _arguments: 0x05)  # CKR_GENERAL_ERROR
    for calls in (1, 2):
        await refused(provider, Cause.PROVIDER_DOWN)
        assert len(person.asked) == calls
    faults.restore()
    await provider.wrap(DATA, CONTEXT, KEY)


async def test_of_two_tokens_the_serial_number_chooses(hsm: SoftHsm, token: str, opened: Open) -> None:
    twin = hsm.make_token("acme")
    other = KeyName(KEY.id, 4)
    hsm.make_key(twin, other)
    await refused(opened(Person()), Cause.TOKEN_AMBIGUOUS)
    first, second = opened(Person(), "acme", token), opened(Person(), "acme", twin)
    assert (await first.health()).keys == (KEY,)
    assert (await second.health()).keys == (other,)
    assert (await second.health()).detail == f"acme {twin}"


async def test_two_providers_share_a_module(token: str, opened: Open) -> None:
    one, other = opened(Person()), opened(Person())
    wrapped = await one.wrap(DATA, CONTEXT, KEY)
    assert await other.unwrap(wrapped, CONTEXT, KEY) == DATA
    await one.close()
    assert await other.unwrap(wrapped, CONTEXT, KEY) == DATA


# --- keys ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attributes",
    [{"extractable": True}, {"sensitive": False}, {"encrypt": False}, {"decrypt": False}],
    ids=lambda attributes: next(iter(attributes)),
)
async def test_a_key_that_could_leave_or_cannot_work_is_unfit(
    hsm: SoftHsm, opened: Open, attributes: dict[str, bool]
) -> None:
    hsm.make_key(hsm.make_token("acme"), KEY, KeyType.AES, **attributes)
    provider = opened(Person())
    await refused(provider, Cause.KEY_UNFIT)
    assert (await provider.health()).fault is Cause.KEY_UNFIT


async def test_a_key_of_another_kind_is_unfit(hsm: SoftHsm, opened: Open) -> None:
    hsm.make_key(hsm.make_token("acme"), KEY, KeyType.GENERIC_SECRET, encrypt=True)
    await refused(opened(Person()), Cause.KEY_UNFIT)


async def test_two_keys_of_one_name_are_unfit(hsm: SoftHsm, token: str, opened: Open) -> None:
    hsm.make_key(token, KEY)
    await refused(opened(Person()), Cause.KEY_UNFIT)


async def test_a_key_that_is_not_there(hsm: SoftHsm, token: str, opened: Open) -> None:
    hsm.make_token("bare")
    provider = opened(Person())
    await refused(provider, Cause.KEY_UNKNOWN, KeyName(b"another-", 3))
    await refused(provider, Cause.VERSION_UNKNOWN, KeyName(KEY.id, 4))
    assert (await opened(Person(), "bare").health()).fault is Cause.KEY_UNKNOWN


# --- the module ---------------------------------------------------------------------------


async def test_a_module_that_is_not_one_is_missing(tmp_path: Path) -> None:
    (tmp_path / "plain.so").write_text("no library")
    for name in ("nothing.so", "plain.so"):
        provider = Pkcs11(tmp_path / name, "acme", "", Person(), remember=True)
        await refused(provider, Cause.PROVIDER_MISSING)
        await provider.close()


async def test_a_module_that_hangs_holds_nothing_up(
    token: str, opened: Open, faults: Faults, quick_loop: object
) -> None:
    assert quick_loop == []
    person = Person()
    provider = opened(person, limit=0.5)
    await provider.health()
    faults.hangs = lambda: provider.hangs
    await faults.stall()
    await refused(provider, Cause.PROVIDER_SLOW)
    started = asyncio.get_running_loop().time()
    for _ in range(20):
        await refused(provider, Cause.PROVIDER_SLOW)
    assert asyncio.get_running_loop().time() - started < 20 * 0.5, "those who come later need not wait"
    await faults.mend()
    assert await provider.wrap(DATA, CONTEXT, KEY)


async def test_what_hung_leaves_no_open_token_behind_where_each_use_wants_a_pin(
    token: str, opened: Open, faults: Faults
) -> None:
    person = Person()
    provider = opened(person, remember=False, limit=0.5)
    faults.hangs = lambda: provider.hangs
    await faults.stall()
    await refused(provider, Cause.PROVIDER_SLOW)
    await provider.rest()
    await faults.mend()
    await provider.wrap(DATA, CONTEXT, KEY)
    assert len(person.asked) == 2


def test_it_works_in_the_loop_of_the_window(qapp: QApplication, hsm: SoftHsm, token: str) -> None:
    async def play() -> bytes:
        provider = Pkcs11(hsm.module, "acme", token, Person(), remember=True)
        opened = await provider.unwrap(await provider.wrap(DATA, CONTEXT, KEY), CONTEXT, KEY)
        await provider.close()
        return opened

    assert run(qapp, play()) == DATA


def test_a_profile_can_name_only_a_module_of_the_system() -> None:
    assert find_module("libsofthsm2.so") is not None
    for name in ("", "../softhsm/libsofthsm2.so", "/usr/lib/softhsm/libsofthsm2.so", "nothing.so", ".."):
        assert find_module(name) is None
