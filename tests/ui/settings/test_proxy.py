"""Settings, Proxy: chosen, checked and used against real proxies; the password is kept, and never shown."""

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from support.proxies import Microsocks, Tinyproxy, outside
from support.relay import RelayProcess
from support.waiting import until
from support.windows import active, find, played, speak
from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.events import LinkState
from watchword.model.proxy import ProxyChoice, ProxyShown
from watchword.paths import Paths
from watchword.settings import Language, Settings
from watchword.ui.settings.proxy import ProxySection
from watchword.ui.settings.window import SettingsWindow

MASTER = "amber violin tide lantern"
USER = ("ada", "pa55-w0rd-canary")

Play = Callable[[SettingsWindow, Client], Coroutine[object, object, None]]


def settings(qapp: QApplication, folder: Path, address: str, play: Play) -> None:
    """Play with the window over a real profile."""

    async def whole() -> None:
        paths = Paths.of(folder / "profile")
        profile = Profile(paths)
        client = await profile.create(
            name="Ada Byron", address=address, account="ada", invite=None, master=MASTER
        )
        await client.start()
        window = SettingsWindow(client, profile, LocalRelayRunner(paths.relay), Settings(), tray=True)
        await active(window)
        window.area.ensureWidgetVisible(window.proxy)
        await play(window, client)
        window.stop()
        window.close()
        await client.close()

    played(qapp, whole())


def press(window: SettingsWindow, name: str) -> None:
    find(window, name, QAbstractButton).click()


def write(window: SettingsWindow, **texts: str) -> None:
    for name, text in texts.items():
        find(window, f"proxy{name.title()}", QLineEdit).setText(text)


def shown(window: SettingsWindow, name: str) -> bool:
    return find(window, name, QWidget).isVisible()


def verdict(section: ProxySection) -> str:
    return section.list.verdict.text()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0", options=["--registration", "open"]) as started:
        yield started


@pytest.mark.usefixtures("session_bus")
def test_a_proxy_with_sign_in(qapp: QApplication, tmp_path: Path, relay: RelayProcess) -> None:
    async def play(window: SettingsWindow, client: Client) -> None:
        await until(lambda: client.link.state is LinkState.ONLINE, "online without a proxy")
        section = window.proxy
        assert client.proxy == ProxyShown()
        assert not shown(window, "proxyAddress")
        press(window, "proxy-this")
        assert shown(window, "proxyAddress")
        assert client.proxy == ProxyShown(ProxyChoice.SYSTEM), "nothing is used before it is named"

        press(window, "checkProxy")
        form = "This is not the address of a proxy. It looks like http://proxy.example:3128."
        await until(lambda: section.form.address.note.text() == form, "an empty address is judged")
        speak(Language.CHINESE)
        assert section.form.address.note.text().startswith("这不是代理的地址")
        speak(Language.ENGLISH)

        write(window, address=proxy.url)
        press(window, "checkProxy")
        wants = "The proxy 127.0.0.1 wants a user and a password. Type them below its address."
        await until(lambda: verdict(section) == wants, "a sign-in is asked for")
        assert find(section, "checkStep-proxy", QLabel).isVisible()
        write(window, user="ada", password="wrong")
        press(window, "checkProxy")
        wrong = "The proxy 127.0.0.1 does not take this user and password. Type them again below its address."
        await until(lambda: verdict(section) == wrong, "a wrong one is named")
        write(window, password=USER[1])
        press(window, "checkProxy")
        await until(lambda: verdict(section) == "The relay works.", "the right one works")

        assert shown(window, "useProxy")
        press(window, "useProxy")
        await until(lambda: client.proxy.choice is ProxyChoice.THIS, "it is used")
        assert client.proxy == ProxyShown(ProxyChoice.THIS, proxy.url, "ada", has_password=True)
        await until(lambda: not shown(window, "useProxy"), "nothing is left to use")
        assert find(window, "proxyPassword", QLineEdit).text() == "", "a kept password is not shown"
        assert find(window, "proxyPassword", QLineEdit).placeholderText() != ""
        await until(lambda: client.link.state is LinkState.ONLINE, "online through the proxy")
        await until(lambda: len(proxy.log.split("CONNECT 0.0.0.0")) > 3, "the proxy carries it")

        press(window, "checkProxy")
        await until(lambda: verdict(section) == "The relay works.", "with the kept password")
        write(window, user="bo")
        assert find(window, "proxyPassword", QLineEdit).placeholderText() == "", "kept for ada alone"
        press(window, "checkProxy")
        await until(lambda: verdict(section) == wrong, "and not tried for somebody else")

        press(window, "proxy-none")
        left = ProxyShown(ProxyChoice.NONE, proxy.url, "ada", has_password=True)
        await until(lambda: client.proxy == left, "holds at once")
        press(window, "proxy-this")
        assert client.proxy == left

    with Tinyproxy(tmp_path, USER) as proxy:
        settings(qapp, tmp_path, outside(relay.address), play)
    holding = [
        path.name
        for path in (tmp_path / "profile").rglob("*")
        if path.is_file() and USER[1].encode() in path.read_bytes()
    ]
    assert holding == [], "the password is nowhere in the clear"


@pytest.mark.usefixtures("session_bus")
def test_user_and_password_inside_the_address(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(window: SettingsWindow, client: Client) -> None:
        press(window, "proxy-this")
        write(window, address=proxy.url.replace("socks5h://", "socks5://{}:{}@".format(*USER)))
        press(window, "useProxy")
        await until(lambda: client.proxy.has_password, "it is taken apart")
        assert client.proxy == ProxyShown(ProxyChoice.THIS, proxy.url, "ada", has_password=True)
        await until(lambda: find(window, "proxyAddress", QLineEdit).text() == proxy.url, "and not left there")
        assert find(window, "proxyUser", QLineEdit).text() == "ada"
        await until(lambda: client.link.state is LinkState.ONLINE, "online through the proxy")

    with Microsocks(tmp_path, USER) as proxy:
        settings(qapp, tmp_path, outside(relay.address), play)
