"""Choices: their kind for a screen reader, where they can be clicked, when the ring shows, long words."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton

from watchword.ui.colours import tokens
from watchword.ui.controls.choice import CheckBox, Choosable, RadioButton
from watchword.ui.controls.segments import Segments

LONG = "Keep the relay running when this program ends, for everybody who talks through it"


def three() -> list[CheckBox | RadioButton | QRadioButton]:
    segments = Segments(2)
    segments.set_words("Generate", "Type my own")
    (segment, _other) = segments.findChildren(QRadioButton)
    segment.setParent(None)
    return [CheckBox("Words"), RadioButton("Words"), segment]


def picture(button: QCheckBox | QRadioButton) -> QImage:
    return button.grab().toImage()


def accented(image: QImage) -> int:
    """How many points of the lowest lines, where no mark is, have the colour of the ring."""
    wanted = tokens().accent.rgb()
    lines = range(image.height() - 5, image.height())
    return sum(image.pixel(x, y) == wanted for y in lines for x in range(image.width()))


@pytest.mark.usefixtures("qapp")
def test_a_screen_reader_knows_what_kind_of_choice_it_is() -> None:
    roles = [QAccessible.queryAccessibleInterface(made).role() for made in three()]
    kind = QAccessible.Role
    assert roles == [kind.CheckBox, kind.RadioButton, kind.RadioButton]


@pytest.mark.usefixtures("qapp")
def test_the_words_and_the_room_beside_them_can_be_clicked() -> None:
    for made in three():
        made.setAutoExclusive(False)
        made.setChecked(False)
        made.resize(300, 40)
        QTest.mouseClick(made, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(295, 35))
        assert made.isChecked()


def test_the_ring_shows_where_keys_brought_the_focus(qapp: QApplication) -> None:
    reason = Qt.FocusReason
    for made in three():
        assert isinstance(made, Choosable)
        made.setChecked(False)
        made.resize(made.sizeHint())
        made.show()
        made.activateWindow()
        made.setFocus()
        QTest.qWaitForWindowActive(made)
        bare = []
        for why in (reason.MouseFocusReason, reason.TabFocusReason):
            qapp.sendEvent(made, QFocusEvent(QFocusEvent.Type.FocusIn, why))
            bare.append(accented(picture(made)))
        assert bare[0] == 0 < bare[1]
        made.close()


@pytest.mark.usefixtures("qapp")
def test_words_go_on_below_where_there_is_little_room() -> None:
    for made in (CheckBox(LONG), RadioButton(LONG)):
        one = made.heightForWidth(made.sizeHint().width())
        assert made.minimumSizeHint().width() < made.sizeHint().width() / 2
        assert made.heightForWidth(made.sizeHint().width() // 3) >= one * 1.5


@pytest.mark.usefixtures("qapp")
def test_the_mark_tells_chosen_from_not() -> None:
    for made in three():
        made.setAutoExclusive(False)
        made.resize(made.sizeHint())
        pictures = []
        for on in (False, True):
            made.setChecked(on)
            pictures.append(picture(made))
        assert pictures[0] != pictures[1]
