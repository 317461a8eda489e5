"""The question for a PIN: what it says in each state, that it takes no keyboard, that it forgets the PIN."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from support.waiting import until
from support.windows import active, find, played, speak
from watchword.model.company import Reason
from watchword.settings import Language
from watchword.ui.company.pin import PinDialog


def said(dialog: PinDialog, name: str) -> str:
    return find(dialog, name, QLabel).text()


def shown(dialog: PinDialog, name: str) -> bool:
    return find(dialog, name, QWidget).isVisible()


def test_it_names_the_token_and_hides_the_pin_until_asked(qapp: QApplication) -> None:
    async def play() -> None:
        dialog = PinDialog("acme", None)
        dialog.appear()
        assert said(dialog, "pinHeading") == "PIN of the token acme"
        assert dialog.windowTitle() == "PIN of the token acme"
        assert not shown(dialog, "pinWarning")
        field = find(dialog, "pinField", QLineEdit)
        assert field.accessibleName() == "PIN; not your computer's password"
        assert field.echoMode() is QLineEdit.EchoMode.Password
        dialog.field.reveal.click()
        assert field.echoMode() is QLineEdit.EchoMode.Normal
        assert dialog.field.reveal.accessibleName() == "Hide the PIN"
        speak(Language.CHINESE)
        assert said(dialog, "pinHeading") == "令牌 acme 的 PIN"
        assert dialog.field.reveal.accessibleName() == "隐藏 PIN"
        dialog.close()

    played(qapp, play())


def test_the_pin_is_given_once_and_forgotten(qapp: QApplication) -> None:
    async def play() -> None:
        dialog, given = PinDialog("acme", None), list[str]()
        dialog.answered.connect(given.append)
        dialog.appear()
        field, unlock = find(dialog, "pinField", QLineEdit), find(dialog, "unlockToken", QPushButton)
        unlock.click()
        assert given == []
        assert field.accessibleDescription() == "Type the PIN."
        QTest.keyClicks(field, "481516")
        assert field.accessibleDescription() == ""
        QTest.keyClick(field, Qt.Key.Key_Return)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert given == ["481516"]
        assert field.text() == ""
        assert not field.isUndoAvailable(), "not even *Undo* brings it back"
        assert said(dialog, "pinState") == "Checking…"
        assert not unlock.isEnabled()
        dialog.ask_again(Reason.PIN_WRONG)
        assert said(dialog, "pinState") == ""
        assert unlock.isEnabled()
        QTest.keyClicks(field, "23")
        dialog.close()
        assert field.text() == ""

    played(qapp, play())


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (Reason.PIN_WRONG, "That was not the PIN."),
        (Reason.PIN_WRONG_FEW_LEFT, "few tries are left"),
        (Reason.PIN_WRONG_LAST_TRY, "This is the last try"),
    ],
)
def test_how_many_tries_are_left_is_said(qapp: QApplication, before: Reason, words: str) -> None:
    async def play() -> None:
        dialog = PinDialog("acme", before)
        dialog.appear()
        assert words in said(dialog, "pinWarning")
        dialog.close()

    played(qapp, play())


def test_a_locked_token_is_said_and_asks_no_more(qapp: QApplication) -> None:
    async def play() -> None:
        dialog = PinDialog("acme", Reason.PIN_WRONG_LAST_TRY)
        dialog.appear()
        dialog.end(Reason.PIN_LOCKED)
        assert said(dialog, "pinWarning").startswith("It has locked itself after too many wrong PINs.")
        assert not shown(dialog, "pinField")
        assert not shown(dialog, "unlockToken")
        assert find(dialog, "pinNotNow", QPushButton).text() == "Close"
        dialog.ask_again(None)
        assert shown(dialog, "pinField"), "the key owner unlocked it"
        dialog.close()

    played(qapp, play())


def test_it_leaves_the_keyboard_where_it_is_until_it_is_asked_for(qapp: QApplication) -> None:
    async def play() -> None:
        other = QWidget()
        line = QLineEdit(other)
        await active(other)
        line.setFocus()
        QTest.keyClicks(line, "in the middle of a ")
        dialog = PinDialog("acme", None)
        dialog.appear()
        exposed = dialog.windowHandle()
        assert exposed is not None
        await until(exposed.isExposed, "the question is on the screen")
        dialog.ask_again(Reason.PIN_WRONG)
        dialog.end(Reason.TOKEN_MISSING)
        dialog.ask_again(None)
        for _ in range(20):
            await until(lambda: True, "a turn of the loop")
        assert QApplication.activeWindow() is other
        assert QApplication.focusWidget() is line
        QTest.keyClicks(line, "sentence")
        assert line.text() == "in the middle of a sentence"
        dialog.come_forward()
        await until(dialog.isActiveWindow, "it has the keyboard when it was asked for")
        await until(dialog.field.edit.hasFocus, "its field too")
        dialog.close()

    played(qapp, play())
