"""Message data of which some mailboxes are full: everybody else has them, and these later, in order."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.office import Office, send
from support.posts import lacking, only, post
from watchword_relay.limits import Limits
from watchword_relay.store.contract import Batch, StoreTrouble
from watchword_wire import frames
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.message_data import decode


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Each mailbox holds two; bo and ada have two terminals."""
    office = Office(tmp_path, Limits(mailbox_messages=2))
    for name in ("ada", "bo", "cy", "di"):
        office.account(name)
    office.second_terminal("bo")
    office.second_terminal("ada")
    yield office
    office.room.hurry()
    office.store.close()


def id_of(frame: frames.Post) -> bytes:
    return decode(frame.data).head.id


def fill(office: Office, name: str, device: int = 1) -> list[bytes]:
    """Have a mailbox full, by somebody who is of no interest."""
    di, line = office.enter("di")
    ids = [bytes([number]) * 16 for number in (1, 2)]
    for one in ids:
        office.came(di, frames.Send(one, [f"{name}/{device}"], b"x"))
    office.commit()
    office.leave(di, line)
    return ids


def empty(office: Office, name: str, device: int = 1) -> list[bytes]:
    """Somebody comes, takes all that waits and goes. Returns what it was."""
    box, line = office.enter(name, device=device)
    office.room.ack(box, frames.Ack(line.got))
    office.commit()
    office.leave(box, line)
    return line.got


@pytest.mark.parametrize("full", [("cy", 1), ("nobody", 1)])
async def test_one_full_mailbox_refuses_for_nobody_else(office: Office, full: tuple[str, int]) -> None:
    name, device = full
    before = fill(office, name, device)
    ada, line = office.enter("ada")
    sent = post("ada/1", "bo", "cy", "nobody")
    office.came(ada, sent)
    assert (line.oks, line.refusals, line.partly) == ([], [], [])
    office.commit()
    assert (line.oks, line.refusals) == ([], [])
    assert [lacking(sent, partly) for partly in line.partly] == [{name}]
    everybody = [("ada", 2), ("bo", 1), ("bo", 2), ("cy", 1)]
    for one in everybody:
        had = [id_of(sent)] if one[0] != name else []
        assert [found for found in office.waiting(*one) if found not in before] == had
    if name == "nobody":
        return
    empty(office, name, device)
    office.hears(ada, line)
    office.came(ada, only(sent, name))
    office.commit()
    for one in everybody:
        assert office.waiting(*one) == [id_of(sent)]
    assert lacking(sent, line.partly[-1]) == {"ada", "bo", "cy", "nobody"} - {name}


@pytest.mark.parametrize("full", [("bo", 1), ("bo", 2), ("ada", 2)])
async def test_a_full_desktop_holds_up_no_other_of_its_account_and_is_told(
    office: Office, full: tuple[str, int]
) -> None:
    """Also after the relay was restarted, until it acknowledged something on a connection that said so."""
    before = fill(office, *full)
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "bo", "cy", roam_s=60))
    office.came(ada, alone := post("ada/1", "bo"))
    office.commit()
    assert (line.oks, line.refusals, line.partly) == ([id_of(sent), id_of(alone)], [], [])
    others = [one for one in (("ada", 2), ("bo", 1), ("bo", 2)) if one != full]
    assert [office.waiting(*one) for one in others] == [[id_of(sent), id_of(alone)]] * 2
    assert office.waiting(*full) == before
    box, there = office.enter(full[0], device=full[1])
    assert box.gap
    assert not any(office.enter(name, device=device)[0].gap for name, device in others)
    # What history keeps, its account has all the same.
    office.store.expire_history(office.time, 9)
    assert [entry.data for entry in office.store.page(box.key, 0, 9, 99_999, None).entries] == [sent.data]
    office.leave(box, there)
    box, there = office.enter(full[0], device=full[1])
    assert box.gap, "nobody knows that it heard"
    office.room.ack(box, frames.Ack(before[:1]))
    settle = office.room.collect(Batch())
    settle(StoreTrouble("?"))
    office.commit()
    office.leave(box, there)
    box, there = office.enter(full[0], device=full[1])
    assert not box.gap
    office.came(ada, later := post("ada/1", "bo"))
    office.commit()
    assert office.waiting(*full) == [before[1], id_of(later)]


async def test_who_has_no_desktop_with_room_lacks_it_still(office: Office) -> None:
    for device in (1, 2):
        fill(office, "bo", device)
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "bo", "cy"))
    office.came(ada, alone := post("ada/1", "bo"))
    office.commit()
    assert [lacking(one, partly) for one, partly in zip((sent, alone), line.partly, strict=True)] == [
        {"bo"}
    ] * 2
    empty(office, "bo", 2)
    office.hears(ada, line)
    office.came(ada, only(sent, "bo"))
    office.commit()
    assert office.waiting("bo", 2) == [id_of(sent)]
    assert [office.enter("bo", device=device)[0].gap for device in (1, 2)] == [True, False]


async def test_nothing_overtakes_what_some_could_not_have_and_nothing_else_waits(office: Office) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    sent = [post("ada/1", "bo", "cy"), post("ada/1", "bo", "cy")]
    for one in sent:
        office.came(ada, one)
    settle = office.room.collect(batch := Batch())
    office.came(ada, alone := post("ada/1", "cy"))
    office.came(ada, envelope := send("cy"))
    assert [refusal.about for refusal in line.refusals] == [id_of(alone), envelope.id]
    # It has room by now; what was sent first still goes first, also before it was said who lacks what.
    empty(office, "cy")
    for _ in range(2):
        office.hears(ada, line)
        office.came(ada, envelope)
        office.came(ada, alone)
    settle(office.store.commit(batch))
    office.commit()
    assert office.waiting("cy") == []
    for one in sent:
        assert [lacking(one, partly) for partly in line.partly if partly.id == id_of(one)] == [{"cy"}]
    assert office.waiting("bo") == [id_of(one) for one in sent]
    office.hears(ada, line)
    for one in sent:
        office.came(ada, only(one, "cy"))
    office.commit()
    assert office.waiting("cy") == [id_of(one) for one in sent]


