"""The phrase field: words of our lists while typing, Tab, input methods, the meter in words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from support.windows import active, compose, played, speak
from watchword.core.phrase import Rule, Strength
from watchword.settings import Language
from watchword.ui.requests.phrase_entry import PhraseEntry, strength_words


def entry(*, completes: bool = True, judged: bool = False) -> tuple[QWidget, PhraseEntry, QPushButton]:
    """The field and a button after it, in a window."""
    window = QWidget()
    made, after = PhraseEntry(completes=completes, judged=judged), QPushButton("after")
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addWidget(after)
    return window, made, after


def test_words_of_our_lists_are_shown_split_and_lower_cased(qapp: QApplication) -> None:
    async def play() -> None:
        window, field, _after = entry()
        await active(window)
        field.edit.setFocus()
        QTest.keyClicks(field.edit, "AardvarkZUCCHINI")
        assert field.chips.words == ("aardvark", "zucchini")
        assert field.chips.isVisible()
        assert field.settled() == "aardvark zucchini"
        QTest.keyClicks(field.edit, "a")
        assert field.chips.accessibleName() == "aardvark zucchini a", "what is no word yet is shown as it is"
        field.edit.clear()
        compose(field.edit, "", "灯塔风车")
        assert field.chips.words == ("灯塔", "风车")
        assert field.settled() == "灯塔 风车"
        field.edit.setText("My own Phrase")
        assert not field.chips.isVisible()
        assert field.settled() == "My own Phrase"

    played(qapp, play())


def test_tab_completes_word_by_word_and_then_leaves(qapp: QApplication) -> None:
    async def play() -> None:
        window, field, _after = entry()
        await active(window)
        field.edit.setFocus()
        QTest.keyClicks(field.edit, "aar")
        QTest.keyClick(field.edit, Qt.Key.Key_Tab)
        assert field.text() == "aardvark "
        QTest.keyClicks(field.edit, "zuc")
        QTest.keyClick(field.edit, Qt.Key.Key_Tab)
        assert field.text() == "aardvark zucchini "
        assert field.edit.hasFocus()
        QTest.keyClick(field.edit, Qt.Key.Key_Tab)
        assert not field.edit.hasFocus()

    played(qapp, play())


@pytest.mark.parametrize(("completes", "typed"), [(True, "my own zuc"), (False, "aardvark zuc")])
def test_typed_phrases_are_never_completed(qapp: QApplication, completes: bool, typed: str) -> None:
    async def play() -> None:
        window, field, _after = entry(completes=completes)
        await active(window)
        field.edit.setFocus()
        QTest.keyClicks(field.edit, typed)
        QTest.keyClick(field.edit, Qt.Key.Key_Tab)
        assert field.text() == typed
        assert not field.edit.hasFocus()

    played(qapp, play())


def test_enter_while_composing_does_not_submit(qapp: QApplication) -> None:
    async def play() -> None:
        window, field, _after = entry()
        submitted: list[str] = []
        field.submitted.connect(lambda: submitted.append(field.text()))
        await active(window)
        field.edit.setFocus()
        compose(field.edit, "deng ta")
        QTest.keyClick(field.edit, Qt.Key.Key_Return)
        assert submitted == []
        compose(field.edit, "", "灯塔")
        QTest.keyClick(field.edit, Qt.Key.Key_Return)
        assert submitted == ["灯塔"]

    played(qapp, play())


def test_hidden_letters_hide_the_words_too_and_input_methods_stay(qapp: QApplication) -> None:
    async def play() -> None:
        window, field, _after = entry()
        await active(window)
        field.edit.setText("aardvark zucchini")
        field.set_shown(False)
        assert field.edit.echoMode() is QLineEdit.EchoMode.Password
        assert not field.chips.isVisible()
        assert field.read_note.text() == "Words recognised: 2"
        assert field.edit.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    played(qapp, play())


def test_the_meter_speaks_in_words_and_in_both_languages(qapp: QApplication) -> None:
    async def play() -> None:
        window, field, _after = entry(completes=False, judged=True)
        await active(window)
        assert field.judgement.text() == ""
        field.edit.setText("hello")
        assert field.judgement.text() == "Easy to guess. Use several words that do not belong together."
        field.edit.setText("purple bicycle thunder")
        assert field.judgement.text() == "Good."
        assert "%" not in "".join(strength_words(level) for level in Strength)
        speak(Language.CHINESE)
        assert field.judgement.text() == "不错。"

    played(qapp, play())


def test_ten_thousand_characters_stay_in_the_field_at_once(
    qapp: QApplication, quick_loop: list[object]
) -> None:
    async def play() -> None:
        window, field, _after = entry()
        await active(window)
        field.edit.setText("灯塔" * 5000)
        assert len(field.text()) == 10_000

    played(qapp, play())


def test_the_meter_says_whether_a_phrase_is_enough_for_the_company(qapp: QApplication) -> None:
    async def play() -> None:
        window, field, _after = entry(judged=True)
        await active(window)
        field.set_rule(Rule("ACME", 52, ("ada", "bo", "Ada", "Bo")))
        assert field.judgement.text() == "", "nothing is typed"
        weak = "Not enough for ACME yet. Add words that do not belong together."
        for typed, said in (
            ("purple bicycle", weak),
            ("purple bicycle thunder mountain lemon", weak),
            ("purple bicycle thunder mountain lemon harvest", "Very good. Enough for ACME."),
        ):
            field.edit.setText(typed)
            assert field.judgement.text() == said, typed
            assert field.meter.accessibleName() == said, typed
        speak(Language.CHINESE)
        assert "ACME" in field.judgement.text()
        field.set_rule(None)
        assert "ACME" not in field.judgement.text()

    played(qapp, play())
