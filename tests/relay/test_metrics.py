"""What is counted, and how it is told: by the rules of the text format, handshakes by the six endings."""

import re

import pytest

from support.logged import LoggedWarnings
from watchword_relay import log
from watchword_relay.metrics import COUNTERS, ENDINGS, PREFIX, Family, Metrics, ending
from watchword_relay.store.contract import Ended, Owed
from watchword_wire.exchange import AbortCode, VerdictStatus

SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z]+)="([^"\\\n]*)"\})? (-?[0-9.e+]+)')


def samples(page: str) -> dict[tuple[str, str], float]:
    """Read the text format: each family's two head lines come once, before its samples."""
    found: dict[tuple[str, str], float] = {}
    family, kinds = "", {}
    assert page.endswith("\n")
    for line in page.splitlines():
        if line.startswith("# HELP "):
            family = line.split()[2]
            assert family not in kinds
        elif line.startswith("# TYPE "):
            assert line.split()[2] == family
            kinds[family] = line.split()[3]
            assert kinds[family] in ("counter", "gauge", "histogram")
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            name, _, label, value = match.groups()
            ends = ("_bucket", "_sum", "_count") if kinds[family] == "histogram" else ("",)
            assert name in [family + end for end in ends]
            assert (kinds[family] == "counter") == family.endswith("_total")
            assert (name, label or "") not in found
            found[name, label or ""] = float(value)
    return found


def test_everything_that_is_counted_is_told() -> None:
    metrics = Metrics()
    for number, name in enumerate(COUNTERS, 1):
        setattr(metrics, name, number)
    metrics.connections, metrics.present = 7, 5
    told = samples(metrics.page({Family("disk_free_bytes", "gauge", "Room."): 123_456_789_012.0}))
    for number, name in enumerate(COUNTERS, 1):
        assert told[f"{PREFIX}{name}_total", ""] == number
    assert told[PREFIX + "connections", ""] == 7
    assert told[PREFIX + "present", ""] == 5
    assert told[PREFIX + "disk_free_bytes", ""] == 123_456_789_012


def test_every_mistake_that_is_logged_is_counted(logged_warnings: LoggedWarnings) -> None:
    """Wherever it was met: in a task, in a connection's frame, in the loop, in the thread that writes."""
    metrics, name = Metrics(), (f"{PREFIX}bugs_total", "")
    before = samples(metrics.page({}))[name]
    log.bug(ZeroDivisionError())
    logged_warnings.take("bug reason=ZeroDivisionError")
    assert samples(metrics.page({}))[name] == before + 1
    assert metrics.as_dict()["bugs"] == before + 1


def test_how_long_commits_take() -> None:
    metrics = Metrics()
    for seconds in (0.0001, 0.001, 0.0015, 0.3, 60.0):
        metrics.committed(seconds)
    told = samples(metrics.page({}))
    name = PREFIX + "commit_seconds"
    marks = ("0.0005", "0.001", "0.002", "0.2", "0.5", "5.0", "+Inf")
    assert [told[f"{name}_bucket", most] for most in marks] == [1, 2, 3, 3, 4, 4, 5]
    assert told[f"{name}_count", ""] == told[f"{PREFIX}commits_total", ""] == 5
    assert told[f"{name}_sum", ""] == pytest.approx(60.3026)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (VerdictStatus.ESTABLISHED, None, "accepted"),
        (VerdictStatus.NO_CHALLENGE, None, "no_answer"),
        (VerdictStatus.NOT_FINISHED, None, "not_finished"),
        (VerdictStatus.ABORTED, AbortCode.DIFFER, "differ"),
        (VerdictStatus.ABORTED, AbortCode.DECLINED, "declined"),
        (VerdictStatus.ABORTED, AbortCode.WITHDRAWN, "declined"),
        (VerdictStatus.ABORTED, AbortCode.BROKEN_OFF, "not_finished"),
        (VerdictStatus.ABORTED, AbortCode.NO_SUCH_SESSION, "not_finished"),
        (VerdictStatus.ABORTED, None, "not_finished"),
    ],
)
def test_a_handshake_is_counted_by_the_ending_that_its_people_are_told(
    status: VerdictStatus, code: AbortCode | None, said: str
) -> None:
    last = b"" if code is None else b"\x07" + bytes(32) + bytes([code])
    assert ending(status, last) == said
    metrics = Metrics()
    metrics.ended(Ended(bytes(32), "ada/1", "bo/1", status, last, "ada/1", Owed.NOTHING, Owed.NOTHING, 1))
    told = samples(metrics.page({}))
    assert {one: told[PREFIX + "handshakes_total", one] for one in ENDINGS} == {
        one: float(one == said) for one in ENDINGS
    }
