"""What a relay is set to, and which settings do not go together."""

from pathlib import Path

import pytest

from watchword_relay.config import Address, Config, Handshake, Proxy, Tls, parse_address
from watchword_wire.frames import Registration


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8470", Address("127.0.0.1", 8470)),
        ("[::1]:0", Address("::1", 0)),
        ("relay.example:443", Address("relay.example", 443)),
    ],
)
def test_addresses_are_read_and_shown_alike(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "8470", "host", "host:", ":1", "host:-1", "host:65536", "host:１", "::1:80"),
        # What would stand in every link, and lead nowhere.
        *("wss://relay.example:8470", "relay.example/acme:8470", "a b:1", "ada@host:1", "host#k:1"),
        *("[]:1", "[host]:1", "[::1:1", "[127.0.0.1]:1"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="wants"):
        parse_address(text)


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
    made = Config(data=Path("data"), listen=parse_address(listen))
    assert made.listen.loopback is loopback
    assert made.encrypted is not loopback
    assert made.admits is (Registration.OPEN if loopback else Registration.INVITE)


def test_a_certificate_makes_loopback_tls_too() -> None:
    tls = Tls(Path("c"), Path("k"))
    assert Config(data=Path("data"), listen=Address("127.0.0.1", 1), tls=tls).encrypted


def test_the_operator_decides_who_registers() -> None:
    for chosen in Registration:
        for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - nothing listens there
            made = Config(data=Path("data"), listen=Address(host, 1), registration=chosen)
            assert made.admits is chosen


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"tls": Tls(certificate=Path("c"))}, "belong together"),
        ({"tls": Tls(key=Path("k"))}, "belong together"),
        ({"handshake": Handshake(t1=0.0)}, r"handshake\.t1"),
        ({"handshake": Handshake(t1=135.0)}, r"handshake\.t1"),
        ({"proxy": Proxy(("10.0.0.0/8", "10.0.0.1/8"))}, r"proxy\.trusted"),
        ({"proxy": Proxy(("balancer",))}, r"proxy\.trusted"),
    ],
)
def test_settings_that_do_not_go_together(given: dict[str, object], match: str) -> None:
    config = Config(data=Path("data"), **given)  # type: ignore[arg-type]  # a test's settings by name
    with pytest.raises(ValueError, match=match):
        config.check()
