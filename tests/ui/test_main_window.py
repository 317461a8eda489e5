"""The window: where it stands, that it comes forward, that closing is asked for and not done."""

from PySide6.QtWidgets import QApplication, QWidget

from support.waiting import until
from support.windows import played
from watchword.settings import Geometry
from watchword.ui.main_window import HIGH, WIDE, MainWindow


def test_it_stands_where_it_stood(qapp: QApplication) -> None:
    async def play() -> None:
        first = MainWindow(Geometry(60, 70, 900, 600))
        first.show()
        await until(first.isVisible, "it is there")
        assert (first.width(), first.height()) == (900, 600)
        place = first.place()
        assert (place.width, place.height, place.maximized) == (900, 600, False)

    played(qapp, play())


def test_a_place_on_a_screen_that_is_gone_keeps_only_the_size(qapp: QApplication) -> None:
    async def play() -> None:
        made = MainWindow(Geometry(90_000, 90_000, 900, 600))
        assert made.x() < 10_000
        assert (made.width(), made.height()) == (900, 600)
        assert (MainWindow().width(), MainWindow().height()) == (WIDE, HIGH)

    played(qapp, play())


def test_closing_is_asked_for(qapp: QApplication) -> None:
    async def play() -> None:
        made = MainWindow()
        asked: list[str] = []
        made.close_asked.connect(lambda: asked.append("close"))
        made.show()
        made.close()
        assert asked == ["close"]
        assert made.isVisible()

    played(qapp, play())


def test_the_first_paint_is_told_once_and_pages_take_turns(qapp: QApplication) -> None:
    async def play() -> None:
        made = MainWindow()
        painted: list[str] = []
        made.painted.connect(lambda: painted.append("painted"))
        one, other = QWidget(), QWidget()
        made.show_page(one)
        made.show()
        await until(lambda: painted, "it is painted")
        made.show_page(other)
        assert other.isVisible()
        assert not one.isVisible()
        made.remove_page(other)
        assert one.isVisible()
        made.repaint()
        assert painted == ["painted"]
        made.hide()
        made.come_forward()
        assert made.isVisible()

    played(qapp, play())


def test_a_maximised_window_comes_back_maximised_from_the_taskbar(qapp: QApplication) -> None:
    async def play() -> None:
        made = MainWindow()
        made.showMaximized()
        made.showMinimized()
        assert made.isMinimized()
        made.come_forward()
        assert made.isMaximized()
        assert not made.isMinimized()

    played(qapp, play())
