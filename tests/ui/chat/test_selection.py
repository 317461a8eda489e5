"""Marking: from one place to another, in either direction; the copy is what was typed, emoji or not."""

from support.shelf import text
from watchword.model.chat import Message
from watchword.ui.chat.rows import Row, RowKind, build
from watchword.ui.chat.selection import Point, Selection, word_at


def rows_of(*said: str) -> list[Row]:
    return build([text(n, words) for n, words in enumerate(said, 1)], None)


def texts_of(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.kind is RowKind.TEXT]


def test_nothing_is_marked_at_first() -> None:
    assert Selection().empty
    assert Selection().text(rows_of("a")) == ""


def test_marking_runs_across_messages_in_either_direction() -> None:
    rows = rows_of("one 🎉 two", "👍🏽 three", "four")
    first, _, third = texts_of(rows)
    selection = Selection()
    selection.begin(Point(third.place, 2))
    selection.extend(Point(first.place, 4))
    assert selection.text(rows) == "🎉 two\n👍🏽 three\nfo"
    assert selection.messages(rows) == 3
    assert selection.within(first) == (4, 9)
    assert selection.within(third) == (0, 2)


def test_parts_of_one_message_are_copied_without_a_seam() -> None:
    said = "".join(f"line {number}\r\n" for number in range(200)) + "end"
    rows = rows_of(said)
    parts = texts_of(rows)
    assert len(parts) > 1
    selection = Selection()
    selection.mark(Point(parts[0].place, 0), Point(parts[-1].place, len(parts[-1].text)))
    assert selection.text(rows) == said


def test_days_and_notices_are_never_copied() -> None:
    rows = rows_of("a")
    selection = Selection()
    selection.mark(Point(rows[0].place, 0), Point(rows[-1].place, 1))
    assert selection.text(rows) == "a"


def test_a_word_is_letters_or_han_or_space() -> None:
    assert word_at("hello, world", 2) == (0, 5)
    assert word_at("hello, world", 12) == (7, 12)
    assert word_at("it's", 1) == (0, 4)
    assert word_at("看https了", 0) == (0, 1)
    assert word_at("", 0) == (0, 0)


def test_copying_several_messages_names_their_writers() -> None:
    rows = build(
        [text(1, "one", sender="bo"), text(2, "two", mine=True), text(3, "three\nlines", sender="cy")],
        None,
        several=True,
    )
    first, second, third = texts_of(rows)

    def writer(message: Message) -> str:
        return "Ada" if message.mine else message.sender.title()

    selection = Selection()
    selection.mark(Point(first.place, 1), Point(third.place, 5))
    assert selection.text(rows, writer) == "Bo: ne\nAda: two\nCy: three"
    assert selection.text(rows) == "ne\ntwo\nthree"
    selection.mark(Point(second.place, 0), Point(second.place, 3))
    assert selection.text(rows, writer) == "two"
