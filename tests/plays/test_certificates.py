"""Protected ways that are not good enough: old TLS, and certificates that nobody should believe.

*Check* at first start and the banner of the running program name the cause, in English and in Chinese. Real
relays with real certificates; the program trusts one authority of the test, as a company's computers do.
"""

import datetime
import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import legible
from support.authority import Authority
from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.meeting import has_account
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Stranger, leads_to
from support.wire_cut import WireCut

TLS = (
    "No protected connection could be made: something at this address does not speak TLS 1.3. "
    "Check the address and its port."
)
CERTIFICATE = (
    "Nobody this computer trusts vouches for the relay's certificate. Use the address with its key (#…)."
)
DATE = (
    "The relay's certificate is not valid today: it ran out, or the clock of this computer is wrong. "
    "Whoever runs the relay can renew it."
)
NAME = (
    "The relay's certificate is made out to another name than {host}. Check the address, "
    "or use the one with the relay's key (#…)."
)
KEY = (
    "The relay shows another key than the one in its address. Do not go on before you know why; "
    "ask whoever runs it."
)
WORKS = "The relay works."
OTHER_KEY = "#" + "A" * 43
DAY = datetime.timedelta(days=1)


class Relays:
    """One relay for each certificate, started when it is asked for."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self.trusted, self.other = Authority(folder / "trusted"), Authority(folder / "other")

    def start(self, name: str, certificate: tuple[Path, Path] | None) -> RelayProcess:
        """A relay on loopback with this certificate; without one it speaks plainly."""
        files = certificate or ()
        options = [word for pair in zip(("--cert", "--key"), map(str, files), strict=False) for word in pair]
        return self._stack.enter_context(RelayProcess(self._folder / name, options=options))

    def in_front(self, of: RelayProcess, certificate: tuple[Path, Path], most: ssl.TLSVersion) -> int:
        """The port of something that speaks TLS in front of a plain relay, up to a version."""
        return self._stack.enter_context(Stranger(leads_to(of.port), certificate, most=most)).port


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[Relays]:
    """Relays that end with the test."""
    with ExitStack() as stack:
        yield Relays(stack, tmp_path)


def trusting(screen: Screen, relays: Relays) -> dict[str, str]:
    """The environment of a computer that trusts the test's authority and no other."""
    return {**screen.environment, "SSL_CERT_FILE": str(relays.trusted.certificate)}


def checks(window: Driver, address: str, said: str) -> None:
    """*Check* says this of an address, and the sentence stands there whole."""
    window.key("Ctrl+A", "relayField")
    window.paste("relayField", address)
    window.wait("relayCheck", visible=False)
    window.click("checkRelay")
    window.wait("checkVerdict", visible=True, text=said, patience=2 * PATIENCE)
    assert window.misfits() == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_check_names_what_is_wrong_with_the_protection(
    screen: Screen, relays: Relays, tmp_path: Path, language: str
) -> None:
    in_chinese = legible.translations()

    def said(sentence: str, host: str = "") -> str:
        return (in_chinese[sentence] if language == "zh_CN" else sentence).replace("{host}", host)

    trusted = relays.trusted
    good = relays.start("good", trusted.issue("good"))
    old = relays.start("old", trusted.issue("old", since=-9 * DAY, until=-DAY))
    early = relays.start("early", trusted.issue("early", since=DAY, until=9 * DAY))
    elsewhere = relays.start("elsewhere", trusted.issue("elsewhere", host="relay.example"))
    unknown = relays.start("unknown", relays.other.issue("unknown"))
    plain = relays.start("plain", None)
    tls12 = relays.in_front(plain, trusted.issue("tls12"), ssl.TLSVersion.TLSv1_2)
    ada = Desktop("ada", tmp_path, "", trusting(screen, relays))
    ada.profile.mkdir()
    (ada.profile / "settings.json").write_text(json.dumps({"language": language}))
    try:
        ada.opens()
        window = ada.window
        window.write("nameField", "Ada")
        window.click("nextStep")
        window.wait("relayField", visible=True)
        checks(window, f"wss://127.0.0.1:{tls12}#{plain.address.partition('#')[2]}", said(TLS))
        window.shot(tmp_path / f"tls12-{language}.png", "firstStart")
        for relay, sentence in ((old, DATE), (early, DATE), (elsewhere, NAME), (unknown, CERTIFICATE)):
            checks(window, relay.url, said(sentence, "127.0.0.1"))
            window.shot(tmp_path / f"{relay.data.name}-{language}.png", "firstStart")
            # With the relay's key in the address no authority is asked, and the key decides.
            checks(window, relay.url + OTHER_KEY, said(KEY))
        checks(window, old.address, said(WORKS))
        checks(window, good.url, said(WORKS))
        if language == "zh_CN":
            assert legible.english(window.words(WINDOW), ["Ada", "ada"]) == []
        ada.closes()
    finally:
        ada.stops()


def test_a_protection_that_turns_bad_is_named_in_both_languages_and_mended_by_itself(
    screen: Screen, relays: Relays, tmp_path: Path
) -> None:
    trusted = relays.trusted
    good = relays.start("relay", trusted.issue("good"))
    another = relays.start("another", trusted.issue("another"))
    with ExitStack() as stack:
        cable = stack.enter_context(WireCut(good.port))
        environment = trusting(screen, relays)
        ada = Desktop("ada", tmp_path, f"wss://127.0.0.1:{cable.port}", environment)
        has_account(ada, environment)
        stack.callback(ada.forget_secret)
        stack.callback(ada.stops)
        ada.opens_again()
        window = ada.window
        window.click(f"{WINDOW}/openSettings")
        window.wait("language-en", visible=True)
        in_chinese = legible.translations()
        old = relays.start("old", trusted.issue("old", since=-9 * DAY, until=-DAY))
        tls12 = relays.in_front(good, trusted.issue("tls12"), ssl.TLSVersion.TLSv1_2)
        for port, sentence in ((tls12, TLS), (old.port, DATE)):
            cable.lead_to(port)
            window.wait("linkBanner", visible=True, text=sentence, patience=2 * PATIENCE)
            window.click("language-zh_CN")
            window.wait("linkBanner", visible=True, text=in_chinese[sentence])
            assert window.misfits() == []
            assert legible.english(window.words(WINDOW), ["Ada", "ada"]) == []
            ada.shot(tmp_path / f"{port}.png")
            window.click("language-en")
            window.wait("linkBanner", visible=True, text=sentence)
        cable.lead_to(good.port)
        window.click("tryNow")
        ada.is_online()
        # An authority vouches for it, and yet it is another relay: the key that was met first decides.
        cable.lead_to(another.port)
        window.wait("linkBanner", visible=True, text=KEY, patience=2 * PATIENCE)
        cable.lead_to(good.port)
        window.click("linkBanner/Connect again")
        ada.is_online()
        ada.closes()
