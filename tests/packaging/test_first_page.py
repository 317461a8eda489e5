"""The operator's first page, line by line: what it says to type leads to an invited person over TLS."""

import re
import shlex
import ssl
import sys
from pathlib import Path

from support.ports import free_port
from support.processes import Program
from support.relay import environment
from support.terminal import Terminal
from support.waiting import until
from watchword.net.address import parse_address

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operate" / "first.md"
ADDRESS = re.compile(r"wss://relay\.example:8470#[A-Za-z0-9_-]{43}")


def commands() -> list[list[str]]:
    """What the page says to type, in order: numbered commands alone, without what is printed."""
    text = PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if not line.startswith("wss://")]
    return [shlex.split(line.removesuffix(" &")) for line in lines]


def here(words: list[str]) -> list[str]:
    """A command of the relay as it stands in this checkout."""
    assert words[0] == "relay/bin/watchword-relay"
    return [sys.executable, "-m", "watchword_relay", *words[1:]]


def test_they_are_five_and_install_what_there_is() -> None:
    found = commands()
    assert len(found) == 5
    assert found[0] == ["python3", "-m", "venv", "relay"]
    assert found[1] == ["relay/bin/pip", "install", "./watchword[relay]"]
    assert "relay = [" in (ROOT / "pyproject.toml").read_text()
    assert found[4] == ["watchword", "--relay", "LINK"]


async def test_from_a_relay_to_an_invited_person(tmp_path: Path) -> None:
    """The third, fourth and fifth command; only the port is another, so that tests can run side by side."""
    _, _, serve, invite, _ = commands()
    port = free_port()
    surroundings = {
        **environment(),
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "share"),
        "WATCHWORD_RELAY_LISTEN": f"0.0.0.0:{port}",
        # Root has another default.
        "STATE_DIRECTORY": str(tmp_path / "share" / "watchword-relay"),
    }
    with Program(here(serve), surroundings, tmp_path) as relay:
        await until(lambda: ADDRESS.search(relay.log.read_text()), "the relay prints its address")
        first = relay.log
        other = tmp_path / "inviting"
        other.mkdir()
        with Program(here(invite), surroundings, other) as inviting:
            assert inviting.ended() == 0
            link = inviting.log.read_text().strip()
        said = ADDRESS.search(first.read_text())
        assert said is not None
        assert link.startswith(said.group() + ".")
        # What the desktop makes of it.
        address = parse_address(link)
        assert (address.host, address.port, address.secure) == ("relay.example", 8470, True)
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        async with Terminal(f"wss://127.0.0.1:{port}", "ada") as ada:
            hello = await ada.open(trusting)
            assert hello.relay_key == address.key
            await ada.send(ada.registration(address.invite))
            await ada._welcomed()
            await ada.message("ada")
