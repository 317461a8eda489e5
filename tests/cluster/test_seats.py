"""While a terminal's seat is being written its connection breaks, its realm is erased, the database hangs."""

import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from support.logged import LoggedWarnings
from support.postgres import Server
from support.relay_here import serving
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_relay import accounts, upkeep
from watchword_relay.limits import Limits
from watchword_relay.nodes import neighbours
from watchword_relay.realm import POLICY
from watchword_relay.router import TRY_AGAIN_LATER
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.nodes import Sitter
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

__all__ = ["postgres"]

PATIENCE = 20.0


@pytest.fixture
def url(postgres: Server) -> str:
    return fresh(postgres)


def seats(url: str) -> int:
    """How many terminals stand in the database as being there."""
    with psycopg.connect(url) as database:
        found = database.execute("SELECT count(*) FROM seat").fetchone()
    assert found is not None
    return int(found[0])


class Node:
    """A node in this process whose next seat waits for the test."""

    def __init__(self, store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.address = ""
        self.is_sitting = threading.Event()
        self.may_sit = threading.Event()
        self.has_sat = threading.Event()
        self._sit: Callable[[Sequence[Sitter]], list[int]] = store.nodes.sit
        monkeypatch.setattr(store.nodes, "sit", self._sitting)
        self.strays = store.nodes.strays
        monkeypatch.setattr(store.nodes, "strays", lambda _: [])
        self.has_kept_house = threading.Event()
        self._forget: Callable[[int], int] = store.forget_verdicts
        monkeypatch.setattr(store, "forget_verdicts", self._forgetting)

    def _sitting(self, sitters: Sequence[Sitter]) -> list[int]:
        self.is_sitting.set()
        assert self.may_sit.wait(PATIENCE)
        numbers = self._sit(sitters)
        self.has_sat.set()
        return numbers

    def answers_no_more(self) -> None:
        """From now on a seat is written, and nobody is told."""
        sit = self._sit

        def unheard(sitters: Sequence[Sitter]) -> list[int]:
            sit(sitters)
            raise StoreTrouble("nobody knows")

        self._sit = unheard

    def _forgetting(self, before: int) -> int:
        forgotten = self._forget(before)
        self.has_kept_house.set()
        return forgotten


@pytest.fixture
async def node(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    monkeypatch.setattr(neighbours, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(upkeep, "REALMS_SECONDS", 600.0)
    found = Node(PostgresStore(Settings(url, standbys=0, read_seconds=0.3)), monkeypatch)
    async with serving(tmp_path, found.store, Limits()) as found.address:
        await until(found.has_kept_house.is_set, "what it writes at its start waits for no lock of a test's")
        yield found
    found.store.close()


async def test_who_has_gone_before_it_has_a_seat_leaves_none_behind(node: Node, url: str) -> None:
    """Else its account would be shown as being there until the node ends."""
    async with Terminal(node.address, "ada") as ada:
        await ada.open()
        await ada.send(ada.registration())
        await until(node.is_sitting.is_set, "its seat is being written")
    node.may_sit.set()
    await until(node.has_sat.is_set, "it was written")
    await until(lambda: seats(url) == 0, "it is given up")


async def test_a_seat_that_nobody_knows_of_is_given_up(
    node: Node, url: str, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(node.store.nodes, "strays", node.strays)
    node.may_sit.set()
    async with await Terminal(node.address, "bo").register() as bo:
        node.answers_no_more()
        ada = Terminal(node.address, "ada")
        await ada.open()
        await ada.send(ada.registration())
        assert await ada.closed() == TRY_AGAIN_LATER
        await until(lambda: seats(url) == 1, "only who is there is shown as being there")
        await bo.message("bo")
    logged_warnings.take("store-trouble")


async def test_whose_mailbox_cannot_be_looked_into_comes_again(
    node: Node, url: str, logged_warnings: LoggedWarnings
) -> None:
    node.may_sit.set()
    ada = Terminal(node.address, "ada")
    await ada.open()
    with psycopg.connect(url) as database:
        database.execute("LOCK TABLE recall IN ACCESS EXCLUSIVE MODE")
        await ada.send(ada.registration())
        assert await ada.closed() == TRY_AGAIN_LATER
        await until(lambda: seats(url) == 0, "nobody is shown as being there")

    async def comes_in() -> bool:
        try:
            await ada.open()
            await ada.send(ada.signature())
            return isinstance(await ada.read(), frames.Welcome)
        except ConnectionClosed:
            return False  # the node has not seen yet that the database answers again

    await until_found(comes_in, "it is let in")
    logged_warnings.take("store-trouble")
    await ada.close()


async def test_a_realm_that_is_erased_while_somebody_signs_in_is_gone_for_them(node: Node, url: str) -> None:
    """Nobody removed their desktop from their account."""
    operator = PostgresStore(Settings(url, standbys=0))
    operator.add_realm("acme", 1)
    number = operator.realm("acme")
    invite = accounts.new_invite()
    operator.of(number).add_invite(accounts.invite_hash(invite), 1)
    ada = Terminal(f"{node.address}/acme", "ada")
    await ada.open()
    await ada.send(ada.registration(invite))
    await until(node.is_sitting.is_set, "its seat is being written")
    # As another node does, at which nobody is in it.
    operator.take_away("acme")
    assert not operator.erase(number, 1_000)
    node.may_sit.set()
    ada.listen()
    assert await ada.closed() == POLICY
    assert (await ada.sees(frames.Refusal)).code == RefusalCode.REALM_GONE
    operator.close()
