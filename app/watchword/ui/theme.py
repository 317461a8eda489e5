"""Which table of colours is in use, the palette that Qt gets from it, and the fonts.

Our own setting picks the table; Qt is only told (desktop facts, Screen). There is no style sheet for the
whole program: it would double what each widget costs to make. The controls paint themselves.
"""

import functools

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from watchword import paths, settings
from watchword.ui.colours import DARK, LIGHT, Tokens, avatar_colour, tokens, use

__all__ = ["Theme", "Tokens", "avatar_colour", "font", "tokens"]


FAMILIES = (
    "Inter",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Color Emoji",
    "Segoe UI Emoji",
    "Apple Color Emoji",
)
"""Named one by one: otherwise Han glyphs may come out in Japanese shapes."""

TEXT_PX = 14
META_PX = 12
SMALL_PX = 11
TITLE_PX = 20
HEADING_PX = 16


def font(size: int = TEXT_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font in one of its sizes (logical pixels)."""
    return QFont(_font(size, weight))  # a copy shares what Qt has looked up for the families


def unshaped() -> QFont:
    """The same for a very long text: letters stand one by one where their script allows it.

    Kerning and ligatures of Latin cost five times as long as everything else in a layout.
    """
    made = font()
    made.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return made


@functools.cache
def _font(size: int, weight: QFont.Weight) -> QFont:
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(size)
    made.setWeight(weight)
    # Inter shows "2x4" as "2×4" and "->" as an arrow; an id, a key and a message stand as they were typed.
    made.setFeature(QFont.Tag("calt"), 0)
    return made


def palette(table: Tokens) -> QPalette:
    """The table as Qt knows it, for what Qt itself paints."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, table.window),
        (role.WindowText, table.text),
        (role.Base, table.field),
        (role.AlternateBase, table.panel),
        (role.Text, table.text),
        (role.PlaceholderText, table.faint),
        (role.Button, table.raised),
        (role.ButtonText, table.text),
        (role.BrightText, table.danger),
        (role.Highlight, table.highlight),
        (role.HighlightedText, table.text),
        (role.Link, table.accent_text),
        (role.LinkVisited, table.accent_text),
        (role.ToolTipBase, table.toast),
        (role.ToolTipText, table.on_toast),
        (role.Light, table.raised),
        (role.Midlight, table.hover),
        (role.Mid, table.line_strong),
        (role.Dark, table.faint),
        (role.Shadow, table.shadow),
        (role.Accent, table.accent),
    ):
        made.setColor(where, colour)
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, table.faint)
    return made


def load_fonts() -> None:
    """Make the bundled fonts known to Qt."""
    folder = paths.resource("fonts")
    for file in sorted((*folder.glob("*.ttf"), *folder.glob("*.otf"))):
        QFontDatabase.addApplicationFont(str(file))


class Theme(QObject):
    """Applies the user's choice to the program, and follows the system where that was chosen."""

    def __init__(self, application: QApplication, scheme: settings.Theme = settings.Theme.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._hints = application.styleHints()  # held: PySide drops the wrapper, and the signal with it
        self._scheme = scheme
        application.setStyle("Fusion")
        load_fonts()
        application.setFont(font())
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self.choose(scheme)

    @property
    def scheme(self) -> settings.Theme:
        """What the user chose."""
        return self._scheme

    def choose(self, scheme: settings.Theme) -> None:
        """Use a scheme from now on."""
        self._scheme = scheme
        told = {
            settings.Theme.SYSTEM: Qt.ColorScheme.Unknown,
            settings.Theme.LIGHT: Qt.ColorScheme.Light,
            settings.Theme.DARK: Qt.ColorScheme.Dark,
        }[scheme]
        self._hints.setColorScheme(told)
        self._apply()

    def _system_changed(self) -> None:
        # Qt sets a palette of its own with this signal; ours has to come after it.
        QTimer.singleShot(0, self, self._apply)

    def _apply(self) -> None:
        dark = self._scheme is settings.Theme.DARK or (
            self._scheme is settings.Theme.SYSTEM and self._hints.colorScheme() == Qt.ColorScheme.Dark
        )
        table = DARK if dark else LIGHT
        use(table)
        self._application.setPalette(palette(table))
        QToolTip.setPalette(palette(table))
