"""Light and dark: every pair differs in brightness, words can be read on their ground, Qt is told."""

import pytest
from PySide6.QtGui import QColor, QPalette, QTextLayout
from PySide6.QtWidgets import QApplication, QWidget

from support.waiting import until
from support.windows import played
from watchword import settings
from watchword.ui import theme
from watchword.ui.colours import AVATARS, DARK, LIGHT, Tokens, avatar_colour, tokens
from watchword.ui.controls.label import Label, Role

READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text."""
SEEN = 3.0
"""WCAG 2.2, 1.4.11: contrast of what is no text."""


def brightness(colour: QColor) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    bright, dim = sorted((brightness(one), brightness(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_readable_on_their_ground(table: Tokens) -> None:
    grounds = {"window": table.window, "panel": table.panel, "field": table.field}
    words = {"text": table.text, "soft": table.soft, "faint": table.faint, "accent": table.accent_text}
    pairs = {
        f"{word} on {ground}": contrast(ink, paper)
        for word, ink in words.items()
        for ground, paper in grounds.items()
    }
    pairs |= {
        "text on own bubble": contrast(table.text, table.mine),
        "text on their bubble": contrast(table.text, table.theirs),
        "text on marked": contrast(table.text, table.highlight),
        "time on own bubble": contrast(table.soft, table.mine),
        "time on their bubble": contrast(table.faint, table.theirs),
        "link on their bubble": contrast(table.accent_text, table.theirs),
        "link on own bubble": contrast(table.accent_text, table.mine),
        "words on accent": contrast(table.on_accent, table.accent),
        "danger": contrast(table.danger, table.window),
        "warning": contrast(table.warning, table.warning_soft),
        "good": contrast(table.good, table.window) * READABLE / SEEN,
        "toast": contrast(table.on_toast, table.toast),
    }
    assert {pair: value for pair, value in pairs.items() if value < READABLE} == {}


def test_letters_are_readable_on_every_avatar() -> None:
    assert {name for name in AVATARS if contrast(QColor(name), QColor("#ffffff")) < READABLE - 0.5} == set()


def test_an_account_keeps_its_colour() -> None:
    assert avatar_colour("ada") == avatar_colour("ada")
    assert len({avatar_colour(f"person{number}").name() for number in range(200)}) == len(AVATARS)


def picture_brightness(widget: QWidget) -> float:
    return brightness(widget.grab().toImage().scaled(1, 1).pixelColor(0, 0))


def test_a_choice_reaches_pictures_and_qt(qapp: QApplication) -> None:
    async def play() -> None:
        chosen = theme.Theme(qapp, settings.Theme.LIGHT)
        page = QWidget()
        page.resize(80, 80)
        label = Label("words", Role.SOFT, parent=page)
        label.resize(80, 40)
        page.show()
        await until(page.isVisible, "the page is there")
        light = picture_brightness(page)
        assert tokens() is LIGHT
        assert label.palette().color(QPalette.ColorRole.WindowText) == LIGHT.soft
        chosen.choose(settings.Theme.DARK)
        assert tokens() is DARK
        ink = QPalette.ColorRole.WindowText
        await until(lambda: label.palette().color(ink) == DARK.soft, "the words are repainted")
        assert qapp.palette().color(QPalette.ColorRole.Window) == DARK.window
        assert picture_brightness(page) < light / 4
        chosen.choose(settings.Theme.LIGHT)
        await until(lambda: label.palette().color(ink) == LIGHT.soft, "and back")
        assert picture_brightness(page) == pytest.approx(light)

    played(qapp, play())


@pytest.mark.parametrize("typed", ["2x4", "0x7f", "a -> b", "<=>", "8*8"])
def test_letters_stand_as_they_were_typed(qapp: QApplication, typed: str) -> None:
    theme.load_fonts()
    layout = QTextLayout(typed, theme.font())
    layout.beginLayout()
    layout.createLine().setLineWidth(1_000)
    layout.endLayout()
    (run,) = layout.glyphRuns()

    assert run.glyphIndexes() == run.rawFont().glyphIndexesForString(typed)
