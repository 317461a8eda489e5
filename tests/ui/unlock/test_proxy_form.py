"""The choice of a proxy at first start."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from support.first_start import Stage, enter, focused, on_stage, said, text, typed, verdict_is
from support.proxies import odd_proxy, pass_on
from support.relay import RelayProcess
from support.unlocked import unlocked
from support.waiting import until
from support.windows import find
from watchword.core.profile import Profile
from watchword.model.events import LinkState
from watchword.model.proxy import ProxyChoice, ProxyShown
from watchword.ui.unlock.first_start import FirstStart


@pytest.mark.usefixtures("secret_service")
def test_a_network_with_a_proxy(qapp: QApplication, tmp_path: Path) -> None:
    """Only the proxy of this network knows the relay: a quiet link, the proxy, and the profile keeps it."""
    asked: set[bytes] = set()

    async def inner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"Proxy-Authorization: Basic YWRhOmNhbmFyeS1wYTU1" not in head:  # ada:canary-pa55
            writer.write(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\n\r\n")
            await writer.drain()
            return
        asked.add(head.split(b" ")[1])
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await pass_on(reader, writer, there.port)

    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada Byron")
        await focused(window, "relayField")
        link = find(window, "proxyButton", QAbstractButton)
        assert not link.isVisible()
        enter()
        await until(link.isVisible, "a proxy is offered once the relay is not reached")
        assert text(window, "checkVerdict").startswith("No computer with the name relay.inside.invalid")
        async with odd_proxy(inner) as port:
            link.click()
            await focused(window, "proxyAddress")
            typed("not this")
            await until(lambda: "like http://proxy.example:3128" in said_at_proxy(window), "it is judged")
            typed(f"127.0.0.1:{port}")
            await focused(window, "proxyUser")
            assert verdict_is(
                window, "The proxy 127.0.0.1 wants a user and a password. Type them below its address."
            )
            walked = []
            for _ in range(4):
                focus = QApplication.focusWidget()
                assert focus is not None
                walked.append(focus.objectName())
                QTest.keyClick(focus, Qt.Key.Key_Tab)
            assert walked == ["proxyUser", "proxyPassword", "revealPhrase", "relayHereButton"]
            find(window, "proxyPassword", QLineEdit).setText("canary-pa55")
            find(window, "proxyUser", QLineEdit).setFocus()
            typed("ada")
            await focused(window, "idField")
            assert asked == {b"relay.inside.invalid:8765"}, "the proxy looks the name up"
            enter()
            await focused(window, "nextStep")
            assert not any("canary" in line for line in said(window))
            enter()
            await until(lambda: stage.clients, "the client is open")
            kept = ProxyShown(ProxyChoice.THIS, f"http://127.0.0.1:{port}", "ada", has_password=True)
            assert stage.clients[0].proxy == kept
            await stage.clients[0].close()
            again = Profile(stage.paths)
            stage.clients = [await unlocked(again)]
            assert stage.clients[0].proxy == kept
            await stage.clients[0].start()
            await until(lambda: stage.clients[0].link.state is LinkState.ONLINE, "online with what was kept")

    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0", options=["--registration", "open"]) as there:
        key = there.address.partition("#")[2]
        on_stage(qapp, tmp_path, f"wss://relay.inside.invalid:8765#{key}", play)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"canary-pa55" not in path.read_bytes(), path


def said_at_proxy(window: FirstStart) -> str:
    form = window.asks.relay.proxy.form
    return "" if form is None else form.address.note.text()
