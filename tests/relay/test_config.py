"""What a relay is started with."""

from pathlib import Path

import pytest

from watchword_relay.config import Address, Config, History, Unfit, make_config, parse_listen
from watchword_wire.frames import Registration


def config(listen: str, **given: object) -> Config:
    settings: dict[str, object] = {
        "data": Path("data"),
        "listen": listen,
        "cert": None,
        "key": None,
        "t1": 120.0,
        "t2": 135.0,
        "registration": None,
        "stop_at_eof": False,
    }
    return make_config(**{**settings, **given})  # type: ignore[arg-type]  # a test's settings by name


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8470", Address("127.0.0.1", 8470)),
        ("[::1]:0", Address("::1", 0)),
        ("relay.example:443", Address("relay.example", 443)),
    ],
)
def test_addresses_are_read_and_shown_alike(text: str, address: Address) -> None:
    assert parse_listen(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "8470", "host", "host:", ":1", "host:-1", "host:65536", "host:１", "::1:80"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Unfit, match="--listen wants"):
        parse_listen(text)


@pytest.mark.parametrize(
    ("listen", "loopback"),
    [
        ("127.0.0.1:1", True),
        ("127.3.2.1:1", True),
        ("[::1]:1", True),
        ("localhost:1", True),
        ("0.0.0.0:1", False),
        ("[::]:1", False),
        ("192.0.2.1:1", False),
        ("localhost.example:1", False),
    ],
)
def test_only_loopback_is_plain_and_open(listen: str, loopback: bool) -> None:
    made = config(listen)
    assert made.listen.loopback is loopback
    assert made.tls is not loopback
    assert made.registration is (Registration.OPEN if loopback else Registration.INVITE)


def test_a_certificate_makes_loopback_tls_too() -> None:
    assert config("127.0.0.1:1", cert=Path("c"), key=Path("k")).tls


def test_the_operator_decides_who_registers() -> None:
    assert config("127.0.0.1:1", registration="invite").registration is Registration.INVITE
    assert config("0.0.0.0:1", registration="open").registration is Registration.OPEN


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"cert": Path("c")}, "belong together"),
        ({"key": Path("k")}, "belong together"),
        ({"t1": 0.0}, "--t1"),
        ({"t1": 135.0}, "--t1"),
        ({"t1": float("nan")}, "--t1"),
        *(
            ({"history": History(days=days)}, "--history-days")
            for days in (-1.0, float("nan"), float("inf"), 1e9)
        ),
        *(({"history": History(account_mib=mib)}, "--history-account-mib") for mib in (-1, 2**43)),
        *(({"history": History(mib=mib)}, "--history-mib") for mib in (-1, 2**43)),
    ],
)
def test_settings_that_do_not_go_together(given: dict[str, object], match: str) -> None:
    with pytest.raises(Unfit, match=match):
        config("127.0.0.1:1", **given)
