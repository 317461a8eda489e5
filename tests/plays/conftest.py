"""What every play stands on."""

from collections.abc import Iterator

import pytest

from support.remembered import salted_once


@pytest.fixture(scope="module", autouse=True)
def one_salt() -> Iterator[None]:
    """Profiles that a play makes in its own process cost a master passphrase's second once."""
    with salted_once():
        yield
