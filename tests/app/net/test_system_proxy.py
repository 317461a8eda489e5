"""The system's proxies: the environment, and GNOME's settings as its own program writes them."""

import os
import subprocess
from pathlib import Path

import pytest

from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy
from watchword.net.address import Address, parse_address
from watchword.net.proxy import parse_proxy
from watchword.net.system_proxy import Values, find, of_gnome

RELAY = parse_address("wss://relay.example:8765")
NAMES = [f"{name}_proxy" for name in ("wss", "ws", "https", "http", "all", "no", "socks")]
SCHEMA = "org.gnome.system.proxy"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)


async def test_none() -> None:
    assert await find(RELAY) is None


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({"https_proxy": "http://one:3128"}, "http://one:3128"),
        ({"HTTPS_PROXY": "http://one:3128"}, "http://one:3128"),
        ({"https_proxy": "one:3128"}, "http://one:3128"),
        ({"all_proxy": "socks5://one"}, "socks5h://one:1080"),
        ({"all_proxy": "socks5h://one", "https_proxy": "http://two:80"}, "http://two:80"),
        ({"wss_proxy": "http://one:1", "https_proxy": "http://two:2"}, "http://one:1"),
        ({"socks_proxy": "http://one:1080"}, "socks5h://one:1080"),
        ({"http_proxy": "http://one:3128"}, None),
        ({"https_proxy": "http://one:3128", "no_proxy": "relay.example"}, None),
        ({"https_proxy": "http://one:3128", "no_proxy": "other, .example"}, None),
        ({"https_proxy": "http://one:3128", "NO_PROXY": "*"}, None),
        ({"https_proxy": "http://one:3128", "no_proxy": "other.example"}, "http://one:3128"),
        ({"https_proxy": ""}, None),
    ],
)
async def test_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], shown: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = await find(RELAY)
    assert (None if found is None else str(found)) == shown


async def test_sign_in_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://ada:p%40ss@one:3128")
    found = await find(RELAY)
    assert found is not None
    assert (found.user, found.password) == ("ada", Secret(b"p@ss"))


@pytest.mark.parametrize(
    "address", ["ws://localhost:1", "ws://127.0.0.1:1", "wss://[::1]:1", "wss://127.9.9.9"]
)
async def test_this_computer_is_reached_directly(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("all_proxy", "http://one:3128")
    assert await find(parse_address(address)) is None


async def test_what_cannot_be_used_is_said_and_never_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "https://one:3128")
    with pytest.raises(RefusedBy) as refused:
        await find(RELAY)
    assert refused.value.situation.kind is Kind.PROXY_SCHEME


# --- GNOME ----------------------------------------------------------------------------


def manual(**more: str | int | bool | list[str]) -> Values:
    values: Values = {
        f"{SCHEMA} mode": "manual",
        f"{SCHEMA} ignore-hosts": ["localhost", "127.0.0.0/8", "::1"],
    }
    for name, value in more.items():
        group, _, key = name.partition("__")
        values[f"{SCHEMA}.{group} {key.replace('_', '-')}"] = value
    return values


def test_gnome_takes_https_then_http_then_socks() -> None:
    every = manual(
        https__host="a", https__port=1, http__host="b", http__port=2, socks__host="c", socks__port=3
    )
    assert str(of_gnome(every, RELAY)) == "http://a:1"
    every[f"{SCHEMA}.https host"] = ""
    assert str(of_gnome(every, RELAY)) == "http://b:2"
    every[f"{SCHEMA}.http port"] = 0
    assert str(of_gnome(every, RELAY)) == "socks5h://c:3"
    every[f"{SCHEMA}.socks host"] = "fd00::3"
    assert str(of_gnome(every, RELAY)) == "socks5h://[fd00::3]:3"
    for mode in ("none", "auto"):
        every[f"{SCHEMA} mode"] = mode
        assert of_gnome(every, RELAY) is None


def test_gnome_signs_in() -> None:
    values = manual(
        http__host="a",
        http__port=1,
        http__use_authentication=True,
        http__authentication_user="ada",
        http__authentication_password="p:ss",
    )
    assert of_gnome(values, RELAY) == parse_proxy("http://ada:p%3Ass@a:1")


@pytest.mark.parametrize(
    ("pattern", "host", "spared"),
    [
        ("relay.example", "relay.example", True),
        ("RELAY.example", "relay.EXAMPLE.", True),
        ("*.example", "relay.example", True),
        (".example", "relay.example", True),
        ("*.example", "example", False),
        ("example", "relay.example", False),
        ("*", "relay.example", True),
        ("10.0.0.0/8", "10.9.8.7", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("10.9.8.7", "10.9.8.7", True),
        ("fd00::/8", "fd00::1", True),
        ("10.0.0.0/8", "relay.example", False),
    ],
)
def test_gnome_spares(pattern: str, host: str, *, spared: bool) -> None:
    values = manual(http__host="a", http__port=1)
    values[f"{SCHEMA} ignore-hosts"] = [pattern]
    assert (of_gnome(values, Address(True, host, 8765)) is None) is spared


async def test_gnome_as_its_own_program_tells_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings written by `gsettings` into a file of this test are what is found."""
    monkeypatch.setenv("GSETTINGS_BACKEND", "keyfile")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    assert await find(RELAY) is None

    def choose(group: str, key: str, value: str) -> None:
        command = ["gsettings", "set", SCHEMA + group, key, value]
        subprocess.run(command, check=True, env=dict(os.environ), timeout=20)

    choose(".http", "host", "proxy.example")
    choose(".http", "port", "3128")
    choose(".http", "use-authentication", "true")
    choose(".http", "authentication-user", "ada")
    choose(".http", "authentication-password", "it's \"p\u00fc\\")
    choose("", "ignore-hosts", "['localhost', '*.inside.example']")
    assert await find(RELAY) is None, "nothing holds before the mode is manual"
    choose("", "mode", "manual")
    found = await find(RELAY)
    assert found is not None
    assert (str(found), found.user) == ("http://proxy.example:3128", "ada")
    assert found.password == Secret("it's \"p\u00fc\\".encode())
    assert await find(parse_address("wss://relay.inside.example")) is None
    choose("", "ignore-hosts", "[]")
    assert await find(parse_address("wss://relay.inside.example")) is not None
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    assert await find(RELAY) is None
