"""A message that waits for the PIN of a token, through the real windows: the chat says so, nothing hangs."""

from pathlib import Path

import pytest

from support.colleague import Colleague
from support.key_owner import KeyOwner
from support.relay import RelayProcess
from support.screen import Screen
from support.softhsm import PIN, SoftHsm

PIN_DIALOG = "pinDialog"


def test_the_chat_says_that_the_pin_is_wanted_and_try_now_brings_the_question(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    hsm.make_token("acme")
    typed = tmp_path / "pin"
    typed.write_text(PIN)
    typed.chmod(0o600)
    with RelayProcess(tmp_path / "relay") as relay:
        owner = KeyOwner(tmp_path)
        owner.does("init", "ACME")
        for name in ("ada", "bo"):
            owner.does("member", "add", name, name.title())
        module = ("--token", "acme", "--module", "libsofthsm2.so", "--generate", "--pin-file", str(typed))
        owner.does("key", "new", "vault", *module)
        owner.does("profile", "set", "--relay", relay.address, "--pin", "ask")
        tokens = {"SOFTHSM2_CONF": str(hsm.configuration)}
        ada = Colleague("ada", tmp_path / "staff", {**screen.environment, **tokens})
        try:
            _, phrase = owner.joins("ada")
            ada.opens_with(str(owner.folder / "ada.company"))
            ada.joins(phrase)
            ada.picks("Bo")
            window = ada.window
            ada.says("one")
            window.wait(PIN_DIALOG, visible=True, active=False)
            ada.is_held_up("unsentBanner", "your token (smart card or HSM) wants its PIN")
            ada.says("two")
            window.wait("chatView", row=["two"])
            window.click("tryCompanyNow")
            window.wait(PIN_DIALOG, active=True)
            window.wait("pinField", focused=True)
            window.write("pinField", PIN)
            window.key("Return", "pinField")
            window.wait(PIN_DIALOG, visible=False)
            ada.is_held_up_no_more("unsentBanner")
            for text in ("one", "two"):
                ada.sees_waiting(text)
            ada.closes()
        finally:
            ada.stops()
            ada.forget_secret()
