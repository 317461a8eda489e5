"""The acknowledgement contract, step by step, on a real store; commits happen when the test says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.office import Office, send
from support.waiting import until
from watchword_relay import mailroom
from watchword_relay.limits import MESSAGE_COST, Limits
from watchword_relay.store.contract import VOID, Batch, Level, Stored, StoreFull, StoreTrouble
from watchword_wire import frames, limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode


async def test_ok_comes_after_the_commit(office: Office) -> None:
    """It is sent after COMMIT (PostgreSQL: after the quorum's flush), or after the recipient's ack."""
    ada, line = office.enter("ada")
    message = send("bo")
    office.room.send(ada, message)
    assert line.oks == []
    batch = office.commit()
    assert [put.id for put in batch.puts] == [message.id]
    assert line.oks == [message.id]


async def test_between_strangers_an_ack_does_not_hurry_ok(office: Office) -> None:
    ada, at_ada = office.enter("ada")
    bo, at_bo = office.enter("bo")
    message = send("bo")
    office.room.send(ada, message)
    assert at_bo.got == [message.id]
    office.room.ack(bo, frames.Ack([message.id]))
    assert at_ada.oks == []
    assert len(office.commit().puts) == 1
    assert at_ada.oks == [message.id]
    assert office.commit().acks == [(bo.key, message.id, ada.key)]
    assert list(office.store.waiting(bo.key, 0, 10, 0)) == []


async def test_between_friends_an_ack_is_enough_and_nothing_is_written(office: Office) -> None:
    ada, at_ada = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    message = send("bo")
    office.room.send(ada, message)
    office.room.ack(bo, frames.Ack([message.id]))
    assert at_ada.oks == [message.id]
    await office.rounds(3)
    assert not office.commit()
    assert (office.metrics.elided, bo.unwritten, bo.unwritten_bytes) == (1, {}, 0)


async def test_what_a_friend_does_not_acknowledge_is_written_after_two_rounds(office: Office) -> None:
    ada, at_ada = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    message = send("bo")
    office.room.send(ada, message)
    assert not office.commit()
    await office.rounds(3)
    assert office.wanted
    assert [put.id for put in office.commit().puts] == [message.id]
    assert at_ada.oks == [message.id]
    office.room.ack(bo, frames.Ack([message.id]))
    assert office.commit().acks == [(bo.key, message.id, ada.key)]
    assert at_ada.oks == [message.id]


async def test_an_ack_during_the_commit_is_told_at_once_and_deleted_after(office: Office) -> None:
    ada, at_ada = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    message = send("bo")
    office.room.send(ada, message)
    office.room.hurry()
    batch = Batch()
    settle = office.room.collect(batch)
    office.room.ack(bo, frames.Ack([message.id]))
    assert at_ada.oks == [message.id]
    settle(office.store.commit(batch))
    assert at_ada.oks == [message.id]
    assert office.commit().acks == [(bo.key, message.id, ada.key)]
    assert list(office.store.waiting(bo.key, 0, 10, 0)) == []


async def test_for_many_ok_comes_with_the_last(office: Office) -> None:
    ada, at_ada = office.enter("ada")
    bo, _ = office.enter("bo")
    cy, _ = office.enter("cy")
    office.friends("ada", "bo", "cy")
    message = send("bo", "cy")
    office.room.send(ada, message)
    office.room.ack(bo, frames.Ack([message.id]))
    assert at_ada.oks == []
    office.room.ack(cy, frames.Ack([message.id]))
    assert at_ada.oks == [message.id]
    assert not office.commit()


async def test_where_it_is_not_for_all_nobodys_ack_hurries_ok(office: Office) -> None:
    """A friend, a friend and somebody who is not: all are written, together."""
    ada, at_ada = office.enter("ada")
    bo, _ = office.enter("bo")
    cy, _ = office.enter("cy")
    office.friends("ada", "bo", "cy")
    message = send("bo", "cy", "nobody")
    office.room.send(ada, message)
    office.room.ack(bo, frames.Ack([message.id]))
    office.room.ack(cy, frames.Ack([message.id]))
    assert at_ada.oks == []
    assert [put.mailbox for put in office.commit().puts] == [bo.key, cy.key, VOID]
    assert at_ada.oks == [message.id]


async def test_what_is_for_nobody_meets_nothing_else(office: Office) -> None:
    """Messages for several who do not exist go through one transaction, whoever sent them."""
    ada, at_ada = office.enter("ada")
    cy, at_cy = office.enter("cy")
    office.room.send(ada, first := send("nobody", "no-one"))
    office.room.send(cy, second := send("neither", "bo"))
    office.commit()
    assert (at_ada.oks, at_cy.oks) == ([first.id], [second.id])
    assert office.waiting("bo") == [second.id]


async def test_ok_finds_the_senders_newest_connection(office: Office) -> None:
    ada, line = office.enter("ada")
    message = send("bo")
    office.room.send(ada, message)
    office.leave(ada, line)
    _, newest = office.enter("ada")
    office.commit()
    assert (line.oks, newest.oks) == ([], [message.id])


async def test_a_repeat_before_the_commit_is_answered_once(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, at_bo = office.enter("bo")
    message = send("bo")
    office.room.send(ada, message)
    office.room.send(ada, message)
    office.commit()
    assert (line.oks, at_bo.got) == ([message.id], [message.id])
    office.room.send(ada, message)
    office.commit()
    assert line.oks == [message.id] * 2
    assert len(list(office.store.waiting(bo.key, 0, 10, 0))) == 1


async def test_a_failed_commit_is_a_refusal_and_the_message_is_not_kept(office: Office) -> None:
    for trouble, code in (
        (StoreFull("full"), RefusalCode.FULL),
        (StoreTrouble("?"), RefusalCode.RETRY_LATER),
    ):
        ada, line = office.enter("ada")
        message = send("bo", "cy")
        office.room.send(ada, message)
        office.fail(trouble)
        assert line.oks == []
        assert line.refusals == [frames.Refusal(code, message.id, 1_000)]
        assert not office.commit()
        office.disk.low = False


async def test_what_is_acknowledged_but_not_deleted_yet_does_not_come_again(office: Office) -> None:
    ada, _ = office.enter("ada")
    first, second = send("bo"), send("bo")
    office.room.send(ada, first)
    office.room.send(ada, second)
    office.commit()
    bo, at_bo = office.enter("bo")
    assert at_bo.got == [first.id, second.id]
    office.room.ack(bo, frames.Ack([first.id]))
    office.leave(bo, at_bo)
    bo, at_bo = office.enter("bo")
    assert at_bo.got == [second.id]
    assert office.commit().acks == [(bo.key, first.id, ada.key)]


async def test_acks_survive_a_failed_commit(office: Office) -> None:
    ada, _ = office.enter("ada")
    message = send("bo")
    office.room.send(ada, message)
    office.commit()
    bo, _ = office.enter("bo")
    office.room.ack(bo, frames.Ack([message.id]))
    office.fail(StoreFull("full"))
    assert office.commit().acks == [(bo.key, message.id, ada.key)]


async def test_what_cannot_be_read_now_is_sent_when_it_can(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailroom, "RETRY_SECONDS", 0.01)
    ada, _ = office.enter("ada")
    message = send("bo")
    office.room.send(ada, message)
    office.commit()
    reading, troubled = office.realm.waiting, [True]

    def waiting(*asked: int) -> Iterator[Stored]:
        if troubled:
            troubled.pop()
            raise StoreTrouble("?")
        return reading(*asked)

    monkeypatch.setattr(office.realm, "waiting", waiting)
    bo, at_bo = office.enter("bo")
    await until(lambda: at_bo.got == [message.id], "it is sent")
    assert bo.live


async def test_a_full_disk_refuses_before_it_is_full(office: Office) -> None:
    ada, line = office.enter("ada")
    office.disk.low = True
    office.room.send(ada, message := send("bo"))
    assert line.refusals == [frames.Refusal(RefusalCode.FULL, message.id)]


async def test_a_full_mailbox_refuses_for_all_targets(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(mailbox_messages=2, mailbox_bytes=1_000))
    for name in ("ada", "bo", "cy"):
        office.account(name)
    ada, line = office.enter("ada")
    for _ in range(2):
        office.room.send(ada, send("bo", body=b"x"))
    office.room.send(ada, third := send("cy", "bo", body=b"x"))
    assert line.refusals.pop() == frames.Refusal(RefusalCode.QUOTA, third.id)
    office.commit()
    office.room.send(ada, fourth := send("bo", body=b"x"))
    assert line.refusals.pop().code == RefusalCode.QUOTA
    office.room.send(ada, send("cy", body=bytes(1_001)))
    assert line.refusals.pop().code == RefusalCode.QUOTA
    # What is fetched makes room.
    bo, at_bo = office.enter("bo")
    office.room.ack(bo, frames.Ack(at_bo.got[:1]))
    office.commit()
    office.hears(ada, line)
    office.room.send(ada, fourth)
    office.commit()
    assert fourth.id in line.oks
    office.store.close()


async def test_a_mailbox_of_nobody_fills_like_any_other(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(mailbox_messages=2))
    office.account("ada")
    ada, line = office.enter("ada")
    for _ in range(3):
        office.room.send(ada, send("nobody"))
        office.commit()
    assert len(line.oks) == 2
    assert [refusal.code for refusal in line.refusals] == [RefusalCode.QUOTA]
    office.commit()
    assert office.realm.awaited("nobody/1")[1] == Level(2, 12)
    office.store.close()


async def test_too_much_at_once_is_put_off(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(sends=(3 * (MESSAGE_COST + 6), 1_000)))
    for name in ("ada", "bo"):
        office.account(name)
    ada, line = office.enter("ada")
    for _ in range(4):
        office.room.send(ada, send("bo"))
    (refusal,) = line.refusals
    assert refusal.code == RefusalCode.RETRY_LATER
    assert 4_000 < refusal.retry_ms < 4_200
    office.commit()
    assert len(line.oks) == 3
    office.store.close()


async def test_memory_that_waits_for_the_disk_is_bounded(tmp_path: Path) -> None:
    office = Office(tmp_path, Limits(unwritten_bytes=100))
    for name in ("ada", "bo"):
        office.account(name)
    ada, line = office.enter("ada")
    office.room.send(ada, send("bo", body=bytes(101)))
    office.room.send(ada, second := send("bo"))
    assert line.refusals == [frames.Refusal(RefusalCode.RETRY_LATER, second.id, 1_000)]
    office.commit()
    office.hears(ada, line)
    office.room.send(ada, second)
    assert len(line.refusals) == 1
    office.commit()
    office.store.close()


@pytest.mark.parametrize(
    "frame",
    [
        frames.Send(bytes(15), ["bo/1"], b""),
        frames.Send(bytes(17), ["bo/1"], b""),
        frames.Send(bytes(16), [], b""),
        frames.Send(bytes(16), ["bo"], b""),
        frames.Send(bytes(16), ["bo/1", "bo/1"], b""),
    ],
)
async def test_a_message_of_no_form_is_a_peers_error(office: Office, frame: frames.Send) -> None:
    ada, _ = office.enter("ada")
    with pytest.raises(PeerError):
        office.room.send(ada, frame)
    assert not office.commit()


async def test_a_message_too_large_is_refused(office: Office) -> None:
    ada, line = office.enter("ada")
    office.room.send(ada, send("bo", body=bytes(limits.BODY_BYTES + 1)))
    office.room.send(ada, frames.Send(bytes(16), [f"bo/{n}" for n in range(1, limits.TARGETS + 2)], b""))
    assert [refusal.code for refusal in line.refusals] == [RefusalCode.TOO_LARGE] * 2


async def test_a_slow_connection_gets_the_rest_in_order_when_it_can(office: Office) -> None:
    ada, _ = office.enter("ada")
    bo, at_bo = office.enter("bo", most=2)
    sent = [send("bo") for _ in range(6)]
    for message in sent[:4]:
        office.room.send(ada, message)
    assert at_bo.got == [message.id for message in sent[:2]]
    office.commit()
    for message in sent[4:]:
        office.room.send(ada, message)
    at_bo.most, at_bo.choked = 1_000, False
    office.room.drain(bo)
    assert at_bo.got == [message.id for message in sent]
    assert [deliver.seq for deliver in at_bo.delivered] == sorted({d.seq for d in at_bo.delivered})
    office.commit()


async def test_an_asker_before_the_account_does_not_hide_its_mail(office: Office) -> None:
    """Mail for an id that is registered a moment later goes its way from then on."""
    ada, line = office.enter("ada")
    office.room.send(ada, send("dee"))
    office.commit()
    office.account("dee")
    _, at_dee = office.enter("dee")
    office.room.send(ada, message := send("dee"))
    assert at_dee.got == [message.id]
    office.commit()
    assert message.id in line.oks


async def test_what_is_written_early_does_not_overtake_what_its_ack_was_hoped_for(office: Office) -> None:
    """A crash between two commits would turn them round: the sender repeats the first behind the second."""
    ada, _ = office.enter("ada")
    bo, at_bo = office.enter("bo")
    office.friends("ada", "bo")
    sent = [send("bo") for _ in range(3)]
    office.room.send(ada, sent[0])
    office.room.send(ada, sent[1])
    office.leave(bo, at_bo)
    office.room.send(ada, sent[2])
    assert [put.id for put in office.commit().puts] == [message.id for message in sent]
    await office.rounds(3)
    assert not office.commit()


async def test_on_return_nothing_is_passed_over_that_was_not_written_yet(office: Office) -> None:
    ada, _ = office.enter("ada")
    cy, _ = office.enter("cy")
    bo, at_bo = office.enter("bo")
    office.friends("ada", "bo")
    office.room.send(ada, first := send("bo"))
    office.room.send(cy, second := send("bo"))
    office.commit()
    office.leave(bo, at_bo)
    _, at_bo = office.enter("bo")
    assert at_bo.got == [first.id, second.id]
    office.commit()


async def test_hopes_end_with_the_ack(office: Office) -> None:
    ada, _ = office.enter("ada")
    bo, _ = office.enter("bo")
    office.friends("ada", "bo")
    office.room.send(ada, first := send("bo"))
    office.room.ack(bo, frames.Ack([first.id]))
    assert bo.hoped == 0
    office.room.send(ada, second := send("bo"))
    assert bo.hoped == 1
    office.room.hurry()
    assert bo.hoped == 0
    assert [put.id for put in office.commit().puts] == [second.id]
