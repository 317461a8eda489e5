"""The icon in the tray, where the desktop has one: a dot for what is unread, a menu with what can be done.

Without a tray nothing is shown here, and the window stays in the taskbar when it is closed.
"""

import functools

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from watchword import paths
from watchword.model.requests import SessionRequest
from watchword.ui import words

_TO_OPEN = {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}


class _Menu(QMenu):
    """Tells when another language is spoken; the icon, which is no widget, does not hear of it."""

    spoken_anew = Signal()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.spoken_anew.emit()


class Tray(QObject):
    """The icon and its menu. It shows itself as soon as the desktop has a tray."""

    open_asked = Signal()
    new_asked = Signal()
    request_asked = Signal(str)
    """The key of a request that waits."""
    pin_asked = Signal(str)
    """The label of a token that waits for its PIN."""
    quit_asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unread = 0
        self._requests: list[SessionRequest] = []
        self._tokens: list[str] = []
        self._plain = QIcon(str(paths.resource("icons") / "watchword.svg"))
        self._dotted = QIcon(str(paths.resource("icons") / "watchword-unread.svg"))
        self.menu = _Menu()
        self.menu.setObjectName("trayMenu")
        self.icon = QSystemTrayIcon(self._plain, self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.menu.spoken_anew.connect(self._fill)
        self._fill()
        self.icon.show()

    @property
    def available(self) -> bool:
        """Whether the desktop shows the icon."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def set_unread(self, unread: int) -> None:
        """How many messages are unread."""
        if unread != self._unread:
            self._unread = unread
            self._show()

    def set_requests(self, requests: list[SessionRequest]) -> None:
        """The requests that wait for a phrase."""
        self._requests = requests
        self._fill()

    def set_tokens(self, tokens: list[str]) -> None:
        """The labels of the tokens that wait for their PIN."""
        if tokens != self._tokens:
            self._tokens = tokens
            self._fill()

    def hide(self) -> None:
        """The program ends."""
        self.icon.hide()

    def _fill(self) -> None:
        self.menu.clear()
        self.menu.addAction(self.tr("Open Watchword"), self.open_asked.emit)
        self.menu.addAction(self.tr("New conversation"), self.new_asked.emit)
        if self._requests or self._tokens:
            self.menu.addSeparator()
        for request in self._requests:
            name = words.called(request.name).replace("&", "&&")
            said = self.tr("Answer {contact}…").format(contact=name)
            self.menu.addAction(said, functools.partial(self.request_asked.emit, request.key))
        for token in self._tokens:
            said = self.tr("PIN of {token}…").format(token=words.called(token).replace("&", "&&"))
            self.menu.addAction(said, functools.partial(self.pin_asked.emit, token))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Quit"), self.quit_asked.emit)
        self._show()

    def _show(self) -> None:
        """Icon and tip; to set an icon anew costs the desktop a picture."""
        waits = bool(self._unread or self._requests or self._tokens)
        wanted = self._dotted if waits else self._plain
        if self.icon.icon().cacheKey() != wanted.cacheKey():
            self.icon.setIcon(wanted)
        self.icon.setToolTip(self._tip())

    def _tip(self) -> str:
        if self._requests:
            # Some trays read markup in a tip; nothing a person is called may become it.
            name = words.called(self._requests[0].name).replace("<", "‹")
            return self.tr("Watchword: {contact} asks for a conversation").format(contact=name)
        if self._tokens:
            token = words.called(self._tokens[0]).replace("<", "‹")
            return self.tr("Watchword: the token {token} asks for its PIN").format(token=token)
        if self._unread:
            return self.tr("Watchword: {count} unread").format(count=self._unread)
        return self.tr("Watchword")

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in _TO_OPEN:
            self.open_asked.emit()
