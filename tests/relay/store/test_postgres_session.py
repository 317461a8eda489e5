"""What is refused of the address of a database before any server is asked."""

import traceback

import pytest

from watchword_relay.store.contract import StoreUnfit
from watchword_relay.store.postgres_session import Session, Settings


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://relay:s3cret@db/x", "store.url is none as libpq reads them"),
        ("postgresql://relay:s3cret@[db/x", "store.url is none as libpq reads them"),
        ("s3cret", "store.url is none as libpq reads them"),
        ("postgresql://relay:s3cret@db1:1,db2:2/x?port=1,2,3", "2 hosts and 3 ports"),
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_it(url: str, said: str) -> None:
    with pytest.raises(StoreUnfit, match=said) as caught:
        Session(Settings(url), 1).connect()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
