"""A further computer's first start, over a real profile and relay: by keyboard, waiting, given up, let in."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from support.first_start import Stage, enter, focused, on_stage, said, typed
from support.keyring import SecretService
from support.play import Person
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.waiting import until
from support.windows import active, find, speak, window_named
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.core.terminals.applying import Applying
from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.model.setup import ProfileState
from watchword.settings import Language
from watchword.ui.controls.chips import WordChips
from watchword.ui.unlock.waiting_page import WaitingPage

Play = Callable[[Stage, WaitingPage], Coroutine[object, object, None]]


async def begins(stage: Stage) -> Applying:
    """By keyboard alone to what waits."""
    window = stage.window
    await focused(window, "nameField")
    find(window, "furtherButton", QAbstractButton).setFocus()
    enter()
    await focused(window, "relayField")
    assert not find(window, "relayHereButton", QAbstractButton).isVisible()
    enter()
    await focused(window, "ownIdField")
    typed("a b")
    await focused(window, "ownIdField")
    typed(" Ada ")
    await focused(window, "nextStep")
    assert "ada" in said(window)
    enter()
    await until(lambda: stage.clients, "it waits")
    opened: object = stage.clients.pop()
    assert isinstance(opened, Applying)
    return opened


def waiting(qapp: QApplication, folder: Path, address: str, play: Play) -> None:
    """Play on the page that waits."""

    async def whole(stage: Stage) -> None:
        page = WaitingPage(stage.profile, await begins(stage))
        stage.window.close()
        await active(page)
        await play(stage, page)
        await page.end()
        page.close()

    on_stage(qapp, folder, address, whole)


def state(page: QWidget) -> str:
    return find(page, "waitingState", QLabel).text()


def words(page: QWidget) -> tuple[str, ...]:
    return find(page, "desktopWords", WordChips).words


@pytest.mark.usefixtures("secret_service")
def test_it_waits_in_either_language_and_is_let_in(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(stage: Stage, page: WaitingPage) -> None:
        opened: list[Client] = []
        page.opened.connect(opened.append)
        await until(lambda: state(page) == "Waiting for your other computer…", "it applies")
        english = words(page)
        speak(Language.CHINESE)
        assert state(page).startswith("正在等待")
        chinese = words(page)
        assert len(english) == len(chinese) == 8
        assert not {*english} & {*chinese}
        speak(Language.ENGLISH)
        ada = Person("ada", tmp_path / "ada", relay.address)
        await ada.registers()
        await ada.returns()
        await until(lambda: ada.client.terminals.shown.newcomers, "ada hears of it")
        await ada.client.terminals.approve(" ".join(chinese))
        await until(lambda: opened, "the client is open")
        assert (opened[0].account, opened[0].device) == ("ada", 2)
        await opened[0].close()
        await ada.leaves()

    waiting(qapp, tmp_path, relay.address, play)


def test_closed_meanwhile_it_waits_on_with_the_same_words(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, secret_service: SecretService
) -> None:
    async def play(stage: Stage, page: WaitingPage) -> None:
        before = words(page)
        await page.end()
        assert stage.profile.state() is ProfileState.KEYRING
        again = Profile(stage.paths)
        opened = await again.unlock()
        assert isinstance(opened, Applying)
        other = WaitingPage(again, opened)
        await active(other)
        assert words(other) == before
        await until(lambda: state(other) == "Waiting for your other computer…", "it applies again")
        await other.end()
        other.close()
        assert len(secret_service.labels()) == 1

    waiting(qapp, tmp_path, relay.address, play)


def test_a_relay_that_goes_is_named_and_asked_again(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, secret_service: SecretService
) -> None:
    async def play(_stage: Stage, page: WaitingPage) -> None:
        again = find(page, "waitingAgain", QAbstractButton)
        await until(lambda: state(page) == "Waiting for your other computer…", "it applies")
        assert not again.isVisible()
        relay.kill()
        await until(again.isVisible, "it can be tried again")
        assert "does not answer" in state(page)
        relay.start()
        again.click()
        await until(lambda: state(page) == "Waiting for your other computer…", "it applies again")
        assert secret_service.labels()

    waiting(qapp, tmp_path, relay.address, play)


def test_in_a_pause_that_the_relay_asks_for_there_is_nothing_to_press(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, secret_service: SecretService
) -> None:
    async def play(_stage: Stage, page: WaitingPage) -> None:
        await until(lambda: state(page) == "Waiting for your other computer…", "it applies")
        put_off = LinkChanged(LinkState.OFFLINE, Situation(Kind.RELAY_BUSY, {"seconds": 42}))
        page._applying._tell(put_off)
        assert state(page) == "The relay is busy. Watchword tries again in 42 s."
        assert not find(page, "waitingAgain", QAbstractButton).isVisible()
        assert secret_service.labels()

    waiting(qapp, tmp_path, relay.address, play)


def test_given_up_nothing_is_left(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, secret_service: SecretService
) -> None:
    async def play(stage: Stage, page: WaitingPage) -> None:
        gone: list[bool] = []
        page.given_up.connect(lambda: gone.append(True))
        find(page, "giveUp", QAbstractButton).click()
        await until(lambda: window_named("question") is not None, "it asks")
        question = window_named("question")
        assert question is not None
        find(question, "cancel", QAbstractButton).click()
        await until(lambda: window_named("question") is None, "it waits on")
        assert not gone
        find(page, "giveUp", QAbstractButton).click()
        await until(lambda: window_named("question") is not None, "it asks again")
        question = window_named("question")
        assert question is not None
        find(question, "confirm", QAbstractButton).click()
        await until(lambda: gone, "it is over")
        assert stage.profile.state() is ProfileState.NEW
        assert not stage.paths.database.exists()
        assert not secret_service.labels()

    waiting(qapp, tmp_path, relay.address, play)


@pytest.mark.usefixtures("secret_service")
def test_the_way_back_leads_to_the_first_question(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        await focused(window, "nameField")
        find(window, "furtherButton", QAbstractButton).click()
        await focused(window, "relayField")
        enter()
        await focused(window, "ownIdField")
        find(window, "stepBack", QAbstractButton).click()
        await focused(window, "relayField")
        find(window, "stepBack", QAbstractButton).click()
        await focused(window, "nameField")
        QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
        typed("Ada")
        await focused(window, "relayField")
        await until(find(window, "relayHereButton", QAbstractButton).isVisible, "this one may be run here")

    on_stage(qapp, tmp_path, relay.address, play)
