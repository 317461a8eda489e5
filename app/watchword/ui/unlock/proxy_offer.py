"""First start: a quiet link to the choice of a proxy, there where the network may need one."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.core.profile import Profile
from watchword.model.company import LinkReason
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.proxy import ProxyChoice
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.card import Card
from watchword.ui.unlock.proxy_form import ProxyForm

_CAUSES = {
    Cause.RELAY_DNS,
    Cause.RELAY_TCP,
    Cause.RELAY_TLS,
    Cause.RELAY_CERTIFICATE,
    Cause.RELAY_SLOW,
    *(cause for cause in Cause if cause.value.startswith("proxy-")),
}
_OF_LINKS = {
    LinkReason.NAME.value,
    LinkReason.UNREACHABLE.value,
    LinkReason.PROXY.value,
    LinkReason.TLS.value,
    LinkReason.CERTIFICATE.value,
    LinkReason.SLOW.value,
}
_OF_THE_FORM = {Cause.PROXY_FORM, Cause.PROXY_SCHEME}


class ProxyOffer(QWidget):
    """`offer` it after a failure; what is chosen holds once `use` was called."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self.form: ProxyForm | None = None
        """What was opened; None before."""
        self.button = Button(kind=Kind.QUIET, icon="link")
        self.button.setObjectName("proxyButton")
        self.button.clicked.connect(self._open)
        self._card = Card()
        self._card.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._card)
        self._retranslate()
        self.hide()

    def offer(self, problem: Situation | None) -> None:
        """Show the link if another way may mend a failure; take it away if not. An open choice stays."""
        if self.form is None:
            self.setVisible(problem is not None and _may_mend(problem))

    def use(self) -> None:
        """Go by what was chosen from now on.

        Raises:
            RefusedBy: PROXY_FORM, PROXY_SCHEME.
        """
        if self.form is not None:
            self._profile.try_proxy(self.form.typed())

    def refuse(self, problem: Situation) -> bool:
        """Say what is wrong with what was typed here; whether it was about that."""
        if self.form is None or problem.kind not in _OF_THE_FORM:
            return False
        self.form.refuse(problem)
        self.form.address.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def where_to_mend(self, problem: Situation) -> QWidget | None:
        """The field that a failure is about; None: it is not about the proxy."""
        return None if self.form is None else self.form.where_to_mend(problem.kind)

    def forget(self) -> None:
        """The page goes away, and the password that was typed."""
        if self.form is not None:
            self.form.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.button.setText(self.tr("My network has a proxy"))
        self.button.updateGeometry()

    def _open(self) -> None:
        self.button.hide()
        self.form = ProxyForm(self._profile.proxies.shown)
        self.form.choose(ProxyChoice.THIS)
        self.form.changed.connect(self.changed)
        self.form.submitted.connect(self.submitted)
        self._card.column.addWidget(self.form)
        self.form.follow(self.button)
        self._card.show()
        self.form.address.edit.setFocus(Qt.FocusReason.OtherFocusReason)


def _may_mend(problem: Situation) -> bool:
    return problem.kind in _CAUSES or problem.facts.get("reason") in _OF_LINKS
