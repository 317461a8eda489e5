"""One section of the settings: a heading over what can be chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.ui.controls.card import Card
from watchword.ui.controls.choice import RadioButton
from watchword.ui.controls.label import Label, Role


class Section(QWidget):
    """A heading and a card to fill; `retranslate` names everything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = Label(role=Role.HEADING)
        self.card = Card(margin=16)
        self.card.column.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.heading)
        column.addWidget(self.card)

    def add(self, *widgets: QWidget) -> None:
        """Put widgets into the card."""
        for widget in widgets:
            self.card.column.addWidget(widget)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Name everything in the language in use."""


class Choices(QWidget):
    """One of several, one below the other. `chosen` carries the name of the choice."""

    chosen = Signal(str)

    def __init__(
        self, names: Sequence[str], current: str, prefix: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.buttons: dict[str, RadioButton] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        for name in names:
            button = RadioButton()
            button.setObjectName(f"{prefix}-{name}")
            button.setChecked(name == current)
            button.clicked.connect(lambda _on=False, said=name: self.chosen.emit(said))
            self.buttons[name] = button
            self.column.addWidget(button)

    def set_words(self, **texts: str) -> None:
        """Name the choices."""
        for name, text in texts.items():
            self.buttons[name].setText(text)
            self.buttons[name].setAccessibleName(text)
            self.buttons[name].updateGeometry()
