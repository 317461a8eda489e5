"""The composer: keys, input methods, growth, pasting, limits."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from support.blocking import too_long
from support.widgets import at_work
from support.windows import compose, played
from watchword.ui.chat.composer import LIMIT, LINES, LINES_LIMIT, Composer


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
    assert composer.note.text() == "There is nothing to send yet."
    composer.set_text(" \n ")
    assert composer.note.isHidden()
    QTest.keyClick(composer.writing, Qt.Key.Key_Enter)
    assert composer.note.isVisible()
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


def lines_shown(composer: Composer) -> int:
    """Whole lines of letters that can be seen, the field scrolled to its beginning."""
    writing = composer.writing
    writing.verticalScrollBar().setValue(0)
    writing.grab()  # lays out what is shown
    seen, block = 0, writing.firstVisibleBlock()
    while block.isValid():
        top, layout = writing.blockBoundingGeometry(block).top(), block.layout()
        lines = [layout.lineAt(at) for at in range(layout.lineCount())]
        letters = [top + line.y() + line.height() / 2 for line in lines]
        seen += sum(middle < writing.viewport().height() for middle in letters)
        block = block.next()
    return seen


@pytest.mark.parametrize("said", ["line", "漢字", "🎉", "漢字 line", "🎉 line", "آلسلام"])
def test_exactly_eight_lines_are_shown_in_every_script(composer: Composer, said: str) -> None:
    for text in ("\n".join([said] * 40), (said + " ") * (2_000 // len(said)), (said + " ") * 5_000):
        composer.set_text(text)
        assert lines_shown(composer) == LINES
    composer.set_text("\n".join([said] * LINES))
    assert lines_shown(composer) == LINES
    assert composer.writing.verticalScrollBar().maximum() == 0


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


LONGEST = {
    "one letter": "x" * LIMIT,
    "words": ("word " * LIMIT)[:LIMIT],
    "short words": "W " * (LIMIT // 2),
    "words of 999 letters": ("x" * 999 + " ") * (LIMIT // 1_000),
    "Chinese": "你好" * (LIMIT // 6),
    "emoji": "🎉" * (LIMIT // 4),
    "from right to left": "آلسلام " * (LIMIT // 13),
    "marks": ("a" + "\u0301" * 100) * (LIMIT // 201),
    "lines": "one word after another\n" * (LIMIT // 23),
    "as many lines as there may be": "\n" * (LINES_LIMIT - 1),
}
"""About the longest texts that can be sent, each in its way."""


@pytest.mark.parametrize("said", LONGEST.values(), ids=LONGEST)
def test_the_longest_text_holds_the_loop_no_longer_than_it_may(qapp: QApplication, said: str) -> None:
    composer = Composer()
    composer.resize(700, 60)
    composer.show()
    data = QMimeData()
    data.setText(said)
    writing = composer.writing
    deeds: dict[str, Callable[[], object]] = {
        "pasting": lambda: writing.insertFromMimeData(data),
        "a letter": lambda: QTest.keyClick(writing, Qt.Key.Key_X),
        "narrower": lambda: composer.resize(600, composer.height()),
        "wider": lambda: composer.resize(700, composer.height()),
        "sending": lambda: composer.set_text(""),
        "a draft": lambda: composer.set_text(said),
        "marking": writing.selectAll,
        "deleting": lambda: QTest.keyClick(writing, Qt.Key.Key_Delete),
    }
    taken: dict[str, list[float]] = {name: [] for name in deeds}
    for _ in range(3):
        for name, deed in deeds.items():
            start = at_work()
            deed()
            qapp.processEvents()
            taken[name].append(at_work() - start)
            if name in {"pasting", "a draft"}:
                assert composer.text() == said
    slow = {name: seconds for name, seconds in taken.items() if too_long(seconds)}
    assert not slow


def test_what_nobody_can_shorten_by_hand_does_not_come_in(composer: Composer) -> None:
    composer.set_text("kept")
    data = QMimeData()
    data.setText("x" * 1_000_000)
    composer.writing.insertFromMimeData(data)
    assert composer.text() == "kept"
    assert composer.note.text() == "Too long to send: 1,000,000 of at most 65,536 bytes. Split it into two."
    data.setText("x" * (LIMIT + 1))
    composer.writing.insertFromMimeData(data)
    assert composer.text() == "kept" + "x" * (LIMIT + 1), "a little too much can be shortened here"


def test_more_lines_than_can_be_laid_out_in_time_do_not_come_in(qapp: QApplication) -> None:
    composer = Composer()
    composer.show()
    composer.set_text("kept\nkept")
    data = QMimeData()
    taken = []
    for _ in range(3):
        data.setText("\n" * LIMIT)
        start = at_work()
        composer.writing.insertFromMimeData(data)
        qapp.processEvents()
        taken.append(at_work() - start)
        assert composer.text() == "kept\nkept"
        assert composer.note.text() == "Too many lines: 65,538 of at most 5,000. Send them in parts."
    assert not too_long(taken)
    data.setText("\u2029" * (LINES_LIMIT - 2))
    composer.writing.insertFromMimeData(data)
    assert composer.writing.blockCount() == LINES_LIMIT, "as many as fit"
    assert not composer.note.isVisible()
    data.setText("\r")
    composer.writing.insertFromMimeData(data)
    assert composer.writing.blockCount() == LINES_LIMIT
    assert composer.note.isVisible()


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


def test_to_whom_it_goes_stands_in_one_line_however_narrow_it_is(composer: Composer) -> None:
    composer.show_contact("Quarterly planning of the harvest")
    for wide in (640, 250, 640):
        composer.resize(wide, 60)
        QApplication.processEvents()
        shown = composer.writing.placeholderText()
        room = composer.writing.viewport().width()
        assert QFontMetrics(composer.writing.font()).horizontalAdvance(shown) <= room
    assert shown == "Message to Quarterly planning of the harvest"
    assert composer.writing.accessibleName() == shown
