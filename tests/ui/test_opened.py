"""What the windows of an open profile do together: closing without a tray, the way to the contacts."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from support.desktop import DIALOG, PROMPT, WINDOW, Desktop
from support.firm import Firm
from support.play import Person, Stage
from support.processes import wait_until
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.rooming import founds
from support.screen import Screen
from support.waiting import until
from support.windows import active, find, played, window_named
from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.room import RoomKind
from watchword.paths import Paths
from watchword.settings import Language, Settings
from watchword.store import account
from watchword.store.database import Database
from watchword.ui.chats.model import ChatModel
from watchword.ui.choices import Choices
from watchword.ui.main_window import MainWindow
from watchword.ui.opened import Opened
from watchword.ui.side_windows import OpenProfile
from watchword.ui.workspace import Workspace


def _says(label: QLabel, words: str) -> bool:
    return words in label.text()


def _ends_above(widget: QWidget, line: int) -> bool:
    return widget.geometry().bottom() < line


def _reads(model: ChatModel, number: int, words: str) -> bool:
    chat = model.chat(number)
    return chat is not None and model.line(chat) == words


@pytest.fixture
def bare_screen() -> Iterator[Screen]:
    """A desktop without a tray."""
    screen = Screen(tray=False)
    yield screen
    screen.stop()


def test_without_a_tray_the_closed_window_waits_in_the_taskbar(
    bare_screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    ada = Desktop("ada", tmp_path, relay.address, bare_screen.environment)
    try:
        ada.opens()
        ada.sets_up()
        ada.finishes_set_up()
        ada.window.click(f"{WINDOW}/openSettings")
        ada.window.wait("trayNote", contains="no tray")
        ada.window.wait("closeToTray", enabled=True, checked=True)
        ada.window.close("settingsWindow")
        ada.window.close(WINDOW)
        ada.window.wait(WINDOW, visible=True, active=False, minimised=True)
        assert ada.window.program.exit_code is None, "the program goes on"
        subprocess.run(
            [sys.executable, "-m", "watchword", "--profile", str(ada.profile)],
            env=dict(bare_screen.environment),
            timeout=60,
            check=True,
        )
        ada.window.wait(WINDOW, visible=True, active=True, minimised=False)
        ada.window.key("Ctrl+Q", WINDOW)
        wait_until(lambda: ada.window.program.exit_code is not None, "Ctrl+Q quits")
        assert ada.window.program.exit_code == 0
    finally:
        ada.stops()
        ada.forget_secret()


def test_who_was_blocked_from_the_pop_up_is_found_in_the_contacts(
    screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    people = [Desktop(name, tmp_path, relay.address, screen.environment) for name in ("ada", "bo")]
    ada, bo = people
    try:
        for person in people:
            person.opens()
            person.sets_up()
            person.finishes_set_up()
        ada.asks("bo")
        bo.window.wait(f"{PROMPT}/blockContact", visible=True, enabled=True)
        bo.window.click(f"{PROMPT}/blockContact")
        bo.window.wait("question/confirm", visible=True)
        bo.window.click("question/confirm")
        bo.window.wait(PROMPT, visible=False)
        bo.window.activate(WINDOW)
        bo.window.key("Ctrl+Shift+C")
        bo.window.wait("contactsWindow/people", rows=["Blocked", "ada, ada"])
        bo.window.choose("contactsWindow/people", "ada, ada")
        bo.window.wait("personState", contains="met with silence")
        bo.window.click("unblockPerson")
        bo.window.wait("personState", text="not in your contacts")
        bo.window.click("addPerson")
        bo.window.wait("personState", lacks="not in your contacts")
        bo.window.click("conversePerson")
        bo.window.wait("contactsWindow", visible=False)
        bo.window.wait(f"{DIALOG}/requestFrom", visible=True, text="A phrase for ada")
    finally:
        for person in people:
            person.stops()
            person.forget_secret()


def test_a_request_that_is_accepted_takes_no_chat_from_under_ones_hands(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, _bo = await stage.couple()
            cy = await stage.person("cy")
            window, workspace = MainWindow(), Workspace()
            opened = await _reopened(ada, window, workspace, qapp, tmp_path)
            opened.open_chat_with("bo")
            for writes, shown in ((True, "bo"), (False, "cy")):
                await ada.asks("cy", "our words")
                opened.requests.show_request(ada.request("cy").key)
                asking = window_named("newConversationWindow")
                assert asking is not None
                await active(window if writes else asking)
                await cy.sees_prompt_of("ada")
                await cy.answers("ada", "our words")
                ending = find(asking, "requestEnding", QLabel)
                await until(partial(_says, ending, "proved"), "it is accepted")
                assert opened.page.chat is not None
                assert opened.page.chat.contact.account == shown
                asking.close()
            await opened.stop()
            window.hide()

    played(qapp, play())


def test_a_member_s_windows_name_the_company_from_the_start(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await Firm().takes_in(ada, bo)
            window, workspace = MainWindow(), Workspace()
            opened = await _reopened(ada, window, workspace, qapp, tmp_path)
            heading = workspace.welcome.heading
            await until(partial(_says, heading, "Begin with a colleague"), "the company is known")
            await opened.stop()
            window.hide()

    played(qapp, play())


def test_a_member_s_list_of_chats_names_colleagues_from_the_start(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await Firm().takes_in(ada, bo)
            chat = await founds(ada, "Harvest", [bo])
            window, workspace = MainWindow(), Workspace()
            opened = await _reopened(ada, window, workspace, qapp, tmp_path)
            named = partial(_reads, workspace.model, chat.id, "You invited Bo.")
            await until(named, "nobody of the directory goes by the account")
            await opened.stop()
            window.hide()

    played(qapp, play())


def test_a_room_that_is_opened_at_once_is_known_as_soon_as_the_core_has_read_it(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await Firm().takes_in(ada, bo)
            chat = await founds(ada, "Harvest", [bo])
            window, workspace = MainWindow(), Workspace()
            opened = await _reopened(ada, window, workspace, qapp, tmp_path, at_once=chat.id)
            await until(lambda: opened.page.room.names == {"ada": "Ada", "bo": "Bo"}, "who is in is known")
            assert workspace.trouble.isHidden(), workspace.trouble.words.text()
            await opened.stop()
            window.hide()

    played(qapp, play())


def test_a_toast_covers_neither_the_composer_nor_why_it_is_not_there(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            chat = await founds(ada, "Harvest", [bo], RoomKind.PHRASE)
            window, workspace = MainWindow(), Workspace()
            opened = await _reopened(ada, window, workspace, qapp, tmp_path)
            window.show()
            for number, foot in ((chat.id, opened.page.closed), ((await ada.chat("bo")).id, None)):
                opened.open_chat(number)
                shown = foot or opened.page.composer
                await until(shown.isVisible, "the chat is open")
                workspace.toast.say("Copied")
                top = shown.mapTo(workspace.right, QPoint()).y()
                await until(partial(_ends_above, workspace.toast, top), "it lies above")
            await opened.stop()
            window.hide()

    played(qapp, play())


async def _reopened(
    person: Person,
    window: MainWindow,
    workspace: Workspace,
    qapp: QApplication,
    folder: Path,
    *,
    at_once: int = 0,
) -> Opened:
    """Start somebody's program anew, now with windows; they turn to a chat before the core has begun."""
    window.show_page(workspace)
    profile = Profile(Paths.of(folder / "nothing"))
    runner = LocalRelayRunner(folder / "relay")
    choices = Choices(qapp, lambda _settings: None, Settings(language=Language.ENGLISH))
    await person.leaves()
    db = await Database.open(person.database, person.key)
    mine = await db.read(account.get)
    assert mine is not None
    person._client = Client(db, mine, lambda: None)
    person.client.listen(person.events.append)
    opened = Opened(OpenProfile(person.client, profile, runner, window, choices), workspace)
    await opened.start()
    if at_once:
        opened.open_chat(at_once)
    await person.is_online()
    return opened
