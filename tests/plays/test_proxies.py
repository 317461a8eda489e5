"""Desktops in a network that lets nothing out but its proxies: F5.

The relay's address is taken for another computer's (`support.proxies.outside`); HTTP CONNECT is Debian's
tinyproxy, SOCKS5 its microsocks, both with sign-in.
"""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.desktop import WINDOW, Desktop
from support.meeting import has_account, meets
from support.play import Person, meet
from support.processes import PATIENCE
from support.proxies import Microsocks, Tinyproxy, outside
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from support.waiting import until
from watchword.model.chat import Delivery
from watchword.model.errors import Kind
from watchword.model.events import LinkState
from watchword.model.proxy import ProxyChoice, ProxyTyped

USER = ("ada", "canary-pa55")
PROXIES = [Tinyproxy, Microsocks]
OPEN = ["--registration", "open"]


async def goes_through(person: Person, proxy: Tinyproxy | Microsocks, password: str = USER[1]) -> None:
    await person.client.use_proxy(ProxyTyped(ProxyChoice.THIS, proxy.url, USER[0], password))


@pytest.mark.parametrize("kind", PROXIES)
async def test_a_conversation_outlasts_its_proxy(
    tmp_path: Path, kind: type[Tinyproxy] | type[Microsocks]
) -> None:
    """Killed in mid-session, back later: nothing is lost or doubled, and the cause has its name meanwhile."""
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0", options=OPEN) as relay:
        people = [Person(name, tmp_path / name, outside(relay.address)) for name in ("ada", "bo")]
        ada, bo = people
        with kind(tmp_path, USER) as proxy:
            for person in people:
                await person.registers()
                await person.returns()
            await goes_through(ada, proxy)
            await until(lambda: ada.links()[-2:] == [LinkState.OFFLINE, LinkState.ONLINE], "by the proxy")
            await meet(ada, bo)
            await ada.sends("bo", "through the proxy")
            await bo.sees_texts("ada", ["through the proxy"])

            proxy.kill()
            await until(
                lambda: (
                    ada.client.link.problem is not None
                    and ada.client.link.problem.kind is Kind.PROXY_UNREACHABLE
                ),
                "the proxy is gone, and it is said",
            )
            for number in range(5):
                await ada.sends("bo", f"waiting {number}")
                await bo.sends("ada", f"kept {number}")
            proxy.start()
            ada.client.reconnect()
            await ada.is_online()
            await bo.sees_texts("ada", ["through the proxy", *(f"waiting {number}" for number in range(5))])
            await ada.sees_texts("bo", [f"kept {number}" for number in range(5)])
            await ada.sees_ticks("bo", Delivery.DELIVERED)

            await goes_through(ada, proxy, "wrong")
            await until(lambda: ada.client.link.state is LinkState.REFUSED, "a wrong password is refused")
            assert ada.client.link.problem is not None
            assert ada.client.link.problem.kind is Kind.PROXY_SIGN_IN_WRONG
            await ada.sends("bo", "after all")
            await goes_through(ada, proxy)
            said = ["through the proxy", *(f"waiting {number}" for number in range(5)), "after all"]
            await bo.sees_texts("ada", said)
            for person in people:
                await person.leaves()


def test_behind_a_proxy_through_the_windows(tmp_path: Path, screen: Screen) -> None:
    """The environment names the proxy; the settings another; both are lost and found again."""
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay", listen="0.0.0.0:0", options=OPEN))
        http = stack.enter_context(Tinyproxy(tmp_path, USER))
        socks = stack.enter_context(Microsocks(tmp_path, USER))
        aside = stack.enter_context(Aside())
        bo = Person("bo", tmp_path / "bo", outside(relay.address))
        aside.does(bo.registers())
        aside.does(bo.returns())
        stack.callback(lambda: aside.does(bo.leaves()))
        signed = http.url.replace("://", "://{}:{}@".format(*USER))
        environment = {**screen.environment, "HTTPS_PROXY": signed}
        ada = Desktop("ada", tmp_path, outside(relay.address), environment)
        has_account(ada, environment)
        stack.callback(ada.forget_secret)
        stack.callback(ada.stops)
        ada.opens_again()
        meets(ada, bo, aside)
        ada.says("through HTTP")
        aside.does(bo.sees_texts("ada", ["through HTTP"]))
        assert f"CONNECT 0.0.0.0:{relay.port}" in http.log

        window = ada.window
        gone = (
            "The proxy 127.0.0.1 does not answer on port {}. It may be off, "
            "or this computer is in another network now."
        )
        http.kill()
        window.wait("linkBanner", visible=True, text=gone.format(http.port), patience=2 * PATIENCE)
        window.click(f"{WINDOW}/openSettings")
        window.wait("settingsWindow", visible=True)

        window.click("proxy-this")
        window.write("proxyAddress", socks.url)
        window.write("proxyUser", USER[0])
        window.write("proxyPassword", "wrong")
        window.click("useProxy")
        wrong = "The proxy 127.0.0.1 does not take this user and password. Type them again below its address."
        window.wait("linkBanner", visible=True, text=wrong, patience=2 * PATIENCE)
        window.write("proxyPassword", USER[1])
        window.click("useProxy")
        ada.is_online()
        window.close("settingsWindow")
        ada.says("through SOCKS")
        aside.does(bo.sees_texts("ada", ["through HTTP", "through SOCKS"]))

        socks.kill()
        window.wait("linkBanner", visible=True, text=gone.format(socks.port), patience=2 * PATIENCE)
        ada.says("waiting")
        socks.start()
        aside.does(bo.sees_texts("ada", ["through HTTP", "through SOCKS", "waiting"], 2 * PATIENCE))
        ada.closes()
        ada.opens_again()  # with what was kept: the HTTP proxy of the environment is still gone
        ada.closes()
        kept = json.loads((ada.profile / "settings.json").read_text())
        assert not [value for value in kept.values() if "canary" in str(value)]
        for path in ada.profile.rglob("*"):
            assert not path.is_file() or USER[1].encode() not in path.read_bytes(), path
