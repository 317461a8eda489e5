"""What the house tests read is let go of after each of their files, and not looked through until then."""

import gc
from collections.abc import Iterator

import pytest

from house import files


@pytest.fixture(autouse=True, scope="module")
def trees() -> Iterator[None]:
    """Forget every file's tree at the end; meanwhile Python need not search millions of nodes for cycles."""
    gc.disable()
    yield
    files.parsed.cache_clear()
    files.content.cache_clear()
    gc.enable()
