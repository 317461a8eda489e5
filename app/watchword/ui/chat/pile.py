"""The rows on top of each other: exact heights of what was shown, estimates for the rest.

Only what is seen is laid out (one layout costs about 0.1 ms); some 160 layouts are kept, several screens.
"""

import bisect
import itertools
import operator
import time
from collections import OrderedDict

from watchword.model.chat import Message
from watchword.ui.chat.rows import Place, Row
from watchword.ui.chat.typeset import TOLD, Typeset, estimate, weigh

KEPT = 160


class Pile:
    """Rows, their heights, and the layouts of those last seen."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.column = 400.0
        self.contact = ""
        self.names: dict[str, str] = {}
        """Who else writes here, by account; empty where there is one other person only."""
        self.several = False
        """Whether more than one other person writes here, known by name or not."""
        self._exact: dict[Place, float] = {}
        self._weights: dict[Place, tuple[float, int]] = {}
        self._typeset: OrderedDict[Place, Typeset] = OrderedDict()
        self._heights: list[float] = []
        """Exact or guessed, of each row."""
        self._tops: list[float] = [0.0]
        self._index: dict[Place, int] = {}
        self._stale = False
        """Some height turned out to be another than the one it is stacked with."""

    # --- what is in it ----------------------------------------------------------------
    def set_rows(self, rows: list[Row]) -> None:
        """Replace the rows; those that are the same keep their heights and layouts.

        Only what comes after the beginning that both have in common is looked at.
        """
        same = sum(1 for _ in itertools.takewhile(bool, map(operator.is_, self.rows, rows)))
        before = {row.place: row for row in self.rows[same:]}
        for place in before:
            del self._index[place]
        for number, row in enumerate(rows[same:], same):
            self._index[row.place] = number
            old = before.pop(row.place, None)
            if old is not None and old is not row and old != row:
                self._typeset.pop(row.place, None)
                if _size_of(old) != _size_of(row):
                    self._exact.pop(row.place, None)
                    self._weights.pop(row.place, None)
        for place in before:
            self._exact.pop(place, None)
            self._weights.pop(place, None)
        self.rows = rows
        self._heights[same:] = map(self._measure, rows[same:])
        self._stack(0 if self._stale else same)

    def take_people(self, names: dict[str, str], *, several: bool) -> bool:
        """Take who else writes here; whether it is somebody else than before."""
        before = self.names, self.several
        self.names, self.several = names, several or bool(names)
        return before != (self.names, self.several)

    def set_column(self, column: float) -> bool:
        """Lay everything out for another width; whether it is another one."""
        if column == self.column:
            return False
        self.column = column
        self.forget()
        return True

    def forget(self) -> None:
        """Lay everything out anew (width, colours, language)."""
        self._exact.clear()
        self._typeset.clear()
        self._heights = [*map(self._guess, self.rows)]
        self._stack()

    # --- where things are -------------------------------------------------------------
    @property
    def height(self) -> float:
        """The height of everything."""
        return self._tops[-1]

    def top(self, number: int) -> float:
        """Where a row begins."""
        return self._tops[number]

    def number_at(self, y: float) -> int:
        """The row at a height, or the nearest; -1 if there is none."""
        if not self.rows:
            return -1
        return min(len(self.rows) - 1, max(0, bisect.bisect_right(self._tops, y) - 1))

    def number_of(self, place: Place) -> int | None:
        """Where a row is now."""
        return self._index.get(place)

    def writer(self, message: Message) -> str:
        """The name of who else wrote a message, by the account where there is no name."""
        return self.names.get(message.sender, message.sender) or self.contact

    # --- laying out -------------------------------------------------------------------
    def typeset(self, number: int) -> Typeset:
        """A row laid out; its height is exact from then on."""
        row = self.rows[number]
        made = self._typeset.get(row.place)
        if made is None:
            made = Typeset(row, self.column, self.contact, self.writer(row.message), self.names)
            self._typeset[row.place] = made
            if len(self._typeset) > KEPT:
                self._typeset.popitem(last=False)
            self._exact[row.place] = made.height
            if abs(self._heights[number] - made.height) > 0.5:  # noqa: PLR2004 - a pixel
                self._stale = True
            self._heights[number] = made.height
        else:
            self._typeset.move_to_end(row.place)
        return made

    def settle(self, first_y: float, last_y: float, budget: float | None = None) -> bool:
        """Make the heights between two places exact; whether any changed. `budget` in seconds."""
        if not self.rows:
            return False
        until = None if budget is None else time.perf_counter() + budget
        number = self.number_at(first_y)
        y = self._tops[number]
        while number < len(self.rows) and y < last_y:
            row = self.rows[number]
            if row.place not in self._exact:
                self.typeset(number)
                if until is not None and time.perf_counter() > until:
                    break
            y += self._exact.get(row.place, 0.0)
            number += 1
        if not self._stale:
            return False
        self._stack()
        return True

    def _stack(self, number: int = 0) -> None:
        """Put the rows on top of each other, from one on."""
        self._stale = False
        self._tops[number:] = itertools.accumulate(self._heights[number:], initial=self._tops[number])

    def _measure(self, row: Row) -> float:
        exact = self._exact.get(row.place)
        return self._guess(row) if exact is None else exact

    def _guess(self, row: Row) -> float:
        weight = self._weights.get(row.place)
        if weight is None:
            weight = self._weights[row.place] = weigh(row)
        return float(round(estimate(row.kind, weight, self.column)))


def _size_of(old: Row) -> tuple[object, ...]:
    """What the height of a row depends on."""
    message = old.message
    told = message.delivery if message.delivery in TOLD else None
    return (old.text, old.joined, old.last, old.among, told, message.line)
