"""What is asked for is scrolled to, no further than it needs."""

from collections.abc import Callable, Coroutine

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from support.waiting import until
from support.windows import active, played
from watchword.ui.controls.field import LineEdit
from watchword.ui.controls.scroll_area import ScrollArea, bring_into_sight
from watchword.ui.controls.window import NEXT_TURN_MS

HIGH, GAP = 200, 300
Play = Callable[[ScrollArea, list[QLineEdit]], Coroutine[object, object, None]]


def column(qapp: QApplication, play: Play) -> None:
    """Four fields, far from each other, in little room."""

    async def whole() -> None:
        inside, area = QWidget(), ScrollArea()
        rows = QVBoxLayout(inside)
        fields = [LineEdit() for _ in range(4)]
        for field in fields:
            rows.addWidget(field)
            rows.addSpacing(GAP)
        area.setWidget(inside)
        area.resize(300, HIGH)
        await active(area)
        await play(area, [*fields])
        area.close()

    played(qapp, whole())


def whole(area: ScrollArea, widget: QWidget) -> bool:
    top = widget.mapTo(area.viewport(), QPoint()).y()
    return top >= 0 and top + widget.height() <= area.viewport().height()


def rows_of(area: ScrollArea) -> QVBoxLayout:
    inside = area.widget()
    rows = None if inside is None else inside.layout()
    assert isinstance(rows, QVBoxLayout)
    return rows


def test_tab_shows_the_whole_field(qapp: QApplication) -> None:
    async def play(area: ScrollArea, fields: list[QLineEdit]) -> None:
        fields[0].setFocus()
        for forward, order in ((True, fields[1:]), (False, fields[-2::-1])):
            for field in order:
                key = Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab
                at = qapp.focusWidget()
                assert at is not None
                QTest.keyClick(at, key)
                assert field.hasFocus()
                top = field.mapTo(area.viewport(), QPoint()).y()
                assert top >= 8, "with room above it"
                assert top + field.height() <= area.viewport().height() - 8, "and below"

    column(qapp, play)


def test_what_is_named_first_is_whole_where_not_all_have_room(qapp: QApplication) -> None:
    async def play(area: ScrollArea, fields: list[QLineEdit]) -> None:
        _, second, third, last = fields
        bring_into_sight(last, second, third)
        await until(lambda: whole(area, last), "the first of them is whole")
        bring_into_sight(second)
        await until(lambda: whole(area, second), "and back")
        at = area.verticalScrollBar().value()
        last.hide()
        bring_into_sight(second, last)
        bring_into_sight(second)
        await until(lambda: whole(area, second), "what is hidden is not gone to")
        assert area.verticalScrollBar().value() == at, "what is in sight stays where it is"

    column(qapp, play)


def test_what_was_shown_in_the_same_turn_is_laid_out_first(qapp: QApplication) -> None:
    async def play(area: ScrollArea, fields: list[QLineEdit]) -> None:
        long = QLabel("\n" * 40)
        long.hide()
        inside = rows_of(area)
        inside.insertWidget(1, long)
        long.show()
        bring_into_sight(fields[1])
        await until(lambda: whole(area, fields[1]), "it is whole where it stands now")

    column(qapp, play)


def test_what_grows_later_pushes_nothing_out_of_sight_until_somebody_scrolls(qapp: QApplication) -> None:
    async def play(area: ScrollArea, fields: list[QLineEdit]) -> None:
        inside, bar = rows_of(area), area.verticalScrollBar()
        fields[1].setFocus()
        bring_into_sight(fields[1])
        await until(lambda: whole(area, fields[1]), "it is whole")
        inside.insertWidget(0, QLabel("\n" * 40))
        most = bar.maximum()
        await until(lambda: bar.maximum() > most and whole(area, fields[1]), "it is whole still")
        bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
        most = bar.maximum()
        inside.insertWidget(0, QLabel("\n" * 40))
        await until(lambda: bar.maximum() > most, "that has grown, too")
        turns: list[bool] = []
        QTimer.singleShot(5 * NEXT_TURN_MS, area, lambda: turns.append(True))
        await until(lambda: turns, "some turns have passed")
        assert bar.value() == 0, "who scrolled stays there"

    column(qapp, play)


def test_what_stands_beside_a_scroll_area_scrolls_nothing(qapp: QApplication) -> None:
    async def play(area: ScrollArea, fields: list[QLineEdit]) -> None:
        window = QWidget()
        beside = QLineEdit(window)
        rows = QVBoxLayout(window)
        rows.addWidget(area)
        rows.addWidget(beside)
        window.resize(300, HIGH)
        await active(window)
        bring_into_sight(fields[3])
        await until(lambda: whole(area, fields[3]), "it is whole")
        stands = area.verticalScrollBar().value()
        bring_into_sight(beside)
        turns: list[bool] = []
        QTimer.singleShot(5 * NEXT_TURN_MS, window, lambda: turns.append(True))
        await until(lambda: turns, "some turns have passed")
        assert area.verticalScrollBar().value() == stands > 0
        area.setParent(None)
        window.close()

    column(qapp, play)
