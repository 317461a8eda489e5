"""What the house tests read is let go of after each of their files: Python looks through it all the time."""

from collections.abc import Iterator

import pytest

from house import files


@pytest.fixture(autouse=True, scope="module")
def trees() -> Iterator[None]:
    """Forget every file's tree at the end."""
    yield
    files.parsed.cache_clear()
    files.nodes.cache_clear()
