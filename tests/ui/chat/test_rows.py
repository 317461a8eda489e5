"""From messages to rows: days, the unread line, closeness, parts of long texts, emoji alone."""

import gc
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.shelf import MINUTE, NOON, notice, text
from watchword.model.chat import Notice
from watchword.ui.chat.rows import LINES, PART, Builder, RowKind, build, emoji_alone, parts

DAY = 24 * 60 * MINUTE


def test_each_day_begins_with_a_separator() -> None:
    rows = build([text(1, "a", at=NOON), text(2, "b", at=NOON + MINUTE), text(3, "c", at=NOON + DAY)], None)
    kinds = [row.kind for row in rows]
    assert kinds == [RowKind.DAY, RowKind.TEXT, RowKind.TEXT, RowKind.DAY, RowKind.TEXT]


def test_rows_are_named_in_their_order() -> None:
    rows = build([text(1, "a"), notice(2, Notice.ACCEPTED), text(3, "x\n" * 500)], 3)
    places = [row.place for row in rows]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_the_unread_line_stands_before_its_message() -> None:
    rows = build([text(1, "a"), text(2, "b")], 2)
    assert [row.kind for row in rows] == [RowKind.DAY, RowKind.TEXT, RowKind.UNREAD, RowKind.TEXT]


def test_only_texts_of_one_side_within_minutes_stand_close() -> None:
    messages = [
        text(1, "a", at=NOON),
        text(2, "b", at=NOON + MINUTE),
        text(3, "c", mine=True, at=NOON + 2 * MINUTE),
        text(4, "d", mine=True, at=NOON + 20 * MINUTE),
    ]
    assert [row.joined for row in build(messages, None) if row.kind is RowKind.TEXT] == [
        False,
        True,
        False,
        False,
    ]


@given(st.text(alphabet=st.sampled_from("ab 漢😀\n\r\u0301"), max_size=9_000))
def test_parts_are_small_and_make_up_the_text(said: str) -> None:
    cut = parts(said)
    assert "".join(said[start:end] for start, end in cut) == said
    assert all(end - start <= PART and said[start:end].count("\n") <= LINES + 1 for start, end in cut)


@pytest.fixture
def no_cycles_taken_apart() -> Iterator[None]:
    """As in the program: taking apart those of all tests before would count as the work that is measured."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_cycles_taken_apart")
def test_the_longest_text_is_cut_in_no_time() -> None:
    for said in ("x" * 65_536, "\n" * 65_536, "word " * 13_000, "a" + "\u0301" * 32_000):
        start = time.thread_time()
        rows = build([text(1, said)], None)
        assert time.thread_time() - start < 0.05
        assert "".join(row.text for row in rows if row.kind is RowKind.TEXT) == said
        assert [row.first for row in rows[1:]] == [True] + [False] * (len(rows) - 2)


@pytest.mark.parametrize("said", ["🎉👍🏽", "❤️❤️", "👨‍👩‍👧‍👦", " 🤔 ", "🇨🇳", "1️⃣"])
def test_few_emoji_alone_are_shown_big(said: str) -> None:
    assert emoji_alone(said)


@pytest.mark.parametrize("said", ["", " ", "a🎉", "12", "#", "🎉" * 12, "你好", "→ x", "#*"])
def test_anything_else_is_not(said: str) -> None:
    assert not emoji_alone(said)


def test_where_several_write_each_run_of_one_person_is_named_once() -> None:
    messages = [
        text(1, "a", sender="bo", at=NOON),
        text(2, "b", sender="bo", at=NOON + MINUTE),
        text(3, "c", sender="cy", at=NOON + 2 * MINUTE),
        text(4, "d", mine=True, at=NOON + 3 * MINUTE),
        text(5, "e\n" * 200, sender="cy", at=NOON + 4 * MINUTE),
    ]
    rows = [row for row in build(messages, None, several=True) if row.kind is RowKind.TEXT]
    assert [(row.message.id, row.named) for row in rows if row.first] == [
        (1, True),
        (2, False),
        (3, True),
        (4, False),
        (5, True),
    ]
    assert all(row.among for row in rows if row.message.id == 5)
    assert not any(row.named for row in rows if not row.first)
    alone = [row for row in build(messages, None) if row.kind is RowKind.TEXT]
    assert not any(row.named or row.among for row in alone)


def test_rows_that_are_the_same_stay_the_same_objects_where_several_write() -> None:
    builder = Builder()
    messages = [text(1, "a", sender="bo"), text(2, "b", sender="cy")]
    before = builder.build(messages, None, several=True)
    after = builder.build([*messages, text(3, "c", sender="bo")], None, several=True)
    assert all(one is other for one, other in zip(before, after, strict=False))
    assert builder.build(messages, None)[1] is not before[1]
