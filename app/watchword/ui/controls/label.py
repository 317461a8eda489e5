"""Words on a window, always plain text: nothing a peer or a file says can become markup."""

import enum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from watchword.ui import theme
from watchword.ui.colours import tokens


class Role(enum.StrEnum):
    """What the words are on the page."""

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    STRONG = "strong"
    SOFT = "soft"
    META = "meta"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    DANGER = "danger"


_FONTS = {
    Role.TITLE: (theme.TITLE_PX, QFont.Weight.DemiBold),
    Role.HEADING: (theme.HEADING_PX, QFont.Weight.DemiBold),
    Role.STRONG: (theme.TEXT_PX, QFont.Weight.DemiBold),
    Role.META: (theme.META_PX, QFont.Weight.Normal),
}


class Label(QLabel):
    """A label; wraps unless told not to."""

    def __init__(
        self, text: str = "", role: Role = Role.BODY, *, wrap: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._role = role
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(*_FONTS.get(role, (theme.TEXT_PX, QFont.Weight.Normal))))
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.setText(text)
        self._colour()

    def set_role(self, role: Role) -> None:
        """Change what the words are (a hint that becomes a warning)."""
        self._role = role
        self.setFont(theme.font(*_FONTS.get(role, (theme.TEXT_PX, QFont.Weight.Normal))))
        self._colour()

    def selectable(self) -> "Label":
        """Let people mark and copy the words, by mouse and keys."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return self

    def changeEvent(self, event: QEvent) -> None:
        """Follow light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        table = tokens()
        colour = {
            Role.SOFT: table.soft,
            Role.META: table.faint,
            Role.ACCENT: table.accent_text,
            Role.GOOD: table.good,
            Role.WARNING: table.warning,
            Role.DANGER: table.danger,
        }.get(self._role, table.text)
        made = self.palette()
        if made.color(QPalette.ColorRole.WindowText) != colour:
            made.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(made)
