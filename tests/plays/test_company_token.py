"""Plays of a company whose key is in a token: its PIN is asked for, and nothing waits for ever or is lost."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.firm import KEY, RING, Firm, company_chat, keeps_back, reads, ticks, waits, writes
from support.logged import LoggedWarnings
from support.play import Person, Stage, meet
from support.softhsm import PIN, SoftHsm
from support.waiting import until, until_found
from watchword.crypto.secret import Secret
from watchword.model.chat import Delivery
from watchword.model.company import Reason
from watchword.model.events import PinOver, PinWanted
from watchword.protocol.company.profile import Kind, Method, Pin, Revoked
from watchword.protocol.company.ring import RingKey, State
from watchword.providers.contract import KeyName
from watchword.providers.pkcs11 import Pkcs11
from watchword.store import received
from watchword_wire.message_data import MODE_WRAP

TOKEN, OTHER_TOKEN = b"by-token", b"by-tok-2"
BY_RING, BY_OTHER = b"by-ring1", b"by-tok-k"


def asked(person: Person) -> list[PinWanted]:
    """Every question for a PIN so far."""
    return [event for event in person.events if isinstance(event, PinWanted)]


async def is_asked(person: Person, times: int) -> PinWanted:
    await until(lambda: len(asked(person)) >= times, f"{person.name} is asked for a PIN")
    assert len(asked(person)) == times
    return asked(person)[-1]


def with_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: Pin) -> Firm:
    """A company whose key is in a token that everybody's desktop reaches."""
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    hsm.make_key(hsm.make_token("acme"), KeyName(KEY, 1))
    firm = Firm(method=Method(TOKEN, Kind.PKCS11, MODE_WRAP, {"module": "libsofthsm2.so", "token": "acme"}))
    firm.policy(pin=pin)
    return firm


async def test_nobody_types_a_pin_for_a_receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for each time: once to seal a text, once to open it, never for the ticks."""
    firm = with_token(tmp_path, monkeypatch, Pin.ASK)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        for number, text in enumerate(("one", "two"), 1):
            await writes(ada, ("bo",), text)
            await is_asked(ada, number)
            await types_pin(ada, bo)
            await is_asked(bo, number)
            await types_pin(bo, ada)
            await reads(bo, ("ada",), *[("ada", said) for said in ("one", "two")[:number]])
            await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert (len(asked(ada)), len(asked(bo))) == (2, 2)


async def test_one_pin_serves_all_that_waits_and_the_next_message_wants_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = with_token(tmp_path, monkeypatch, Pin.ASK)
    texts = ("one", "two", "three")
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        for text in texts:
            await writes(ada, ("bo",), text)
        await is_asked(ada, 1)
        ada.client.company.answer_pin("acme", None)
        await keeps_back(ada, ("bo",), Reason.PIN_WANTED)
        test = asyncio.create_task(ada.client.company.test_method(TOKEN))
        await is_asked(ada, 2)
        ada.client.company.answer_pin("acme", PIN)
        assert (await test).fault is None
        await is_asked(bo, 1)

        async def all_came() -> bool:
            waiting = await bo.client._desk.db.read(lambda tx: received.waiting(tx, 0, 9, tried=True))
            return len(waiting) == len(texts)

        await until_found(all_came, "all of it waits for bo's PIN")
        await types_pin(bo, ada)
        await reads(bo, ("ada",), *(("ada", text) for text in texts))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert (len(asked(ada)), len(asked(bo))) == (2, 1)
        await writes(ada, ("bo",), "four")
        await is_asked(ada, 3)
        await types_pin(ada, bo)
        await is_asked(bo, 2)
        await types_pin(bo, ada)
        await reads(bo, ("ada",), *(("ada", text) for text in (*texts, "four")))


async def types_pin(person: Person, other: Person) -> None:
    """Once the other's token is closed: both are one program to the module, which logs out all of it."""
    await until(lambda: not is_open(other), f"{other.name}'s token is closed")
    person.client.company.answer_pin("acme", PIN)


def is_open(person: Person) -> bool:
    """Whether a token of a person's is open."""
    held = person.client.company._providers._held.values()
    return any(isinstance(one, Pkcs11) and one._card is not None and one._card.open for _, one in held)


