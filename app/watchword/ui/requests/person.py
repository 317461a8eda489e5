"""Who a request is from or to: avatar, name, id, and whether they are a contact or in the company."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.ui import words
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
        self._name = self._outside = ""
        self.avatar = Avatar(44)
        self.line = Label(role=Role.HEADING)
        self.line.setObjectName("requestFrom")
        self.account = Line(role=Role.SOFT)
        self.account.setObjectName("requestId")
        self.mark = Pill()
        self.mark.setObjectName("notInContacts")
        self.outside = Pill()
        self.outside.setObjectName("notInDirectory")
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
        column.addStretch(1)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(14)
        self.row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        self.row.addLayout(column, 1)

    def show_person(self, name: str, account: str, *, known: bool, line: str, outside: str = "") -> None:
        """Show somebody under a sentence that names them.

        `known` are contacts and colleagues; `outside` is the company that does not list them, if any.
        """
        self._name, self._account, self._known, self._outside = name, account, known, outside
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
        outside = self.tr("not in {company}'s directory")
        self.outside.setText(outside.format(company=words.called(self._outside)))
        self.outside.setVisible(bool(self._outside))
