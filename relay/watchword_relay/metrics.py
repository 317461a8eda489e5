"""What the relay counts about itself: numbers only, never who or what, and how they are told.

Told in the text format 0.0.4 of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/);
names and meanings stand here and in `watch`, and the dashboard and the alerts are compared with them.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from watchword_relay import log
from watchword_relay.store.contract import Ended
from watchword_wire.exchange import AbortCode, VerdictStatus

PREFIX = "watchword_relay_"
COMMIT_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

ACCEPTED, DECLINED, NO_ANSWER, NOT_FINISHED, DIFFER, RELAY_LOST = ENDINGS = (
    "accepted",
    "declined",
    "no_answer",
    "not_finished",
    "differ",
    "relay_lost",
)
"""How a handshake ends, as both of its people are told; by declined also what was withdrawn."""


class Family(NamedTuple):
    """What is told under one name."""

    name: str
    kind: str
    said: str


COUNTERS = {
    "sign_ins": "Terminals that signed in.",
    "failed_sign_ins": "Wrong keys and invitations.",
    "turned_away": "Connections refused because there were too many in all.",
    "sent": "Messages that were taken from their senders, one for each recipient's terminal.",
    "delivered": "Messages that were given to their recipients.",
    "elided": "Messages that their recipient acknowledged before they had to be written.",
    "written": "Messages that were written to the disk.",
    "commits": "Transactions that are durable.",
    "store_troubles": "Transactions that the disk or the database refused.",
    "recalled": "Copies that their sender took back.",
    "pages": "Pages of history that were asked for.",
    "shares": "Times that history was shared.",
    "refusals": "Messages that were not taken: too much at once, a full mailbox, a full disk.",
    "cut_slow": "Connections that were cut because their peer did not read.",
}
"""Since the start of the process; the attribute's name, and what it counts."""

GAUGES = {
    "connections": "Open connections.",
    "present": "Terminals that are signed in.",
}


class Metrics:
    """What is counted where it happens."""

    __slots__ = (*COUNTERS, *GAUGES, "_commits", "_seconds", "endings")

    def __init__(self) -> None:
        for name in (*COUNTERS, *GAUGES):
            setattr(self, name, 0)
        self.endings = dict.fromkeys(ENDINGS, 0)
        self._commits = [0] * (len(COMMIT_SECONDS) + 1)
        self._seconds = 0.0

    connections: int
    present: int
    sign_ins: int
    failed_sign_ins: int
    turned_away: int
    sent: int
    delivered: int
    elided: int
    written: int
    commits: int
    store_troubles: int
    recalled: int
    pages: int
    shares: int
    refusals: int
    cut_slow: int

    def ended(self, ended: Ended) -> None:
        """Count how a handshake ended."""
        self.endings[ending(ended.status, ended.last)] += 1

    def committed(self, seconds: float) -> None:
        """Count a transaction that is durable, and how long that took."""
        self.commits += 1
        self._commits[bisect_left(COMMIT_SECONDS, seconds)] += 1
        self._seconds += seconds

    def as_dict(self) -> dict[str, int]:
        """All counters by name, for the log."""
        return {name: getattr(self, name) for name in (*GAUGES, *COUNTERS)} | {"bugs": log.bugs()}

    def page(self, also: Mapping[Family, float]) -> str:
        """Everything in the text format.

        Args:
            also: what is looked up now.
        """
        lines: list[str] = []
        for name, said in GAUGES.items():
            lines += _told(Family(name, "gauge", said), getattr(self, name))
        for family, value in also.items():
            lines += _told(family, value)
        for name, said in COUNTERS.items():
            lines += _told(Family(f"{name}_total", "counter", said), getattr(self, name))
        lines += _told(BUGS, log.bugs())
        lines += _heads(HANDSHAKES)
        lines += [f'{PREFIX}{HANDSHAKES.name}{{ending="{one}"}} {many}' for one, many in self.endings.items()]
        lines += _heads(COMMITS)
        lines += self._histogram()
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterator[str]:
        name, so_far = PREFIX + COMMITS.name, 0
        for most, many in zip((*map(str, COMMIT_SECONDS), "+Inf"), self._commits, strict=True):
            so_far += many
            yield f'{name}_bucket{{le="{most}"}} {so_far}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {so_far}"


BUGS = Family("bugs_total", "counter", "Mistakes of the relay's own.")
HANDSHAKES = Family("handshakes_total", "counter", "Handshakes by how they ended.")
COMMITS = Family("commit_seconds", "histogram", "From when a transaction is wanted until it is durable.")


def ending(status: int, last: bytes) -> str:
    """Which of the six endings a verdict is; of an abort its own code says it."""
    match status:
        case VerdictStatus.ESTABLISHED:
            return ACCEPTED
        case VerdictStatus.NO_CHALLENGE:
            return NO_ANSWER
        case VerdictStatus.ABORTED if last and last[-1] == AbortCode.DIFFER:
            return DIFFER
        case VerdictStatus.ABORTED if last and last[-1] in (AbortCode.DECLINED, AbortCode.WITHDRAWN):
            return DECLINED
        case _:
            return NOT_FINISHED


def _heads(family: Family) -> list[str]:
    name = PREFIX + family.name
    return [f"# HELP {name} {family.said}", f"# TYPE {name} {family.kind}"]


def _told(family: Family, value: float) -> list[str]:
    return [*_heads(family), f"{PREFIX}{family.name} {value:.15g}"]
