"""Where a window comes: over the middle of the one that it belongs to, on its screen, on no other."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from support.waiting import until
from support.windows import played
from watchword.ui.controls.window import Window


def shown(owner: QWidget, width: int = 300, height: int = 200) -> Window:
    made = Window(owner)
    made.resize(width, height)
    made.appear()
    return made


def centre(widget: QWidget) -> tuple[int, int]:
    middle = widget.frameGeometry().center()
    return middle.x(), middle.y()


def test_it_comes_over_the_middle_of_its_window_and_the_next_beside_it(qapp: QApplication) -> None:
    async def play() -> None:
        free = qapp.primaryScreen().availableGeometry()
        owner = QWidget()
        owner.setGeometry(free.left() + 60, free.top() + 60, 600, 440)
        owner.show()
        await until(owner.isVisible, "the owner is there")
        first = shown(owner)
        await until(first.isVisible, "the window is there")
        beside = zip(centre(first), centre(owner), strict=True)
        assert all(abs(one - other) <= 20 for one, other in beside), "frames of a few pixels"
        first.move(first.pos() + QPoint(2, 1))  # as when its frame was not known at first
        second = shown(owner)
        await until(second.isVisible, "the next one is there")
        # The manager may still be adding the first one's title, which moves it.
        apart = second.pos() - first.pos()
        assert apart.x() > 10
        assert apart.y() > 0
        assert apart.manhattanLength() > 20

    played(qapp, play())


def test_it_stays_on_the_screen(qapp: QApplication) -> None:
    async def play() -> None:
        free = qapp.primaryScreen().availableGeometry()
        owner = QWidget()
        owner.setGeometry(free.left() + 5, free.top() + 5, 200, 160)
        owner.show()
        made = shown(owner, 400, 420)
        await until(made.isVisible, "the window is there")
        assert made.x() >= free.left()
        assert made.y() >= free.top()

    played(qapp, play())
