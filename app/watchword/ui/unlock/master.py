"""The fields for a new master passphrase, or for the one that unlocks."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.core import phrase
from watchword.ui.controls.field import PhraseField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.ring import Meter
from watchword.ui.requests.phrase_entry import strength_words


class NewMaster(QWidget):
    """Typed twice; judged in words."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = PhraseField()
        self.first.edit.setObjectName("masterField")
        self.second = PhraseField()
        self.second.edit.setObjectName("masterRepeat")
        self.meter = Meter()
        self.judgement = Label(role=Role.META)
        self.judgement.setObjectName("masterJudgement")
        self.judgement.hide()
        self.first.add_below(self.meter)
        self.first.add_below(self.judgement)
        self.first.changed.connect(lambda _text: self._judge())
        self.first.submitted.connect(self.submitted)
        self.second.submitted.connect(self.submitted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.first)
        column.addWidget(self.second)
        self._retranslate()

    def take(self) -> str | None:
        """The master passphrase, or None where the two differ (which is said in place)."""
        if self.first.text() == self.second.text():
            return self.first.text()
        self._say_that_they_differ()
        self.second.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return None

    def _say_that_they_differ(self) -> None:
        self.second.set_problem(self.tr("The two are not the same."))

    def clear(self) -> None:
        """Forget it."""
        self.first.clear()
        self.second.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.first.set_words(
            self.tr("Master passphrase"),
            self.tr("At least four words. Watchword asks for it at each start; nobody can restore it."),
        )
        self.second.set_words(self.tr("The same again"))
        if self.second.edit.invalid:
            self._say_that_they_differ()
        self._judge()

    def _judge(self) -> None:
        level = phrase.strength(self.first.text())
        said = strength_words(level)
        self.meter.set_level(int(level), said)
        self.judgement.setText(said)
        self.judgement.setVisible(bool(said))
