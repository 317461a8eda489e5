"""The judge of screens sees what a person would: words that are cut off, and words of another language."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from support import legible
from support.waiting import until
from support.windows import played
from watchword.ui.controls.button import Button
from watchword.ui.controls.field import LineEdit
from watchword.ui.controls.label import Label
from watchword.ui.controls.line import Line

LONG = "这个句子需要两行以上才放得下，因为窗口很窄，而它很长。"


async def misfits_of(widget: QWidget, wide: int, high: int) -> list[str]:
    window = QWidget()
    window.resize(400, 300)
    widget.setParent(window)
    widget.setGeometry(10, 10, wide, high)
    window.show()
    await until(widget.isVisible, "it is on the screen")
    found = legible.misfits()
    window.close()
    return found


def test_what_has_its_room_is_no_misfit_and_what_lacks_some_is_one(qapp: QApplication) -> None:
    async def play() -> None:
        need = Label(LONG).heightForWidth(160)
        assert await misfits_of(Label(LONG), 160, need) == []
        [cut] = await misfits_of(Label(LONG), 160, need - 1)
        assert f"needs 160×{need}" in cut or f"×{need}, has" in cut
        button = Button("下一步")
        assert await misfits_of(button, button.sizeHint().width(), button.sizeHint().height()) == []
        assert len(await misfits_of(Button("下一步"), 20, 36)) == 1
        field = LineEdit()
        field.setPlaceholderText(LONG)
        assert len(await misfits_of(field, 100, 38)) == 1
        field = LineEdit()
        field.setText("x" * 1_000)
        assert await misfits_of(field, 100, 38) == [], "what is typed may be scrolled"
        assert await misfits_of(Line(LONG), 60, 20) == [], "cut on purpose, whole in its tool tip"
        assert len(await misfits_of(Label(LONG), 160, need + 300)) == 1, "below the edge of the window"

    played(qapp, play())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("请输入名字。", True),
        ("bo 想和你对话", True),
        ("应像 wss://relay.example:8765#key 这样。", True),
        ("Watchword 会继续尝试。", True),
        ("Type a name.", False),
        ("请输入 name", False),
        ("contact 想和你对话", False),
    ],
)
def test_a_word_that_no_chinese_sentence_has_is_english(text: str, kept: bool) -> None:
    assert (legible.english([text], ["bo"]) == []) is kept
