"""The company's methods as a list: how each is, and *Test*, which tries it while everything else goes on."""

import time

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.company import MethodState
from watchword.ui import i18n
from watchword.ui.company import method_words
from watchword.ui.company.state_dot import Standing, StateDot, in_a_row
from watchword.ui.controls.button import Button
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line


class MethodRow(QWidget):
    """One method. Its names on the page end in the method's id as hexadecimal digits."""

    test_asked = Signal()

    def __init__(self, method: MethodState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = method.id.hex()
        self.setObjectName(f"method-{name}")
        self._method = method
        self._trying = False
        self._tried_at = 0
        self.dot = StateDot()
        self.title = Line(role=Role.STRONG)
        self.title.setObjectName(f"methodTitle-{name}")
        self.mode = Label(role=Role.META)
        self.state = Label()
        self.state.setObjectName(f"methodState-{name}")
        self.test = Button()
        self.test.setObjectName(f"testMethod-{name}")
        self.test.clicked.connect(self._ask)
        in_a_row(self, self.dot, (self.title, self.mode, self.state), self.test, Qt.AlignmentFlag.AlignTop)
        self._retranslate()

    def _ask(self) -> None:
        """The button stays enabled while the method is tried: who came by the keyboard keeps their place."""
        if not self._trying:
            self.test_asked.emit()

    def show_method(self, method: MethodState) -> None:
        """How it is now."""
        if method != self._method:
            self._method = method
            self._retranslate()

    def begin(self) -> None:
        """It is being tried."""
        self._trying = True
        self._retranslate()

    def end(self) -> None:
        """It was tried; what came of it was shown."""
        self._trying, self._tried_at = False, round(time.time() * 1000)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        method = self._method
        title = method_words.title(method)
        self.title.setText(title)
        self.mode.setText(method_words.mode(method))
        self.test.setText(self.tr("Test"))
        self.test.setAccessibleName(self.tr("Test: {method}").format(method=title))
        self.test.updateGeometry()
        said = self.tr("Trying…") if self._trying else self._said()
        self.state.setText(said)
        self.test.setAccessibleDescription(said)
        bad = method.fault is not None and not self._trying
        self.state.set_role(Role.DANGER if bad else Role.SOFT)
        self.dot.show_standing(self._standing())

    def _said(self) -> str:
        said = method_words.state(self._method)
        if not self._tried_at or not self._method.tried:
            return said
        gap = "" if i18n.locale().language() == i18n.locale().Language.Chinese else " "
        return said + gap + self.tr("Tested at {time}.").format(time=i18n.clock(self._tried_at))

    def _standing(self) -> Standing:
        if self._trying or not self._method.tried:
            return Standing.UNKNOWN
        return Standing.GOOD if self._method.fault is None else Standing.BAD


class MethodList(QWidget):
    """Every method; rows stay where they are while what they say changes."""

    test_asked = Signal(bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[bytes, MethodRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)

    def row(self, method: bytes) -> MethodRow | None:
        """The row of a method; None where the company has it no more."""
        return self._rows.get(method)

    def show_methods(self, methods: tuple[MethodState, ...]) -> None:
        """How they are now."""
        wanted = {method.id: method for method in methods}
        for gone in [*self._rows.keys() - wanted.keys()]:
            row = self._rows.pop(gone)
            row.hide()
            row.deleteLater()
        for place, method in enumerate(methods):
            held = self._rows.get(method.id)
            if held is None:
                self._rows[method.id] = made = MethodRow(method)
                made.test_asked.connect(lambda asked=method.id: self.test_asked.emit(asked))
                self._column.insertWidget(place, made)
            else:
                held.show_method(method)
