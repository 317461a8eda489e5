"""An account's desktops over a relay that says what the test wants: lists, approvals, refusals, silence."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.desk import Place, place
from support.logged import LoggedWarnings
from support.waiting import until
from watchword.core.terminals import terminals as module
from watchword.core.terminals import words
from watchword.core.terminals.terminals import Terminals
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.events import TerminalsChanged
from watchword.model.terminals import OwnDesktop
from watchword.protocol import second_desktop
from watchword.protocol.second_desktop import Candidate
from watchword.store import account
from watchword_wire import login
from watchword_wire.frames import (
    Admit,
    Admitted,
    Applicant,
    AskTerminals,
    FromDesktop,
    Ok,
    Refusal,
    RefusalCode,
    Remove,
    TerminalEntry,
)
from watchword_wire.frames import Terminals as Frame

SEED = Secret(os.urandom(32))
KEY = ed25519_public(SEED.expose())
RELAY_KEY = b"r" * 32
OPENING = Secret(os.urandom(32))
ADA = Candidate("ada", "", KEY)
DIGITS = second_desktop.key_digits("ada", KEY, OPENING)
TWO = OwnDesktop(2, this=False, present=True, since=1_700_000_000_000, key=KEY.hex())
PROOF = second_desktop.proof(ADA, DIGITS, OPENING)


class Scene:
    """Ada's desktop 1, and what its relay heard."""

    def __init__(self, ada: Place) -> None:
        self.ada = ada
        self.it = Terminals(ada, "Ada", lambda: None)
        self.devices = [1]

    @property
    def words(self) -> str:
        return " ".join(words.shown(DIGITS, "en"))

    def asks(self, key: bytes = KEY, left_ms: int = 600_000, proof: bytes = PROOF) -> None:
        assert self.it.takes(Applicant(key, left_ms, proof if left_ms else b""))

    async def hears(self, kind: type[FromDesktop], count: int = 1) -> FromDesktop:
        await until(lambda: len(self.ada.relay.of(kind)) >= count, f"{kind} is sent")
        return self.ada.relay.of(kind)[count - 1]

    def lists(self, *keys: bytes) -> None:
        entries = [
            TerminalEntry(n, k, 1_700_000_000, 0 if n == 1 else 1, n == 1) for n, k in self._known(keys)
        ]
        assert self.it.takes(Frame(entries))

    def _known(self, keys: tuple[bytes, ...]) -> list[tuple[int, bytes]]:
        return list(zip(self.devices, [b"a" * 32, *keys, *[b"x" * 32] * 8], strict=False))


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    async with place(folder, "ada") as ada:
        await ada.db.write(lambda tx: account.pin(tx, RELAY_KEY))
        yield Scene(ada)


async def kind_of(work: Coroutine[object, object, object]) -> Kind:
    with pytest.raises((RefusedBy, TroubleWith)) as raised:
        await work
    assert isinstance(raised.value, RefusedBy | TroubleWith)
    return raised.value.situation.kind


