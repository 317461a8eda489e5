"""What is refused of the address of a database before any server is asked."""

import traceback

import pytest

from watchword_relay.store import postgres_session
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


class Connection:
    """One that is made, and not asked anything."""

    def add_notice_handler(self, _: object) -> None:
        """None comes."""

    def close(self) -> None:
        """It is not open."""


@pytest.mark.parametrize("left", [False, True])
def test_a_server_that_was_left_while_it_was_connected_to_is_not_used(
    left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session has found a newer primary meanwhile."""
    session = Session(Settings("", standbys=0), 1)

    def check_durable(*_: object) -> tuple[str, ...]:
        if left:
            session.leave()
        return ()

    monkeypatch.setattr(postgres_session, "find", lambda *_: (Session.newest_timeline, Connection()))
    monkeypatch.setattr(postgres_session, "check_durable", check_durable)
    session.connect()
    assert session.up is not left
