"""Sentences below each other, with air between them: a list of what holds, or of what waits."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.ui.controls.label import Label, Role

_GAP = 5


class Paragraphs(QWidget):
    """One label a sentence; those that are there are used again."""

    def __init__(self, role: Role = Role.BODY, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._labels: list[Label] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)

    def say(self, sentences: Sequence[str]) -> None:
        """Say these, in this order."""
        while len(self._labels) < len(sentences):
            self._labels.append(Label(role=self._role))
            self._column.addWidget(self._labels[-1])
        for place, label in enumerate(self._labels):
            said = sentences[place] if place < len(sentences) else ""
            label.setText(said)
            label.setVisible(bool(said))
        self.setAccessibleName(" ".join(sentences))

    def sentences(self) -> list[str]:
        """What is said."""
        return [label.text() for label in self._labels if label.text()]
