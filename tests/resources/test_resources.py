"""What is shipped beside the code is whole: Qt can use it, and its licence stands beside it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QColor, QFontDatabase, QFontMetrics, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
ICONS = sorted((RESOURCES / "icons").glob("*.svg"))


@pytest.mark.usefixtures("qapp")
def test_the_fonts_are_one_family_with_three_weights() -> None:
    for file in sorted((RESOURCES / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(file))
        assert "Inter" in QFontDatabase.applicationFontFamilies(number), file.name
    assert {"Regular", "Medium", "SemiBold"} <= set(QFontDatabase.styles("Inter"))
    weights = [QFontDatabase.weight("Inter", style) for style in ("Regular", "Medium", "SemiBold")]
    assert weights == [400, 500, 600]
    widths = [
        QFontMetrics(QFontDatabase.font("Inter", style, 40)).horizontalAdvance("Watchword")
        for style in ("Regular", "Medium", "SemiBold")
    ]
    assert widths[0] < widths[1] < widths[2]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("file", ICONS, ids=lambda file: file.stem)
def test_an_icon_can_be_drawn_and_tinted(file: Path) -> None:
    renderer = QSvgRenderer(str(file))
    picture = QImage(64, 64, QImage.Format.Format_ARGB32)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    drawn = sum(picture.pixelColor(x, y).alpha() > 0 for x in range(64) for y in range(64))
    assert 64 < drawn < 64 * 60
    if not file.stem.startswith("watchword"):
        assert "currentColor" in file.read_text()


def test_every_icon_is_shown_somewhere() -> None:
    code = "".join(path.read_text() for path in (RESOURCES.parent / "app" / "watchword").rglob("*.py"))
    assert not [file.stem for file in ICONS if f'"{file.stem}' not in code]


def test_chinese_can_be_loaded() -> None:
    assert QTranslator().load(str(RESOURCES / "translations" / "watchword_zh_CN.qm"))


@pytest.mark.parametrize(
    ("folder", "words"),
    [("fonts", "SIL Open Font License"), ("icons", "ISC License"), ("words", "CC BY 3.0")],
)
def test_a_licence_stands_beside_what_is_not_ours(folder: str, words: str) -> None:
    assert words in (RESOURCES / folder / "LICENSE").read_text()
