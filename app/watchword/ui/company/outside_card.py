"""What a company file shows before it is opened: whose it is, and the digits to compare by voice."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from watchword.model.company import CompanyOutside
from watchword.ui import theme, words
from watchword.ui.company.organisation_words import grouped
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.label import Label, Role

_CLEAR = 18


class OutsideCard(Card):
    """Shows one file; `other` asks for another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(bordered=True, parent=parent)
        self.setObjectName("companyOutside")
        self._outside: CompanyOutside | None = None
        self.account = Label(role=Role.BODY)
        self.account.setObjectName("companyAccount")
        self.digits = Label().selectable()
        self.digits.setObjectName("companyDigits")
        self.digits.setFont(theme.font(_CLEAR, QFont.Weight.DemiBold))
        self.compare = Label(role=Role.META)
        self.other = Button(kind=Kind.QUIET)
        self.other.setObjectName("otherCompanyFile")
        for label in (self.account, self.digits, self.compare):
            self.column.addWidget(label)
        self.column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        self._retranslate()

    def show_file(self, outside: CompanyOutside) -> None:
        """Show another file."""
        self._outside = outside
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        if self._outside is not None:
            account = words.called(self._outside.joins)
            self.account.setText(self.tr("For the id {account}").format(account=account))
            self.digits.setText(grouped(self._outside.digits))
        self.compare.setText(
            self.tr(
                "The digits of your company. Have them read to you by whoever gave you the file, in person "
                "or on a call. If they are not the same, stop here."
            )
        )
        self.digits.setAccessibleName(self.tr("The digits of your company"))
        self.other.setText(self.tr("Another file"))
        self.other.updateGeometry()
