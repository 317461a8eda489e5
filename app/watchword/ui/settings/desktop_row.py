"""One computer of the account in a list: its number, since when, whether it is there, *Remove…*."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QWidget

from watchword.model.terminals import OwnDesktop
from watchword.ui import i18n
from watchword.ui.company.state_dot import Standing, StateDot, in_a_row
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role


class DesktopRow(QWidget):
    """Its names on the page end in the computer's number."""

    remove_asked = Signal(object)
    """The OwnDesktop."""

    def __init__(self, desktop: OwnDesktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        number = desktop.device
        self.setObjectName(f"desktop-{number}")
        self.dot = StateDot()
        self.title = Label(role=Role.STRONG)
        self.title.setObjectName(f"desktopTitle-{number}")
        self.state = Label(role=Role.META)
        self.state.setObjectName(f"desktopState-{number}")
        self.remove = Button(kind=Kind.QUIET)
        self.remove.setObjectName(f"removeDesktop-{number}")
        self.remove.clicked.connect(lambda: self.remove_asked.emit(self._desktop))
        in_a_row(self, self.dot, (self.title, self.state), self.remove, Qt.AlignmentFlag.AlignVCenter)
        self._retranslate()

    def show_desktop(self, desktop: OwnDesktop) -> None:
        """How it is now."""
        if desktop != self._desktop:
            self._desktop = desktop
            self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        one = self._desktop
        title = self.tr("Computer {number}, this one") if one.this else self.tr("Computer {number}")
        self.title.setText(title.format(number=one.device))
        there = self.tr("signed in") if one.present else self.tr("not signed in")
        day = i18n.day(one.since)
        if one.by:
            said = self.tr("{there} · added on computer {by}: {day}").format(there=there, by=one.by, day=day)
        else:
            said = self.tr("{there} · added: {day}").format(there=there, day=day)
        self.state.setText(said)
        self.dot.show_standing(Standing.GOOD if one.present else Standing.UNKNOWN)
        self.remove.setVisible(not one.this)
        self.remove.setText(self.tr("Remove…"))
        self.remove.setAccessibleName(self.tr("Remove computer {number}").format(number=one.device))
        self.remove.updateGeometry()