async def test_a_pin_is_asked_for_and_what_waited_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    firm = with_token(tmp_path, monkeypatch, Pin.SESSION)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await writes(ada, ("bo",), "one")
        assert await is_asked(ada, 1) == PinWanted("acme")
        ada.client.company.answer_pin("acme", None)
        await keeps_back(ada, ("bo",), Reason.PIN_WANTED)
        await writes(ada, ("bo",), "two")
        await is_asked(ada, 2)
        ada.client.company.answer_pin("acme", "000000")
        assert (
            await is_asked(ada, 3)
        ).before is Reason.PIN_WRONG_FEW_LEFT  # SoftHSM2 says so from the first on
        ada.client.company.answer_pin("acme", PIN)
        await is_asked(bo, 1)
        bo.client.company.answer_pin("acme", None)
        await waits(bo, ("ada",), Reason.PIN_WANTED, 2)
        test = asyncio.create_task(bo.client.company.test_method(TOKEN))
        await is_asked(bo, 2)
        bo.client.company.answer_pin("acme", PIN)
        assert (await test).fault is None
        await reads(bo, ("ada",), ("ada", "one"), ("ada", "two"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert (len(asked(ada)), len(asked(bo))) == (3, 2)


# --- a question that nobody answers --------------------------------------------------------------


def with_two_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: Pin = Pin.ASK) -> Firm:
    """One key is in a token, another in the ring; messages are sealed under the token's by the first file."""
    firm = with_token(tmp_path, monkeypatch, pin)
    methods = (firm.method, Method(RING, Kind.RING, MODE_WRAP, {}))
    key = RingKey(BY_RING, "By ring", 1, State.ACTIVE, 0, 0, RING, Secret(bytes(range(32))))
    firm.profile = replace(firm.profile, methods=methods)
    firm.ring = replace(firm.ring, keys=(*firm.ring.keys, key))
    return firm


async def test_what_needs_no_token_goes_on_while_nobody_types_the_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada's own text waits for the PIN and says so; what comes is read, and receipts leave."""
    firm = with_two_keys(tmp_path, monkeypatch)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        firm.policy(seals=(BY_RING,))
        await firm.hands_out(bo)
        await writes(ada, ("bo",), "mine")
        await is_asked(ada, 1)
        await keeps_back(ada, ("bo",), Reason.PIN_WANTED)
        for others, text in ((("ada",), "theirs"), (("ada", "cy"), "to both")):
            await writes(bo, others, text)
            await ticks(bo, others, Delivery.DELIVERED)
        await reads(ada, ("bo",), ("bo", "theirs"))
        await reads(ada, ("bo", "cy"), ("bo", "to both"))
        assert len(asked(ada)) == 1
        ada.client.company.answer_pin("acme", PIN)
        await is_asked(bo, 1)
        await keeps_back_nothing(ada, ("bo",))


async def test_what_came_is_read_past_a_message_that_waits_for_the_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another conversation and in the same one; what waited is read as soon as the PIN is typed."""
    firm = with_two_keys(tmp_path, monkeypatch)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        await writes(ada, ("bo",), "by token")
        await is_asked(ada, 1)
        ada.client.company.answer_pin("acme", PIN)
        await is_asked(bo, 1)
        await waits(bo, ("ada",), Reason.PIN_WANTED)
        firm.policy(seals=(BY_RING,))
        await firm.hands_out(ada, cy)
        await writes(cy, ("bo",), "from cy")
        await writes(ada, ("bo",), "by ring")
        await reads(bo, ("cy",), ("cy", "from cy"))
        await reads(bo, ("ada",), ("ada", "by ring"))
        assert len(asked(bo)) == 1
        await types_pin(bo, ada)
        await reads(bo, ("ada",), ("ada", "by ring"), ("ada", "by token"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert (await company_chat(bo, "ada")).withheld == ()


async def test_who_said_no_is_asked_again_when_they_do_something_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = with_two_keys(tmp_path, monkeypatch)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await writes(ada, ("bo",), "one")
        await is_asked(ada, 1)
        ada.client.company.answer_pin("acme", PIN)
        await is_asked(bo, 1)
        bo.client.company.answer_pin("acme", None)
        await waits(bo, ("ada",), Reason.PIN_WANTED)
        await writes(ada, ("bo",), "two")
        await is_asked(ada, 2)
        ada.client.company.answer_pin("acme", PIN)
        await waits(bo, ("ada",), Reason.PIN_WANTED, 2)
        firm.policy(seals=(BY_RING,))
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "three")
        await reads(bo, ("ada",), ("ada", "three"))
        assert len(asked(bo)) == 1
        bo.client.company.wake()
        await is_asked(bo, 2)
        await types_pin(bo, ada)
        await reads(bo, ("ada",), ("ada", "three"), ("ada", "one"), ("ada", "two"))


def overs(person: Person) -> list[PinOver]:
    """Every question that is over so far."""
    return [event for event in person.events if isinstance(event, PinOver)]


async def is_asked_no_more(person: Person, times: int) -> None:
    await until(lambda: len(overs(person)) >= times, f"nothing waits for {person.name}'s PIN")
    assert len(overs(person)) == times


@pytest.mark.parametrize("pin", [Pin.ASK, Pin.SESSION])
async def test_a_question_is_over_when_a_newer_file_moves_the_key_to_the_ring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, pin: Pin
) -> None:
    """The token is a method still, and opens what is older."""
    firm = with_two_keys(tmp_path, monkeypatch, pin)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await writes(ada, ("bo",), "one")
        await is_asked(ada, 1)
        firm.policy(seals=(BY_RING,))
        await firm.hands_out(ada, bo)
        await reads(bo, ("ada",), ("ada", "one"))
        await is_asked_no_more(ada, 1)
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        firm.policy(seals=(KEY,))
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "two")
        await is_asked(ada, 2)


async def test_a_question_is_over_while_a_newer_file_wants_a_session_first_and_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = with_token(tmp_path, monkeypatch, Pin.ASK)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await writes(ada, ("bo",), "one")
        await is_asked(ada, 1)
        firm.policy(session=True)
        await firm.hands_out(ada, bo)
        await keeps_back(ada, ("bo",), Reason.SESSION_WANTED)
        await is_asked_no_more(ada, 1)
        firm.policy(session=False)
        await firm.hands_out(ada, bo)
        await is_asked(ada, 2)
        firm.policy(session=True)
        await firm.hands_out(ada, bo)
        await is_asked_no_more(ada, 2)
        await meet(ada, bo)
        await is_asked(ada, 3)
        await types_pin(ada, bo)
        await is_asked(bo, 1)
        await types_pin(bo, ada)
        await reads(bo, ("ada",), ("ada", "one"))


async def test_the_readers_question_is_over_when_a_newer_file_takes_back_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = with_two_keys(tmp_path, monkeypatch)
    firm.policy(revoked=Revoked.REFUSE)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await writes(ada, ("bo",), "one")
        await is_asked(ada, 1)
        ada.client.company.answer_pin("acme", PIN)
        await is_asked(bo, 1)
        await waits(bo, ("ada",), Reason.PIN_WANTED)
        firm.marks(1, State.REVOKED)
        await firm.hands_out(bo)
        await waits(bo, ("ada",), Reason.REVOKED)
        await is_asked_no_more(bo, 1)


async def test_two_tokens_are_asked_for_one_after_the_other_and_both_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message under two keys that are in two tokens needs both PINs at the same moment."""
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    hsm.make_key(hsm.make_token("acme"), KeyName(KEY, 1))
    hsm.make_key(hsm.make_token("audit"), KeyName(BY_OTHER, 1))
    first = Method(TOKEN, Kind.PKCS11, MODE_WRAP, {"module": "libsofthsm2.so", "token": "acme"})
    second = Method(OTHER_TOKEN, Kind.PKCS11, MODE_WRAP, {"module": "libsofthsm2.so", "token": "audit"})
    firm = Firm(method=first)
    key = RingKey(BY_OTHER, "Other", 1, State.ACTIVE, 0, 0, OTHER_TOKEN, Secret(b""))
    firm.profile = replace(firm.profile, methods=(first, second))
    firm.ring = replace(firm.ring, keys=(*firm.ring.keys, key))
    firm.policy(seals=(KEY, BY_OTHER), pin=Pin.ASK)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await bo.leaves()
        await writes(ada, ("bo",), "under both")
        assert (await is_asked(ada, 1)).token == "acme"
        ada.client.company.answer_pin("acme", PIN)
        assert (await is_asked(ada, 2)).token == "audit"
        ada.client.company.answer_pin("audit", PIN)
        await ticks(ada, ("bo",), Delivery.RELAYED)
        assert len(asked(ada)) == 2
        await until(lambda: not is_open(ada), "both tokens are closed")
        await ada.leaves()
        await bo.returns()
        assert (await is_asked(bo, 1)).token == "acme"
        bo.client.company.answer_pin("acme", None)
        assert (await is_asked(bo, 2)).token == "audit"
        bo.client.company.answer_pin("audit", PIN)
        await reads(bo, ("ada",), ("ada", "under both"))
        assert len(asked(bo)) == 2


async def keeps_back_nothing(person: Person, others: tuple[str, ...]) -> None:
    async def there() -> bool:
        return (await company_chat(person, *others)).unsent is None

    await until_found(there, "nothing waits")
