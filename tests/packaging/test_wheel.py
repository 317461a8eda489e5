"""The wheel holds the program and its resources, and finds them without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READS = """
from watchword import paths
print(paths.resource("icons/watchword.svg"))
print(paths.resource("translations/watchword_zh_CN.qm").stat().st_size > 0)
print(paths.resource("words/en.txt").read_text().splitlines()[0].isalpha())
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_three_packages_and_nothing_else_are_in_it(unpacked: Path) -> None:
    packages = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert packages == {"watchword", "watchword_relay", "watchword_wire"}


def test_resources_are_found_in_it(unpacked: Path, tmp_path: Path) -> None:
    seen = subprocess.run(
        [sys.executable, "-c", READS],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert seen == [str(unpacked / "watchword/resources/icons/watchword.svg"), "True", "True"]


def test_every_resource_of_the_checkout_is_in_it(unpacked: Path) -> None:
    here = {
        path.relative_to(ROOT / "resources") for path in (ROOT / "resources").rglob("*") if path.is_file()
    }
    there = unpacked / "watchword/resources"
    assert here == {path.relative_to(there) for path in there.rglob("*") if path.is_file()}
