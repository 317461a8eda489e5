"""The colours: one table for light, one for dark, read by painters and palette alike through `tokens()`.

A change arrives at every widget as QEvent.PaletteChange: nobody keeps a colour.
"""

import msgspec
from PySide6.QtGui import QColor


class Tokens(msgspec.Struct, frozen=True):
    """Every colour there is, by what it is for."""

    dark: bool
    window: QColor
    """Behind the chat, dialogs and settings."""
    panel: QColor
    """Behind the sidebar."""
    raised: QColor
    """Menus, cards, the composer."""
    field: QColor
    hover: QColor
    pressed: QColor
    selected: QColor
    """A chosen row of a list."""
    line: QColor
    """Borders and separators."""
    line_strong: QColor
    """Borders of fields and quiet buttons."""
    text: QColor
    soft: QColor
    """Second lines and explanations."""
    faint: QColor
    """Times, hints, icons at rest; still 4.5 : 1 on `window`."""
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    accent_soft: QColor
    """A tint of the accent for backgrounds."""
    accent_text: QColor
    """Links and coloured words."""
    mine: QColor
    """Own bubbles."""
    theirs: QColor
    highlight: QColor
    """Behind selected text."""
    good: QColor
    warning: QColor
    warning_soft: QColor
    danger: QColor
    danger_hover: QColor
    danger_soft: QColor
    toast: QColor
    on_toast: QColor
    shadow: QColor


def _table(dark: bool, **colours: str) -> Tokens:
    return Tokens(dark=dark, **{name: QColor(value) for name, value in colours.items()})


LIGHT = _table(
    False,
    window="#ffffff",
    panel="#f6f6f9",
    raised="#ffffff",
    field="#ffffff",
    hover="#ededf2",
    pressed="#e2e2ea",
    selected="#e4e8fb",
    line="#e7e7ed",
    line_strong="#d3d3dd",
    text="#1b1c24",
    soft="#555868",
    faint="#686b7b",
    accent="#4059d6",
    accent_hover="#344bc0",
    on_accent="#ffffff",
    accent_soft="#eceffd",
    accent_text="#3a51c9",
    mine="#e3e8fd",
    theirs="#f1f1f5",
    highlight="#b9c6fb",
    good="#16935a",
    warning="#8a5300",
    warning_soft="#fdf3e0",
    danger="#c22f3d",
    danger_hover="#a82632",
    danger_soft="#fcebec",
    toast="#23242d",
    on_toast="#f7f7fa",
    shadow="#1e141428",
)

DARK = _table(
    True,
    window="#16171d",
    panel="#1c1d24",
    raised="#24252e",
    field="#1f2028",
    hover="#282a34",
    pressed="#31333f",
    selected="#2b3154",
    line="#2a2b35",
    line_strong="#3c3e4b",
    text="#ececf2",
    soft="#adb0c0",
    faint="#9295a6",
    accent="#5068e0",
    accent_hover="#5f76ea",
    on_accent="#ffffff",
    accent_soft="#232943",
    accent_text="#9fb0ff",
    mine="#303a6e",
    theirs="#262831",
    highlight="#4a5aa8",
    good="#3fbf83",
    warning="#e8b45c",
    warning_soft="#30281a",
    danger="#f0717c",
    danger_hover="#f58790",
    danger_soft="#38232a",
    toast="#eeeef4",
    on_toast="#1b1c24",
    shadow="#66000000",
)

AVATARS = ("#5468d4", "#b0567f", "#2f8577", "#b2632c", "#7d5cc4", "#3d7fb8", "#8a7a2c", "#c0504d")
"""Backgrounds of avatars, alike in light and dark; white letters read on each (4.5 : 1)."""


class _Current:
    """The table in use; one per program, like the palette of Qt."""

    tokens: Tokens = LIGHT


def tokens() -> Tokens:
    """The table in use."""
    return _Current.tokens


def use(table: Tokens) -> None:
    """Paint with this table from now on (called by the theme alone)."""
    _Current.tokens = table


def avatar_colour(account: str) -> QColor:
    """The background of an account's avatar: always the same for the same id."""
    total = 0
    for byte in account.encode():
        total = (total * 31 + byte) & 0xFFFFFFFF
    return QColor(AVATARS[total % len(AVATARS)])


def name_colour(account: str) -> QColor:
    """The colour of an account's name over its bubbles: that of its avatar, so that it reads (4.5 : 1)."""
    colour, table = avatar_colour(account), tokens()
    share, ink = (0.45, 255) if table.dark else (0.8, 0)
    mixed = (
        round(part * share + ink * (1 - share)) for part in (colour.red(), colour.green(), colour.blue())
    )
    return QColor(*mixed)
