"""The messages on the screen: where they stay, what scrolling asks for, marking and copying, keys."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from support.blocking import Block, Heartbeat
from support.shelf import Shelf, chat, text, texts
from support.shown import Shown
from support.waiting import until
from support.windows import played
from watchword.model.chat import Delivery, Message, Page
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.ui.chat.history import KEPT, History
from watchword.ui.chat.pointing import Messages
from watchword.ui.chat.rows import Place, RowKind
from watchword.ui.chat.selection import Point
from watchword.ui.errands import Errands


class LoggedWarnings(Protocol):
    """The fixture of that name."""

    def take(self, part: str) -> None: ...


class Slow(Shelf):
    """Reads a page at once and hands it out when it is told to; or fails to."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__(messages)
        self.hands_out = asyncio.Event()
        self.fails = False

    async def page(
        self,
        chat: int,
        *,
        before: Message | None = None,
        after: Message | None = None,
        around_unread: bool = False,
        limit: int = 60,
    ) -> Page:
        read = await super().page(chat, before=before, after=after, limit=limit)
        await self.hands_out.wait()
        if self.fails:
            raise TroubleWith(Kind.DISK_FULL)
        return read


def test_what_happens_while_a_page_is_read_is_not_lost(qapp: QApplication) -> None:
    async def play() -> None:
        sent = text(60, "mine", mine=True, delivery=Delivery.RELAYED)
        shelf = Slow([*texts(59), sent])
        history = History(shelf, Errands())
        history.open(chat())
        await until(lambda: shelf.asked, "the page is being read")
        history.add(text(61, "came meanwhile"))
        history.replace(replace(sent, delivery=Delivery.DELIVERED))
        shelf.hands_out.set()
        await until(lambda: history.loaded, "the page is there")
        assert [message.text for message in history.messages[-2:]] == ["mine", "came meanwhile"]
        assert history.messages[-2].delivery is Delivery.DELIVERED

    played(qapp, play())


def test_a_message_that_comes_on_the_way_to_the_end_is_there(qapp: QApplication) -> None:
    async def play() -> None:
        shelf = Slow(texts(100))
        history = History(shelf, Errands())
        shelf.hands_out.set()
        history.open(chat())
        await until(lambda: history.loaded, "the page is there")
        history.newer = True  # as after scrolling far up
        shelf.hands_out.clear()
        history.to_end()
        await until(lambda: shelf.asked == ["latest", "latest"], "the end is being read")
        history.add(text(101, "came meanwhile"))
        shelf.hands_out.set()
        await until(lambda: not history.newer, "the end is there")
        assert history.messages[-1].text == "came meanwhile"

    played(qapp, play())


