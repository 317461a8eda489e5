"""The style sheet: some twenty lines for each family of Qt's own controls that we do not paint ourselves."""

from PySide6.QtGui import QColor

from watchword.ui.colours import Tokens

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox {
    background: $field; color: $text; border: 1px solid $line_strong; border-radius: 8px;
    padding: 0 12px; min-height: 36px; selection-background-color: $highlight; selection-color: $text;
}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $faint; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent; padding: 0 11px; min-height: 34px;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { background: $panel; color: $faint; }
QLineEdit[invalid="true"] { border: 2px solid $danger; padding: 0 11px; min-height: 34px; }
QLineEdit[search="true"] { background: $hover; border-color: $hover; padding-left: 34px; }
QLineEdit[search="true"]:focus { background: $field; border: 2px solid $accent; padding: 0 11px 0 33px; }
QPlainTextEdit {
    background: transparent; color: $text; border: none;
    selection-background-color: $highlight; selection-color: $text;
}
QComboBox::drop-down { width: 32px; border: none; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $raised; color: $text; border: 1px solid $line_strong; padding: 4px; outline: none;
    selection-background-color: $selected; selection-color: $text;
}
"""

_LISTS = """
QScrollArea, QAbstractScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $line_strong; border-radius: 3px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
"""

_FLOATING = """
QMenu {
    background: $raised; color: $text; border: 1px solid $line_strong; border-radius: 10px; padding: 6px;
}
QMenu::item { padding: 8px 28px 8px 12px; border-radius: 6px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QMenu::icon { padding-left: 12px; }
QToolTip { background: $toast; color: $on_toast; border: none; padding: 6px 8px; }
QDialog { background: $window; }
"""


def _value(value: object) -> str:
    if isinstance(value, QColor):
        return f"rgba({value.red()},{value.green()},{value.blue()},{value.alpha()})"
    return str(value)


def style_sheet(table: Tokens) -> str:
    """The sheet for one table of colours."""
    sheet = _FIELDS + _LISTS + _FLOATING
    for name in sorted(table.__struct_fields__, key=len, reverse=True):
        sheet = sheet.replace(f"${name}", _value(getattr(table, name)))
    return sheet
