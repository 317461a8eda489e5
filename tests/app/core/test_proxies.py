"""What is chosen, what is understood of what was typed, and when a kept password is used again."""

import pytest

from watchword.core.proxies import Proxies
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy
from watchword.model.proxy import ProxyChoice, ProxyShown, ProxyTyped
from watchword.net.address import parse_address
from watchword.store.proxy import KeptProxy

RELAY = parse_address("wss://relay.example:8765")
HERE = parse_address("ws://127.0.0.1:8765")
GATE = "http://gate:3128"
THIS = ProxyChoice.THIS


def holding(kept: KeptProxy) -> Proxies:
    proxies = Proxies()
    proxies.kept = kept
    return proxies


@pytest.fixture
def kept() -> Proxies:
    return holding(KeptProxy(THIS, GATE, "ada", Secret(b"pa55")))


def test_what_is_shown_has_no_password(kept: Proxies) -> None:
    assert kept.shown == ProxyShown(THIS, GATE, "ada", has_password=True)
    assert "pa55" not in repr(kept.shown) + repr(kept.kept) + repr(ProxyTyped(THIS, GATE, "ada", "pa55"))


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (ProxyTyped(THIS, GATE), KeptProxy(THIS, GATE)),
        (ProxyTyped(THIS, GATE, "ada", "other"), KeptProxy(THIS, GATE, "ada", Secret(b"other"))),
        (ProxyTyped(THIS, "http://bo:x@gate:3128"), KeptProxy(THIS, GATE, "bo", Secret(b"x"))),
        (ProxyTyped(THIS, GATE, "ada"), KeptProxy(THIS, GATE, "ada", Secret(b"pa55"))),
        (ProxyTyped(THIS, "gate:3128", "ada"), KeptProxy(THIS, GATE, "ada", Secret(b"pa55"))),
        (ProxyTyped(THIS, GATE, "bo"), KeptProxy(THIS, GATE, "bo")),
        (ProxyTyped(THIS, "http://evil:3128", "ada"), KeptProxy(THIS, "http://evil:3128", "ada")),
        (ProxyTyped(THIS, "socks5h://gate:3128", "ada"), KeptProxy(THIS, "socks5h://gate:3128", "ada")),
        (
            ProxyTyped(ProxyChoice.NONE, "nonsense here"),
            KeptProxy(ProxyChoice.NONE, GATE, "ada", Secret(b"pa55")),
        ),
    ],
)
def test_a_kept_password_goes_to_the_same_proxy_and_user_only(
    kept: Proxies, typed: ProxyTyped, understood: KeptProxy
) -> None:
    assert kept.read(typed) == understood


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        (ProxyTyped(THIS), Kind.PROXY_FORM),
        (ProxyTyped(THIS, "  "), Kind.PROXY_FORM),
        (ProxyTyped(THIS, "https://gate"), Kind.PROXY_SCHEME),
        (ProxyTyped(THIS, GATE, "", "password without user"), Kind.PROXY_FORM),
    ],
)
def test_what_is_refused(kept: Proxies, typed: ProxyTyped, kind: Kind) -> None:
    before = kept.kept
    with pytest.raises(RefusedBy) as refused:
        kept.read(typed)
    assert refused.value.situation.kind is kind
    assert kept.kept == before


async def test_the_way_to_an_address(kept: Proxies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://of-the-system:1")
    through = await kept.towards(RELAY)
    assert through is not None
    assert (str(through), through.user, through.password) == (GATE, "ada", Secret(b"pa55"))
    assert await kept.towards(HERE) is None
    assert await kept.towards(RELAY, ProxyTyped(ProxyChoice.NONE)) is None
    system = await kept.towards(RELAY, ProxyTyped(ProxyChoice.SYSTEM))
    assert str(system) == "http://of-the-system:1"
    assert str(await Proxies().towards(RELAY)) == "http://of-the-system:1", "until one is chosen"
