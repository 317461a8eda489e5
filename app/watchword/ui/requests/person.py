"""Who a request is from or to: avatar, name, id, and whether they are a contact or in the company."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.company.staff import Staff
from watchword.model.chat import Contact
from watchword.ui import words
from watchword.ui.company import outside
from watchword.ui.company.outside import INSIDE
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line, tip
from watchword.ui.controls.pill import Pill


class Person(QWidget):
    """A heading about one person. The id is always there, not only the name they go by."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = True
        self._account = ""
        self._explains = False
        self.away = INSIDE
        """How they stand to the company."""
        self.avatar = Avatar(44)
        self.line = Label(role=Role.HEADING)
        self.line.setObjectName("requestFrom")
        self.account = Line(role=Role.SOFT)
        self.account.setObjectName("requestId")
        self.mark = Pill()
        self.mark.setObjectName("notInContacts")
        self.outside = Pill()
        self.outside.setObjectName("notInDirectory")
        self.meaning = Label(role=Role.META)
        self.meaning.setObjectName("outsideMeaning")
        self.meaning.hide()
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.account)
        second.addWidget(self.mark)
        second.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addStretch(1)
        column.addWidget(self.line)
        column.addLayout(second)
        column.addWidget(self.outside)
        column.addWidget(self.meaning)
        column.addStretch(1)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(14)
        self.row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        self.row.addLayout(column, 1)

    def show_person(self, person: Contact, staff: Staff, *, line: str, explains: bool = False) -> None:
        """Show somebody under a sentence that names them.

        Marked is who is neither a contact nor a colleague, and who is outside the company, by its `staff`;
        what that means is said where this `explains` it.
        """
        name, account = person.name, person.account
        self._account = account
        self._known = person.listed or staff.has(account)
        self.away = outside.of(staff, account)
        self._explains = explains
        self.avatar.show_person(name, account)
        self.line.setText(line)
        whole = line.replace(words.called(name), name)
        self.line.setAccessibleName(whole)
        self.line.setToolTip(tip(name) if whole != line else "")
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.account.setText(self.tr("id: {account}").format(account=self._account))
        self.mark.setText(self.tr("not in your contacts"))
        self.mark.setVisible(not self._known)
        self.outside.setText(outside.mark(self.away))
        self.outside.setVisible(bool(self.away))
        self.meaning.setText(outside.meaning(self.away))
        self.meaning.setVisible(self._explains and bool(self.away))
