"""One row on the screen: plain text only, both ways of counting, links, no hang whatever stands in it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from support.shelf import notice, text
from watchword.model.chat import Delivery, Message, Notice
from watchword.ui import colours
from watchword.ui.chat.rows import RowKind, build
from watchword.ui.chat.typeset import Typeset, Units, shown, widest

COLUMN = 800.0
QUICK = 0.2
"""Seconds (row 12 of the malicious peer)."""


def lay(message: Message, column: float = COLUMN) -> list[Typeset]:
    rows = [row for row in build([message], None) if row.kind is not RowKind.DAY]
    return [Typeset(row, column, "Bo") for row in rows]


def painted(piece: Typeset) -> QImage:
    image = QImage(int(piece.column), int(piece.height) + 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        piece.paint(painter, QPointF(0, 0), (0, len(piece.row.text)))
    return image


@given(st.text(alphabet=st.sampled_from("ab漢😀\U0001f3fd\u200d"), max_size=80), st.integers(0, 80))
def test_places_and_units_agree_with_utf_16(said: str, place: int) -> None:
    place = min(place, len(said))
    units = Units(said)
    assert units.units(place) == len(said[:place].encode("utf-16-le")) // 2
    assert units.place(units.units(place)) == place


def test_what_cannot_be_seen_is_drawn_as_one_character_each() -> None:
    said = "a\x00b\x1bc\r\nd\re\u2029f\tg"
    assert len(shown(said)) == len(said)
    assert "\x00" not in shown(said)
    assert "\n" not in shown(said)


@pytest.mark.usefixtures("qapp")
def test_a_bubble_is_never_wider_than_its_share() -> None:
    for column in (340.0, 800.0, 920.0):
        for said in ("short", "long words " * 60, "x" * 3_000, "漢" * 500, "مرحبا " * 90):
            for piece in lay(text(1, said, mine=True), column):
                assert piece.box.width() <= widest(column) + 2
                assert piece.box.right() <= column + 0.5
                assert piece.box.left() >= 0


@pytest.mark.usefixtures("qapp")
def test_the_place_under_the_pointer_is_a_place_of_the_text() -> None:
    (piece,) = lay(text(1, "🎉🎉 party 👍🏽 now"))
    seen = {
        piece.place_at(QPointF(x, piece.box.center().y()))
        for x in range(int(piece.box.left()), int(piece.box.right()))
    }
    assert 0 in seen
    assert len(piece.row.text) in seen
    assert all(
        piece.row.text[place - 1] + piece.row.text[place : place + 1] != "👍🏽" for place in seen if place
    )


@pytest.mark.usefixtures("qapp")
def test_a_link_is_under_the_pointer_where_it_stands() -> None:
    (piece,) = lay(text(1, "see https://example.org/x for more"))
    y = piece.box.center().y()
    found = {
        link.address if (link := piece.link_at(QPointF(x, y))) else None
        for x in range(int(piece.box.left()), int(piece.box.right()))
    }
    assert found == {None, "https://example.org/x"}
    assert piece.link_at(QPointF(piece.box.left() + 14, y)) is None


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "said",
    [
        "a" + "\u0301" * 10_000,
        ("a" + "\u0301" * 50) * 190,
        "\u202e\u2066\u200f" * 3_000,
        "﷽" * 1_900,
        "👨‍👩‍👧‍👦" * 270,
        "<img src='file:///etc/passwd'><script>x</script>" * 40,
        "\n" * 10_000,
        "x" * 65_536,
    ],
    ids=["marks", "many-marks", "bidi", "ligature", "families", "html", "lines", "one-word"],
)
def test_no_text_takes_long(said: str) -> None:
    rows = [row for row in build([text(1, said)], None) if row.kind is RowKind.TEXT]
    for row in rows[:3]:
        start = time.thread_time()
        painted(Typeset(row, COLUMN, "Bo"))
        assert time.thread_time() - start < QUICK


@pytest.mark.usefixtures("qapp")
def test_piled_marks_stay_in_their_own_row() -> None:
    (piece, *_) = lay(text(1, "a" + "\u0301" * 1_000))
    image = painted(piece)
    below = [
        image.pixelColor(x, y).alpha()
        for x in range(image.width())
        for y in range(int(piece.height) + 2, image.height())
    ]
    assert set(below) == {0}


@pytest.mark.usefixtures("qapp")
def test_ticks_differ() -> None:
    pictures = {
        bytes(painted(lay(text(1, "same", mine=True, delivery=delivery))[0]).constBits())
        for delivery in Delivery
    }
    assert len(pictures) == len(Delivery)


@pytest.mark.usefixtures("qapp")
def test_where_there_is_no_tick_none_has_room() -> None:
    ways = (Delivery.RELAYED, Delivery.FETCHED)
    ticked, plain = (lay(text(1, "same", mine=True, delivery=way))[0] for way in ways)
    assert plain.box.width() < ticked.box.width() - 10
    assert plain.box.right() == ticked.box.right()


@pytest.mark.usefixtures("qapp")
def test_every_notice_is_painted() -> None:
    for what in Notice:
        (piece,) = lay(notice(1, what))
        assert piece.height > 20
        assert painted(piece).width() == COLUMN


@pytest.mark.usefixtures("qapp")
def test_what_is_said_under_a_text_has_room_beside_the_time() -> None:
    for said in ("ok", "long words " * 60, "漢" * 300, "👍"):
        for column in (300.0, COLUMN):
            plain, noted = lay(text(1, said), column)[0], lay(text(1, said, notice=Notice.REVOKED), column)[0]
            assert noted.box.right() <= column + 0.5
            assert noted.box.width() >= plain.box.width()
            assert painted(noted) != painted(plain)
    short, noted = lay(text(1, "ok"))[0], lay(text(1, "ok", notice=Notice.REVOKED))[0]
    assert noted.box.width() > short.box.width() + 80
    assert noted.box.height() == short.box.height()


def among(said: str, column: float = COLUMN, name: str = "Bo") -> Typeset:
    row = build([text(1, said, sender="bo")], None, several=True)[1]
    return Typeset(row, column, "Bo, Cy", name)


@pytest.mark.usefixtures("qapp")
def test_a_bubble_among_several_has_its_writer_beside_and_over_it() -> None:
    plain, named = lay(text(1, "short"))[0], among("short")
    assert named.box.left() >= 32
    assert named.height > plain.height + 10
    assert named.box.width() <= widest(COLUMN) + 2
    for column in (340.0, COLUMN):
        for said in ("x", "long words " * 60, "漢" * 500):
            piece = among(said, column, "A name without end " * 20)
            assert piece.box.right() <= column + 0.5
            assert not painted(piece).isNull()


@pytest.mark.usefixtures("qapp")
def test_the_name_takes_room_where_the_text_is_shorter() -> None:
    assert among("x", name="Somebody with a name").box.width() > among("x").box.width() + 40


def luminance(colour: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    told = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in told]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("table", [colours.LIGHT, colours.DARK])
def test_names_and_the_alarm_can_be_read_in_light_and_dark(table: colours.Tokens) -> None:
    before = colours.tokens()
    colours.use(table)
    try:
        seen = {colours.avatar_colour(f"{number}").name() for number in range(200)}
        assert len(seen) == len(colours.AVATARS)
        for number in range(200):
            for behind in (table.theirs, table.window):
                assert contrast(colours.name_colour(f"{number}"), behind) >= 4.5
        assert contrast(table.danger, table.danger_soft) >= 4.5
        assert contrast(table.warning, table.theirs) >= 4.5
    finally:
        colours.use(before)


@pytest.mark.usefixtures("qapp")
def test_only_the_altered_line_is_painted_as_an_alarm() -> None:
    calm, alarm = (lay(notice(1, what))[0] for what in (Notice.ACCEPTED, Notice.ALTERED))
    soft = colours.tokens().danger_soft

    def tinted(piece: Typeset) -> bool:
        image = painted(piece)
        at = piece.box.center().toPoint()
        return any(image.pixelColor(x, int(piece.box.top()) + 3) == soft for x in range(at.x() - 30, at.x()))

    assert tinted(alarm)
    assert not tinted(calm)
