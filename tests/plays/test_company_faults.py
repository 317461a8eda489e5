"""Plays of a provider that is down, slow, wrong or killed in mid-call, while sealing and while opening.

Of every such message holds: it is not sent, stays with the reason, goes by itself when the provider works
again, and never in another form; of a token whose PIN has to be typed again, when the person tries it again,
for by itself nothing asks twice. A wire between desktop and relay keeps all that crosses: what left is looked
at there, frame by frame. Receipts need no provider and go all the time. Of the key ring, which is only a
computation, the other plays tell; of PINs `test_company_token`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partialmethod
from pathlib import Path
from typing import Protocol

import pytest

from support.firm import KEY, Firm, install_plugin, keeps_back, reads, ticks, waits, writes
from support.logged import LoggedWarnings
from support.play import Person, Stage
from support.recorder import Recorder, frames, holds
from support.softhsm import DEVICE_REMOVED, OK, PIN, Faults, Function, SoftHsm
from watchword.model.chat import Delivery
from watchword.model.company import Reason
from watchword.model.events import Event, PinWanted
from watchword.protocol.company.profile import Kind, Method, Pin
from watchword.providers.contract import KeyName
from watchword.providers.pkcs11 import Pkcs11
from watchword.providers.plugin import Plugin
from watchword_wire import codec
from watchword_wire.errors import PeerError
from watchword_wire.frames import Post
from watchword_wire.message_data import MODE_CONTENT, MODE_WRAP, Head, decode

METHOD = b"by-fault"
TEXT = "canary-text-51c9, which nobody outside reads"
GENERAL_ERROR = 0x05
SOON = 1.5
"""The limit of a call here."""


class Broken(Protocol):
    """A real provider that can be broken for sealing and for opening, each by itself."""

    method: Method

    def seals(self, how: str) -> None:
        """From now on sealing is down, slow, wrong or killed; "" mends it."""

    def opens(self, how: str) -> None:
        """The same of opening."""


class BrokenPlugin:
    """The Perl sample, which looks for a note before each use of a key."""

    def __init__(self, folder: Path, mode: int) -> None:
        self._sealing, self._opening = folder / "sealing", folder / "opening"
        (folder / "programs").mkdir()
        sealing, opening = (f"broken('{note}');" for note in (self._sealing, self._opening))
        install_plugin(folder / "programs", sealing=sealing, opening=opening, also=BROKEN)
        keys = folder / "keys"
        keys.write_text(f"{KEY.hex()} 1 {'07' * 32}\n")
        self.path = f"{folder / 'programs'}:/usr/bin:/bin"
        self.method = Method(METHOD, Kind.PLUGIN, mode, {"plugin": "acme", "keys": str(keys)})

    def seals(self, how: str) -> None:
        note_down(self._sealing, how)

    def opens(self, how: str) -> None:
        note_down(self._opening, how)


def note_down(note: Path, how: str) -> None:
    if how:
        note.write_text(how)
    else:
        note.unlink()


BROKEN = """
sub broken {
    open my $note, '<', $_[0] or return;
    my $how = <$note>;
    die "provider-down\\n" if $how eq 'down';
    sleep 60 if $how eq 'slow';
    kill 9, $$ if $how eq 'killed';
    print pack('N', 2), '{}';
}
"""


class BrokenToken:
    """A SoftHSM2 whose functions fail as those of a token that errs, hangs or was pulled out."""

    def __init__(self, hsm: SoftHsm, faults: Faults, mode: int) -> None:
        where = {"module": hsm.module.name, "token": "acme"}
        self.method = Method(METHOD, Kind.PKCS11, mode, where)
        self._how = {"C_EncryptInit": "", "C_DecryptInit": ""}
        for name in self._how:
            faults.replace(name, self._use(name))
        faults.replace("C_GetSlotList", self._slots)

    def seals(self, how: str) -> None:
        self._how["C_EncryptInit"] = how

    def opens(self, how: str) -> None:
        self._how["C_DecryptInit"] = how

    def _use(self, name: str) -> Callable[[Function, tuple[int, ...]], int]:
        def use(original: Function, arguments: tuple[int, ...]) -> int:
            while self._how[name] == "slow":
                time.sleep(0.01)
            if self._how[name] == "down":
                return GENERAL_ERROR
            return DEVICE_REMOVED if self._how[name] == "killed" else original(*arguments)

        return use

    def _slots(self, original: Function, arguments: tuple[int, ...]) -> int:
        if self._how["C_EncryptInit"] != "killed":
            return original(*arguments)
        Faults.no_slots(arguments)
        return OK


Make = Callable[[int], AbstractContextManager[Broken]]


@pytest.fixture(autouse=True)
def _calls_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds, the limit of a call that people have, would be waited out three times in each play."""
    for provider in (Plugin, Pkcs11):
        monkeypatch.setattr(provider, "__init__", partialmethod(provider.__init__, limit=SOON))


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    @contextmanager
    def made(mode: int) -> Iterator[Broken]:
        found = BrokenPlugin(tmp_path, mode)
        monkeypatch.setenv("PATH", found.path)
        yield found

    return made


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    @contextmanager
    def made(mode: int) -> Iterator[Broken]:
        hsm = SoftHsm(tmp_path)
        monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
        hsm.make_key(hsm.make_token("acme"), KeyName(KEY, 1))
        faults = Faults(hsm.module)
        try:
            yield BrokenToken(hsm, faults, mode)
        finally:
            faults.restore()

    return made


