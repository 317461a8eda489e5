"""What a screen reader finds in the painted messages."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication

from support.shelf import Shelf, chat, notice, text
from support.waiting import until
from support.widgets import or_none
from support.windows import played
from watchword.model.chat import Delivery, Message, Notice
from watchword.ui import i18n
from watchword.ui.chat import spoken
from watchword.ui.chat.history import History
from watchword.ui.chat.pointing import Messages
from watchword.ui.errands import Errands


def children(view: QObject) -> list[QAccessibleInterface]:
    whole = QAccessible.queryAccessibleInterface(view)
    return [whole.child(number) for number in range(whole.childCount())]


def names(view: QObject) -> list[str]:
    return [child.text(QAccessible.Text.Name) for child in children(view)]


def view_of(messages: list[Message]) -> Messages:
    spoken.install()
    history = History(Shelf(messages), Errands())
    view = Messages(history)
    view.show_contact("Bo")
    view.resize(700, 500)
    view.show()
    history.open(chat())
    return view


def test_each_visible_message_says_who_what_when_and_how_far(qapp: QApplication) -> None:
    async def play() -> None:
        messages = [
            notice(1, Notice.ACCEPTED),
            text(2, "Hello 你好"),
            text(3, "Hi", mine=True, delivery=Delivery.RELAYED),
            text(4, "Hm", notice=Notice.REVOKED),
        ]
        view = view_of(messages)
        await until(lambda: view.rows, "the messages are there")
        when = [i18n.clock(message.at) for message in messages]
        said = names(view)
        assert said[1].startswith("You and Bo proved")
        assert said[2:] == [
            f"Bo: Hello 你好, {when[1]}",
            f"You: Hi, {when[2]}, at the relay",
            f"Bo: Hm, {when[3]}, sealed under a key that was revoked",
        ]
        assert [child.role() for child in children(view)] == [QAccessible.Role.ListItem] * 5

    played(qapp, play())


def test_a_long_message_is_one_item_and_what_is_hidden_is_none(qapp: QApplication) -> None:
    async def play() -> None:
        view = view_of(
            [text(number, f"Message {number}") for number in range(1, 60)] + [text(60, "long\n" * 400)]
        )
        await until(lambda: view.rows, "the messages are there")
        assert sum("long" in said for said in names(view)) == 1
        assert not any("Message 1," in said for said in names(view))

    played(qapp, play())


def test_items_stand_where_they_are_painted_and_are_found_there(qapp: QApplication) -> None:
    async def play() -> None:
        view = view_of([text(1, "one"), text(2, "two", mine=True)])
        await until(lambda: view.rows, "the messages are there")
        whole = QAccessible.queryAccessibleInterface(view)
        for child in children(view)[1:]:
            middle = child.rect().center()
            found = whole.childAt(middle.x(), middle.y())
            assert found.text(QAccessible.Text.Name) == child.text(QAccessible.Text.Name)
            assert whole.child(whole.indexOfChild(found)).text(QAccessible.Text.Name) == child.text(
                QAccessible.Text.Name
            )
        assert or_none(whole.childAt(-5000, -5000)) is None
        assert whole.role() == QAccessible.Role.List

    played(qapp, play())


def test_ticks_are_heard_anew(qapp: QApplication) -> None:
    async def play() -> None:
        view = view_of([text(1, "a", mine=True, delivery=Delivery.WAITING)])
        await until(lambda: view.rows, "the messages are there")
        assert names(view)[-1].endswith("waiting to be sent")
        view.history.replace(text(1, "a", mine=True, delivery=Delivery.DELIVERED))
        assert names(view)[-1].endswith("delivered")

    played(qapp, play())


def test_where_several_write_each_item_says_who(qapp: QApplication) -> None:
    async def play() -> None:
        view = view_of([text(1, "Hello", sender="bo"), text(2, "Hi", sender="cy"), text(3, "me", mine=True)])
        view.show_people({"bo": "Bo Lind", "cy": "Cy Okoro"})
        await until(lambda: view.rows, "the messages are there")
        who = [said.partition(":")[0] for said in names(view)[1:]]
        assert who == ["Bo Lind", "Cy Okoro", "You"]

    played(qapp, play())
