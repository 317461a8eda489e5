"""First start by a company file, with a real profile, keyring and relay; by keyboard alone."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from support.authority import Authority
from support.firm import PHRASE, Firm
from support.first_start import Stage, enter, focused, on_stage, said, text, typed
from support.proxies import odd_proxy, pass_on
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.waiting import until
from support.web import WebServer
from support.windows import find, speak
from watchword.core.profile import Profile
from watchword.model.events import LinkState
from watchword.paths import Paths
from watchword.settings import Language
from watchword.ui.unlock.first_start import FirstStart
from watchword.ui.unlock.keeping_step import KeepingStep

INSIDE = "web.inside.invalid"
MASTER = "four words make one"


def firm_at(address: str) -> Firm:
    firm = Firm()
    firm.knows("ada", "bo")
    firm.profile = replace(firm.profile, name="ACME Ltd", relay=address)
    return firm


async def asked_where_to_keep(window: FirstStart) -> None:
    def asked() -> bool:
        return isinstance(window.step, KeepingStep) and window.step.isVisible()

    await until(asked, "the keeping is asked for")


@pytest.mark.usefixtures("secret_service")
def test_by_keyboard_alone_to_a_member(qapp: QApplication, tmp_path: Path, relay: RelayProcess) -> None:
    file = tmp_path / "ada.company"
    file.write_bytes(firm_at(relay.address).join_file("ada"))

    async def play(stage: Stage) -> None:
        window = stage.window
        await focused(window, "nameField")
        find(window, "companyFileButton", QAbstractButton).setFocus()
        enter()
        await focused(window, "companySource")
        typed(str(file))
        await focused(window, "joinPhrase")
        typed("wrong words")
        await until(lambda: text(window, "joinPhraseNote").startswith("This is not"), "it is told")
        typed(PHRASE)
        await focused(window, "nextStep")
        assert "Ada, ada at ACME Ltd" in said(window)
        speak(Language.CHINESE)
        assert any("公司已经准备好一切" in line for line in said(window))
        assert "Ada，ACME Ltd 的 ada" in said(window), "the answer too"
        speak(Language.ENGLISH)
        enter()
        await until(lambda: stage.clients, "the client is open")
        client = stage.clients[0]
        assert (client.account, client.name, client.relay) == ("ada", "Ada", relay.address)
        await client.start()
        organisation = await client.company.organisation()
        assert organisation is not None
        assert organisation.name == "ACME Ltd"
        assert [one.account for one in client.company.directory()] == ["bo"]

    on_stage(qapp, tmp_path, "", play)


def test_the_way_back_leads_to_first_start_without_a_company(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    """And nothing of the company is kept by whoever goes on without it."""
    file = tmp_path / "ada.company"
    file.write_bytes(firm_at(relay.address).join_file("ada"))

    async def play(stage: Stage) -> None:
        window = stage.window
        window.join(str(file))
        await focused(window, "joinPhrase")
        typed(PHRASE)
        await asked_where_to_keep(window)
        find(window, "stepBack", QAbstractButton).click()
        await focused(window, "joinPhrase")
        assert find(window, "joinPhrase", QLineEdit).text() == ""
        find(window, "cancelJoin", QAbstractButton).click()
        await focused(window, "nameField")
        await until(lambda: len(said(window)) == 2, "nothing else stands there any more")
        typed("Ada Byron")
        await focused(window, "relayField")
        typed(relay.address)
        await focused(window, "idField")
        typed("ada")
        await asked_where_to_keep(window)
        if not window.asks.keeping.by_master:
            find(window, "otherKeeping", QAbstractButton).click()
        for name in ("masterField", "masterRepeat"):
            find(window, name, QLineEdit).setText(MASTER)
        find(window, "nextStep", QAbstractButton).click()
        await until(lambda: stage.clients, "the client is open")
        client = stage.clients[0]
        assert client.name == "Ada Byron"
        await client.start()
        assert await client.company.organisation() is None

    on_stage(qapp, tmp_path, "", play)


def test_an_address_of_the_relay_that_cannot_be_used(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "ada.company"
    file.write_bytes(firm_at("relay.example").join_file("ada"))

    async def play(stage: Stage) -> None:
        window = stage.window
        window.join(str(file))
        await focused(window, "joinPhrase")
        typed(PHRASE)
        told = "The address of the relay in this file cannot be used."
        await until(lambda: text(window, "joinProblem").startswith(told), "it is told")

    on_stage(qapp, tmp_path, "", play)


def test_a_link_that_only_the_proxy_of_the_network_reaches(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path / "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    asked: list[bytes] = []
    data = firm_at("ws://127.0.0.1:9").join_file("ada")
    with WebServer(authority.issue("web", host=INSIDE)) as web:
        web.gives("/ada", data)

        async def inner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1])
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await pass_on(reader, writer, web.port)

        async def play(stage: Stage) -> None:
            window = stage.window
            window.join(f"https://{INSIDE}/ada")
            button = find(window, "proxyButton", QAbstractButton)
            await until(button.isVisible, "a proxy is offered once the name is not known")
            async with odd_proxy(inner) as port:
                button.click()
                await focused(window, "proxyAddress")
                typed("not this")
                await until(lambda: said_at_proxy(window) != "", "what is no proxy is said there")
                find(window, "proxyAddress", QLineEdit).setFocus()
                typed(f"127.0.0.1:{port}")
                await focused(window, "joinPhrase")
                assert asked == [f"{INSIDE}:443".encode()]

        on_stage(qapp, tmp_path, "", play)


@pytest.mark.usefixtures("secret_service")
def test_a_file_that_is_named_while_the_profile_is_made_is_the_open_profiles(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    file = tmp_path / "ada.company"
    file.write_bytes(firm_at(relay.address).join_file("ada"))

    async def play(stage: Stage) -> None:
        window = stage.window
        assert window.join(str(file))
        await focused(window, "joinPhrase")
        typed(PHRASE)
        await focused(window, "nextStep")
        enter()
        assert not window.join(str(file)), "it is being made"
        await until(lambda: stage.clients, "the client is open")

    on_stage(qapp, tmp_path, "", play)


def said_at_proxy(window: FirstStart) -> str:
    form = window.asks.company.proxy.form
    return "" if form is None else form.address.note.text()


async def by_master(window: FirstStart) -> None:
    await asked_where_to_keep(window)
    if not window.asks.keeping.by_master:
        find(window, "otherKeeping", QAbstractButton).click()
    for name in ("masterField", "masterRepeat"):
        find(window, name, QLineEdit).setText(MASTER)
    find(window, "nextStep", QAbstractButton).click()


@pytest.mark.parametrize("realm", ["", "acme"])
def test_a_member_s_second_computer_joins_by_the_same_file(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, realm: str
) -> None:
    """Without another computer that approves it, and without another invitation."""
    where, key = relay.address.split("#")
    address = f"{where}/{realm}#{key}" if realm else relay.address
    if realm:
        assert relay.run("realm", "add", realm).returncode == 0
    invite = relay.run("invite", "--realm", realm).stdout.split()[-1] if realm else None
    firm = firm_at(address)
    file = tmp_path / "ada.company"
    file.write_bytes(firm.join_file("ada"))

    async def play(stage: Stage) -> None:
        first = Profile(Paths.of(tmp_path / "first"))
        client = await first.create(name="Ada", address=address, account="ada", invite=invite, master=MASTER)
        await client.start()
        await client.company.join(file.read_bytes(), PHRASE)
        await until(lambda: client.link.state is LinkState.ONLINE, "the first is there")
        await client.terminals.refresh()  # in line behind what was vouched
        window = stage.window
        window.join(str(file))
        await focused(window, "joinPhrase")
        typed(PHRASE)
        if realm:
            await focused(window, "inviteField")
            find(window, "anotherComputer", QAbstractButton).click()
            find(window, "joinCompany", QAbstractButton).click()
        await by_master(window)
        await until(lambda: stage.clients, "the second is open")
        assert (stage.clients[0].account, stage.clients[0].device) == ("ada", 2)
        await client.close()

    on_stage(qapp, tmp_path, "", play)


def test_an_id_that_is_somebody_else_s_is_refused(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    file = tmp_path / "ada.company"
    file.write_bytes(firm_at(relay.address).join_file("ada"))

    async def play(stage: Stage) -> None:
        first = Profile(Paths.of(tmp_path / "first"))
        client = await first.create(
            name="Ada", address=relay.address, account="ada", invite=None, master=MASTER
        )
        await client.close()
        window = stage.window
        window.join(str(file))
        await focused(window, "joinPhrase")
        typed(PHRASE)
        await by_master(window)
        told = "The relay has this id already and lets nobody in by this file"
        await until(lambda: window.asks.at == 0, "the first question is open again")
        assert text(window, "joinProblem").startswith(told)
        assert not stage.clients

    on_stage(qapp, tmp_path, "", play)
