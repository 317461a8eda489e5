"""The second look of `.ci/run` at what failed beside others."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def again() -> ModuleType:
    spec = importlib.util.spec_from_file_location("again", ROOT / ".ci" / "again.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_left(root: Path, text: str, *failed: str) -> None:
    """A folder whose last run left these as failed."""
    (root / "test_some.py").write_text(text, "utf-8")
    cache = root / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text(json.dumps({f"test_some.py::{name}": True for name in failed}), "utf-8")


def test_what_holds_by_itself_is_named_and_passes(
    again: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_left(tmp_path, "def test_one(): pass\n", "test_one")
    assert again.main(tmp_path) == 0
    assert capsys.readouterr().out.endswith("to be mended: test_some.py::test_one\n")


def test_what_fails_by_itself_too_is_refused(again: ModuleType, tmp_path: Path) -> None:
    run_left(tmp_path, "def test_one(): pass\ndef test_two(): assert False\n", "test_one", "test_two")
    assert again.main(tmp_path) == 1


def test_more_than_a_few_are_no_accident(again: ModuleType, tmp_path: Path) -> None:
    names = [f"test_{number}" for number in range(again.FEW + 1)]
    run_left(tmp_path, "".join(f"def {name}(): pass\n" for name in names), *names)
    assert again.main(tmp_path) == 1


def test_a_run_that_broke_off_before_its_tests_is_refused(again: ModuleType, tmp_path: Path) -> None:
    assert again.main(tmp_path) == 1


def test_a_test_that_is_not_there_is_refused(again: ModuleType, tmp_path: Path) -> None:
    run_left(tmp_path, "", "test_gone")
    assert again.main(tmp_path) == 1
