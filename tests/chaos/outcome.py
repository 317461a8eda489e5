"""What a row of the table of reliability came to: one line of JSON, and whether its target was met."""

import math
from collections.abc import Hashable, Iterable, Sequence

import msgspec

Count = int | float | str


class Outcome(msgspec.Struct):
    """Of one row, or of a part of it; ok if nothing is lost, duplicated, out of order or missed."""

    row: int
    what: str
    seed: int
    long: bool
    counts: dict[str, Count] = {}
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    missed: list[str] = []
    """Which targets were not met, in words."""
    left_out: list[str] = []
    """What this machine cannot do, with the reason."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the target was met."""
        return not (self.lost or self.duplicated or self.out_of_order or self.missed)

    def wants(self, met: bool, what: str) -> None:
        """Note a target that is to be met."""
        if not met:
            self.missed.append(what)

    def compare(self, shown: Sequence[Hashable], wanted: Sequence[Hashable]) -> None:
        """Count what is lost, shown twice and out of order in what was shown, by what was to be."""
        first = list(dict.fromkeys(shown))
        known = set(first)
        expected = set(wanted)
        self.lost += sum(one not in known for one in wanted)
        self.duplicated += len(shown) - len(first) + sum(one not in expected for one in first)
        in_order = [one for one in wanted if one in known]
        kept = [one for one in first if one in expected]
        self.out_of_order += sum(one != other for one, other in zip(kept, in_order, strict=True))

    def line(self) -> str:
        """The line of JSON."""
        return msgspec.json.encode({**msgspec.to_builtins(self), "ok": self.ok}).decode()


def percentile(values: Iterable[float], part: float) -> float:
    """The value that so large a part of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def ms(seconds: float) -> float:
    """Milliseconds, as they are shown."""
    return round(seconds * 1_000, 2)
