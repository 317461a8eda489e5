"""Sections that the details of a conversation and of a room share: what waits and why, keys in use."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.model.chat import Chat
from watchword.model.company import Closed, KeyState, Organisation
from watchword.ui import words as program_words
from watchword.ui.chat.menu import put_on_clipboard
from watchword.ui.company import words
from watchword.ui.company.sheet import Facts, Named
from watchword.ui.controls.button import Button
from watchword.ui.controls.label import Label

_MOST = 8
"""So many reasons are said; what is behind them comes up as they go."""


class Waiting(Facts):
    """What waits on either side, one sentence per reason, each to be copied for the key owner."""

    def tell(self, chat: Chat, organisation: Organisation | None) -> None:
        """Say it as it is now; hidden where nothing waits."""
        company = "" if organisation is None else organisation.name
        lines: list[QWidget] = []
        if chat.unsent is not None:
            said = words.unsent(chat.unsent, company)
            lines.append(self._line(said, chat.unsent, "unsentReason", organisation))
        for held in chat.withheld[:_MOST]:
            one, many = self.tr("One message. {reason}"), self.tr("{count} messages. {reason}")
            reason = words.closed(held.closed, company)
            said = (one if held.count == 1 else many).format(count=held.count, reason=reason)
            lines.append(self._line(said, held.closed, "withheldReason", organisation))
        self.fill(self.tr("What waits"), lines)

    def _line(self, said: str, why: Closed, name: str, organisation: Organisation | None) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        label = Label(said)
        label.setObjectName(name)
        copy = Button(self.tr("Copy details"), icon="copy")
        copy.setObjectName("copyReason")
        copied = words.details([why], said, organisation)
        copy.clicked.connect(partial(_copy, copied))
        row.addWidget(label, 1)
        row.addWidget(copy)
        return line


class KeysInUse(Facts):
    """Under which keys is sealed now, the auditors' among them."""

    def tell(self, organisation: Organisation | None) -> None:
        """Say it as it is now; hidden where the company is not known."""
        if organisation is None:
            self.fill("", [])
            return
        kinds = {method.id: method.kind for method in organisation.methods}
        used = [key for key in organisation.keys if key.seals]
        named = [Named(words.key(key.name, key.version), self._line(key, kinds)) for key in used]
        self.fill(self.tr("Keys in use"), [*named])

    def _line(self, key: KeyState, kinds: dict[bytes, str]) -> str:
        said = [words.method(kinds.get(key.method, ""))]
        if key.auditor:
            said.append(self.tr("auditor {name}").format(name=program_words.called(key.auditor)))
        return " · ".join(part for part in said if part)


def _copy(text: str, _checked: bool = False) -> None:
    put_on_clipboard(text)
