"""The list of requests: those that run, those that were missed, and how the earlier ones ended."""

from collections.abc import Iterator

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.events import Event, RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.ui import i18n, words
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label
from watchword.ui.controls.label import Role as Words
from watchword.ui.controls.line import Line
from watchword.ui.controls.pill import Pill
from watchword.ui.controls.scroll_area import ScrollArea
from watchword.ui.controls.window import Window
from watchword.ui.errands import Errands

_MOST = 60
_AT_ONCE = 10
"""Rows made in one turn of the loop: more than the window shows at first."""
_SIZE = QSize(520, 600)
_ACTION = 108
"""Pixels of a button, so that the times before them stand below each other."""
_Of = str | tuple[SessionRequest, str, bool]
"""A row is made of a heading, or of a request, the words for its time, and whether it is settled since."""
_MISSED = {Ending.NO_ANSWER, Ending.WITHDRAWN}


def is_pending(request: SessionRequest) -> bool:
    """Whether somebody waits for this user's phrase."""
    return request.role is Role.ASKED and request.phase is Phase.WAITING


def is_missed(request: SessionRequest) -> bool:
    """Whether a request ended without this user's doing and was not looked at since."""
    return request.role is Role.ASKED and request.ending in _MISSED and not request.seen


def _when(request: SessionRequest) -> str:
    return i18n.short(request.at) if request.at else ""


class RequestRow(QWidget):
    """One request: who, what, when, and the one thing to do about it."""

    pressed = Signal()

    def __init__(
        self, request: SessionRequest, *, known: bool, settled: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show a request; `known` are contacts and colleagues. `settled`: a later one was accepted."""
        super().__init__(parent)
        self.request = request
        self._settled = settled
        self.setObjectName(f"request-{request.account}")
        avatar = Avatar(38)
        avatar.show_person(request.name, request.account)
        name = Line(request.name, Words.STRONG)
        when = Label(_when(request), Words.META, wrap=False)
        said = Label(self._sentence(), Words.SOFT)
        mark = Pill(self.tr("not in your contacts"))
        mark.setVisible(not known)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(name, 1)
        top.addWidget(when)
        second = QVBoxLayout()
        second.setSpacing(4)
        second.addLayout(top)
        second.addWidget(said)
        second.addWidget(mark, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(12)
        row.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(second, 1)
        self.action = Button(self._action(), Kind.PRIMARY if is_pending(request) else Kind.SECONDARY)
        self.action.setMinimumWidth(_ACTION)
        kept = self.action.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.action.setSizePolicy(kept)
        self.action.setVisible(bool(self.action.text()))
        self.action.setObjectName("requestAction")
        self.action.setAccessibleName(f"{self.action.text()}, {request.name}")
        self.action.clicked.connect(self.pressed)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(f"{request.name}: {self._sentence()}")

    def _sentence(self) -> str:
        request = self.request
        if is_pending(request) and request.quiet:
            return self.tr("Waits quietly: too many requests at once.")
        if request.role is Role.ASKED and request.ending is Ending.NO_ANSWER:
            return self.tr("You missed a request.")
        return words.phase(replace(request, may_retry=False))  # nobody waits for that in a list

    def _action(self) -> str:
        request = self.request
        if is_pending(request):
            return self.tr("Answer")
        if request.phase is not Phase.ENDED:
            return self.tr("Show")
        if self._settled or request.ending is Ending.ACCEPTED:
            return ""
        return self.tr("Ask back") if request.role is Role.ASKED else self.tr("Ask again")


class RequestsPanel(QWidget):
    """The list. Marks missed requests as seen once they are shown."""

    show_request = Signal(str)
    """The key of a request that runs."""
    ask = Signal(object, str)
    """A Contact to ask, and the own ended request that it retries, if any."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("requestsPanel")
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._requests: dict[str, SessionRequest] = {}
        self._rows: dict[str, QWidget] = {}
        """By heading or key of the request, as they stand."""
        self._shown: dict[str, _Of] = {}
        """What each row was made of."""
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.timeout.connect(self._fill)
        self.title = Label(role=Words.TITLE)
        self.empty = Label(role=Words.SOFT)
        self.empty.setObjectName("noRequests")
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(28, 8, 28, 24)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self.area = ScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        head = QVBoxLayout()
        head.setContentsMargins(28, 26, 28, 8)
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        self._unlisten = client.listen(self._heard)
        self._errands.run("load requests", self._load())
        self._retranslate()

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._errands.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def look(self) -> None:
        """The person looks at the list: missed requests are missed no longer."""
        for request in self._requests.values():
            if is_missed(request):
                self._mark(request.key)

    def _mark(self, key: str) -> None:
        self._errands.run("mark as seen", self._client.mark_request_seen(key), finish=True)

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Requests"))
        self.empty.setText(self.tr("Nobody has asked you for a conversation, and you have asked nobody."))
        self._shown.clear()
        self._fill()

    async def _load(self) -> None:
        self._requests = {request.key: request for request in await self._client.requests()} | self._requests
        self._fill()

    def _heard(self, event: Event) -> None:
        if isinstance(event, RequestChanged):
            self._requests[event.request.key] = event.request
            self._fill()

    def _fill(self) -> None:
        """Show what is known now: rows that are right stay, the others are made a few at a time."""
        before, self._rows, made = self._rows, {}, 0
        for name, of in self._wanted():
            row = before.pop(name, None) if self._shown.get(name) == of else None
            if row is None:
                if made == _AT_ONCE:
                    self._more.start(0)
                    break
                made += 1
                row = self._made(of)
                self._shown[name] = of
            self._list.insertWidget(len(self._rows), row)
            self._rows[name] = row
        for row in before.values():
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.empty.setVisible(not self._rows)

    def _wanted(self) -> Iterator[tuple[str, _Of]]:
        """Each row from above: its name, and what it is made of."""
        latest = sorted(self._requests.values(), key=lambda request: -request.at)
        met = {one.account: one.at for one in reversed(latest) if one.ending is Ending.ACCEPTED}
        groups = (
            (self.tr("Now"), [request for request in latest if request.phase is not Phase.ENDED]),
            (self.tr("Missed"), [request for request in latest if is_missed(request)]),
            (self.tr("Earlier"), [request for request in latest if _is_earlier(request)][:_MOST]),
        )
        for heading, requests in groups:
            if requests:
                yield heading, heading
            for request in requests:
                yield request.key, (request, _when(request), request.at < met.get(request.account, 0))

    def _made(self, of: _Of) -> QWidget:
        if isinstance(of, str):
            heading = Label(of, Words.META)
            heading.setContentsMargins(0, 14, 0, 0)
            return heading
        request, _, settled = of
        known = request.known or self._client.company.staff.has(request.account)
        row = RequestRow(request, known=known, settled=settled)
        row.pressed.connect(lambda: self._act(request))
        return row

    def _act(self, request: SessionRequest) -> None:
        if request.phase is not Phase.ENDED:
            self.show_request.emit(request.key)
            return
        contact = Contact(request.account, request.name, listed=request.known)
        self.ask.emit(contact, request.key if request.role is Role.ASKING else "")
        if is_missed(request):
            self._mark(request.key)


def _is_earlier(request: SessionRequest) -> bool:
    return request.phase is Phase.ENDED and not is_missed(request)


class RequestsWindow(Window):
    """The list in a window of its own."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("requestsWindow")
        self.panel = RequestsPanel(client)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.resize(_SIZE)
        self._retranslate()

    def stop(self) -> None:
        """What was missed has been seen."""
        self.panel.look()
        self.panel.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Requests"))
