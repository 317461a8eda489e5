"""First start with a real profile, keyring and relay: by keyboard alone, and what can go wrong."""

import asyncio
import functools
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from support.first_start import Stage, enter, focused, on_stage, said, text, typed, verdict_is
from support.keyring import SecretService
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.session_bus import SessionBus
from support.waiting import until
from support.windows import active, find, played, speak
from watchword.core.profile import Profile
from watchword.model.setup import CheckStep, KeyringState, ProfileState
from watchword.paths import Paths
from watchword.settings import Language
from watchword.ui.controls.settled import settle
from watchword.ui.unlock.conversation import Bubble
from watchword.ui.unlock.keeping_step import KeepingStep


def test_by_keyboard_alone_to_an_open_client(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, secret_service: SecretService
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        await focused(window, "nameField")
        typed("  Ada   Byron ")
        await focused(window, "relayField")
        assert find(window, "relayField", QLineEdit).text() == relay.address
        enter()
        await focused(window, "idField")
        assert find(window, "idField", QLineEdit).text() == "ada.byron"
        enter()
        await focused(window, "nextStep")
        assert text(window, "keyringName")
        assert said(window)[1:4:2] == ["What is your name? It stays on this computer.", said(window)[3]]
        assert "Ada Byron" in said(window)
        assert "ada.byron" in said(window)
        enter()
        await until(lambda: stage.clients, "the client is open")
        assert stage.clients[0].account == "ada.byron"
        assert stage.clients[0].name == "Ada Byron"
        assert stage.profile.state() is ProfileState.KEYRING

    on_stage(qapp, tmp_path, relay.address, play)


def test_tab_goes_through_a_question_before_it_leaves_it(qapp: QApplication, tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        def walk(steps: int) -> list[str]:
            names = []
            for _ in range(steps):
                focus = QApplication.focusWidget()
                assert focus is not None
                names.append(focus.objectName())
                QTest.keyClick(focus, Qt.Key.Key_Tab)
            return names

        await focused(stage.window, "nameField")
        assert walk(5) == ["nameField", "furtherButton", "companyFileButton", "nextStep", "languagePicker"]
        find(stage.window, "nameField", QLineEdit).setFocus()
        typed("Ada")
        await focused(stage.window, "relayField")
        await until(find(stage.window, "relayHereButton", QAbstractButton).isVisible, "it stands whole")
        question = ["relayField", "checkRelay", "relayHereButton", "stepBack", "nextStep"]
        assert walk(7) == [*question, "languagePicker", "relayField"]

    on_stage(qapp, tmp_path, "", play)


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
def test_the_first_question_fits_into_the_least_window(
    qapp: QApplication, tmp_path: Path, language: Language
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        speak(language)
        window.resize(window.minimumSize())
        area = window.conversation.area
        await until(lambda: window.width() == window.minimumWidth(), "it is small")
        settle()
        whole = area.widget()
        assert whole is not None
        assert whole.minimumSizeHint().width() <= area.viewport().width()

    on_stage(qapp, tmp_path, "", play)


class Shows(QObject):
    """Notes every widget that appears as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[QObject] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(watched)
        return False


@pytest.mark.usefixtures("secret_service")
def test_no_part_of_a_question_flashes_up_as_a_window(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(stage: Stage) -> None:
        shows = Shows()
        qapp.installEventFilter(shows)
        typed("Ada")
        await focused(stage.window, "relayField")
        enter()
        await focused(stage.window, "idField")
        enter()
        await focused(stage.window, "nextStep")
        qapp.removeEventFilter(shows)
        assert not shows.windows

    on_stage(qapp, tmp_path, relay.address, play)


def test_a_chinese_name_gives_a_chinese_id_and_back_loses_nothing(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        await focused(window, "nameField")
        typed("林 小雨")
        await focused(window, "relayField")
        enter()
        await focused(window, "idField")
        assert find(window, "idField", QLineEdit).text() == "林小雨"
        await until(lambda: text(window, "idState") == "“林小雨” is free.", "the relay was asked")
        find(window, "idField", QLineEdit).setText("Xiaoyu")
        await until(
            lambda: text(window, "idState") == "Your id will be “xiaoyu”: it is free.", "folded to lower case"
        )
        window.go_back()
        await focused(window, "relayField")
        assert find(window, "relayField", QLineEdit).text() == relay.address
        window.go_back()
        await focused(window, "nameField")
        assert find(window, "nameField", QLineEdit).text() == "林 小雨"
        enter()
        await focused(window, "relayField")
        enter()
        await focused(window, "idField")
        assert find(window, "idField", QLineEdit).text() == "Xiaoyu"
        speak(Language.CHINESE)
        assert "怎么称呼你？名字只留在这台电脑上。" in said(window)

    on_stage(qapp, tmp_path, relay.address, play)


def test_what_stands_in_the_way_is_said_in_every_language(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        enter()
        assert window.asks.name.field.note.text() == "Type a name."
        speak(Language.CHINESE)
        assert window.asks.name.field.note.text() == "请输入名字。"
        speak(Language.ENGLISH)
        typed("Ada")
        speak(Language.CHINESE)
        assert window.asks.name.field.note.text() == "", "what was mended stays mended"
        speak(Language.ENGLISH)
        await focused(window, "relayField")
        enter()
        await focused(window, "idField")
        await until(lambda: text(window, "idState") == "“ada” is free.", "the relay was asked")
        speak(Language.CHINESE)
        assert text(window, "idState") == "“ada”可以使用。"
        field = find(window, "idField", QLineEdit)
        field.setText("a b")
        assert window.asks.account.field.note.text() == "ID 中不能有空格。"
        speak(Language.ENGLISH)
        assert window.asks.account.field.note.text() == "An id has no spaces in it."

    on_stage(qapp, tmp_path, relay.address, play)


def test_nothing_moves_while_an_id_is_typed(qapp: QApplication, tmp_path: Path, relay: RelayProcess) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada")
        await focused(window, "relayField")
        enter()
        await focused(window, "idField")
        field, button = find(window, "idField", QLineEdit), find(window, "nextStep", QAbstractButton)
        await until(lambda: "free" in text(window, "idState"), "the relay was asked")

        def apart() -> int:
            for _ in range(5):  # from the innermost layout outwards
                settle()
            return button.mapTo(window, QPoint()).y() - field.mapTo(window, QPoint()).y()

        before = apart()
        field.setText("ada2")
        assert apart() == before, "nothing is known yet"
        field.setText("ada 2")
        assert apart() == before, "a space is told"
        field.setText("ada3")
        await until(lambda: "free" in text(window, "idState"), "the relay was asked again")
        assert apart() == before

    on_stage(qapp, tmp_path, relay.address, play)


def test_answers_are_as_wide_as_their_words(qapp: QApplication, tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        window.resize(720, 700)
        name = "字" * 44
        typed(name)
        await focused(window, "relayField")
        [bubble] = [one for one in window.findChildren(Bubble) if one.words.text() == name]
        await until(lambda: bubble.height() > 2 * bubble.words.fontMetrics().height(), "it takes two lines")
        long = window.conversation.say("wss://192.0.2.2:35667#abcdefgh…", mine=True)
        await until(lambda: long.isVisible() and long.height() > 0, "it is there")
        QApplication.sendPostedEvents()
        natural = long.words.fontMetrics().horizontalAdvance(long.words.text())
        assert natural <= long.words.width() <= natural + 4

    on_stage(qapp, tmp_path, "", play)


class SlowKeyring(Profile):
    """A profile whose keyring takes its time."""

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths)
        self.answers = asyncio.Event()

    async def keyring(self) -> KeyringState:
        await self.answers.wait()
        return KeyringState("A keyring")


def test_a_late_keyring_takes_the_keyboard_from_nobody(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        profile = SlowKeyring(Paths.of(tmp_path / "p"))
        step = KeepingStep(profile)
        await active(step)
        step.begin()
        step.other.click()
        second = step.master.second.edit
        second.setFocus()
        profile.answers.set()
        await until(lambda: step.name.text() == "A keyring", "the keyring answered")
        assert second.hasFocus(), "somebody was typing"
        step.close()

    played(qapp, play())


def test_check_shows_each_step_and_names_the_one_that_fails(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada")
        await focused(window, "relayField")
        complaints = {
            "": "This is not the address of a relay. It looks like wss://relay.example:8765#key.",
            "not an address": "This is not the address of a relay. It looks like wss://relay.example:8765#key.",
            "https://example.org": "A relay's address begins with wss://, not with https://.",
            "ws://example.org:8765": (
                "An address with ws:// is not protected on its way and works for this computer only. "
                "Ask for the wss:// address of the relay."
            ),
            "ws://127.0.0.1:9": (
                "127.0.0.1 does not answer on port 9. The relay may be off, or a firewall is in between."
            ),
        }
        for address, complaint in complaints.items():
            field = find(window, "relayField", QLineEdit)
            field.setText(address)
            find(window, "checkRelay", QAbstractButton).click()
            await until(functools.partial(verdict_is, window, complaint), f"{address}: {complaint}")
            assert field.text() == address, "nothing typed is lost"
        find(window, "relayField", QLineEdit).setText(relay.address)
        find(window, "checkRelay", QAbstractButton).click()
        await until(lambda: text(window, "checkVerdict") == "The relay works.", "all is well")
        names = [find(window, f"checkStep-{step.value}", QLabel) for step in CheckStep]
        steps = [name.text() for name in names if name.isVisible()]
        assert steps[0] == "Name found"
        assert window.step is window.asks.relay, "Check alone does not go on"

    on_stage(qapp, tmp_path, "", play)


def test_an_id_that_is_taken_is_told_and_an_invite_is_asked_for(
    qapp: QApplication, tmp_path: Path, session_bus: SessionBus
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada")
        await focused(window, "relayField")
        enter()
        await focused(window, "inviteField")
        typed("not an invite")
        invite = find(window, "inviteField", QLineEdit)
        wrong = "This invite is not valid: it is used up, or its time is over. Ask for a new one."
        await until(lambda: window.asks.account.invite_field.note.text() == wrong, "it is told")
        invite.setText(code)
        enter()
        await until(lambda: window.step is window.asks.keeping, "the invite is good, the next question comes")

    with RelayProcess(tmp_path / "relay", options=["--registration", "invite"]) as relay:
        code = relay.run("invite").stdout.split()[-1]
        on_stage(qapp, tmp_path, relay.address, play)


def test_an_invitation_s_link_says_relay_and_invitation_in_one(qapp: QApplication, tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada")
        await focused(window, "relayField")
        enter()
        await focused(window, "idField")
        enter()
        await until(lambda: window.step is window.asks.keeping, "it is not asked for an invitation")
        client = await stage.profile.create(
            name="Ada",
            address=link,
            account="ada",
            invite=window.asks.account.invite,
            master="amber tide lantern violin",
        )
        stage.clients.append(client)
        assert client.relay == relay.address

    with RelayProcess(tmp_path / "relay", options=["--registration", "invite"]) as relay:
        link = relay.run("invite").stdout.strip()
        assert link.startswith(relay.address + ".")
        on_stage(qapp, tmp_path, link, play)


def test_without_a_keyring_it_is_said_and_a_master_passphrase_is_a_choice(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, session_bus: SessionBus
) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada")
        await focused(window, "relayField")
        enter()
        await focused(window, "idField")
        enter()
        await until(lambda: window.step is window.asks.keeping, "the last question")
        missing = "This computer has no keyring. Install one, or protect the profile by a master passphrase."
        await until(lambda: text(window, "keyringState") == missing, "it is said")
        assert not find(window, "nextStep", QAbstractButton).isEnabled(), "never a silent fallback"
        assert find(window, "tryAgain", QAbstractButton).isVisible()
        find(window, "otherKeeping", QAbstractButton).click()
        await focused(window, "masterField")
        typed("too short")
        find(window, "masterRepeat", QLineEdit).setText("other")
        find(window, "nextStep", QAbstractButton).click()
        assert window.asks.keeping.master.second.note.text() == "The two are not the same."
        find(window, "masterRepeat", QLineEdit).setText("too short")
        find(window, "nextStep", QAbstractButton).click()
        short = "A master passphrase needs at least four words."
        await until(lambda: window.asks.keeping.master.first.note.text() == short, "too short is told")
        for name in ("masterField", "masterRepeat"):
            find(window, name, QLineEdit).setText("amber violin tide lantern")
        find(window, "nextStep", QAbstractButton).click()
        await until(lambda: stage.clients, "the client is open")
        assert stage.profile.state() is ProfileState.PASSPHRASE

    on_stage(qapp, tmp_path, relay.address, play)


@pytest.mark.usefixtures("session_bus")
def test_a_relay_runs_on_this_computer_with_the_address_to_give(qapp: QApplication, tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        window = stage.window
        typed("Ada")
        await focused(window, "relayField")
        find(window, "relayHereButton", QAbstractButton).click()
        kept: list[tuple[bool, bool, int]] = []
        window.relay_here_changed.connect(lambda *said: kept.append(said))
        find(window, "runRelay", QAbstractButton).click()
        await until(lambda: stage.runner.state.running, "it runs")
        await until(lambda: text(window, "checkVerdict") == "The relay works.", "it is checked")
        address = find(window, "relayHereAddress", QLineEdit).text()
        assert address == stage.runner.state.address
        assert find(window, "relayField", QLineEdit).text() == address
        find(window, "copyRelayAddress", QAbstractButton).click()
        assert QApplication.clipboard().text() == address
        port = int(address.partition("#")[0].rpartition(":")[2])
        assert kept == [(True, False, port)], "the next start runs it again, at the same address"

    on_stage(qapp, tmp_path, "", play)
