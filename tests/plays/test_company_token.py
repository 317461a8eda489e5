"""Plays of a company whose key is in a token: its PIN is asked for, and nothing waits for ever or is lost."""

import asyncio
from pathlib import Path

import pytest

from support.firm import KEY, Firm, keeps_back, reads, ticks, waits, writes
from support.logged import LoggedWarnings
from support.play import Person, Stage
from support.softhsm import PIN, SoftHsm
from support.waiting import until, until_found
from watchword.model.chat import Delivery
from watchword.model.company import Reason
from watchword.model.events import PinWanted
from watchword.protocol.company.profile import Kind, Method, Pin
from watchword.providers.contract import KeyName
from watchword.providers.pkcs11 import Pkcs11
from watchword.store import received
from watchword_wire.message_data import MODE_WRAP

TOKEN = b"by-token"


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