def running(work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
    return asyncio.get_running_loop().create_task(work)


async def test_the_list_is_the_relay_s_word(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        asking = running(ada.it.refresh())
        await ada.hears(AskTerminals)
        ada.devices = [1, 3]
        ada.lists(KEY)
        await asking
        found = ada.it.shown.desktops
        assert found is not None
        assert [(one.device, one.this, one.present, one.since, one.by) for one in found] == [
            (1, True, True, 1_700_000_000_000, 0),
            (3, False, False, 1_700_000_000_000, 1),
        ]
        assert [e.shown.desktops for e in ada.ada.events if isinstance(e, TerminalsChanged)] == [found]


async def test_an_approval_is_for_the_lowest_free_number_and_opens_for_the_new_key_alone(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as ada:
        ada.asks(b"o" * 32)
        ada.asks()
        ada.devices = [1, 3]
        approving = running(ada.it.approve(ada.words))
        await ada.hears(AskTerminals)
        ada.lists()
        admit = await ada.hears(Admit)
        assert isinstance(admit, Admit)
        assert (admit.id, admit.key) == ("ada/2", KEY)
        mine = ed25519_public(ada.ada.identity.expose())
        answering = second_desktop.answer_key(ADA, DIGITS, RELAY_KEY)
        assert login.signature_is_good(mine, admit.approval, login.admit_bytes(RELAY_KEY, "ada/2", KEY))
        assert second_desktop.opened(SEED, "ada/2", mine, answering, admit.parcel).name == "Ada"
        assert ada.it.takes(Admitted("ada/2", "ada/1", mine, admit.approval, b""))
        await ada.hears(AskTerminals, 2)
        ada.devices = [1, 2, 3]
        ada.lists(KEY)
        await approving
        assert [one.id for one in ada.it.shown.newcomers] == [(b"o" * 32).hex()]


async def test_a_number_that_was_taken_meanwhile_is_not_the_end(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        ada.asks()
        approving = running(ada.it.approve(ada.words))
        await ada.hears(AskTerminals)
        ada.lists()
        await ada.hears(Admit)
        assert ada.it.takes(Refusal(RefusalCode.OUT_OF_TURN, KEY[:16]))
        await ada.hears(AskTerminals, 2)
        ada.devices = [1, 2]
        ada.lists(b"y" * 32)
        again = await ada.hears(Admit, 2)
        assert isinstance(again, Admit)
        assert again.id == "ada/3"
        assert ada.it.takes(Admitted("ada/3", "ada/1", b"k" * 32, b"s" * 64, b""))
        await ada.hears(AskTerminals, 3)
        ada.lists(b"y" * 32)
        await approving


async def test_added_by_another_desktop_in_the_same_moment(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        ada.asks()
        approving = running(ada.it.approve(ada.words))
        await ada.hears(AskTerminals)
        ada.devices = [1, 2]
        ada.lists(KEY)
        await ada.hears(AskTerminals, 2)
        ada.lists(KEY)
        await approving
        assert not ada.ada.relay.of(Admit)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (RefusalCode.OUT_OF_TURN, Kind.DESKTOP_GONE),
        (RefusalCode.RETRY_LATER, Kind.TRY_LATER),
        (RefusalCode.TOO_LARGE, Kind.RELAY_TOO_LONG),
        (RefusalCode.SIGNATURE, Kind.RELAY_SIGN_IN),
    ],
)
async def test_refused(tmp_path: Path, code: RefusalCode, kind: Kind) -> None:
    async with scene(tmp_path) as ada:
        ada.asks()
        approving = running(ada.it.approve(ada.words))
        await ada.hears(AskTerminals)
        ada.lists()
        await ada.hears(Admit)
        assert ada.it.takes(Refusal(code, KEY[:16], 1_000))
        if code == RefusalCode.OUT_OF_TURN:  # gone, or removed meanwhile: the number is still free
            await ada.hears(AskTerminals, 2)
            ada.lists()
        assert await kind_of(_awaited(approving)) is kind


async def _awaited(task: "asyncio.Task[None]") -> None:
    await task


async def test_eight_are_all(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        ada.asks()
        approving = running(ada.it.approve(ada.words))
        await ada.hears(AskTerminals)
        ada.devices = [*range(1, 9)]
        ada.lists()
        assert await kind_of(_awaited(approving)) is Kind.DESKTOPS_MANY


async def test_nothing_is_signed_but_what_somebody_named(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        assert await kind_of(ada.it.approve(ada.words)) is Kind.DESKTOP_GONE
        ada.asks(b"o" * 32)
        assert await kind_of(ada.it.approve(ada.words)) is Kind.DESKTOP_WORDS_OTHER
        assert await kind_of(ada.it.approve("acid")) is Kind.DESKTOP_WORDS_FORM
        ada.asks()
        ada.asks(left_ms=0)
        assert await kind_of(ada.it.approve(ada.words)) is Kind.DESKTOP_WORDS_OTHER
        assert not ada.ada.relay.sent


async def test_whom_the_relay_slips_under_the_words_is_not_added(tmp_path: Path) -> None:
    """Another key with the proof of who showed them, and this key with a proof under other words."""
    eve = ed25519_public(os.urandom(32))
    opening = Secret(os.urandom(32))
    others = second_desktop.key_digits("ada", KEY, opening)
    async with scene(tmp_path) as ada:
        ada.asks(eve)
        ada.asks(KEY, proof=second_desktop.proof(ADA, others, opening))
        assert await kind_of(ada.it.approve(ada.words)) is Kind.DESKTOP_WORDS_OTHER
        for other in (Candidate("bo", "", KEY), Candidate("ada", "acme", KEY)):
            ada.asks(KEY, proof=second_desktop.proof(other, DIGITS, OPENING))
            assert await kind_of(ada.it.approve(ada.words)) is Kind.DESKTOP_WORDS_OTHER
        ada.asks(KEY, proof=PROOF[:-1])
        assert [one.id for one in ada.it.shown.newcomers] == [eve.hex()]
        assert not ada.ada.relay.sent


async def test_of_two_that_ask_each_has_words_of_its_own(tmp_path: Path) -> None:
    other, opening = ed25519_public(os.urandom(32)), Secret(os.urandom(32))
    theirs = second_desktop.key_digits("ada", other, opening)
    async with scene(tmp_path) as ada:
        await ada.ada.db.write(lambda tx: account.set_relay(tx, "wss://relay.example/acme"))
        ada.asks()
        ada.asks(other, proof=second_desktop.proof(Candidate("ada", "acme", other), theirs, opening))
        approving = running(ada.it.approve(" ".join(words.shown(theirs, "zh_CN"))))
        await ada.hears(AskTerminals)
        ada.lists()
        admit = await ada.hears(Admit)
        assert isinstance(admit, Admit)
        assert admit.key == other
        ada.it.disconnected()
        assert await kind_of(_awaited(approving)) is Kind.OFFLINE


async def test_a_relay_cannot_fill_the_memory(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        for number in range(1_000):
            ada.asks(number.to_bytes(32))
        assert [one.id for one in ada.it.shown.newcomers] == [n.to_bytes(32).hex() for n in range(984, 1_000)]


async def test_a_connection_that_goes_ends_what_is_awaited(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        ada.asks()
        removing = running(ada.it.remove(TWO))
        await ada.hears(AskTerminals)
        ada.devices = [1, 2]
        ada.lists(KEY)
        await ada.hears(Remove)
        ada.it.disconnected()
        assert await kind_of(_awaited(removing)) is Kind.OFFLINE
        assert ada.it.shown.desktops is None
        assert ada.it.shown.newcomers == ()
        ada.ada.relay.is_online = False
        for work in (ada.it.refresh(), ada.it.remove(TWO), ada.it.approve(ada.words)):
            assert await kind_of(work) is Kind.OFFLINE


async def test_who_has_the_number_of_a_desktop_that_is_gone_is_not_removed(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        removing = running(ada.it.remove(TWO))
        await ada.hears(AskTerminals)
        ada.devices = [1, 2]
        ada.lists(b"y" * 32)
        await removing
        assert ada.ada.relay.of(Remove) == []


async def test_a_relay_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.01)
    async with scene(tmp_path) as ada:
        assert await kind_of(ada.it.refresh()) is Kind.RELAY_SLOW


async def test_what_nobody_asked_for_changes_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        ada.asks(b"short")
        assert ada.it.shown.newcomers == ()
        assert ada.it.takes(Admitted("ada/9", "ada/1", b"k" * 32, b"s" * 64, b"parcel"))
        assert not ada.it.takes(Refusal(RefusalCode.QUOTA, b"m" * 16))
        assert not ada.it.takes(Refusal(RefusalCode.RETRY_LATER))
        assert not ada.it.takes(Ok([]))


@pytest.mark.parametrize(
    "wrong",
    [
        [(0, 1, 0)],
        [(9, 1, 0)],
        [(1, 1, 0), (1, 1, 0)],
        [(1, -1, 0)],
        [(1, 2**62, 0)],
        [(1, 1, 9)],
    ],
)
async def test_a_list_that_cannot_be_is_not_shown(
    tmp_path: Path, wrong: list[tuple[int, int, int]], logged_warnings: LoggedWarnings
) -> None:
    async with scene(tmp_path) as ada:
        asking = running(ada.it.refresh())
        await ada.hears(AskTerminals)
        assert ada.it.takes(Frame([TerminalEntry(n, b"a" * 32, at, by, True) for n, at, by in wrong]))
        assert await kind_of(_awaited(asking)) is Kind.RELAY_NONSENSE
        assert ada.it.shown.desktops is None
    logged_warnings.take("a list of desktops that cannot be")


async def test_the_late_answer_about_another_desktop_is_no_answer(tmp_path: Path) -> None:
    async with scene(tmp_path) as ada:
        ada.asks()
        approving = running(ada.it.approve(ada.words))
        await ada.hears(AskTerminals)
        ada.devices = [1, 2]
        ada.lists(b"y" * 32)
        await ada.hears(Admit)
        assert ada.it.takes(Admitted("ada/2", "ada/1", b"k" * 32, b"s" * 64, b""))
        assert ada.it.takes(Refusal(RefusalCode.TOO_LARGE, KEY[:16]))
        assert await kind_of(_awaited(approving)) is Kind.RELAY_TOO_LONG
