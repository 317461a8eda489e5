"""Taking back: nobody is given what is being taken back, and what somebody has or is being given stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.office import Office, send
from support.posts import post
from watchword_relay.limits import Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import StoreTrouble
from watchword_wire import frames
from watchword_wire.errors import PeerError
from watchword_wire.frames import Recalled, RefusalCode
from watchword_wire.message_data import decode


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office of three accounts; ada and bo have two terminals."""
    office = Office(tmp_path, Limits())
    for name in ("ada", "bo", "cy"):
        office.account(name)
    office.second_terminal("ada")
    office.second_terminal("bo")
    yield office
    office.room.hurry()
    office.store.close()


def id_of(frame: frames.Post) -> bytes:
    return decode(frame.data).head.id


def recall(office: Office, me: Mailbox, message_id: bytes) -> None:
    office.came(me, frames.Recall(message_id))


def acknowledge(office: Office, box: Mailbox, message_id: bytes) -> None:
    office.room.ack(box, frames.Ack([message_id]))


async def test_what_waits_is_taken_back_and_told_once_it_is_written(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, sent := send("bo", "cy"))
    office.came(ada, other := send("cy"))
    office.commit()
    recall(office, ada, sent.id)
    assert line.recalled == []
    office.commit()
    assert line.recalled == [Recalled(sent.id, 2, 0)]
    assert (office.waiting("bo"), office.waiting("cy")) == ([], [other.id])
    assert office.metrics.recalled == 2


async def test_nobody_is_given_it_from_the_moment_it_is_asked_for(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, stored := post("ada/1", "bo", "cy"))
    office.commit()
    office.came(ada, fresh := post("ada/1", "bo", "cy"))
    office.came(ada, after := post("ada/1", "cy"))
    recall(office, ada, id_of(stored))
    recall(office, ada, id_of(fresh))
    _, at_bo = office.enter("bo")
    _, at_cy = office.enter("cy")
    assert (at_bo.got, at_cy.got) == ([], [id_of(after)])
    office.commit()
    assert line.oks == [id_of(one) for one in (stored, fresh, after)]
    assert line.recalled == [Recalled(id_of(one), 3, 0) for one in (stored, fresh)]
    assert office.waiting("bo", 2) == []


async def test_what_is_on_its_way_stays_and_is_counted_apart(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, at_bo = office.enter("bo")
    office.came(ada, sent := post("ada/1", "bo", "cy"))
    recall(office, ada, id_of(sent))
    office.commit()
    assert line.recalled == [Recalled(id_of(sent), 2, 1)]
    assert office.waiting("bo") == [id_of(sent)]
    office.leave(bo, at_bo)
    _, again = office.enter("bo")
    assert again.got == [id_of(sent)]


async def test_what_was_delivered_on_a_connection_that_is_gone_is_taken_back(office: Office) -> None:
    ada, line = office.enter("ada")
    cy, at_cy = office.enter("cy")
    office.came(ada, sent := send("cy"))
    office.leave(cy, at_cy)
    recall(office, ada, sent.id)
    office.commit()
    assert line.recalled == [Recalled(sent.id, 1, 0)]


@pytest.mark.parametrize("moment", ["stored", "forgotten", "unwritten"])
async def test_what_was_acknowledged_is_not_taken_back(office: Office, moment: str) -> None:
    ada, line = office.enter("ada")
    cy, _ = office.enter("cy")
    office.came(ada, sent := send("cy"))
    if moment != "unwritten":
        office.commit()
    acknowledge(office, cy, sent.id)
    if moment == "forgotten":
        office.commit()
    recall(office, ada, sent.id)
    office.commit()
    office.commit()
    assert line.recalled == [Recalled(sent.id, 0, 0)]
    assert office.waiting("cy") == []


async def test_what_may_not_be_written_at_all_is_decided_in_one_commit(office: Office) -> None:
    """Between friends, a message waits in memory for the ack."""
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    office.came(ada, first := send("bo"))
    office.came(ada, second := send("bo"))
    recall(office, ada, second.id)
    assert [put.id for put in office.commit().puts] == [first.id, second.id]
    assert line.recalled == [Recalled(second.id, 0, 1)]
    acknowledge(office, bo, second.id)
    office.commit()
    assert office.waiting("bo") == [first.id]


async def test_a_commit_that_fails_is_tried_again_and_holds_it_till_then(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, stored := send("cy"))
    office.commit()
    office.came(ada, fresh := send("cy"))
    recall(office, ada, stored.id)
    recall(office, ada, fresh.id)
    office.fail(StoreTrouble("?"))
    assert [refusal.about for refusal in line.refusals] == [fresh.id]
    assert line.recalled == []
    _, at_cy = office.enter("cy")
    assert at_cy.got == []
    office.commit()
    assert line.recalled == [Recalled(stored.id, 1, 0), Recalled(fresh.id, 0, 0)]


async def test_what_was_taken_back_is_not_taken_again(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "cy"))
    recall(office, ada, id_of(sent))
    office.came(ada, sent)
    assert line.oks == [id_of(sent)]
    office.commit()
    office.leave(ada, line)
    ada, line = office.enter("ada")
    office.came(ada, sent)
    assert line.oks == [id_of(sent)]
    assert not office.commit()
    assert office.waiting("cy") == []


