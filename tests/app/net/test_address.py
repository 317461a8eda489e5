import pytest

from watchword.model.errors import Kind, RefusedBy
from watchword.net.address import Address, invite_of, key_text, parse_address

KEY = bytes(range(32))
TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def test_an_address_with_port_and_key() -> None:
    assert parse_address(f" wss://relay.example.org:9000#{TEXT} ") == Address(
        True, "relay.example.org", 9000, KEY
    )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("wss://relay.example.org", Address(True, "relay.example.org", 443)),
        ("WSS://Relay.Example.org/", Address(True, "relay.example.org", 443)),
        ("wss://[2001:db8::1]:8000", Address(True, "2001:db8::1", 8000)),
        ("ws://127.0.0.1:8000", Address(False, "127.0.0.1", 8000)),
        ("ws://localhost", Address(False, "localhost", 80)),
        ("ws://[::1]:8000", Address(False, "::1", 8000)),
        ("wss://中继.example", Address(True, "中继.example", 443)),
        ("wss://relay.example.org/acme", Address(True, "relay.example.org", 443, realm="acme")),
        (f"ws://[::1]:8000/a-2#{TEXT}", Address(False, "::1", 8000, KEY, "a-2")),
    ],
)
def test_forms(typed: str, address: Address) -> None:
    assert parse_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "wss://relay.example.org:9000",
        f"wss://[::1]:9000#{TEXT}",
        "wss://relay.example.org:9000/acme",
        f"wss://[::1]:9000/acme-2#{TEXT}",
    ],
)
def test_an_address_is_passed_on_as_it_came(typed: str) -> None:
    assert str(parse_address(typed)) == typed


def test_the_key_is_not_in_the_url() -> None:
    assert parse_address(f"wss://[::1]:9000#{TEXT}").url == "wss://[::1]:9000/"
    assert parse_address(f"wss://[::1]:9000/acme#{TEXT}").url == "wss://[::1]:9000/acme"


def test_a_link_holds_an_invitation_besides() -> None:
    link = f"wss://relay.example.org:9000/acme#{TEXT}.an-invite_20"
    address = parse_address(link)
    assert (address.key, address.realm, address.invite) == (KEY, "acme", "an-invite_20")
    assert str(address) == f"wss://relay.example.org:9000/acme#{TEXT}"
    assert "invite" not in address.url
    assert invite_of(f" {link} ") == invite_of("an-invite_20") == "an-invite_20"


def test_key_text_is_43_characters() -> None:
    assert key_text(KEY) == TEXT


@pytest.mark.parametrize(
    "typed",
    [
        "", "relay.example.org", "relay.example.org:9000", "wss://", "wss://:9000", "wss://a b", "wss://host:99999",
        "wss://host:0", "wss://host:x", "wss://user@host", "wss://host/a/b", "wss://host/Acme", "wss://host/acme/",
        "wss://host//", "wss://host/a%20b", "wss://host/a_b", "wss://host/" + "x" * 33, "wss://host?q",
        "wss://host/acme?q", "://host",
        "wss://[::1", "wss://[zz]", "wss://a..b", "wss://" + "a" * 300, "wss://ho\x00st", "1://host",
    ],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(RefusedBy) as caught:
        parse_address(typed)
    assert caught.value.situation.kind is Kind.ADDRESS_FORM


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "file"])
def test_another_scheme_is_named(scheme: str) -> None:
    with pytest.raises(RefusedBy) as caught:
        parse_address(f"{scheme}://host")
    assert caught.value.situation.kind is Kind.ADDRESS_SCHEME
    assert caught.value.situation.facts == {"scheme": scheme}


@pytest.mark.parametrize(
    "typed", ["ws://relay.example.org", "ws://192.168.1.7:8000", "ws://127.0.0.1.example.org", "ws://0.0.0.0"]
)
def test_plain_to_another_computer_is_refused(typed: str) -> None:
    with pytest.raises(RefusedBy) as caught:
        parse_address(typed)
    assert caught.value.situation.kind is Kind.ADDRESS_PLAIN


@pytest.mark.parametrize(
    "key", ["", "x", TEXT[:-1], TEXT + "A", TEXT[:-1] + "9", TEXT[:-1] + "é", TEXT + "="]
)
def test_a_part_behind_the_hash_that_is_no_key(key: str) -> None:
    with pytest.raises(RefusedBy) as caught:
        parse_address(f"wss://host#{key}")
    assert caught.value.situation.kind is Kind.ADDRESS_KEY
