"""Bad input about relays, as a person meets it: addresses that are none, and what is no relay behind one.

*Check* names the step that fails and says what to do; the address stays in its field. A relay that turns bad
later is named in the main window, and nothing that was written is lost.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from support.desktop import Desktop
from support.driver import Driver
from support.hostile import HostileRelay, Script, Visit
from support.meeting import has_account, meets
from support.play import Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside, Serve, Stranger, greets, silent, web_site
from support.wire_cut import WireCut
from watchword_relay import certificate, identity

FORM = "This is not the address of a relay. It looks like wss://relay.example:8765#key."
SCHEME = "A relay's address begins with wss://, not with {}://."
PLAIN = (
    "An address with ws:// is not protected on its way and works for this computer only. "
    "Ask for the wss:// address of the relay."
)
KEY_FORM = "The part behind # is not the key of a relay. Copy the whole address again from whoever gave it."
DNS = "No computer with the name {} was found. Check the address and your network."
TCP = "127.0.0.1 does not answer on port {}. The relay may be off, or a firewall is in between."
TLS = (
    "No protected connection could be made: something at this address does not speak TLS 1.3. "
    "Check the address and its port."
)
CERTIFICATE = (
    "Nobody this computer trusts vouches for the relay's certificate. Use the address with its key (#…)."
)
KEY = (
    "The relay shows another key than the one in its address. Do not go on before you know why; "
    "ask whoever runs it."
)
PROTOCOL = "Something answers at this address, but it is no Watchword relay. Check the address and its port."
VERSION = "The relay speaks another version. One of the two programs has to be updated."
NONSENSE = "The relay sent something that makes no sense. Whoever runs it should look into it."
SLOW = "The relay answers too slowly. Try again later."
WORKS = "The relay works."

OTHER_KEY = "A" * 43
SLOWEST = 30.0
"""Seconds that Check may take with a relay that says nothing: every step has its own limit below this."""

NO_ADDRESS = [
    ("", FORM),
    ("   ", FORM),
    ("relay.example", FORM),
    ("relay.example:8765", FORM),
    ("hello there", FORM),
    ("wss://", FORM),
    ("wss://:8765", FORM),
    ("wss://relay.example:99999", FORM),
    ("wss://relay example:8765", FORM),
    ("wss://ada:secret@relay.example", FORM),
    ("wss://" + "a" * 10_000, FORM),
    ("http://relay.example", SCHEME.format("http")),
    ("https://relay.example:8765", SCHEME.format("https")),
    ("file:///etc/passwd", SCHEME.format("file")),
    ("ws://relay.example:8765", PLAIN),
    ("ws://192.168.1.7:8765", PLAIN),
    ("ws://127.0.0.1.example:8765", PLAIN),
    ("wss://relay.example:8765#key", KEY_FORM),
    ("wss://relay.example:8765#", KEY_FORM),
    ("wss://nowhere.invalid:8765", DNS.format("nowhere.invalid")),
]


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for relays that are not what they should be."""
    with Aside() as there:
        yield there


@contextmanager
def first_start(name: str, folder: Path, address: str, screen: Screen) -> Iterator[Desktop]:
    """The program at the question for a relay; leaving quits it without a complaint."""
    person = Desktop(name, folder, address, screen.environment)
    try:
        person.opens()
        person.window.write("nameField", name.capitalize())
        person.window.click("nextStep")
        person.window.wait("relayField", visible=True, text=address)
        yield person
        complaints = person.window.report()["complaints"]
        assert person.window.quit() == 0
        assert not complaints, complaints
    finally:
        person.stops()


def tells(window: Driver, address: str, said: str, picture: Path, *, patience: float = PATIENCE) -> None:
    """Check this address: the sentence comes, and the address stays where it can be mended."""
    window.key("Ctrl+A", "relayField")
    window.key("Delete", "relayField")
    if address:
        window.paste("relayField", address)
    window.wait("relayCheck", visible=False)
    window.click("checkRelay")
    window.wait("checkVerdict", visible=True, text=said, patience=patience)
    assert window.text("relayField") == address
    window.shot(picture, "firstStart")


def test_addresses_that_are_none(screen: Screen, tmp_path: Path) -> None:
    with first_start("ada", tmp_path, "", screen) as ada:
        for number, (address, said) in enumerate(NO_ADDRESS):
            tells(ada.window, address, said, tmp_path / f"address-{number}.png")
        ada.window.click("nextStep")
        ada.window.wait("checkVerdict", visible=True)
        ada.window.wait("idField", visible=False)


async def _nonsense(visit: Visit) -> None:
    await visit.says(b"\xc1\xc1")
    await visit.connection.wait_closed()


async def _text(visit: Visit) -> None:
    await visit.says("hello")
    await visit.connection.wait_closed()


