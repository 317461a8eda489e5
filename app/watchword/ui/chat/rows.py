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
"""Messages of one person within five minutes stand closer together."""

_QUARTER_MS = 15 * 60 * 1000
_QUARTERS = 4_000


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
    """The same person wrote just before."""
    among: bool = False
    """Of somebody else where several write: it leaves room for a picture of who wrote it."""

    @property
    def named(self) -> bool:
        """Whether it begins what somebody wrote in a row: the name stands over it, the picture beside it."""
        return self.among and self.first and not self.joined


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


def build(messages: list[Message], unread_from: int | None, *, several: bool = False) -> list[Row]:
    """Rows for messages, oldest first; the unread line stands before the message `unread_from`."""
    return Builder().build(messages, unread_from, several=several)


class Builder:
    """Makes rows; those of a message that is the same as before are the same objects as before."""

    def __init__(self) -> None:
        self._days: dict[int, str] = {}
        """By quarter of an hour, in which no time zone changes its day."""
        self._made: dict[int, tuple[Message, bool, bool, list[Row]]] = {}
        self._lines: dict[Place, Row] = {}

    def build(self, messages: list[Message], unread_from: int | None, *, several: bool = False) -> list[Row]:
        """Rows for messages, oldest first; the unread line stands before the message `unread_from`.

        Where `several` write besides this user, it is said who wrote what.
        """
        rows: list[Row] = []
        made: dict[int, tuple[Message, bool, bool, list[Row]]] = {}
        lines: dict[Place, Row] = {}
        before: Message | None = None
        today = ""

        def line(kind: RowKind, message: Message, part: int) -> None:
            place = Place(message.at, message.id, part)
            kept = self._lines.get(place)
            same = kept is not None and kept.kind is kind and kept.message is message
            lines[place] = row = kept if kept is not None and same else Row(kind, place, message)
            rows.append(row)

        for message in messages:
            day = self._day(message.at)
            if day != today:
                line(RowKind.DAY, message, -2)
                today, before = day, None
            if message.id == unread_from:
                line(RowKind.UNREAD, message, -1)
                before = None
            if message.kind is MessageKind.NOTICE:
                line(RowKind.NOTICE, message, 0)
                before = None
                continue
            joined = (
                before is not None
                and before.mine == message.mine
                and before.sender == message.sender
                and message.at - before.at < _TOGETHER_MS
            )
            among = several and not message.mine
            kept = self._made.get(message.id)
            if kept is None or kept[0] is not message or kept[1] is not joined or kept[2] is not among:
                kept = (message, joined, among, _texts(message, joined=joined, among=among))
            made[message.id] = kept
            rows += kept[3]
            before = message
        self._made, self._lines = made, lines
        return rows

    def _day(self, at: int) -> str:
        quarter = at // _QUARTER_MS
        day = self._days.get(quarter)
        if day is None:
            if len(self._days) > _QUARTERS:
                self._days.clear()
            day = self._days[quarter] = i18n.date_key(at)
        return day


def _texts(message: Message, *, joined: bool, among: bool) -> list[Row]:
    if len(message.text) <= PART and message.text.count("\n") < LINES:
        place = Place(message.at, message.id, 0)
        return [Row(RowKind.TEXT, place, message, message.text, joined=joined, among=among)]
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
            among,
        )
        for number, (start, end) in enumerate(cut)
    ]
