import pytest

from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy
from watchword.net.proxy import ProxyAddress, ProxyKind, parse_proxy, with_sign_in


@pytest.mark.parametrize(
    ("typed", "shown", "kind"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", ProxyKind.HTTP),
        (" HTTP://Proxy.Example:3128/ ", "http://proxy.example:3128", ProxyKind.HTTP),
        ("proxy.example:3128", "http://proxy.example:3128", ProxyKind.HTTP),
        ("10.1.2.3", "http://10.1.2.3:80", ProxyKind.HTTP),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128", ProxyKind.HTTP),
        ("socks5h://gate:1081", "socks5h://gate:1081", ProxyKind.SOCKS5),
        ("socks5://gate", "socks5h://gate:1080", ProxyKind.SOCKS5),
    ],
)
def test_what_is_typed_and_what_is_shown(typed: str, shown: str, kind: ProxyKind) -> None:
    proxy = parse_proxy(typed)
    assert (str(proxy), proxy.kind) == (shown, kind)
    assert parse_proxy(shown) == proxy, "what is shown can be typed again"


def test_user_and_password_are_taken_out() -> None:
    proxy = parse_proxy("http://ada%40acme:p%3Ass%2F%C3%BC@proxy.example:3128")
    assert proxy == ProxyAddress(ProxyKind.HTTP, "proxy.example", 3128, "ada@acme", Secret("p:ss/ü".encode()))
    assert str(proxy) == "http://proxy.example:3128"
    for shown in (repr(proxy), str(proxy), f"{proxy}"):
        assert "p:ss" not in shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://",
        "http://proxy.example:0",
        "http://proxy.example:70000",
        "http://proxy.example/path",
        "http://proxy.example?x",
        "http://proxy.example#x",
        "http://two words:80",
        "http://:secret@proxy.example",
        "http://ada:%ff@proxy.example",
        "http://a%3Ab:c@proxy.example",
        "socks5h://" + "u" * 256 + ":x@gate",
        "!!://proxy.example",
    ],
)
def test_what_is_no_proxy(typed: str) -> None:
    with pytest.raises(RefusedBy) as refused:
        parse_proxy(typed)
    assert refused.value.situation.kind is Kind.PROXY_FORM


@pytest.mark.parametrize("typed", ["https://proxy.example:3128", "socks4://gate", "wss://relay.example"])
def test_another_kind_of_proxy(typed: str) -> None:
    with pytest.raises(RefusedBy) as refused:
        parse_proxy(typed)
    assert refused.value.situation.kind is Kind.PROXY_SCHEME
    assert refused.value.situation.facts == {"scheme": typed.partition(":")[0]}


def test_socks_carries_255_bytes_of_password_and_no_more() -> None:
    gate = parse_proxy("socks5h://gate")
    assert with_sign_in(gate, "ada", Secret(b"x" * 255)).user == "ada"
    with pytest.raises(RefusedBy):
        with_sign_in(gate, "ada", Secret(b"x" * 256))
