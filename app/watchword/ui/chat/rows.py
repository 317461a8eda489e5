"""From messages to rows: day separators, the unread line, notices, and long texts in parts.

A text of any length becomes rows of at most PART characters and LINES lines each, so that no row takes long
to lay out; the parts of one message touch and read as one bubble.
"""

import bisect
import enum
import re

import msgspec

from watchword.model.chat import Message, MessageKind
from watchword.ui import i18n

PART = 2_000
LINES = 48
_TOGETHER_MS = 5 * 60 * 1000
"""Messages of one side within five minutes stand closer together."""


class RowKind(enum.StrEnum):
    """What a row is."""

    DAY = "day"
    UNREAD = "unread"
    NOTICE = "notice"
    TEXT = "text"


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a row stands in the chat; it orders like the rows and names them."""

    at: int
    id: int
    part: int


class Row(msgspec.Struct, frozen=True):
    """One row. `text` is what stands in it; `start` is where that begins in the message."""

    kind: RowKind
    place: Place
    message: Message
    text: str = ""
    start: int = 0
    first: bool = True
    last: bool = True
    joined: bool = False
    """The same side wrote just before."""


_EMOJI = re.compile(
    r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u2300-\u23FF\u203C\u2049\u2122\u2139\u3030\u303D\u3297"
    r"\u3299\u2190-\u21FF\u200D\uFE0F\u20E3\U0001F1E6-\U0001F1FF\U000E0020-\U000E007F0-9#*]+"
)
_LINE_END = re.compile("\n")
_MANY = 8
_ALONE = 24
"""The most code points of a text of emoji alone; families of four take seven."""


def emoji_alone(text: str) -> bool:
    """Whether a text is a few emoji and nothing else."""
    bare = text.strip()
    return (
        0 < len(bare) <= _ALONE
        and _EMOJI.fullmatch(bare.replace(" ", "")) is not None
        and any(character > "\u203b" and character != "\ufe0f" for character in bare)
        and (not bare.isascii())
        and sum(1 for character in bare if character >= "\u2190" and character not in "\u200d\ufe0f") <= _MANY
    )


def parts(text: str) -> list[tuple[int, int]]:
    """Where each part of a text begins and ends; cut after a line, or a word, or anywhere."""
    ends = [match.end() for match in _LINE_END.finditer(text)]
    cut: list[tuple[int, int]] = []
    start = 0
    while True:
        end = _limit(text, start, ends)
        cut.append((start, end))
        if end >= len(text):
            return cut
        start = end


def _limit(text: str, start: int, ends: list[int]) -> int:
    """Where the part that begins at `start` ends; `ends` is behind each line."""
    end = min(len(text), start + PART)
    line = bisect.bisect_right(ends, start) + LINES - 1
    if line < len(ends) and ends[line] <= end:
        return ends[line]
    if end == len(text):
        return end
    for mark in ("\n", " "):
        back = text.rfind(mark, start + PART // 2, end)
        if back >= 0:
            return back + 1
    return end


def build(messages: list[Message], unread_from: int | None) -> list[Row]:
    """Rows for messages, oldest first; the unread line stands before the message `unread_from`."""
    rows: list[Row] = []
    before: Message | None = None
    today = ""
    for message in messages:
        day = i18n.date_key(message.at)
        if day != today:
            rows.append(Row(RowKind.DAY, Place(message.at, message.id, -2), message))
            today, before = day, None
        if message.id == unread_from:
            rows.append(Row(RowKind.UNREAD, Place(message.at, message.id, -1), message))
            before = None
        if message.kind is MessageKind.NOTICE:
            rows.append(Row(RowKind.NOTICE, Place(message.at, message.id, 0), message))
            before = None
            continue
        joined = before is not None and before.mine == message.mine and message.at - before.at < _TOGETHER_MS
        rows += _texts(message, joined=joined)
        before = message
    return rows


def _texts(message: Message, *, joined: bool) -> list[Row]:
    if len(message.text) <= PART and message.text.count("\n") < LINES:
        return [Row(RowKind.TEXT, Place(message.at, message.id, 0), message, message.text, joined=joined)]
    cut = parts(message.text)
    return [
        Row(
            RowKind.TEXT,
            Place(message.at, message.id, number),
            message,
            message.text[start:end],
            start,
            number == 0,
            number == len(cut) - 1,
            joined and number == 0,
        )
        for number, (start, end) in enumerate(cut)
    ]