@pytest.mark.parametrize("stored", [True, False])
async def test_nobody_keeps_it_away_by_using_its_id(office: Office, stored: bool) -> None:
    """Whoever has it already knows its id before those without room get theirs."""
    fill(office, "cy")
    ada, line = office.enter("ada")
    bo, at_bo = office.enter("bo")
    office.came(ada, sent := post("ada/1", "bo", "cy"))
    office.commit()
    assert at_bo.got == [id_of(sent)]
    empty(office, "cy")
    office.came(bo, frames.Send(id_of(sent), ["cy/1"], b"something else"))
    if stored:
        office.commit()
    office.hears(ada, line)
    office.came(ada, only(sent, "cy"))
    office.commit()
    assert [partly.id for partly in line.partly] == [id_of(sent)] * 2
    cy, at_cy = office.enter("cy")
    assert [one.sender for one in at_cy.delivered] == ["bo/1", "ada/1"]
    # An ack is for the first; the second comes again until it is acknowledged as well.
    office.room.ack(cy, frames.Ack([id_of(sent)]))
    office.commit()
    office.leave(cy, at_cy)
    cy, at_cy = office.enter("cy")
    assert [one.sender for one in at_cy.delivered] == ["ada/1"]
    office.room.ack(cy, frames.Ack([id_of(sent)] * 2))
    office.commit()
    assert office.waiting("cy") == []


async def test_who_heard_of_a_refusal_alone_does_not_start_over_before_the_rest_is_said(
    office: Office,
) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    office.came(ada, first := post("ada/1", "bo", "cy"))
    office.came(ada, second := send("cy"))
    settle = office.room.collect(batch := Batch())
    empty(office, "cy")
    office.hears(ada, line)  # of the refusal of the second; of the first nothing was said yet
    office.came(ada, second)
    settle(office.store.commit(batch))
    office.commit()
    assert office.waiting("cy") == []
    office.hears(ada, line)
    office.came(ada, only(first, "cy"))
    office.came(ada, second)
    office.commit()
    assert office.waiting("cy") == [id_of(first), second.id]


async def test_where_nobody_has_room_it_is_refused(office: Office) -> None:
    fill(office, "cy")
    fill(office, "ada", 2)
    ada, line = office.enter("ada")
    sent = post("ada/1", "cy")
    office.came(ada, sent)
    assert line.refusals == [frames.Refusal(RefusalCode.QUOTA, id_of(sent))]
    assert not office.commit()
    empty(office, "ada", 2)
    office.hears(ada, line)
    office.came(ada, sent)
    office.commit()
    assert lacking(sent, line.partly[-1]) == {"cy"}
    assert office.waiting("ada", 2) == [id_of(sent)]


async def test_a_write_that_fails_refuses_it_for_all(office: Office) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "bo", "cy"))
    office.fail(StoreTrouble("?"))
    assert ([one.about for one in line.refusals], line.partly) == ([id_of(sent)], [])
    office.hears(ada, line)
    office.came(ada, sent)
    office.commit()
    assert lacking(sent, line.partly[-1]) == {"cy"}
    office.hears(ada, line)  # a broken frame if that were more than was said
    with pytest.raises(PeerError):
        ada.turns.heard(line.told + 1)


async def test_repeats_are_answered_once_and_nothing_is_owed_after_them(office: Office) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    sent = post("ada/1", "bo", "cy")
    for _ in range(3):
        office.came(ada, sent)
    office.commit()
    assert [lacking(sent, partly) for partly in line.partly] == [{"cy"}]
    empty(office, "cy")
    office.hears(ada, line)
    office.came(ada, sent)
    office.commit()
    assert line.oks == [id_of(sent)]
    assert (office.waiting("bo"), office.waiting("cy")) == ([id_of(sent)], [id_of(sent)])


async def test_what_came_on_an_earlier_connection_is_not_answered_on_the_next(office: Office) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "bo", "cy"))
    settle = office.room.collect(batch := Batch())
    office.leave(ada, line)
    ada, line = office.enter("ada")
    settle(office.store.commit(batch))
    assert (line.told, line.oks) == (0, [])
    office.came(ada, sent)
    office.commit()
    assert lacking(sent, line.partly[-1]) == {"cy"}
    assert office.waiting("bo") == [id_of(sent)]


async def test_a_repeat_for_some_is_history_of_theirs(office: Office) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "bo", "cy", roam_s=1_000))
    office.commit()
    empty(office, "cy")
    office.hears(ada, line)
    office.came(ada, only(sent, "cy"))
    office.commit()
    rows = "SELECT account, count(*) FROM history JOIN archive USING (archive) GROUP BY account"
    assert sorted(office.store._reader.execute(rows)) == [("ada", 1), ("bo", 1), ("cy", 1)]
    assert office.store._reader.execute("SELECT count(*) FROM past").get == 1


async def test_what_was_taken_back_is_not_sent_to_the_rest(office: Office) -> None:
    fill(office, "cy")
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "bo", "cy"))
    office.commit()
    office.came(ada, frames.Recall(id_of(sent)))
    office.commit()
    assert [(one.taken_back, one.left) for one in line.recalled] == [(2, 0)]
    empty(office, "cy")
    office.hears(ada, line)
    office.came(ada, only(sent, "cy"))
    assert line.oks == [id_of(sent)]
    office.commit()
    assert office.waiting("cy") == []
