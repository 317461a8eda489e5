"""Which way to the relay: directly, as the system says, or through a proxy that is named here."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.proxy import ProxyChoice, ProxyShown, ProxyTyped
from watchword.ui import words
from watchword.ui.controls.field import HIGH, PasswordField, TextField
from watchword.ui.settings.section import Choices

_INDENT = 27
"""The fields stand under the words of their choice."""
_KEPT = "•" * 8


class ProxyForm(Choices):
    """Three choices, and under the last one the proxy's address, user and password."""

    changed = Signal()
    """Anything in it."""
    submitted = Signal()

    def __init__(self, kept: ProxyShown, parent: QWidget | None = None) -> None:
        super().__init__([choice.value for choice in ProxyChoice], kept.choice.value, "proxy", parent)
        self._kept = kept
        self._problem: Situation | None = None
        self.chosen.connect(self._choose)
        self.address = TextField()
        self.address.edit.setObjectName("proxyAddress")
        self.user = TextField()
        self.user.edit.setObjectName("proxyUser")
        self.password = PasswordField()
        self.password.edit.setObjectName("proxyPassword")
        for field in (self.address, self.user, self.password):
            field.changed.connect(self._typed)
            field.submitted.connect(self.submitted)
        self.password.reveal.setFixedSize(HIGH, HIGH)  # or the two fields would not stand on one line
        sign_in = QHBoxLayout()
        sign_in.setSpacing(10)
        sign_in.addWidget(self.user, 1)
        sign_in.addWidget(self.password, 1)
        self.this = QWidget()
        below = QVBoxLayout(self.this)
        below.setContentsMargins(_INDENT, 6, 0, 0)
        below.setSpacing(10)
        below.addWidget(self.address)
        below.addLayout(sign_in)
        self.column.addWidget(self.this)
        self.show_kept(kept)
        self._retranslate()

    @property
    def choice(self) -> ProxyChoice:
        """Which of the three."""
        return next(choice for choice in ProxyChoice if self.buttons[choice.value].isChecked())

    def typed(self) -> ProxyTyped:
        """What was chosen and typed; a password that was left alone is the one that is kept."""
        return ProxyTyped(
            self.choice,
            self.address.text().strip(),
            self.user.text().strip(),
            self.password.text() or None,
        )

    def is_kept(self) -> bool:
        """Whether what stands here is what holds already."""
        typed, kept = self.typed(), self._kept
        if typed.choice is not ProxyChoice.THIS:
            return typed.choice is kept.choice
        return typed == ProxyTyped(kept.choice, kept.address, kept.user)

    def show_kept(self, kept: ProxyShown) -> None:
        """Show what holds; the password is not here to be shown."""
        self._kept = kept
        self.buttons[kept.choice.value].setChecked(True)
        self.address.set_text(kept.address)
        self.user.set_text(kept.user)
        self.password.clear()
        self._settle()

    def choose(self, choice: ProxyChoice) -> None:
        """Choose for the person, who still says what proxy it is."""
        self.buttons[choice.value].setChecked(True)
        self._settle()

    def refuse(self, problem: Situation | None) -> None:
        """Say what is wrong with the address; None: nothing."""
        self._problem = problem
        self.address.set_problem("" if problem is None else words.sentence(problem))

    def follow(self, before: QWidget) -> None:
        """Stand behind this widget in the order of the tab key."""
        inside = [*self.buttons.values(), self.address.edit, self.user.edit, self.password.edit]
        for widget in (*inside, self.password.reveal):
            QWidget.setTabOrder(before, widget)
            before = widget

    def where_to_mend(self, problem: Cause) -> QWidget | None:
        """The field that a failure of the proxy is about; None: it is not about the proxy."""
        match problem:
            case Cause.PROXY_SIGN_IN:
                return self.user.edit
            case Cause.PROXY_SIGN_IN_WRONG:
                return self.password.edit
            case _ if problem.value.startswith("proxy-") and problem is not Cause.PROXY_RELAY:
                return self.address.edit
            case _:
                return None

    def clear(self) -> None:
        """Forget the password that was typed."""
        self.password.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.set_words(
            none=self.tr("Directly, without a proxy"),
            system=self.tr("As this computer is set up"),
            this=self.tr("Through this proxy"),
        )
        self.address.set_words(self.tr("Address of the proxy"), "", "http://proxy.example:3128")
        self.user.set_words(self.tr("User"), "", self.tr("if the proxy asks"))
        self._settle()
        self.refuse(self._problem if self.address.edit.invalid else None)

    def _settle(self) -> None:
        self.this.setVisible(self.choice is ProxyChoice.THIS)
        same = (self.address.text().strip(), self.user.text().strip()) == (
            self._kept.address,
            self._kept.user,
        )
        kept = _KEPT if self._kept.has_password and same else ""
        self.password.set_words(self.tr("Password"), "", kept)

    def _choose(self) -> None:
        self._settle()
        self.refuse(None)
        self.changed.emit()

    def _typed(self) -> None:
        self._settle()
        self.changed.emit()
