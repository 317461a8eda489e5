"""Only what is on the list can be logged."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from watchword_relay import log


@pytest.fixture
def lines() -> Iterator[list[str]]:
    logger = logging.getLogger("watchword_relay")
    kept = logger.handlers[:], logger.propagate, logger.level
    written: list[str] = []

    class Memory(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(f"{record.levelname} {record.getMessage()}")

    logger.handlers[:], logger.propagate = [Memory()], False
    logger.setLevel(logging.INFO)
    yield written
    logger.handlers[:], logger.propagate = kept[0], kept[1]
    logger.setLevel(kept[2])


def test_events_and_fields_on_the_list_are_written(lines: list[str]) -> None:
    log.event("expired", count=3)
    log.warning("disk-low", free_mb=12)
    log.counts({"sent": 1, "written": 2})
    assert lines == ["INFO expired count=3", "WARNING disk-low free_mb=12", "INFO counts sent=1 written=2"]


def test_anything_else_is_a_mistake(lines: list[str]) -> None:
    with pytest.raises(KeyError):
        log.event("signed-in")
    with pytest.raises(KeyError):
        log.event("expired", account="ada")
    assert lines == []


def test_for_programs_each_line_is_an_object(lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(json=True)
    log.warning("disk-low", free_mb=12)
    log.counts({"sent": 1})
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first == {"level": "warning", "event": "disk-low", "free_mb": 12}
    assert (second["event"], second["sent"]) == ("counts", 1)


def test_a_bug_is_logged_without_its_text(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="canary") as caught:
        int("secret-canary")
    log.bug(caught.value)
    (line,) = lines
    assert line.startswith("ERROR bug reason=ValueError where=test_log.py:")
    assert "canary" not in line
