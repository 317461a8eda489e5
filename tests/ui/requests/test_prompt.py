"""The pop-up: what it says in each phase, in both languages, and that it takes no keyboard."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from support.waiting import until
from support.windows import active, find, offline_client, played, speak, window_named
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.settings import Language
from watchword.ui.requests.prompt import Prompt

REQUEST = SessionRequest(
    "k1", Role.ASKED, "ada", "Ada Byron", False, Phase.WAITING, "the lake", ring_s=115.0, at=1
)

ENDINGS = {
    Ending.ACCEPTED: (
        "You and Ada Byron proved that you know the same phrase. "
        "From now on this computer recognises Ada Byron.",
        "你和 Ada Byron 已互相证明知道同一口令。从现在起，这台电脑认得 Ada Byron。",
    ),
    Ending.WITHDRAWN: ("Ada Byron withdrew the request.", "Ada Byron 撤回了请求。"),
    Ending.NO_ANSWER: (
        "The time to answer Ada Byron ran out. No harm done.",
        "回应 Ada Byron 的时间已过。没有任何损害。",
    ),
    Ending.NOT_FINISHED: (
        "The connection was lost before both sides were sure. Nothing was sent.",
        "双方确认之前连接中断了。没有发送任何内容。",
    ),
    Ending.DIFFER: (
        "The phrases did not match. One of you may have mistyped it, or someone tried to guess it. "
        "Nothing was sent.",
        "口令不一致。可能有一方输错了，也可能有人试图猜测。没有发送任何内容。",
    ),
}


def said(prompt: QWidget, name: str) -> str:
    return find(prompt, name, QLabel).text()


def shown(prompt: QWidget, name: str) -> bool:
    return find(prompt, name, QWidget).isVisible()


def test_who_asks_is_told_by_id_with_the_hint_as_an_unconfirmed_note(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(replace(REQUEST, ring_ends=client.now() + 88))
        assert said(prompt, "requestFrom") == "Ada Byron asks for a conversation"
        assert said(prompt, "requestId") == "id: ada"
        assert shown(prompt, "notInContacts")
        assert said(prompt, "requestHint") == "the lake"
        assert "Unconfirmed note" in [label.text() for label in prompt.findChildren(QLabel)]
        field = find(prompt, "phraseField", QLineEdit)
        label = "The phrase you agreed with Ada Byron; not your computer's password"
        assert field.accessibleName() == label
        assert prompt.view.ring.seconds_left in (87, 88)
        for name in ("openConversation", "notNow", "declineRequest", "blockContact"):
            assert shown(prompt, name), name
        prompt.show_request(replace(REQUEST, known=True, hint=""))
        assert not shown(prompt, "notInContacts")
        assert not shown(prompt, "hintCard")
        prompt.close()
        await client.close()

    played(qapp, play())


def test_checking_relay_lost_and_every_ending_in_both_languages(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(REQUEST)
        prompt.view.entry.edit.setText("typed")
        prompt.show_request(replace(REQUEST, phase=Phase.CHECKING))
        assert said(prompt, "requestState") == "Checking…"
        assert not shown(prompt, "openConversation")
        prompt.show_request(replace(REQUEST, phase=Phase.RELAY_LOST))
        assert said(prompt, "requestState") == "The relay cannot be reached. Watchword keeps trying."
        speak(Language.CHINESE)
        assert said(prompt, "requestState") == "无法连接中继。Watchword 会继续尝试。"
        for ending, (english, chinese) in ENDINGS.items():
            speak(Language.ENGLISH)
            prompt.show_request(replace(REQUEST, phase=Phase.ENDED, ending=ending))
            assert said(prompt, "requestEnding") == english
            speak(Language.CHINESE)
            assert said(prompt, "requestEnding") == chinese
        assert prompt.view.entry.text() == "", "the phrase is forgotten with the request"
        speak(Language.ENGLISH)
        prompt.show_request(replace(REQUEST, phase=Phase.ENDED, ending=Ending.DIFFER, may_retry=True))
        assert said(prompt, "requestEnding").endswith("Nothing was sent. Ada Byron may try again.")
        third = replace(REQUEST, phase=Phase.ENDED, ending=Ending.DIFFER, uncertain=3)
        prompt.show_request(third)
        assert said(prompt, "requestEnding").endswith("Agree on a new phrase by another way.")
        prompt.close()
        await client.close()

    played(qapp, play())


def test_it_leaves_the_keyboard_where_it_is_until_it_is_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        other = QWidget()
        line = QLineEdit(other)
        await active(other)
        line.setFocus()
        QTest.keyClicks(line, "in the middle of a ")
        prompt = Prompt(client)
        prompt.show_request(REQUEST)
        exposed = prompt.windowHandle()
        assert exposed is not None
        await until(exposed.isExposed, "the pop-up is on the screen")
        prompt.show_request(replace(REQUEST, phase=Phase.CHECKING))
        prompt.show_request(replace(REQUEST, phase=Phase.ENDED, ending=Ending.DIFFER, may_retry=True))
        prompt.show_request(replace(REQUEST, key="k2", ring_ends=client.now() + 60))
        for _ in range(20):
            await until(lambda: True, "a turn of the loop")
        assert QApplication.activeWindow() is other
        assert QApplication.focusWidget() is line
        QTest.keyClicks(line, "sentence")
        assert line.text() == "in the middle of a sentence"
        prompt.come_forward()
        await until(prompt.isActiveWindow, "the pop-up has the keyboard when it was asked for")
        await until(prompt.view.entry.edit.hasFocus, "its field too")
        prompt.close()
        await client.close()

    played(qapp, play())


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "The phrase is empty. Type the words you agreed on."),
        ("     ", "The phrase is empty. Type the words you agreed on."),
        ("\u3000\u3000", "The phrase is empty. Type the words you agreed on."),
    ],
)
def test_a_phrase_of_nothing_is_refused_in_place(
    qapp: QApplication, tmp_path: Path, typed: str, complaint: str
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(REQUEST)
        prompt.view.entry.edit.setText(typed)
        find(prompt, "openConversation", QPushButton).click()
        await until(lambda: prompt.view.entry.note.text() == complaint, "it is said under the field")
        assert prompt.view.entry.text() == typed, "nothing typed is lost"
        assert find(prompt, "openConversation", QPushButton).isEnabled()
        prompt.close()
        await client.close()

    played(qapp, play())


def test_escape_is_not_now(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        gone: list[str] = []
        prompt.put_away.connect(gone.append)
        prompt.show_request(REQUEST)
        QTest.keyClick(prompt, Qt.Key.Key_Escape)
        assert gone == ["k1"]
        assert not prompt.isVisible()
        await client.close()

    played(qapp, play())


def test_both_dialled_the_own_phrase_is_kept_and_can_be_changed(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(replace(REQUEST, phrase_kept=True), kept="our own words")
        assert prompt.view.entry.text() == "our own words"
        assert "Your phrase is kept" in prompt.view.entry.note.text()
        prompt.close()
        await client.close()

    played(qapp, play())


def test_a_request_that_ends_while_one_types_stays_to_be_read(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(replace(REQUEST, ring_ends=client.now() + 60))
        await active(prompt)
        field = find(prompt, "phraseField", QLineEdit)
        await until(field.hasFocus, "the field has the keyboard")
        QTest.keyClicks(field, "amber violin")
        for phase, ending in (
            (Phase.RELAY_LOST, None),
            (Phase.WAITING, None),
            (Phase.ENDED, Ending.WITHDRAWN),
        ):
            prompt.show_request(replace(REQUEST, phase=phase, ending=ending))
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClicks(focused, " ")
            QTest.keyClick(focused, Qt.Key.Key_Return)
            assert prompt.isVisible(), f"a space too late at {phase} puts nothing away"
            if phase is Phase.WAITING:
                assert field.hasFocus(), "what was typed can be gone on with"
                assert field.text() == "amber violin "
        QTest.keyClick(prompt.view, Qt.Key.Key_Tab)
        await until(find(prompt, "closeRequest", QPushButton).hasFocus, "one key leads to Close")
        prompt.close()
        await client.close()

    played(qapp, play())


def test_enter_twice_answers_once_and_puts_nothing_away(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(replace(REQUEST, ring_ends=client.now() + 60))
        await active(prompt)
        field = find(prompt, "phraseField", QLineEdit)
        await until(field.hasFocus, "the field has the keyboard")
        QTest.keyClicks(field, "our words")
        for _ in range(2):
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Return)
        assert prompt.isVisible()
        over = "This request is over. Start a new one."  # the client has no such request
        await until(lambda: said(prompt, "requestProblem") == over, "it is refused below the field")
        speak(Language.CHINESE)
        assert said(prompt, "requestProblem") == "这个请求已结束。请重新发起。"
        assert prompt.windowTitle() == "Ada Byron 想和你对话"
        assert (field.text(), field.isReadOnly()) == ("our words", False)
        prompt.close()
        await client.close()

    played(qapp, play())


def test_nothing_of_the_phrase_stays_once_it_was_taken(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(replace(REQUEST, phrase_kept=True), kept="our own words")
        field = find(prompt, "phraseField", QLineEdit)
        QTest.keyClicks(field, " and more")
        prompt.show_request(replace(REQUEST, phase=Phase.CHECKING))
        assert field.text() == ""
        assert not field.isUndoAvailable(), "not by Undo either"
        assert "our own words" not in repr(vars(prompt.view))
        prompt.close()
        await client.close()

    played(qapp, play())


def test_a_hint_of_many_lines_makes_no_window_that_leaves_the_screen(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(replace(REQUEST, hint="a\u2028\n\x0b" * 26))
        assert said(prompt, "requestHint") == " ".join("a" * 26)
        prompt.close()
        await client.close()

    played(qapp, play())


def test_being_asked_whether_to_block_keeps_the_pop_up_after_its_request(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        prompt.show_request(REQUEST)
        find(prompt, "blockContact", QPushButton).click()
        await until(lambda: window_named("question") is not None, "it is asked")
        prompt.show_request(replace(REQUEST, phase=Phase.ENDED, ending=Ending.NO_ANSWER))
        prompt._over.timeout.emit()
        question = window_named("question")
        assert question is not None
        find(question, "confirm", QPushButton).click()
        await until(lambda: window_named("requestDialog") is None, "the answer counts")
        assert [one.account for one in await client.contacts() if one.blocked] == ["ada"]
        await client.close()

    played(qapp, play())


def test_a_screen_reader_is_told_how_it_goes_on(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        spoken: list[str] = []

        def heard(event: QAccessibleEvent) -> None:
            if isinstance(event, QAccessibleAnnouncementEvent):
                spoken.append(event.message())

        monkeypatch.setattr(QAccessible, "isActive", lambda: True)
        monkeypatch.setattr(QAccessible, "updateAccessibility", heard)
        prompt = Prompt(client)
        prompt.show_request(REQUEST)
        prompt.show_request(replace(REQUEST, phase=Phase.CHECKING))
        prompt.show_request(replace(REQUEST, phase=Phase.ENDED, ending=Ending.WITHDRAWN))
        prompt.show_request(replace(REQUEST, phase=Phase.ENDED, ending=Ending.WITHDRAWN))
        assert spoken == ["Checking…", "Ada Byron withdrew the request."]
        prompt.close()
        await client.close()

    played(qapp, play())
