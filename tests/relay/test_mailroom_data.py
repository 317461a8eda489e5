"""Message data in the mail room: to every terminal of every account, by the same contract as envelopes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.office import Line, Office, send
from support.posts import ACME, post
from watchword_relay.limits import MESSAGE_COST, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import VOID, Level, StoreFull
from watchword_wire import frames, limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.message_data import decode


def opened(folder: Path, limits: Limits) -> Office:
    """An office of three accounts; bo has two terminals."""
    office = Office(folder, limits)
    for name in ("ada", "bo", "cy"):
        office.account(name)
    office.second_terminal("bo")
    return office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = opened(tmp_path, Limits())
    yield office
    office.room.hurry()
    office.store.close()


def id_of(frame: frames.Post) -> bytes:
    return decode(frame.data).head.id


def acknowledge(office: Office, box: Mailbox, frame: frames.Post) -> None:
    office.room.ack(box, frames.Ack([id_of(frame)]))


async def test_it_goes_to_every_terminal_each_with_its_own_queue(office: Office) -> None:
    ada, line = office.enter("ada")
    _, first = office.enter("bo")
    office.room.send(ada, before := send("cy"))
    sent = post("ada/1", "bo", "cy")
    office.room.post(ada, sent)
    assert line.oks == []
    batch = office.commit()
    assert line.oks == [before.id, id_of(sent)]
    assert [put.shared for put in batch.puts] == [False, True, True, True]
    assert first.delivered == [frames.DeliverData(1, id_of(sent), "ada/1", sent.data)]
    second_box, second = office.enter("bo", device=2)
    assert second.delivered == first.delivered
    _, at_cy = office.enter("cy")
    assert [(type(one), one.seq) for one in at_cy.delivered] == [(frames.Deliver, 1), (frames.DeliverData, 2)]
    acknowledge(office, second_box, sent)
    office.commit()
    assert (office.waiting("bo"), office.waiting("bo", 2)) == ([id_of(sent)], [])


async def test_it_stands_once_on_the_disk_and_in_memory(tmp_path: Path) -> None:
    sent = post("ada/1", *(f"m{number}" for number in range(50)), sealed=bytes(90_000))
    office = Office(tmp_path, Limits(unwritten_bytes=len(sent.data)))
    office.account("ada")
    for number in range(50):
        office.account(f"m{number}")
    ada, line = office.enter("ada")
    office.room.post(ada, sent)
    office.room.send(ada, send("m1"))
    assert (line.refusals, office.wanted) == ([], 51)
    office.commit()
    assert len(line.oks) == 2
    assert office.store._reader.execute("SELECT count(*), sum(length(data)) FROM body").fetchall() == [
        (1, len(sent.data))
    ]
    assert office.realm.counts(0).size == 50 * len(sent.data) + len(b"sealed")
    office.store.close()


async def test_who_does_not_exist_is_taken_and_waits(office: Office) -> None:
    ada, line = office.enter("ada")
    sent = post("ada/1", "nobody", "no-one")
    office.room.post(ada, sent)
    assert [put.mailbox for put in office.commit().puts] == [VOID, VOID]
    assert line.oks == [id_of(sent)]
    mixed = post("ada/1", "cy", "nobody")
    office.room.post(ada, mixed)
    office.commit()
    assert line.oks[1:] == [id_of(mixed)]
    assert office.waiting("cy") == [id_of(mixed)]
    assert office.realm.counts(0).awaited == Level(3, 2 * len(sent.data) + len(mixed.data))


async def test_between_friends_alone_the_acks_are_enough(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    second, _ = office.enter("bo", device=2)
    cy, _ = office.enter("cy")
    office.friends("ada", "bo", "cy")
    sent = post("ada/1", "bo", "cy")
    office.room.post(ada, sent)
    for box in (bo, second):
        acknowledge(office, box, sent)
    assert line.oks == []
    acknowledge(office, cy, sent)
    assert line.oks == [id_of(sent)]
    await office.rounds(3)
    assert not office.commit()
    assert office.room.unwritten_bytes == 0


async def test_a_friends_terminal_that_is_away_has_it_written_for_all(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    sent = post("ada/1", "bo")
    office.room.post(ada, sent)
    acknowledge(office, bo, sent)
    assert line.oks == []
    second = office.realm.terminal("bo", 2)
    assert second is not None
    assert [put.mailbox for put in office.commit().puts] == [second.mailbox]
    assert line.oks == [id_of(sent)]
    assert (office.waiting("bo"), office.waiting("bo", 2)) == ([], [id_of(sent)])


async def test_one_who_shows_no_presence_keeps_the_acks_of_all_to_themselves(office: Office) -> None:
    ada, line = office.enter("ada")
    cy, _ = office.enter("cy")
    bo, _ = office.enter("bo")
    second, _ = office.enter("bo", device=2)
    office.friends("ada", "bo")
    sent = post("ada/1", "bo", "cy")
    office.room.post(ada, sent)
    for box in (bo, second, cy):
        acknowledge(office, box, sent)
    assert line.oks == []
    assert len(office.commit().puts) == 3
    assert line.oks == [id_of(sent)]
    office.commit()
    assert office.store._reader.execute("SELECT count(*) FROM body").get == 0


async def test_a_repeat_is_kept_once_and_answered(office: Office) -> None:
    ada, line = office.enter("ada")
    sent = post("ada/1", "bo", "cy")
    for _ in range(2):
        office.room.post(ada, sent)
    office.commit()
    assert line.oks == [id_of(sent)]
    office.room.post(ada, sent)
    office.commit()
    assert line.oks == [id_of(sent)] * 2
    assert office.waiting("bo") == office.waiting("bo", 2) == office.waiting("cy") == [id_of(sent)]
    assert office.store._reader.execute("SELECT count(*) FROM body").get == 1


async def test_neither_kind_overtakes_the_other(tmp_path: Path) -> None:
    office = opened(tmp_path, Limits(mailbox_bytes=400))
    ada, line = office.enter("ada")
    office.room.post(ada, large := post("ada/1", "bo", sealed=bytes(300)))
    office.room.send(ada, behind := send("bo"))
    office.room.post(ada, elsewhere := post("ada/1", "cy", sealed=b"2"))
    office.room.send(ada, send("cy", body=bytes(401)))
    office.room.post(ada, after := post("ada/1", "cy", sealed=b"3"))
    assert [refusal.about for refusal in line.refusals][:2] == [id_of(large), behind.id]
    assert [refusal.about for refusal in line.refusals][3:] == [id_of(after)]
    office.commit()
    assert line.oks == [id_of(elsewhere)]
    office.hears(ada, line)
    office.room.send(ada, behind)
    office.commit()
    assert office.waiting("bo") == [behind.id]
    office.store.close()


async def test_a_failed_commit_refuses_it_for_all(office: Office) -> None:
    ada, line = office.enter("ada")
    sent = post("ada/1", "bo", "cy")
    office.room.post(ada, sent)
    office.fail(StoreFull("full"))
    assert line.refusals == [frames.Refusal(RefusalCode.FULL, id_of(sent), 1_000)]
    assert (line.oks, office.room.unwritten_bytes) == ([], 0)
    assert office.waiting("bo") == office.waiting("cy") == []


async def test_each_target_counts_towards_what_an_account_may_send(tmp_path: Path) -> None:
    sent = post("ada/1", "bo", "cy")
    office = opened(tmp_path, Limits(sends=(3 * (MESSAGE_COST + len(sent.data)), 1_000)))
    ada, line = office.enter("ada")
    office.room.post(ada, sent)
    assert line.refusals == []
    office.room.post(ada, post("ada/1", "bo"))
    assert [refusal.code for refusal in line.refusals] == [RefusalCode.RETRY_LATER]
    office.commit()
    office.store.close()


async def test_it_is_kept_as_long_as_it_asks_by_the_time_served(office: Office) -> None:
    ada, _ = office.enter("ada")
    office.room.post(ada, short := post("ada/1", "cy", keep_s=60))
    office.room.post(ada, long := post("ada/1", "cy"))
    assert [(put.at, put.until) for put in office.commit().puts] == [(100, 160), (100, None)]
    for time, seen in ((159, [id_of(short), id_of(long)]), (160, [id_of(long)])):
        office.time = time
        cy, line = office.enter("cy")
        assert line.got == seen
        office.leave(cy, line)
    assert office.store.expire(0, 160, 10)[cy.key].messages == 1


async def test_a_slow_terminal_gets_both_kinds_in_order(office: Office) -> None:
    ada, _ = office.enter("ada")
    cy, at_cy = office.enter("cy", most=1)
    sent: list[bytes] = []
    for number in range(6):
        if number % 2:
            office.room.send(ada, envelope := send("cy"))
            sent.append(envelope.id)
        else:
            office.room.post(ada, data := post("ada/1", "cy"))
            sent.append(id_of(data))
        if number == 2:
            office.commit()
    release(office, cy, at_cy)
    assert at_cy.got == sent
    assert [type(one) for one in at_cy.delivered] == [frames.DeliverData, frames.Deliver] * 3


def release(office: Office, box: Mailbox, line: Line) -> None:
    line.most, line.choked = 1_000, False
    office.room.drain(box)


async def test_what_is_no_message_data_is_not_taken(office: Office) -> None:
    ada, line = office.enter("ada")
    good = post("ada/1", "bo")
    for bad in (frames.Post(good.data[:-1]), post("cy/1", "bo"), frames.Post(good.data, -1)):
        with pytest.raises(PeerError):
            office.room.post(ada, bad)
    office.room.post(ada, frames.Post(bytes(limits.DATA_BYTES + 1)))
    assert line.refusals == [frames.Refusal(RefusalCode.TOO_LARGE)]
    assert not office.commit()


async def test_the_store_learns_whose_data_they_are_and_no_more(office: Office) -> None:
    ada, _ = office.enter("ada")
    office.room.post(ada, post("ada/1", "bo", "cy"))
    office.commit()
    assert [
        (organisation, level.messages) for organisation, level in office.realm.counts(0).data.items()
    ] == [(ACME, 3)]
