"""What this computer belongs to: the company, its files, its policy, its keys, its methods, what waits.

It only shows an `Organisation`; what is asked for here goes out as signals.
"""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.company import Organisation
from watchword.ui.company import organisation_words
from watchword.ui.company.organisation_keys import KeyList
from watchword.ui.company.organisation_methods import MethodList
from watchword.ui.company.organisation_waiting import WaitingList
from watchword.ui.company.paragraphs import Paragraphs
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line
from watchword.ui.requests.outcome import Sign

_COPIED_MS = 2000
_ADDRESSES = ("relay", "updates")


class MemberPage(QWidget):
    """One company, followed by `show_organisation`."""

    file_asked = Signal()
    look_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("companyPage")
        self._organisation: Organisation | None = None
        self._looking = False
        self.sign = Sign(44)
        self.sign.show_icon("shield")
        self.name = Line(role=Role.STRONG)
        self.name.setObjectName("organisationName")
        self.belongs = Label(role=Role.META)
        self.digits = TextField()
        self.digits.edit.setObjectName("organisationDigits")
        self.digits.edit.setReadOnly(True)
        self.copy = Button(icon="copy")
        self.copy.setObjectName("copyDigits")
        self.copy.clicked.connect(self._copy)
        self.digits.add_to_row(self.copy)
        self.facts = Facts()
        self.policy_heading = Label(role=Role.STRONG)
        self.auditors = Paragraphs()
        self.auditors.setObjectName("companyAuditors")
        self.policy = Paragraphs(Role.SOFT)
        self.policy.setObjectName("companyPolicy")
        self.keys_heading = Label(role=Role.STRONG)
        self.keys = KeyList()
        self.methods_heading = Label(role=Role.STRONG)
        self.methods = MethodList()
        self.waiting = WaitingList()
        self.update_file = Button()
        self.update_file.setObjectName("updateFile")
        self.update_file.clicked.connect(self.file_asked)
        self.look = Button(kind=Kind.QUIET)
        self.look.setObjectName("lookForUpdate")
        self.look.clicked.connect(self.look_asked)
        self.outcome = Label()
        self.outcome.setObjectName("updateOutcome")
        self.outcome.hide()
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self._name_copy)
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.name)
        names.addWidget(self.belongs)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.sign)
        top.addLayout(names, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.update_file)
        buttons.addWidget(self.look)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.digits)
        column.addWidget(self.facts)
        column.addLayout(buttons)
        column.addWidget(self.outcome)
        for heading, *parts in (
            (self.policy_heading, self.auditors, self.policy),
            (self.keys_heading, self.keys),
            (self.methods_heading, self.methods),
        ):
            column.addSpacing(10)
            column.addWidget(heading)
            for part in parts:
                column.addWidget(part)
        column.addWidget(self.waiting)

    def show_organisation(self, organisation: Organisation) -> None:
        """How it is now."""
        before, self._organisation = self._organisation, organisation
        if before is None or before.digits != organisation.digits:
            self.digits.set_text(organisation_words.grouped(organisation.digits))
            self.digits.edit.setCursorPosition(0)
        self.keys.show_keys(organisation.keys)
        self.methods.show_methods(organisation.methods)
        self.waiting.show_waiting(organisation)
        self._say()

    def show_looking(self, looking: bool) -> None:
        """Whether a newer file is being looked for now."""
        self._looking = looking
        self._name_look()

    def say(self, words: str, role: Role) -> None:
        """What came of the last file that was chosen."""
        self.outcome.set_role(role)
        self.outcome.setText(words)
        self.outcome.setVisible(bool(words))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.belongs.setText(self.tr("This computer belongs to this company."))
        self.digits.set_words(
            self.tr("The company's digits"),
            self.tr("The same for all who belong to it. Your key owner can read them to you."),
        )
        self._name_copy()
        self.update_file.setText(self.tr("Update from file…"))
        self.update_file.updateGeometry()
        self._name_look()
        self.policy_heading.setText(self.tr("What the company decided"))
        self.keys_heading.setText(self.tr("Key ring"))
        self.methods_heading.setText(self.tr("Methods"))
        self._say()

    def _say(self) -> None:
        organisation = self._organisation
        if organisation is None:
            return
        self.name.setText(organisation.name)
        self.look.setVisible(bool(organisation.updates))
        self.facts.show_organisation(organisation)
        self.auditors.say(organisation_words.auditors(organisation.policy))
        self.policy.say(organisation_words.policy_lines(organisation.policy, organisation.methods))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.digits.text())
        self.copy.setText(self.tr("Copied"))
        self._copied.start(_COPIED_MS)

    def _name_look(self) -> None:
        self.look.setText(self.tr("Looking…") if self._looking else self.tr("Look for a newer file now"))
        self.look.updateGeometry()

    def _name_copy(self) -> None:
        self.copy.setText(self.tr("Copy"))
        self.copy.updateGeometry()


class Facts(QWidget):
    """Address and numbers, each beside its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, tuple[Label, Label]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for place, name in enumerate(("relay", "file", "ring", "profile", "updates", "looked")):
            pair = Label(role=Role.SOFT, wrap=False), Line() if name in _ADDRESSES else Label()
            pair[1].setObjectName(f"company-{name}")
            self._rows[name] = pair
            grid.addWidget(pair[0], place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(pair[1], place, 1, Qt.AlignmentFlag.AlignTop)

    def show_organisation(self, organisation: Organisation) -> None:
        """What they are now."""
        number = organisation_words.number
        self._show("relay", self.tr("Relay"), organisation.relay)
        self._show("file", self.tr("Company file"), number(organisation.serial))
        self._show("ring", self.tr("Key ring"), number(organisation.ring_serial))
        self._show("profile", self.tr("Profile"), number(organisation.profile_serial))
        self._show("updates", self.tr("Newer files"), organisation.updates)
        self._show("looked", self.tr("Looked for"), organisation_words.looked(organisation.lookout))

    def _show(self, row: str, name: str, value: str) -> None:
        label, field = self._rows[row]
        label.setText(name)
        field.setText(value)
        for widget in (label, field):
            widget.setVisible(bool(value))
