"""Message data for an account that is made while they are under way: there is one moment for each order."""

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from support.office import Line, Office, send
from support.posts import post
from watchword_relay.limits import Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import VOID, Batch
from watchword_wire import frames
from watchword_wire import message_data as wire


def id_of(frame: frames.Post) -> bytes:
    return wire.decode(frame.data).head.id


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    made = Office(tmp_path, Limits())
    made.account("ada")
    yield made
    made.store.close()


class Play:
    """Ada posts, the writer writes, and bo registers and signs in; in whatever order the test wants."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ada, self.at_ada = office.enter("ada")
        self.sent: list[bytes] = []
        self.bo: Mailbox | None = None
        self.at_bo: Line | None = None
        self._batch = Batch()
        self._settle: Callable[..., None] | None = None

    def post(self) -> None:
        sent = post("ada/1", "bo")
        self.sent.append(id_of(sent))
        self.office.room.post(self.ada, sent)

    def register(self) -> None:
        self.office.account("bo")

    def enter(self) -> None:
        self.bo, self.at_bo = self.office.enter("bo")

    def collect(self) -> None:
        self._settle = self.office.room.collect(self._batch)

    def write(self) -> None:
        self._outcome = self.office.store.commit(self._batch)

    def settle(self) -> None:
        assert self._settle is not None
        self._settle(self._outcome)


ORDERS = [
    order
    for order in itertools.permutations(("register", "enter", "collect", "write", "settle"))
    if order.index("register") < order.index("enter")
    and order.index("collect") < order.index("write") < order.index("settle")
]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
async def test_whoever_registers_meanwhile_has_all_in_order(
    office: Office, order: tuple[str, ...], known: bool
) -> None:
    """One before, one between any two steps, one after; bo then comes anew and is given what is left."""
    play = Play(office)
    if known:
        play.post()
        office.commit()
    for step in order:
        play.post()
        getattr(play, step)()
    play.post()
    office.commit()
    assert sorted(play.at_ada.oks) == sorted(play.sent)
    assert not play.at_ada.refusals
    assert office.waiting("bo") == play.sent
    assert play.bo is not None
    assert play.at_bo is not None
    # On the first connection what was there; by then in order, and each once more at the most.
    assert list(dict.fromkeys(play.at_bo.got)) == play.sent
    office.leave(play.bo, play.at_bo)
    again, line = office.enter("bo")
    assert line.got == play.sent
    office.room.ack(again, frames.Ack(line.got))
    office.commit()
    assert office.waiting("bo") == []
    assert office.store.mailbox(again.key)[1] == (0, 0)


async def test_an_envelope_for_who_registers_later_is_not_given(office: Office) -> None:
    ada, line = office.enter("ada")
    office.room.send(ada, send("bo"))
    office.room.post(ada, sent := post("ada/1", "bo"))
    office.commit()
    assert len(line.oks) == 2
    office.account("bo")
    _, at_bo = office.enter("bo")
    assert at_bo.got == [id_of(sent)]


async def test_a_full_mailbox_of_nobody_is_full_after_a_restart_and_after_the_registration(
    tmp_path: Path,
) -> None:
    for start in range(3):
        office = Office(tmp_path, Limits(mailbox_messages=2))
        if not start:
            office.account("ada")
        if start == 2:
            office.account("bo")
        ada, line = office.enter("ada")
        for _ in range(0 if start else 2):
            office.room.post(ada, post("ada/1", "bo"))
            office.commit()
        office.room.post(ada, post("ada/1", "bo"))
        office.commit()
        assert len(line.refusals) == 1
        assert len(line.oks) == (0 if start else 2)
        office.store.close()


async def test_the_mailbox_has_its_number_once_it_is_known(office: Office) -> None:
    """So a second message need not look for it; and one that the store has forgotten is found again."""
    play = Play(office)
    box = office.boxes.of("bo/1")
    play.post()
    office.commit()
    number = office.realm.awaited("bo/1")[0]
    assert (box.key, box.awaited) == (VOID, number)
    office.room.recall(play.ada, frames.Recall(play.sent.pop()))
    office.commit()
    assert office.realm.awaited("bo/1")[0] == VOID
    play.post()
    batch = office.commit()
    assert [(put.mailbox, put.awaited) for put in batch.puts] == [(VOID, number)]
    assert box.awaited == office.realm.awaited("bo/1")[0] != number
    play.register()
    assert office.waiting("bo") == play.sent