async def _huge(visit: Visit) -> None:
    await visit.says(bytes(1_000_000))
    await visit.connection.wait_closed()


async def _newer(visit: Visit) -> None:
    await visit.says(visit.hello(versions=[9]))
    await visit.connection.wait_closed()


async def _forged(visit: Visit) -> None:
    await visit.says(visit.hello(signature=bytes(64)))
    await visit.connection.wait_closed()


async def _mute_after_hello(visit: Visit) -> None:
    await visit.says(visit.hello())
    await visit.connection.wait_closed()


def test_what_is_no_relay_of_ours(screen: Screen, tmp_path: Path, aside: Aside) -> None:
    pem = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.make(*pem)
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        own = ["--cert", str(pem[0]), "--key", str(pem[1])]
        secure = stack.enter_context(RelayProcess(tmp_path / "secure", options=own))
        ada = stack.enter_context(first_start("ada", tmp_path, relay.address, screen)).window

        def stranger(serve: Serve, *, tls: bool = False) -> int:
            return stack.enter_context(Stranger(serve, pem if tls else None)).port

        def hostile(script: Script) -> str:
            return stack.enter_context(aside.inside(HostileRelay(script))).address

        closed = stack.enter_context(Stranger(silent))
        closed.stop()
        cases = [
            (f"ws://127.0.0.1:{closed.port}", TCP.format(closed.port)),
            (f"ws://127.0.0.1:{stranger(web_site)}", PROTOCOL),
            (f"ws://127.0.0.1:{stranger(greets)}", PROTOCOL),
            (f"wss://127.0.0.1:{stranger(web_site)}#{OTHER_KEY}", TLS),
            (f"wss://127.0.0.1:{stranger(greets)}#{OTHER_KEY}", TLS),
            (f"wss://127.0.0.1:{stranger(web_site, tls=True)}#{OTHER_KEY}", PROTOCOL),
            (secure.url, CERTIFICATE),
            (f"{secure.url}#{OTHER_KEY}", KEY),
            (f"{relay.url}#{OTHER_KEY}", KEY),
            (relay.url.replace("ws://", "wss://") + f"#{OTHER_KEY}", TLS),
            (secure.url.replace("wss://", "ws://"), PROTOCOL),
            (hostile(_nonsense), NONSENSE),
            (hostile(_text), NONSENSE),
            (hostile(_huge), NONSENSE),
            (hostile(_forged), KEY),
            (hostile(_newer), VERSION),
        ]
        for number, (address, said) in enumerate(cases):
            tells(ada, address, said, tmp_path / f"relay-{number}.png")
        for number, address in enumerate(
            [
                f"ws://127.0.0.1:{stranger(silent)}",
                hostile(_mute_after_hello),
            ]
        ):
            tells(ada, address, SLOW, tmp_path / f"slow-{number}.png", patience=SLOWEST)
        for address in (secure.address, relay.address):
            tells(ada, address, WORKS, tmp_path / "works.png")


def test_a_relay_that_turns_bad_is_named_and_loses_nothing(
    screen: Screen, tmp_path: Path, aside: Aside
) -> None:
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        cable = stack.enter_context(WireCut(relay.port))
        bo = Person("bo", tmp_path / "bo", relay.address)
        aside.does(bo.registers())
        aside.does(bo.returns())
        stack.callback(lambda: aside.does(bo.leaves()))
        key = relay.address.partition("#")[2]
        ada = Desktop("ada", tmp_path, f"ws://127.0.0.1:{cable.port}#{key}", screen.environment)
        has_account(ada, screen.environment)
        stack.callback(ada.stops)
        ada.opens_again()
        meets(ada, bo, aside)
        window = ada.window

        def hostile(script: Script, *, real_key: bool) -> int:
            wrong = HostileRelay(script)
            if real_key:
                wrong.key = identity.relay_key(relay.data)
            return stack.enter_context(aside.inside(wrong)).port

        for number, (port, said) in enumerate(
            [
                (hostile(_newer, real_key=True), VERSION),
                (hostile(_nonsense, real_key=True), NONSENSE),
                (stack.enter_context(Stranger(web_site)).port, PROTOCOL),
                (hostile(_mute_after_hello, real_key=False), KEY),
            ]
        ):
            cable.lead_to(port)
            window.wait("linkBanner", visible=True, text=said, patience=2 * PATIENCE)
            ada.says(f"written meanwhile {number}")
            ada.shot(tmp_path / f"turned-{number}.png")
        cable.lead_to(relay.port)
        window.click("linkBanner/Connect again")
        ada.is_online()
        texts = [f"written meanwhile {number}" for number in range(4)]
        aside.does(bo.sees_texts("ada", texts))
        for text in texts:
            ada.sees_delivered(text)
        assert ada.window.quit() == 0
