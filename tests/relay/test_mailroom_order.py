"""Refusals, repeats and acks in the mail room: order is kept, and nobody waits or works in vain."""

import asyncio
import os
from pathlib import Path

from support.office import Office, send
from watchword_relay.limits import MESSAGE_COST, Limits
from watchword_relay.store.contract import Batch, StoreTrouble
from watchword_wire import frames, limits


async def test_nothing_overtakes_what_was_put_off(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(sends=(MESSAGE_COST + 100, 1_000_000)))
    for name in ("ada", "bo"):
        office.account(name)
    ada, line = office.enter("ada")
    first, second, third = send("bo", body=bytes(100)), send("bo", body=bytes(101)), send("bo", body=b"3")
    office.room.send(ada, first)
    office.room.send(ada, second)
    await asyncio.sleep(0.05)  # by itself the third would find its tokens now
    office.room.send(ada, third)
    assert [refusal.about for refusal in line.refusals] == [second.id, third.id]
    office.commit()
    assert office.waiting("bo") == [first.id]
    assert line.oks == [first.id]
    office.store.close()


async def test_a_smaller_one_does_not_overtake_what_found_no_room(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(mailbox_bytes=100))
    for name in ("ada", "bo", "cy"):
        office.account(name)
    ada, line = office.enter("ada")
    large, small, elsewhere = send("bo", body=bytes(101)), send("bo", body=b"2"), send("cy", body=b"3")
    for message in (large, small, elsewhere):
        office.room.send(ada, message)
    assert [refusal.about for refusal in line.refusals] == [large.id, small.id]
    office.commit()
    assert (office.waiting("bo"), office.waiting("cy")) == ([], [elsewhere.id])
    # Who comes in anew starts over by itself.
    ada, line = office.enter("ada")
    office.room.send(ada, small)
    office.commit()
    assert line.oks == [small.id]
    office.store.close()


async def test_nothing_overtakes_what_could_not_be_written(office: Office) -> None:
    ada, line = office.enter("ada")
    cy, at_cy = office.enter("cy")
    first, second, third = send("bo"), send("bo"), send("bo")
    office.room.send(ada, first)
    settle = office.room.collect(Batch())
    office.room.send(ada, second)  # comes while the first is being written
    office.room.send(cy, others := send("bo"))
    settle(StoreTrouble("?"))
    office.room.send(ada, third)
    assert [refusal.about for refusal in line.refusals] == [first.id, second.id, third.id]
    office.commit()
    assert (line.oks, at_cy.oks) == ([], [others.id])
    office.hears(ada, line)
    for message in (first, second, third):
        office.room.send(ada, message)
    office.commit()
    assert line.oks == [first.id, second.id, third.id]
    assert office.waiting("bo") == [others.id, first.id, second.id, third.id]


async def test_nothing_overtakes_though_two_writes_fail_while_the_sender_starts_over(office: Office) -> None:
    ada, line = office.enter("ada")
    first, elsewhere, third = send("cy"), send("bo"), send("cy")
    office.room.send(ada, first)
    settle = office.room.collect(Batch())
    office.room.send(ada, elsewhere)
    office.room.send(ada, third)
    settle(StoreTrouble("?"))
    assert [refusal.about for refusal in line.refusals] == [first.id, elsewhere.id, third.id]
    office.hears(ada, line)
    office.room.send(ada, first)
    office.fail(StoreTrouble("?"))
    office.room.send(ada, elsewhere)  # these left before it could hear of the second refusal
    office.room.send(ada, third)
    office.commit()
    assert office.waiting("cy") == []
    office.hears(ada, line)
    for message in (first, elsewhere, third):
        office.room.send(ada, message)
    office.commit()
    assert (office.waiting("cy"), office.waiting("bo")) == ([first.id, third.id], [elsewhere.id])


async def test_nothing_overtakes_though_a_write_fails_while_the_sender_comes_in_anew(office: Office) -> None:
    ada, line = office.enter("ada")
    first, second, third = send("bo"), send("bo"), send("bo")
    office.room.send(ada, first)
    office.room.send(ada, second)
    settle = office.room.collect(Batch())
    office.leave(ada, line)
    ada, line = office.enter("ada")
    office.room.send(ada, first)
    settle(StoreTrouble("?"))
    assert [refusal.about for refusal in line.refusals] == [first.id]
    office.room.send(ada, second)  # these left before it could hear of the refusal
    office.room.send(ada, third)
    office.commit()
    assert office.waiting("bo") == []
    office.hears(ada, line)
    for message in (first, second, third):
        office.room.send(ada, message)
    office.commit()
    assert office.waiting("bo") == [first.id, second.id, third.id]


async def test_nothing_overtakes_a_message_for_two_that_is_put_off_twice(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(mailbox_bytes=10))
    for name in ("ada", "bo", "cy"):
        office.account(name)
    ada, line = office.enter("ada")
    large, both, behind = send("bo", body=bytes(11)), send("bo", "cy"), send("cy")
    for _ in range(2):
        for message in (large, both, behind):
            office.room.send(ada, message)
        office.hears(ada, line)
    assert [refusal.about for refusal in line.refusals] == 2 * [large.id, both.id, behind.id]
    office.commit()
    assert (office.waiting("bo"), office.waiting("cy")) == ([], [])
    office.store.close()


async def test_a_repeat_of_what_its_recipient_has_is_answered_at_once(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    message = send("bo")
    office.room.send(ada, message)
    await office.rounds(3)
    office.room.collect(Batch())  # it is being written
    office.room.ack(bo, frames.Ack([message.id]))
    assert line.oks == [message.id]
    office.leave(ada, line)  # that answer was lost
    ada, line = office.enter("ada")
    office.room.send(ada, message)
    assert line.oks == [message.id]


async def test_a_repeat_for_many_is_answered_once_all_have_it(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    cy, _ = office.enter("cy")
    office.friends("ada", "bo", "cy")
    message = send("bo", "cy")
    office.room.send(ada, message)
    office.room.send(ada, behind := send("bo"))
    office.leave(bo, office.lines["bo"])
    office.room.send(ada, send("bo"))
    office.commit()  # bo's copy is written, because another had to be; cy's is hoped for
    assert line.oks.count(message.id) == 0
    assert office.waiting("bo")[:2] == [message.id, behind.id]
    office.room.send(ada, message)
    office.commit()
    assert line.oks.count(message.id) == 0
    office.room.ack(cy, frames.Ack([message.id]))
    assert line.oks.count(message.id) == 1


async def test_an_ack_of_what_was_not_delivered_causes_no_work(office: Office) -> None:
    ada, _ = office.enter("ada")
    bo, at_bo = office.enter("bo")
    office.room.send(ada, send("bo"))
    office.commit()
    wanted = office.wanted
    for _ in range(100):
        office.room.ack(bo, frames.Ack([os.urandom(16) for _ in range(limits.ACKS)]))
    assert office.wanted == wanted
    assert office.room.collect(Batch()) is not None
    batch = Batch()
    office.room.ack(bo, frames.Ack(at_bo.got * 100))
    office.room.collect(batch)
    assert len(batch.acks) == 1
