"""A real token and the real windows in one process: few tries left, the last try, locked; and *Test*."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from support.firm import KEY, PHRASE, Firm
from support.logged import LoggedWarnings
from support.softhsm import PIN, Faults, SoftHsm
from support.waiting import until
from support.windows import active, find, offline_client, played, window_named
from watchword.protocol.company.profile import Kind, Method
from watchword.providers.contract import KeyName
from watchword.ui.company.organisation_methods import MethodRow
from watchword.ui.company.pin import PinDialog
from watchword.ui.company.pins import Pins
from watchword.ui.settings.organisation import OrganisationSection
from watchword_wire.message_data import MODE_WRAP

TOKEN = b"by-token"
WHERE = {"module": "libsofthsm2.so", "token": "acme"}


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """The faults of a token that holds the company's key."""
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    hsm.make_key(hsm.make_token("acme"), KeyName(KEY, 1))
    found = Faults(hsm.module)
    yield found
    found.restore()


def dialog() -> PinDialog:
    found = window_named("pinDialog")
    assert isinstance(found, PinDialog)
    return found


def warns(words: str) -> bool:
    shown = window_named("pinDialog")
    return isinstance(shown, PinDialog) and words in shown.warning.text()


def types(pin: str) -> None:
    dialog().field.set_text(pin)
    dialog().unlock.click()


def says(row: MethodRow, words: str) -> bool:
    return row.state.text().startswith(words)


def test_a_pin_that_is_wrong_three_times_locks_and_everything_says_so(
    qapp: QApplication, tmp_path: Path, faults: Faults, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        firm = Firm(method=Method(TOKEN, Kind.PKCS11, MODE_WRAP, WHERE))
        firm.knows("bo")
        await client.company.join(firm.join_file("bo"), PHRASE)
        pins, section = Pins(client), OrganisationSection(client)
        await active(section)
        await until(lambda: any(map(MethodRow.isVisible, section.findChildren(MethodRow))), "the methods")
        row = find(section, f"method-{TOKEN.hex()}", MethodRow)
        test = find(section, f"testMethod-{TOKEN.hex()}", QPushButton)
        faults.count_tries(3)
        test.click()
        await until(lambda: window_named("pinDialog"), "the PIN is asked for")
        for pin, said in (("1", "few tries are left"), ("2", "This is the last try"), ("3", "locked itself")):
            types(pin)
            await until(partial(warns, said), said)
        await until(partial(says, row, "It has locked itself"), "the settings say so too")
        assert dialog().unlock.isHidden()
        dialog().not_now.click()
        test.click()
        await until(partial(says, row, "It has locked itself"), "it is still locked")
        assert window_named("pinDialog") is None, "a locked token asks for nothing"
        faults.restore()
        test.click()
        await until(lambda: window_named("pinDialog"), "it was unlocked, and asks again")
        dialog().close()
        few = "The PIN was wrong, and few tries are left."
        await until(partial(says, row, few), "the person would not, and the token remembers wrong ones")
        test.click()
        await until(lambda: window_named("pinDialog"), "it asks again")
        types(PIN)
        await until(partial(says, row, "Works. Tested at "), "it works")
        assert window_named("pinDialog") is None
        section.stop()
        section.close()
        pins.stop()
        await client.close()

    played(qapp, play())