async def test_a_repeat_is_told_the_same(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, sent := send("cy"))
    recall(office, ada, sent.id)
    recall(office, ada, sent.id)
    office.commit()
    recall(office, ada, sent.id)
    office.leave(ada, line)
    ada, again = office.enter("ada")
    recall(office, ada, sent.id)
    assert line.recalled + again.recalled == [Recalled(sent.id, 1, 0)] * 3


async def test_the_answer_finds_its_terminal_on_a_newer_connection(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, sent := send("cy"))
    recall(office, ada, sent.id)
    office.leave(ada, line)
    _, again = office.enter("ada")
    office.commit()
    assert again.recalled == [Recalled(sent.id, 1, 0)]


async def test_the_senders_own_terminals_keep_theirs(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "cy"))
    recall(office, ada, id_of(sent))
    _, second = office.enter("ada", device=2)
    assert second.got == [id_of(sent)]
    office.commit()
    assert line.recalled == [Recalled(id_of(sent), 1, 0)]
    assert office.waiting("ada", 2) == [id_of(sent)]


async def test_who_does_not_exist_counts_like_who_is_away(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, early := post("ada/1", "cy", "nobody"))
    office.commit()
    office.came(ada, late := post("ada/1", "cy", "nobody"))
    office.came(ada, envelope := send("nobody"))
    for message_id in (id_of(early), id_of(late), envelope.id):
        recall(office, ada, message_id)
    office.commit()
    assert [(one.taken_back, one.left) for one in line.recalled] == [(2, 0), (2, 0), (1, 0)]


@pytest.mark.parametrize("name", ["cy", "nobody"])
async def test_what_frees_a_place_frees_it_whoever_exists(tmp_path: Path, name: str) -> None:
    """And after a restart what was full is full: neither tells that there is nobody."""
    limits = Limits(mailbox_messages=2)
    office = Office(tmp_path, limits)
    for account in ("ada", "cy"):
        office.account(account)
    ada, line = office.enter("ada")

    def taken(frame: frames.Post) -> bool:
        office.hears(ada, line)
        before = len(line.oks)
        office.came(ada, frame)
        office.commit()
        return len(line.oks) > before

    first = post("ada/1", name)
    found = [taken(first), taken(first), taken(post("ada/1", name, keep_s=50)), taken(post("ada/1", name))]
    recall(office, ada, id_of(first))
    office.commit()
    found += [taken(post("ada/1", name)), taken(post("ada/1", name))]
    office.time += 60
    while levels := office.store.expire(0, office.time, 9):
        office.boxes.update(levels)
    found += [taken(post("ada/1", name)), taken(post("ada/1", name))]
    office.room.hurry()
    office.store.close()
    office = Office(tmp_path, limits)
    ada, line = office.enter("ada")
    found.append(taken(post("ada/1", name)))
    assert found == [True, True, True, False, True, False, True, False, False]
    office.store.close()


async def test_nobody_takes_back_what_another_terminal_sent(office: Office) -> None:
    ada, _ = office.enter("ada")
    second, line = office.enter("ada", device=2)
    _, at_cy = office.enter("cy")
    office.came(ada, sent := send("cy"))
    recall(office, second, sent.id)
    assert at_cy.got == [sent.id]
    office.commit()
    recall(office, second, sent.id)
    assert line.recalled == [Recalled(sent.id, 0, 0)] * 2
    assert office.waiting("cy") == [sent.id]


async def test_history_goes_along_where_nobody_has_it(office: Office) -> None:
    ada, _ = office.enter("ada")
    cy, _ = office.enter("cy")
    office.came(ada, sent := post("ada/1", "bo", "cy", roam_s=60))
    office.commit()
    acknowledge(office, cy, id_of(sent))
    recall(office, ada, id_of(sent))
    office.commit()
    bo = office.boxes.of("bo/1")
    pages = [office.store.page(box.key, 0, 9, 9, None) for box in (ada, bo, cy)]
    assert [page.total for page in pages] == [1, 0, 1]


async def test_others_have_their_turn_after_each(office: Office) -> None:
    """All mailboxes that are in memory are looked through."""
    ada, line = office.enter("ada")
    for number in range(3):
        recall(office, ada, bytes([number]) * 16)
    assert line.turns_ended == 3


async def test_too_many_are_put_off(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(recalls=(1, 0.001)))
    office.account("ada")
    ada, line = office.enter("ada")
    for number in range(2):
        recall(office, ada, bytes([number]) * 16)
    assert [(one.code, one.about) for one in line.refusals] == [(RefusalCode.RETRY_LATER, b"\1" * 16)]
    assert line.refusals[0].retry_ms > 900_000
    office.commit()
    assert line.recalled == [Recalled(bytes(16), 0, 0)]
    office.store.close()


@pytest.mark.parametrize("size", [0, 15, 17])
async def test_what_is_no_id_ends_the_connection(office: Office, size: int) -> None:
    ada, _ = office.enter("ada")
    with pytest.raises(PeerError):
        recall(office, ada, bytes(size))
