"""Menus: rounded plates in the colours of the table in use. A menu is made when it is opened."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu, QWidget

from watchword.ui.colours import tokens

_SHEET = """
QMenu { background: $raised; color: $text; border: 1px solid $line_strong; padding: 6px; }
QMenu::item { padding: 8px 28px 8px 12px; border-radius: 6px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QMenu::icon { padding-left: 12px; }
"""


def _rgba(colour: QColor) -> str:
    return f"rgba({colour.red()},{colour.green()},{colour.blue()},{colour.alpha()})"


class Menu(QMenu):
    """A menu; show it with `popup`, never with a loop of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        table = tokens()
        sheet = _SHEET
        for name in ("line_strong", "line", "raised", "hover", "faint", "text"):
            sheet = sheet.replace(f"${name}", _rgba(getattr(table, name)))
        self.setStyleSheet(sheet)
