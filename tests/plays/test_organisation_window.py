"""A company through the real windows: joined by a file, renewed by another, its methods tested, a PIN."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import legible
from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.key_owner import KeyOwner
from support.meeting import has_account
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.softhsm import PIN, SoftHsm
from support.web import WebServer
from watchword.protocol.company.profile import Kind
from watchword.ui.settings.account import PARTS

DIALOG = "companyFileDialog"
PIN_DIALOG = "pinDialog"
A_SECOND_OR_TWO = 3 * PATIENCE
"""To try a join phrase is slow on purpose."""


@pytest.fixture
def owner(tmp_path: Path) -> KeyOwner:
    """ACME, with ada and bo, and one key."""
    made = KeyOwner(tmp_path)
    made.founds("ada", "bo")
    return made


@pytest.fixture
def web() -> Iterator[WebServer]:
    """Where newer company files lie."""
    with WebServer() as made:
        yield made


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    """No token yet."""
    made = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.configuration))
    return made


@pytest.fixture
def ada(screen: Screen, tmp_path: Path) -> Iterator[Desktop]:
    """Ada's program, open and online; the tokens of the test are hers."""
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        tokens = {"SOFTHSM2_CONF": os.environ.get("SOFTHSM2_CONF", "")}
        person = Desktop("ada", tmp_path, relay.address, {**screen.environment, **tokens})
        has_account(person, screen.environment)
        stack.callback(person.forget_secret)
        stack.callback(person.stops)
        person.opens_again()
        yield person


def opens_organisation(window: Driver) -> None:
    window.click(f"{WINDOW}/openSettings")
    window.wait("settingsWindow", visible=True)


def names(window: Driver, path: Path) -> None:
    """Type where the company file lies."""
    window.key("Ctrl+A", "companySource")
    window.paste("companySource", str(path))
    window.key("Return", "companySource")


def types(window: Driver, phrase: str) -> None:
    window.key("Ctrl+A", "joinPhrase")
    window.paste("joinPhrase", phrase)
    window.click("joinCompany")


def joins(window: Driver, owner: KeyOwner) -> None:
    _, phrase = owner.joins("ada")
    window.wait("beginJoining", visible=True)
    window.click("beginJoining")
    names(window, owner.folder / "ada.company")
    window.wait("joinPhrase", visible=True)
    types(window, phrase)
    window.wait("organisationName", visible=True, text="ACME", patience=A_SECOND_OR_TWO)


def updates(window: Driver, path: Path) -> None:
    """*Update from file…*, by the keyboard in the dialog."""
    window.click("updateFile")
    window.wait(DIALOG, visible=True)
    window.paste(f"{DIALOG}/fileNameEdit", str(path))
    window.key("Return", f"{DIALOG}/fileNameEdit")
    window.wait(DIALOG, visible=False)


def digits_of(owner: KeyOwner) -> str:
    """As the tool shows them to the key owner."""
    return str(owner.does("profile", "show", "--json").data["digits"])


def test_a_company_is_joined_by_a_file_and_renewed_by_another(ada: Desktop, owner: KeyOwner) -> None:
    window = ada.window
    older = owner.folder / "older.company"
    older.write_bytes(owner.updates())
    owner.does("key", "rotate", "hr-2026")
    owner.joins("bo")
    _, phrase = owner.joins("ada")
    letter = owner.folder / "letter.company"
    letter.write_text("Dear Ada,")
    opens_organisation(window)
    window.click("beginJoining")
    for path, said in (
        (letter, "This is no company file"),
        (owner.folder / "bo.company", "This file lets bo join, and your id is ada."),
        (older, "This file is for people who have joined already."),
        (owner.folder / "nowhere.company", "There is no file nowhere.company on this computer."),
    ):
        names(window, path)
        assert window.wait("companySource", wrong=True, enabled=True)["described"].startswith(said)
        window.key("Ctrl+A", "companySource")
        window.key("Delete", "companySource")
        window.wait("companySource", wrong=False)
    names(window, owner.folder / "ada.company")
    window.wait("joinPhrase", visible=True, focused=True)
    assert window.text("companyDigits").replace(" ", "") == digits_of(owner).replace(" ", "")
    types(window, "six words that nobody would guess")
    window.wait("joinPhrase", wrong=True, patience=A_SECOND_OR_TWO)
    assert window.text("joinPhrase") == "six words that nobody would guess"
    types(window, phrase.upper().replace(" ", "  "))
    window.wait("updateOutcome", visible=True, text="You belong to ACME now.", patience=A_SECOND_OR_TWO)
    held = window.text("company-file")
    window.wait("companyKeys", visible=True)
    updates(window, older)
    window.wait("updateOutcome", visible=True, contains="This file is older than what this computer holds")
    assert window.text("company-file") == held
    owner.does("key", "new", "audit-2026", "--auditor", "Audit office")
    owner.updates()
    updates(window, owner.folder / "update.company")
    window.wait("updateOutcome", visible=True, text="This computer has the newer file now.")
    newer = window.text("company-file")
    assert newer != held
    window.wait("companyAuditors", visible=True)
    assert "Audit office can read every message." in window.words("settingsWindow")
    ada.closes()
    ada.opens_again()
    opens_organisation(ada.window)
    ada.window.wait("organisationName", visible=True, text="ACME")
    assert ada.window.text("company-file") == newer
    ada.closes()


