"""Words that are broken where Qt would not break them, and lines that are cut."""

import pytest
from PySide6.QtWidgets import QApplication

from support.windows import played
from watchword.ui import words
from watchword.ui.controls.label import Label
from watchword.ui.controls.line import Line


def test_an_endless_word_asks_for_lines_not_for_width(qapp: QApplication) -> None:
    async def play() -> None:
        label, one = Label("w" * 400), Label("w").heightForWidth(200)
        assert label.minimumSizeHint().width() < 100
        assert label.heightForWidth(200) > 10 * one
        assert label.heightForWidth(2000) < label.heightForWidth(200)
        assert Label("two words").minimumSizeHint().width() > 30
        assert not Label("不会停的汉字" * 40).breaks, "Qt breaks between Han signs by itself"

    played(qapp, play())


def test_a_line_gives_way_and_tells_the_whole(qapp: QApplication) -> None:
    async def play() -> None:
        line = Line("a name that is too long for its room")
        whole = line.sizeHint().width()
        line.resize(whole, 20)
        line.show()
        assert (line.cut, line.toolTip()) == (False, "")
        line.resize(60, 20)
        assert line.cut
        assert "a name that is too long" in line.toolTip()
        assert line.minimumSizeHint().width() < 60
        marks = Line("Z" + "\u0301" * 200)
        assert marks.sizeHint().height() == line.sizeHint().height(), "marks make no line higher"

    played(qapp, play())


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Bo", "Bo"),
        ("x" * 32, "x" * 32),
        ("x" * 33, "x" * 31 + "…"),
        ("林" * 16, "林" * 16),
        ("林" * 17, "林" * 15 + "…"),
        ("שלום", "\u2068שלום\u2069"),
        ("a\u202eb", "\u2068a\u202eb\u2069"),
    ],
)
def test_a_name_in_a_sentence_has_an_end_and_turns_nothing(name: str, called: str) -> None:
    assert words.called(name) == called


def test_marks_without_end_have_one_in_a_sentence() -> None:
    assert len(words.called("Z" + "\u0301" * 10_000)) <= 64
