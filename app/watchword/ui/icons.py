"""The icons: line drawings from resources/icons (lucide), tinted with a colour of the table in use."""

import functools

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from watchword import paths


@functools.cache
def _drawing(name: str) -> str:
    return (paths.resource("icons") / f"{name}.svg").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=256)
def _pixmap(name: str, colour: int, size: int, ratio: float) -> QPixmap:
    tint = QColor.fromRgba(colour)
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", tint.name()).encode()))
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        painter.setOpacity(tint.alphaF())
        renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    made.setDevicePixelRatio(ratio)
    return made


def pixmap(name: str, colour: QColor, size: int = 20, ratio: float = 2.0) -> QPixmap:
    """One icon in one colour, `size` logical pixels square; kept for the next time."""
    return _pixmap(name, colour.rgba(), size, ratio)


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """The same as a QIcon, for menus."""
    return QIcon(pixmap(name, colour, size))


def paint(painter: QPainter, name: str, where: QRectF, colour: QColor) -> None:
    """Draw an icon into the square `where`."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(where.topLeft(), pixmap(name, colour, round(where.width()), ratio))
