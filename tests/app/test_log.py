"""What the log says, and what it never does."""

import logging
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchword import log
from watchword.model.errors import Kind, TroubleWith
from watchword_wire.errors import Bug

CANARY = "canary-phrase-41"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    log.start(tmp_path / "log")
    yield tmp_path / "log" / log.FILE
    log.stop()


def test_a_crash_leaves_no_core_dump(file: Path) -> None:
    assert file.exists()
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_an_event_and_its_plain_fields(file: Path) -> None:
    log.note("link online", attempt=3, milliseconds=12.34567, state="online", reason=None)
    [line] = file.read_text().splitlines()
    assert line.endswith(" I link online attempt=3 milliseconds=12.346 state=online")


def test_names_and_hashes_are_shortened_to_a_mark(file: Path) -> None:
    log.note(
        "message in", account="ada.byron", device="ada.byron/1", h=bytes(range(32)), host="relay.example"
    )
    log.note("again", account="ada.byron")
    content = file.read_text()
    for part in ("ada", "byron", bytes(range(32)).hex()[:8], "example"):
        assert part not in content
    first, second = content.splitlines()
    assert second.rpartition("account=")[2] in first


@pytest.mark.parametrize(
    "fields", [{"text": "hello"}, {"phrase": "x"}, {"count": b"bytes"}, {"reason": ["list"]}]
)
def test_what_is_not_on_the_list_is_a_bug(file: Path, fields: dict[str, object]) -> None:
    with pytest.raises(Bug):
        log.note("event", **fields)
    assert file.read_text() == ""


def test_a_plain_field_cannot_forge_a_line(file: Path) -> None:
    log.note("event", reason="one\n2026 E forged\x1b[31m")
    assert len(file.read_text().splitlines()) == 1
    assert "\x1b" not in file.read_text()


def test_our_errors_speak_and_those_of_libraries_give_their_type(file: Path) -> None:
    log.trouble("keyring failed", TroubleWith(Kind.KEYRING_LOCKED))
    log.trouble("relay failed", ValueError(CANARY))
    content = file.read_text()
    assert "error=TroubleWith(keyring-locked)" in content
    assert "error=ValueError" in content
    assert CANARY not in content


def test_a_bug_tells_where_and_not_what(file: Path) -> None:
    def fail(phrase: str) -> None:
        raise KeyError(phrase)

    try:
        fail(CANARY)
    except KeyError as error:
        log.bug("task failed", error, origin="inbox")
    content = file.read_text()
    assert " E task failed origin=inbox error=KeyError" in content
    assert "test_log.py" in content
    assert " fail" in content
    assert CANARY not in content


def test_libraries_are_cut_down_to_who_and_where(file: Path, logged_warnings: object) -> None:
    assert hasattr(logged_warnings, "take")
    logging.getLogger("websockets.client").warning("received %s", CANARY)
    logged_warnings.take(CANARY)
    content = file.read_text()
    assert "library websockets.client test_log:" in content
    assert CANARY not in content


def test_the_file_is_rotated_and_bounded(file: Path) -> None:
    for number in range(12_000):
        log.note("a line that fills the file step by step", count=number, reason="x" * 80)
    files = sorted(file.parent.iterdir())
    assert [path.name for path in files] == ["watchword.log", "watchword.log.1", "watchword.log.2"]
    assert all(path.stat().st_size < 600_000 for path in files)
    assert "count=11999" in file.read_text()


def test_starting_again_moves_to_the_new_folder(file: Path, tmp_path: Path) -> None:
    log.start(tmp_path / "other")
    log.note("here")
    assert "here" in (tmp_path / "other" / log.FILE).read_text()
    assert file.read_text() == ""


def test_without_start_nothing_is_written(tmp_path: Path) -> None:
    log.stop()
    log.note("nobody listens")
    assert list(tmp_path.iterdir()) == []


def test_no_name_is_both_plain_and_shortened() -> None:
    assert not log.PLAIN & log.SHORTENED
