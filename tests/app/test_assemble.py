"""The parts that are brought after the first paint."""

import linecache
from pathlib import Path

from PySide6.QtWidgets import QApplication

from watchword.assemble import bring
from watchword.paths import Paths


def test_no_source_of_a_module_stays_in_memory(qapp: QApplication, tmp_path: Path) -> None:
    assert linecache.getlines(__file__), "what PySide does with every module that is imported"
    bring(Paths.of(tmp_path))
    assert not linecache.cache
