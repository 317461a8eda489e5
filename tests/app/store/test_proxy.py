"""The proxy of a profile, and its password."""

from watchword.crypto.secret import Secret
from watchword.model.proxy import ProxyChoice
from watchword.store import proxy
from watchword.store.proxy import KeptProxy
from watchword.store.transaction import Tx


def test_until_one_is_chosen_the_system_decides(tx: Tx) -> None:
    assert proxy.get(tx) == KeptProxy(ProxyChoice.SYSTEM, "", "", None)


def test_the_latest_choice_holds(tx: Tx) -> None:
    first = KeptProxy(ProxyChoice.THIS, "http://gate:3128", "ada", Secret("pä55".encode()))
    proxy.put(tx, first)
    assert proxy.get(tx) == first
    second = KeptProxy(ProxyChoice.NONE, "http://gate:3128", "ada", None)
    proxy.put(tx, second)
    assert proxy.get(tx) == second
