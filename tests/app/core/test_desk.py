from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.desk import Place, place
from support.logged import LoggedWarnings
from watchword.model.chat import Contact
from watchword.model.errors import Kind, Situation
from watchword.model.events import ContactChanged, Event, TroubleMet, TroubleOver


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path, "ada") as desk:
        yield desk


async def test_every_listener_hears_in_order_until_it_stops(ada: Place) -> None:
    heard: list[Event] = []
    stop = ada.listen(heard.append)
    ada.report(Situation(Kind.DISK_FULL))
    ada.report(Situation(Kind.RELAY_FULL))
    stop()
    stop()
    ada.report(Situation(Kind.RELAY_BUSY))
    assert heard == [TroubleMet(Situation(Kind.DISK_FULL)), TroubleMet(Situation(Kind.RELAY_FULL))]
    assert len(ada.events) == 3


async def test_what_lasts_is_told_once_until_it_is_over(ada: Place) -> None:
    full = Situation(Kind.RELAY_QUOTA, {"account": "bo"})
    nonsense = Situation(Kind.RELAY_NONSENSE)
    for _ in range(2):
        ada.report(full, lasting=True)
        ada.report(nonsense)
    ada.mended(Kind.RELAY_FULL, Kind.RELAY_QUOTA)
    ada.mended(Kind.RELAY_FULL, Kind.RELAY_QUOTA)
    ada.report(full, lasting=True)
    assert ada.events == [
        TroubleMet(full),
        TroubleMet(nonsense),
        TroubleMet(nonsense),
        TroubleOver(frozenset({Kind.RELAY_QUOTA})),
        TroubleMet(full),
    ]


async def test_what_lasts_is_told_of_each_person_and_of_them_only(ada: Place) -> None:
    bo, cy = (Situation(Kind.RELAY_QUOTA, {"account": account}) for account in ("bo", "cy"))
    for situation in (bo, cy, bo, cy):
        ada.report(situation, lasting=True)
    for seconds in (1, 2):  # other numbers are no other trouble
        ada.report(Situation(Kind.RELAY_BUSY, {"seconds": seconds}), lasting=True)
    ada.mended(Kind.RELAY_QUOTA)
    ada.report(bo, lasting=True)
    busy = TroubleMet(Situation(Kind.RELAY_BUSY, {"seconds": 1}))
    over = TroubleOver(frozenset({Kind.RELAY_QUOTA}))
    assert ada.events == [TroubleMet(bo), TroubleMet(cy), busy, over, TroubleMet(bo)]


async def test_a_store_that_can_be_written_again_is_told(ada: Place) -> None:
    ada.report(Situation(Kind.DISK_FULL, {"folder": "here"}))
    ada.db.recovered()
    ada.report(Situation(Kind.DISK_FULL, {"folder": "here"}))
    assert [type(event) for event in ada.events] == [TroubleMet, TroubleOver, TroubleMet]
    assert ada.events[1] == TroubleOver(frozenset({Kind.DISK_FULL, Kind.PROFILE_READ_ONLY}))


async def test_a_listener_s_mistake_stays_its_own(ada: Place, logged_warnings: LoggedWarnings) -> None:
    def mistaken(_event: Event) -> None:
        raise KeyError("x")

    heard: list[Event] = []
    ada.listen(mistaken)
    ada.listen(heard.append)
    ada.report(Situation(Kind.DISK_FULL))
    assert len(heard) == 1
    logged_warnings.take("listener failed")


async def test_presence_is_added_to_what_is_told(ada: Place) -> None:
    ada.present.add("bo")
    ada.tell(ContactChanged(Contact("bo", "Bo")))
    assert ada.events == [ContactChanged(Contact("bo", "Bo", present=True))]


async def test_the_desk_shows_no_secret(ada: Place) -> None:
    assert ada.identity.expose().hex() not in repr(vars(ada))