def heads(wire: Recorder) -> list[Head]:
    """What left for the relay of a company's, in order."""
    found = []
    for stream in wire.streams():
        for payload in frames(stream):
            try:
                frame = codec.decode_from_desktop(payload)
            except PeerError:
                continue
            if isinstance(frame, Post):
                found.append(decode(frame.data).head)
    return found


def types_pins(person: Person) -> None:
    def heard(event: Event) -> None:
        if isinstance(event, PinWanted):
            person.client.company.answer_pin(event.token, PIN)

    person.client.listen(heard)


def tries_now(broken: Broken, person: Person) -> None:
    """Whoever has put a token right says so: by itself its PIN is not asked for at each try."""
    if broken.method.kind is Kind.PKCS11:
        person.client.company.wake()


def questions(person: Person) -> int:
    """How often somebody was asked for a PIN."""
    return sum(isinstance(event, PinWanted) for event in person.events)


SEALING = {
    "down": Reason.PROVIDER_DOWN,
    "slow": Reason.PROVIDER_SLOW,
    "wrong": Reason.PROVIDER_WRONG,
    "killed": Reason.PROVIDER_DOWN,
}
PULLED_OUT = {**SEALING, "killed": Reason.TOKEN_MISSING}


async def plays(tmp_path: Path, broken: Broken, how: str, sealing: Reason, opening: Reason) -> None:
    async with Stage(tmp_path) as stage, Recorder("127.0.0.1", stage.relay.port) as wire:
        ada = await stage.person("ada", address=stage.through(wire))
        bo = await stage.person("bo")
        firm = Firm(method=broken.method)
        firm.policy(pin=Pin.SESSION)
        await firm.takes_in(ada, bo)
        types_pins(ada)
        types_pins(bo)
        broken.seals(how)
        message = await writes(ada, ("bo",), TEXT)
        await keeps_back(ada, ("bo",), sealing)
        await ada.restarts()
        types_pins(ada)
        ada.client.company.answer_pin("acme", PIN)  # asked for before anybody listened
        await keeps_back(ada, ("bo",), sealing)
        assert heads(wire) == []
        broken.opens(how)
        broken.seals("")
        tries_now(broken, ada)
        await waits(bo, ("ada",), opening)
        await ticks(ada, ("bo",), Delivery.RELAYED)
        if broken.method.kind is Kind.PLUGIN or how == "down":
            broken.seals(how)  # of no use to a receipt
        broken.opens("")
        tries_now(broken, bo)
        await reads(bo, ("ada",), ("ada", TEXT))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert questions(ada) <= 3, "at first, after the restart, and when ada says so"
        assert questions(bo) <= 2, "at first, and when bo says so"
        [head] = heads(wire)
        info = await ada.client.company.message_info(message.id)
        assert info is not None
        assert info.unsent is None
        assert (head.mode, [(tag.method, tag.key, tag.version) for tag in head.tags]) == (
            broken.method.mode,
            [(METHOD, KEY, 1)],
        )
        crossed = wire.crossed()
        assert KEY in crossed, "the search finds what has to be in the clear"
        assert not holds(crossed, TEXT.encode())


@pytest.mark.parametrize(
    ("how", "mode"),
    [(how, MODE_CONTENT) for how in SEALING] + [("wrong", MODE_WRAP), ("killed", MODE_WRAP)],
)
async def test_a_plugin(
    tmp_path: Path, plugin: Make, logged_warnings: LoggedWarnings, how: str, mode: int
) -> None:
    with plugin(mode) as broken:
        await plays(tmp_path, broken, how, SEALING[how], SEALING[how])
    if how != "down":
        logged_warnings.take("plugin lost")


@pytest.mark.parametrize(
    ("how", "mode"),
    [("down", MODE_WRAP), ("slow", MODE_WRAP), ("killed", MODE_WRAP), ("killed", MODE_CONTENT)],
)
async def test_a_token(tmp_path: Path, token: Make, how: str, mode: int) -> None:
    with token(mode) as broken:
        await plays(tmp_path, broken, how, PULLED_OUT[how], SEALING[how])
