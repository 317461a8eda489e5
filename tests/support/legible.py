"""Whether everything on the screen can be read: what is cut off, by geometry, and every word on it.

Painted rows and elided lines are not judged here: they cut with an ellipsis on purpose, and say the whole
in a tool tip.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from support import widgets
from watchword import paths
from watchword.ui.controls.button import IconButton
from watchword.ui.controls.line import Line

_LATIN = re.compile(r"[A-Za-z]{2,}")
_NO_WORDS = re.compile(r"\{\w*\}|\w+://\S+")
"""Places for facts, and addresses."""


def seen() -> list[QWidget]:
    """Every widget on the screen, of every window."""
    return [widget for widget in QApplication.allWidgets() if widget.isVisible()]


# --- geometry ------------------------------------------------------------------------------


def misfits() -> list[str]:
    """Whatever needs more room for its words than it has, and by how much."""
    return [found for widget in seen() if (found := _misfit(widget))]


def _misfit(widget: QWidget) -> str:
    needs = _needs(widget)
    if needs is None:
        return ""
    wide, high = needs
    if wide > widget.width() or high > widget.height():
        has = f"{widget.width()}×{widget.height()}"
        return f"{_called(widget)} needs {wide}×{high}, has {has}"
    if not _within(widget):
        return f"{_called(widget)} is covered by the edge of what it lies in"
    return ""


def _needs(widget: QWidget) -> tuple[int, int] | None:
    """The least width and height in which nothing is cut; None where nothing is written."""
    if isinstance(widget, Line | IconButton):
        return None
    if isinstance(widget, QLabel):
        if not widget.text():
            return None
        if widget.wordWrap():
            return widget.minimumSizeHint().width(), widget.heightForWidth(widget.width())
        return widget.sizeHint().width(), widget.sizeHint().height()
    if isinstance(widget, QComboBox):
        return widget.sizeHint().width(), widget.sizeHint().height()
    if isinstance(widget, QAbstractButton):
        high = widget.heightForWidth(widget.width()) if widget.hasHeightForWidth() else 0
        least = widget.minimumSizeHint()
        return (least.width(), high or least.height()) if widget.text() else None
    if isinstance(widget, QLineEdit):
        margins = widget.textMargins()
        shown = widget.placeholderText() if not widget.text() else ""
        words = widget.fontMetrics().horizontalAdvance(shown)
        return words + margins.left() + margins.right(), widget.fontMetrics().height()
    return None


def _within(widget: QWidget) -> bool:
    """Whether all of it is inside of all it lies in, as far as that is not there to be scrolled."""
    at = QRect(widget.rect())
    inside: QWidget | None = widget
    while inside is not None and not inside.isWindow():
        at.translate(inside.pos())
        inside = inside.parentWidget()
        if inside is None or isinstance(inside.parentWidget(), QAbstractScrollArea):
            return True
        if not inside.rect().contains(at):
            return False
    return True


def _called(widget: QWidget) -> str:
    return f"{widget.window().objectName()}/{widgets.name_of(widget)} {widgets.text_of(widget)[:60]!r}"


# --- words ---------------------------------------------------------------------------------


def words(target: str) -> list[str]:
    """Every text in one window that somebody can see, hear or point at, once, without what people typed."""
    window = widgets.widget_named(target).window()
    found: dict[str, None] = {}
    for widget in [widget for widget in seen() if widget.window() is window]:
        for text in _texts(widget):
            if text:
                found[text] = None
    return list(found)


def _texts(widget: QWidget) -> list[str]:
    texts = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    if widget.isWindow():
        texts.append(widget.windowTitle())
    if isinstance(widget, QLabel | QAbstractButton):
        texts.append(widgets.text_of(widget))
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        texts.append(widget.placeholderText())
    if isinstance(widget, QComboBox):
        texts.append(widget.currentText())
    if isinstance(widget, QAbstractItemView):
        texts += widgets.rows_of(widget)
    return texts


def translations() -> dict[str, str]:
    """Every sentence of the program with its Chinese one, as the catalogue has them."""
    catalogue: Path = paths.resource("translations") / "watchword_zh_CN.ts"
    pairs = {}
    for message in ET.parse(catalogue).getroot().iter("message"):  # noqa: S314 - our own file
        pairs[message.findtext("source") or ""] = message.findtext("translation") or ""
    return pairs


def english(texts: Iterable[str], allowed: Iterable[str] = ()) -> list[str]:
    """The texts in which something is left in English: a Latin word that no Chinese sentence has either.

    Args:
        texts: what is on the screen.
        allowed: names, ids and the like of the play, which are nobody's to translate.
    """
    kept = {word for chinese in translations().values() for word in _latin(chinese)}
    left_in = []
    for text in texts:
        rest = _NO_WORDS.sub(" ", text)
        for name in sorted(allowed, key=len, reverse=True):
            rest = rest.replace(name, " ")
        if not kept.issuperset(_latin(rest)):
            left_in.append(text)
    return left_in


def _latin(text: str) -> list[str]:
    return _LATIN.findall(_NO_WORDS.sub(" ", text))
