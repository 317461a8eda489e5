"""What is marked in a chat: from one place in one text to one in another, whichever came first."""

from collections.abc import Callable

import msgspec

from watchword.model.chat import Message
from watchword.ui.chat.rows import Place, Row, RowKind


class Point(msgspec.Struct, frozen=True, order=True):
    """A place in a text: which row, and how many code points into it."""

    row: Place
    offset: int


class Selection:
    """An anchor and the end that moves."""

    def __init__(self) -> None:
        self._anchor: Point | None = None
        self._end: Point | None = None

    def begin(self, point: Point) -> None:
        """Start anew here."""
        self._anchor = self._end = point

    def extend(self, point: Point) -> None:
        """Move the other end here."""
        if self._anchor is None:
            self._anchor = point
        self._end = point

    def mark(self, start: Point, end: Point) -> None:
        """Mark from one place to another."""
        self._anchor, self._end = start, end

    def clear(self) -> None:
        """Mark nothing."""
        self._anchor = self._end = None

    @property
    def empty(self) -> bool:
        """Whether nothing is marked."""
        return self._anchor is None or self._anchor == self._end

    def within(self, row: Row) -> tuple[int, int] | None:
        """The marked run of a row in code points, or None."""
        if self._anchor is None or self._end is None or self._anchor == self._end:
            return None
        start, end = sorted((self._anchor, self._end))
        if row.kind is not RowKind.TEXT or row.place < start.row or row.place > end.row:
            return None
        first = start.offset if row.place == start.row else 0
        last = min(end.offset, len(row.text)) if row.place == end.row else len(row.text)
        return (first, last) if first < last else None

    def text(self, rows: list[Row], writer: Callable[[Message], str] | None = None) -> str:
        """What is marked, as its writers typed it; one line after another.

        Where more than one message is marked, `writer` names who wrote each.
        """
        named = writer if writer is not None and self.messages(rows) > 1 else None
        pieces: list[str] = []
        message = -1
        for row in rows:
            run = self.within(row)
            if run is None:
                continue
            piece = row.message.text[row.start + run[0] : row.start + run[1]]
            if row.message.id == message:
                pieces[-1] += piece
            else:
                pieces.append(piece if named is None else f"{named(row.message)}: {piece}")
            message = row.message.id
        return "\n".join(pieces)

    def messages(self, rows: list[Row]) -> int:
        """In how many messages something is marked."""
        return len({row.message.id for row in rows if self.within(row) is not None})


def word_at(text: str, offset: int) -> tuple[int, int]:
    """The word around a place: letters and digits, or one character of something else."""
    if not text:
        return (0, 0)
    offset = min(max(0, offset), len(text) - 1)

    def kind(character: str) -> int:
        if character.isspace():
            return 0
        if character > "\u2e7f":
            return 2
        return 1 if character.isalnum() or character in "_'’-" else 3

    wanted = kind(text[offset])
    start = end = offset
    while start > 0 and kind(text[start - 1]) == wanted:
        start -= 1
    while end < len(text) and kind(text[end]) == wanted:
        end += 1
    return (start, end)
