"""Columns, digits, dates."""

import pytest

from watchword.org.report import grouped, moment, shown, table, told
from watchword_wire.errors import Refused


def test_columns_stand_under_their_heads() -> None:
    assert table(("key", "version"), [("hr-2026", "1"), ("x", "12")]) == (
        "key      version",
        "hr-2026  1",
        "x        12",
    )


def test_what_a_stranger_wrote_cannot_move_the_cursor() -> None:
    assert shown("陈 “hr”") == "陈 “hr”"
    assert shown("a\x1b]0;b\x07\x9b2J\u202ec\nsignature      fits") == (
        "a\\x1b]0;b\\x07\\x9b2J\\u202ec\\nsignature      fits"
    )


def test_digits_are_read_out_in_groups() -> None:
    assert grouped("01234567890123456789") == "01234 56789 01234 56789"


@pytest.mark.parametrize(
    ("typed", "seconds", "again"),
    [
        (None, 0, "–"),
        ("1970-01-02", 86_400, "1970-01-02"),
        ("1970-01-02T01:00", 90_000, "1970-01-02T01:00Z"),
        ("1970-01-02T01:00+01:00", 86_400, "1970-01-02"),
    ],
)
def test_dates_are_utc_unless_they_say(typed: str | None, seconds: int, again: str) -> None:
    assert moment(typed) == seconds
    assert told(seconds) == again


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01", "1969-01-01", ""])
def test_what_is_no_date_is_said(typed: str) -> None:
    with pytest.raises(Refused, match=r"is no date|too long ago"):
        moment(typed)
