"""The composer: keys, input methods, growth, pasting, limits."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from support.windows import compose, played
from watchword.ui.chat.composer import LIMIT, LINES, Composer


@pytest.fixture
def composer(qapp: QApplication) -> Composer:
    made = Composer()
    made.resize(500, 60)
    made.show()
    return made


def sent_by(composer: Composer) -> list[str]:
    sent: list[str] = []
    composer.sent.connect(sent.append)
    return sent


def test_enter_sends_and_shift_enter_breaks_the_line(composer: Composer) -> None:
    sent = sent_by(composer)
    QTest.keyClicks(composer.writing, "one")
    QTest.keyClick(composer.writing, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer.writing, "two")
    assert sent == []
    QTest.keyClick(composer.writing, Qt.Key.Key_Return)
    assert sent == ["one\ntwo"]


def test_nothing_and_spaces_are_not_sent(composer: Composer) -> None:
    sent = sent_by(composer)
    QTest.keyClick(composer.writing, Qt.Key.Key_Return)
    composer.set_text(" \n ")
    QTest.keyClick(composer.writing, Qt.Key.Key_Enter)
    assert sent == []
    assert not composer.button.isEnabled()


def test_enter_belongs_to_the_input_method_while_it_composes(composer: Composer) -> None:
    sent = sent_by(composer)
    compose(composer.writing, "nihao")
    QTest.keyClick(composer.writing, Qt.Key.Key_Return)
    assert sent == []
    assert composer.text() == ""
    compose(composer.writing, "", "你好")
    QTest.keyClick(composer.writing, Qt.Key.Key_Return)
    assert sent == ["你好"]


def test_it_grows_to_eight_lines_and_shrinks_again(composer: Composer) -> None:
    heights = []
    for lines in (1, 2, LINES, LINES + 1, 40):
        composer.set_text("\n".join(["漢字 line"] * lines))
        heights.append(composer.writing.height())
    one, two, eight, nine, forty = heights
    assert one < two < eight
    assert eight == nine == forty
    composer.set_text("x")
    assert composer.writing.height() == pytest.approx(one, abs=4)


def test_the_first_line_is_visible_as_long_as_all_fit(composer: Composer) -> None:
    composer.set_text("one\ntwo\n三")
    assert composer.writing.verticalScrollBar().maximum() == 0
    assert composer.writing.firstVisibleBlock().blockNumber() == 0


def test_pictures_and_files_are_refused_and_text_is_taken(composer: Composer) -> None:
    picture = QMimeData()
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    picture.setImageData(image)
    picture.setHtml("<img src='file:///x'>")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/etc/passwd")])
    for data in (picture, files):
        assert not composer.writing.canInsertFromMimeData(data)
    composer.writing.insertFromMimeData(picture)
    assert composer.text() == ""
    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("bold\r\nand\x00 plain")
    composer.writing.insertFromMimeData(rich)
    assert composer.text() == "bold\nand plain"


@pytest.mark.parametrize(
    ("said", "fits"), [("x" * LIMIT, True), ("x" * (LIMIT + 1), False), ("漢" * 21_846, False)]
)
def test_a_text_that_is_too_long_is_told_before_it_is_sent(composer: Composer, said: str, fits: bool) -> None:
    sent = sent_by(composer)
    composer.set_text(said)
    assert composer.button.isEnabled() is fits
    assert ("Too long" in composer.note.text()) is not fits
    assert composer.note.isVisible()
    QTest.keyClick(composer.writing, Qt.Key.Key_Return)
    assert (sent == [said]) is fits
    composer.set_text("short")
    assert not composer.note.isVisible()


def test_a_refusal_is_told_and_goes_away_with_the_next_letter(composer: Composer) -> None:
    composer.refuse("Not sent.")
    assert composer.note.isVisible()
    assert composer.writing.accessibleDescription() == "Not sent."
    QTest.keyClicks(composer.writing, "a")
    assert not composer.note.isVisible()


def test_tab_leaves_the_field(qapp: QApplication) -> None:
    async def play() -> None:
        composer = Composer()
        composer.show()
        composer.set_text("x")
        composer.writing.setFocus()
        QTest.keyClick(composer.writing, Qt.Key.Key_Tab)
        assert composer.text() == "x"

    played(qapp, play())


def test_people_and_screen_readers_are_told_whom_it_goes_to(composer: Composer) -> None:
    composer.show_contact("Bo")
    assert composer.writing.accessibleName() == composer.writing.placeholderText() == "Message to Bo"
    assert composer.button.accessibleName() == "Send"