def test_what_has_the_keyboard_and_what_came_of_it_is_in_sight(
    tmp_path: Path, ada: Desktop, owner: KeyOwner, web: WebServer
) -> None:
    window = ada.window
    owner.does("profile", "set", "--updates", web.link("/acme.company"))
    web.gives("/acme.company", owner.updates())
    _, phrase = owner.joins("ada")
    opens_organisation(window)
    window.click("beginJoining")
    names(window, owner.folder / "ada.company")
    window.wait("joinPhrase", visible=True, focused=True, whole=True)
    window.wait("joinCompany", whole=True)
    window.paste("joinPhrase", phrase)
    window.wait("recognisedWords", visible=True)
    window.wait("joinCompany", whole=True)
    window.shot(tmp_path / "phrase.png", "settingsWindow")
    window.click("joinCompany")
    window.wait("updateOutcome", visible=True, whole=True, patience=A_SECOND_OR_TWO)
    owner.does("member", "remove", "ada")
    web.gives("/acme.company", owner.updates())
    window.click("lookForUpdate")
    window.wait("updateOutcome", whole=True, contains="does not list you any more")
    window.wait(
        "company-looked", contains="a file was fetched and not taken. Nothing in this file is for you"
    )
    updates(window, owner.folder / "update.company")
    window.wait("updateOutcome", whole=True, contains="Nothing in this file is for you")
    owner.does("member", "add", "ada", "Ada")
    _, phrase = owner.joins("ada")
    updates(window, owner.folder / "ada.company")
    window.wait("joinPhrase", visible=True, focused=True, whole=True)
    window.wait("joinCompany", whole=True)
    types(window, phrase)
    window.wait("updateOutcome", visible=True, whole=True, contains="You belong", patience=A_SECOND_OR_TWO)
    window.shot(tmp_path / "joined.png", "settingsWindow")
    ada.closes()


def test_methods_are_tested_and_a_pin_is_typed(hsm: SoftHsm, ada: Desktop, owner: KeyOwner) -> None:
    hsm.make_token("acme")
    pin = owner.folder / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    module = ("--token", "acme", "--module", "libsofthsm2.so", "--generate", "--pin-file", str(pin))
    owner.does("key", "new", "vault", *module)
    owner.does("key", "new", "north", "--plugin", "acme-vault")
    owner.does("profile", "set", "--pin", "session")
    rows = {method.kind: method.id.hex() for method in owner.contents.profile.methods}
    window = ada.window
    opens_organisation(window)
    joins(window, owner)
    untried = "Not tried yet."
    for row in rows.values():
        window.wait(f"methodState-{row}", visible=True, text=untried)
    for kind, said in ((Kind.RING, "Works."), (Kind.PLUGIN, "Its program is not installed")):
        window.click(f"testMethod-{rows[kind]}")
        window.wait(f"methodState-{rows[kind]}", contains=said)
    token = rows[Kind.PKCS11]
    window.click(f"testMethod-{token}")
    window.wait(PIN_DIALOG, visible=True, active=False)
    window.wait("settingsWindow", active=True)
    window.wait(f"methodState-{token}", text="Trying…")
    assert any("PIN of acme…" in tray["rows"] for tray in window.tray())
    window.tray_choose("PIN of acme")
    window.wait(PIN_DIALOG, active=True)
    window.wait("pinField", focused=True)
    window.write("pinField", "000000")
    window.key("Return", "pinField")
    window.wait("pinWarning", visible=True, contains="few tries are left")
    window.write("pinField", PIN)
    window.key("Return", "pinField")
    window.wait(PIN_DIALOG, visible=False)
    window.wait(f"methodState-{token}", contains="Works. Tested at ")
    window.click(f"testMethod-{token}")
    window.wait(f"methodState-{token}", contains="Works.")
    assert not window.look(PIN_DIALOG)["visible"], "the policy lets one PIN do"
    ada.closes()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_chinese_all_of_it_can_be_read(
    hsm: SoftHsm, screen: Screen, tmp_path: Path, owner: KeyOwner, theme: str
) -> None:
    hsm.make_token("acme")
    pin = owner.folder / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    module = ("--token", "acme", "--module", "libsofthsm2.so", "--generate", "--pin-file", str(pin))
    owner.does("key", "new", "vault", *module)
    owner.does("key", "new", "audit-2026", "--auditor", "审计处")
    owner.does("profile", "set", "--session", "required", "--phrase", "40", "--retention", "30d")
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        environment = {**screen.environment, "SOFTHSM2_CONF": os.environ["SOFTHSM2_CONF"]}
        ada = Desktop("ada", tmp_path, relay.address, environment)
        ada.profile.mkdir()
        (ada.profile / "settings.json").write_text(f'{{"language": "zh_CN", "theme": "{theme}"}}')
        has_account(ada, screen.environment)
        stack.callback(ada.forget_secret)
        stack.callback(ada.stops)
        ada.opens_again()
        window = ada.window
        opens_organisation(window)
        window.resize("settingsWindow", 420, 900)
        joins(window, owner)
        rows = {method.kind: method.id.hex() for method in owner.contents.profile.methods}
        window.click(f"testMethod-{rows[Kind.RING]}")
        window.wait(f"methodState-{rows[Kind.RING]}", contains="工作正常")
        parts = "\n".join(f"{name} · {licence}" for name, licence in PARTS)
        kept = ("ACME", "hr", "vault", "audit", "ada", "Ada", "acme", "English", "Secret Service", parts)
        window.shot(tmp_path / "settings.png", "settingsWindow")
        assert window.misfits() == []
        assert legible.english(window.words("settingsWindow"), kept) == []
        window.click(f"testMethod-{rows[Kind.PKCS11]}")
        window.wait(PIN_DIALOG, visible=True)
        window.write("pinField", "000000")
        window.click("unlockToken")
        window.wait("pinWarning", visible=True)
        window.shot(tmp_path / "pin.png", PIN_DIALOG)
        assert window.misfits() == []
        assert legible.english(window.words(PIN_DIALOG), kept) == []
        window.click("pinNotNow")
        window.wait(PIN_DIALOG, visible=False)
        ada.closes()
