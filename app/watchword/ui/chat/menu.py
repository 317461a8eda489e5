"""The menu of one message, and how plain text reaches the clipboard."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from watchword.model.chat import Message
from watchword.ui.chat.links import find
from watchword.ui.controls.menu import Menu
from watchword.ui.roaming import recall_words

_LINKS = 5


def put_on_clipboard(text: str) -> None:
    """Plain text and nothing else."""
    data = QMimeData()
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)


def offer_for_middle_button(text: str) -> None:
    """Where the desktop has it, what is marked can be pasted by the middle button."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.supportsSelection():
        clipboard.setText(text, clipboard.Mode.Selection)


class Wishes(NamedTuple):
    """What becomes of a choice in the menu; `copy_marked` is None where nothing is marked."""

    copy_marked: Callable[[], None] | None
    copy_message: Callable[[Message], None]
    tell_more: Callable[[Message], None]
    open_link: Callable[[str], None]
    take_back: Callable[[Message], None]


def message_menu(
    parent: QWidget, message: Message | None, wishes: Wishes, *, recalls: bool = False
) -> QMenu | None:
    """What can be done with a text, and with what is marked; None where there is nothing.

    `recalls`: messages of this chat can be taken back, while that works.
    """
    if wishes.copy_marked is None and message is None:
        return None
    menu = Menu(parent)
    menu.setObjectName("messageMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if wishes.copy_marked is not None:
        menu.addAction(QCoreApplication.translate("MessageMenu", "Copy"), wishes.copy_marked)
    if message is not None:
        menu.addAction(
            QCoreApplication.translate("MessageMenu", "Copy message"), partial(wishes.copy_message, message)
        )
        menu.addAction(
            QCoreApplication.translate("MessageMenu", "Message info…"), partial(wishes.tell_more, message)
        )
        if recalls and recall_words.can_be(message):
            menu.addAction(
                QCoreApplication.translate("MessageMenu", "Take back…"), partial(wishes.take_back, message)
            )
        for link in find(message.text)[:_LINKS]:
            menu.addSeparator()
            said = QCoreApplication.translate("MessageMenu", "Open {host}").format(host=link.host)
            menu.addAction(said.replace("&", "&&"), partial(wishes.open_link, link.address))
            menu.addAction(
                QCoreApplication.translate("MessageMenu", "Copy link"),
                partial(put_on_clipboard, link.address),
            )
    return menu