def test_a_chat_that_cannot_be_read_does_not_show_another_ones_messages(
    qapp: QApplication, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> None:
        shelf, errands, heard = Slow(texts(10)), Errands(), list[Situation]()
        errands.unheard.connect(heard.append)
        history = History(shelf, errands)
        view = Messages(history)
        shelf.hands_out.set()
        history.open(chat())
        await until(lambda: view.rows, "the first chat is there")
        shelf.fails = True
        history.open(chat(id=2))
        await until(lambda: heard == [Situation(Kind.DISK_FULL)], "it is told")
        assert not view.rows
        assert not view.at_end, "and nothing counts as read"
        logged_warnings.take("task failed")
        view.close()

    played(qapp, play())


def test_a_chat_opens_at_its_end(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(200)).ready()
        assert shown.visible()[-1] == 200
        assert shown.view.at_end
        assert len(shown.history.messages) <= 120, "only pages that are near are loaded"

    played(qapp, play())


def test_a_chat_with_unread_messages_opens_at_the_first_of_them(qapp: QApplication) -> None:
    async def play() -> None:
        messages = [text(number, f"Message {number} " + "words " * 30) for number in range(1, 100)]
        shown = await Shown(messages, unread=20).ready()
        line = next(row for row, _ in shown.view.visible_rows() if row.kind is RowKind.UNREAD)
        assert line.message.id == 80
        assert not shown.view.at_end

    played(qapp, play())


def test_what_is_on_the_screen_stays_there_when_older_messages_come(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(400)).ready()
        shown.scroll(400)
        await until(lambda: len(shown.history.messages) > 60, "older messages came")
        seen = shown.visible()[-1]
        before = len(shown.history.messages)
        place = shown.top_of(seen)
        shown.scroll(shown.view.verticalScrollBar().value() - 10)
        shown.history.more_before()
        await until(lambda: len(shown.history.messages) > before, "and more")
        assert abs(shown.top_of(seen) - (place + 10)) <= 1

    played(qapp, play())


def test_scrolling_to_the_top_reaches_the_first_message_and_the_way_back_the_last(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(900)).ready()
        bar = shown.view.verticalScrollBar()

        def first_is_there() -> bool:
            bar.setValue(0)
            return shown.history.messages[0].id == 1

        await until(first_is_there, "the first message is loaded")
        shown.scroll(0)
        assert shown.visible()[0] == 1
        assert len(shown.history.messages) < KEPT + 61, "what is far away was let go"
        assert shown.history.newer
        assert not shown.view.at_end
        shown.view.to_end()
        await until(lambda: shown.visible()[-1:] == [900], "the last message is shown")
        assert shown.view.at_end

    played(qapp, play())


def test_a_day_is_not_the_message_below_it(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown([text(1, "hello")]).ready()
        day, words = (rect.center() for _, rect in shown.view.visible_rows())
        assert shown.view.menu_at(day) is None
        menu = shown.view.menu_at(words)
        assert menu is not None
        assert [action.text() for action in menu.actions()] == ["Copy message", "Message info…"]

    played(qapp, play())


def test_scrolling_never_jumps(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(300)).ready()
        bar = shown.view.verticalScrollBar()
        for _ in range(80):
            seen = shown.visible()
            middle = seen[len(seen) // 2]
            place = shown.top_of(middle)
            step = min(40, bar.value())
            bar.setValue(bar.value() - step)
            moved = shown.top_of(middle) - place
            assert abs(moved - step) <= 1, f"{moved} instead of {step}"
            await asyncio.sleep(0)
            assert abs(shown.top_of(middle) - place - step) <= 1

    played(qapp, play())


def test_a_new_message_scrolls_only_who_was_at_the_end(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(60)).ready()
        shown.history.add(text(61, "new"))
        assert shown.visible()[-1] == 61
        shown.scroll(shown.view.verticalScrollBar().value() - 300)
        seen, place = shown.visible()[0], shown.top_of(shown.visible()[0])
        shown.history.add(text(62, "newer"))
        assert shown.top_of(seen) == place
        assert 62 not in shown.visible()

    played(qapp, play())


def test_another_chat_counts_as_seen_only_once_it_is_loaded(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(20)).ready()
        shown.history.open(chat(unread=1))
        assert not shown.view.at_end, "the rows of the chat before are no sign of reading"
        shown.history.add(text(21, "came while the page was read"))
        shown.shelf.messages.append(text(21, "came while the page was read"))
        await until(lambda: shown.history.loaded, "it is loaded")
        assert shown.visible()[-1] == 21
        assert [message.id for message in shown.history.messages].count(21) == 1

    played(qapp, play())


def test_a_tick_changes_in_place(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown([text(1, "a", mine=True, delivery=Delivery.WAITING)]).ready()
        place = shown.top_of(1)
        shown.history.replace(text(1, "a", mine=True, delivery=Delivery.DELIVERED))
        assert shown.top_of(1) == place
        assert shown.view.rows[-1].message.delivery is Delivery.DELIVERED

    played(qapp, play())


def test_resizing_keeps_the_lower_edge(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(120)).ready()
        for width in (700, 430, 900):
            shown.view.resize(width, 600)
            assert shown.visible()[-1] == 120
        shown.scroll(shown.view.verticalScrollBar().value() - 500)
        seen = shown.visible()[-2]
        shown.view.resize(500, 600)
        assert seen in shown.visible()

    played(qapp, play())


def test_dragging_marks_and_ctrl_c_copies_what_was_typed(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown([text(1, "first 🎉 party 👍🏽 text"), text(2, "second 漢字", mine=True)]).ready()
        view = shown.view
        first, second = (where for row, where in view.visible_rows() if row.kind is RowKind.TEXT)
        start, end = (
            QPoint(first.left() + 2, first.center().y()),
            QPoint(second.right() - 4, second.top() + 12),
        )
        viewport = view.viewport()
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(viewport, end)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
        if view.selection.empty:  # some platforms give moves without the button
            view.selection.extend(Point(view.rows[-1].place, len("second 漢字")))
        copied: list[int] = []
        view.copied.connect(copied.append)
        QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == "first 🎉 party 👍🏽 text\nsecond 漢字"
        assert QGuiApplication.clipboard().mimeData().formats() == ["text/plain"]
        assert copied == [2]
        QTest.keyClick(view, Qt.Key.Key_Escape)
        assert view.marked_text() == ""

    played(qapp, play())


def test_a_part_of_a_text_with_emoji_is_copied_exactly(qapp: QApplication) -> None:
    async def play() -> None:
        said = "🎉🎉 party 👍🏽 now"
        shown = await Shown([text(1, said)]).ready()
        place = shown.view.rows[-1].place
        for start in range(len(said)):
            for end in range(start + 1, len(said) + 1):
                shown.view.selection.mark(Point(place, start), Point(place, end))
                assert shown.view.marked_text() == said[start:end]

    played(qapp, play())


def test_keys_scroll_and_choose_messages(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(60)).ready()
        view, bar = shown.view, shown.view.verticalScrollBar()
        end = bar.value()
        for key, moves in (
            (Qt.Key.Key_Up, -1),
            (Qt.Key.Key_Down, 1),
            (Qt.Key.Key_PageUp, -1),
            (Qt.Key.Key_PageDown, 1),
            (Qt.Key.Key_Home, -1),
            (Qt.Key.Key_End, 1),
        ):
            before = bar.value()
            QTest.keyClick(view, key)
            assert (bar.value() - before) * moves > 0, key
        assert shown.visible()[-1] == 60
        assert bar.value() >= end
        QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
        assert view.marked_text() == shown.shelf.messages[59].text
        QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
        assert view.marked_text() == shown.shelf.messages[58].text
        typed: list[str] = []
        view.typed.connect(typed.append)
        QTest.keyClicks(view, "hi")
        assert typed == ["h", "i"]

    played(qapp, play())


def test_a_click_on_a_link_chooses_it_and_marking_it_does_not(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown([text(1, "https://example.org/x")]).ready()
        chosen: list[str] = []
        shown.view.link_chosen.connect(chosen.append)
        (where,) = (where for row, where in shown.view.visible_rows() if row.kind is RowKind.TEXT)
        QTest.mouseClick(
            shown.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where.left() + 30, where.top() + 16)
        )
        assert chosen == ["https://example.org/x"]

    played(qapp, play())


def test_the_menu_offers_what_can_be_done(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown([text(1, "see https://example.org/x & more")]).ready()
        (where,) = (where for row, where in shown.view.visible_rows() if row.kind is RowKind.TEXT)
        menu = shown.view.menu_at(where.center())
        assert menu is not None
        assert [action.text() for action in menu.actions() if action.text()] == [
            "Copy message",
            "Message info…",
            "Open example.org",
            "Copy link",
        ]
        menu.actions()[0].trigger()
        assert QGuiApplication.clipboard().text() == "see https://example.org/x & more"

    played(qapp, play())


@pytest.mark.parametrize("count", [5_000])
def test_nothing_keeps_the_loop_while_a_long_chat_is_scrolled(qapp: QApplication, count: int) -> None:
    """Pages, layouts and paints, row by row and in leaps: nothing over 50 ms."""
    blocks: list[Block] = []

    async def play() -> None:
        messages = texts(count)
        messages[count - 30] = text(count - 29, "a" + "\u0301" * 10_000 + "\n" * 5_000 + "x" * 20_000)
        shown = await Shown(messages).ready()
        bar = shown.view.verticalScrollBar()
        await asyncio.sleep(0.05)
        heart = Heartbeat()
        try:
            for step in range(120):
                bar.setValue(bar.value() - (90 if step % 10 else 4_000))
                heart.beat()
                await asyncio.sleep(0)
                heart.beat()
        finally:
            heart.stop()
        blocks.extend(heart.blocks)

    played(qapp, play())
    assert not blocks, "\n".join(map(str, blocks))


def test_rows_have_places_that_outlive_pages(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(200)).ready()
        place = shown.view.rows[-1].place
        shown.scroll(0)
        await until(lambda: len(shown.history.messages) > 60, "older messages came")
        assert shown.view.pile.number_of(place) == len(shown.view.rows) - 1
        assert shown.view.pile.number_of(Place(0, 0, 0)) is None

    played(qapp, play())


def test_what_is_moved_on_the_screen_looks_as_if_it_were_painted(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(200)).ready()
        port, bar = shown.view.viewport(), shown.view.verticalScrollBar()
        over = QWidget(port)
        over.setAutoFillBackground(True)
        over.setGeometry(300, 300, 40, 40)
        over.show()

        def same() -> bool:
            screen = port.screen().grabWindow(shown.view.winId(), 0, 0, port.width(), port.height())
            return inner(screen) == inner(port.grab())

        def inner(picture: QPixmap) -> QImage:
            # A letter may reach a pixel over its row: at the edge that row is there no more.
            whole = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
            return whole.copy(0, 2, whole.width(), whole.height() - 4)

        changed = text(196, "other words", mine=True, delivery=Delivery.DELIVERED)
        deeds: list[tuple[str, Callable[[], object]]] = [
            ("up", lambda: bar.setValue(bar.value() - 84)),
            ("a little up", lambda: bar.setValue(bar.value() - 31)),
            ("down", lambda: bar.setValue(bar.value() + 57)),
            ("another text", lambda: shown.history.replace(changed)),
            ("to the end", lambda: bar.setValue(bar.maximum())),
            ("one more", lambda: shown.history.add(text(201, "one more"))),
        ]
        for name, deed in deeds:
            deed()
            await until(same, f"{name}: the screen shows what would be painted")

    played(qapp, play())


class Paintings(QObject):
    """Counts the paintings of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_the_scroll_bar_is_painted_after_a_new_message_and_nothing_below_it(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(200)).ready()
        bar, below = Paintings(shown.view.verticalScrollBar()), Paintings(shown.view)
        await asyncio.sleep(0.1)
        bar.count = below.count = 0
        with shown.view.at_once():
            shown.history.add(text(201, "new"))
        assert not bar.count, "it has to wait"
        await until(lambda: bar.count, "its turn comes")
        assert not below.count, "it has its own ground"

    played(qapp, play())


def test_a_new_message_is_painted_at_once_and_several_together(qapp: QApplication) -> None:
    async def play() -> None:
        shown = await Shown(texts(200)).ready()
        paintings = Paintings(shown.view.viewport())
        shown.view.viewport().update()
        await until(lambda: paintings.count, "it is on the screen")
        await asyncio.sleep(0.1)
        paintings.count = 0
        with shown.view.at_once():
            shown.history.add(text(201, "new"))
        assert paintings.count == 1, "painted before anything else has its turn"
        for number in range(202, 222):
            with shown.view.at_once():
                shown.history.add(text(number, "one of many"))
        assert paintings.count < 10, "not one painting each"
        await until(lambda: shown.visible()[-1] == 221 and paintings.count > 1, "the last one is painted too")

    played(qapp, play())
