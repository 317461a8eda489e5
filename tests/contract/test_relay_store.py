"""What every store of a relay must do, run against each implementation."""

from msgspec.structs import replace

from support.relay_stores import Open, postgres, reopen, store
from watchword_relay.store.contract import (
    OWN,
    VOID,
    Batch,
    Ended,
    Level,
    Owed,
    Put,
    Registered,
    Run,
    Store,
    Terminal,
)
from watchword_relay.store.queues import Choice, Waiting
from watchword_wire.timing import MESSAGE_KEPT

__all__ = ["postgres", "reopen", "store"]


def register(store: Store, account: str = "bo", key: bytes = b"k" * 32) -> Terminal:
    outcome, terminal = store.of(OWN).register(account, account, key, None, 1)
    assert outcome is Registered.DONE
    assert terminal is not None
    return terminal


def put(box: int, seq: int, body: bytes = b"body", at: int = 100) -> Put:
    return Put(box, seq, seq.to_bytes(16, "big"), "ada/1", body, at)


def written(*puts: Put, acks: list[tuple[int, bytes]] | None = None) -> Batch:
    batch = Batch()
    batch.puts = list(puts)
    batch.acks = [(box, message_id, 0) for box, message_id in acks or []]
    return batch


def ids(store: Store, box: int, after: int = 0) -> list[int]:
    return [stored.seq for stored in store.waiting(box, after, 1_000, 0)]


def test_what_was_committed_is_there_after_a_restart(reopen: Open) -> None:
    store = reopen()
    box = register(store).mailbox
    assert store.commit(written(put(box, 1, b"one"), put(box, 2, b"three"))) == {box: Level(2, 8)}
    store = reopen()
    assert [(m.seq, m.id, m.sender, m.body) for m in store.waiting(box, 0, 10, 0)] == [
        (1, bytes(15) + b"\x01", "ada/1", b"one"),
        (2, bytes(15) + b"\x02", "ada/1", b"three"),
    ]
    assert store.mailbox(box) == (3, Level(2, 8))


def test_acknowledged_messages_are_gone(store: Store) -> None:
    box = register(store).mailbox
    store.commit(written(*(put(box, seq) for seq in range(1, 6))))
    levels = store.commit(written(acks=[(box, put(box, 2).id), (box, put(box, 4).id)]))
    assert levels == {box: Level(3, 12)}
    assert ids(store, box) == [1, 3, 5]


def test_acknowledging_what_is_not_there_changes_nothing(store: Store) -> None:
    box = register(store).mailbox
    store.commit(written(put(box, 1)))
    assert store.commit(written(acks=[(box, b"x" * 16), (box + 1, put(box, 1).id)])) == {}
    assert ids(store, box) == [1]


def test_a_repeat_is_kept_once(store: Store) -> None:
    box = register(store).mailbox
    store.commit(written(put(box, 1)))
    repeat = put(box, 1)._replace(seq=2)
    assert store.commit(written(repeat, put(box, 3))) == {box: Level(2, 8)}
    assert ids(store, box) == [1, 3]


def test_the_same_id_of_two_terminals_is_two_messages(store: Store) -> None:
    box = register(store).mailbox
    first, second = put(box, 1, b"one")._replace(origin=8), put(box, 1, b"three")._replace(origin=9, seq=2)
    store.commit(written(first))
    # Each again, as a repeat.
    assert store.commit(written(second, first._replace(seq=3))) == {box: Level(2, 8)}
    assert store.commit(written(second._replace(seq=4))) == {box: Level(2, 8)}
    waiting = [(one.seq, one.body, one.origin) for one in store.waiting(box, 0, 10, 0)]
    assert waiting == [(1, b"one", 8), (2, b"three", 9)]
    batch = Batch()
    batch.acks = [(box, first.id, 8)]
    assert store.commit(batch) == {box: Level(1, 5)}
    assert ids(store, box) == [2]


def test_the_same_id_in_two_mailboxes_is_two_messages(store: Store) -> None:
    bo, cy = register(store).mailbox, register(store, "cy").mailbox
    store.commit(written(put(bo, 1), put(cy, 1)))
    store.commit(written(acks=[(bo, put(bo, 1).id)]))
    assert (ids(store, bo), ids(store, cy)) == ([], [1])


def test_the_counter_of_a_mailbox_never_goes_back(reopen: Open) -> None:
    store = reopen()
    box = register(store).mailbox
    store.commit(written(put(box, 7)))
    store.commit(written(acks=[(box, put(box, 7).id)]))
    assert reopen().mailbox(box) == (8, Level(0, 0))


def test_waiting_is_in_order_and_starts_after(store: Store) -> None:
    box = register(store).mailbox
    for seq in (1, 2, 3, 4, 5):
        store.commit(written(put(box, seq)))
    assert ids(store, box) == [1, 2, 3, 4, 5]
    assert ids(store, box, after=3) == [4, 5]
    assert len(list(store.waiting(box, 0, 2, 0))) == 2


def test_what_is_for_a_mailbox_that_is_no_more_is_forgotten(store: Store) -> None:
    box = register(store).mailbox
    assert store.commit(written(put(box + 1, 1), put(box, 1, b"12345"))) == {box: Level(1, 5)}
    assert (ids(store, box + 1), ids(store, box)) == ([], [1])


def test_an_empty_mailbox_starts_at_one(store: Store) -> None:
    assert store.mailbox(register(store).mailbox) == (1, Level(0, 0))


def test_registration_is_durable_and_repeats_are_the_same(reopen: Open) -> None:
    store = reopen()
    first = register(store, "ada", b"a" * 32)
    assert (first.account, first.device, first.key, first.full_id) == ("ada", 1, b"a" * 32, "ada/1")
    assert first.mailbox != VOID
    store = reopen()
    assert store.of(OWN).terminal("ada", 1) == first
    assert store.of(OWN).register("ada", "ada", b"a" * 32, None, 2) == (Registered.DONE, first)


def test_taken_and_look_alike_ids_are_refused(store: Store) -> None:
    register(store, "ada", b"a" * 32)
    assert store.of(OWN).register("ada", "ada", b"b" * 32, None, 2) == (Registered.TAKEN, None)
    assert store.of(OWN).register("adа", "ada", b"b" * 32, None, 2) == (Registered.LOOKS_ALIKE, None)
    assert store.of(OWN).availability("ada", "ada") is Registered.TAKEN
    assert store.of(OWN).availability("adа", "ada") is Registered.LOOKS_ALIKE
    assert store.of(OWN).availability("bo", "bo") is Registered.DONE
    assert store.of(OWN).terminal("bo", 1) is None
    assert store.of(OWN).terminal("ada", 2) is None


def test_an_invite_works_once(store: Store) -> None:
    store.of(OWN).add_invite(b"hash" * 8, 1)
    assert store.of(OWN).invite_stands(b"hash" * 8)
    assert store.of(OWN).register("bo", "bo", b"b" * 32, b"none" * 8, 2) == (Registered.INVITE_WRONG, None)
    outcome, first = store.of(OWN).register("bo", "bo", b"b" * 32, b"hash" * 8, 2)
    assert outcome is Registered.DONE
    assert not store.of(OWN).invite_stands(b"hash" * 8)
    assert store.of(OWN).register("cy", "cy", b"c" * 32, b"hash" * 8, 3) == (Registered.INVITE_WRONG, None)
    # The answer may have been lost: the same registration again needs no second invite.
    assert store.of(OWN).register("bo", "bo", b"b" * 32, b"hash" * 8, 3) == (Registered.DONE, first)


def test_a_refused_registration_leaves_the_invite(store: Store) -> None:
    register(store, "ada")
    store.of(OWN).add_invite(b"hash" * 8, 1)
    store.of(OWN).register("ada", "ada", b"x" * 32, b"hash" * 8, 2)
    assert store.of(OWN).invite_stands(b"hash" * 8)


def test_a_probe_reads_back_what_it_wrote(store: Store) -> None:
    assert store.probe(b"probe") == b"probe"
    assert store.probe(b"") == b""


def ended(h: bytes = b"h" * 32, status: int = 0, at: int = 50) -> Ended:
    return Ended(h, "ada/1", "bo/1", status, b"last", "ada/1", Owed.VERDICT, Owed.VERDICT, at)


def opened(h: bytes = b"h" * 32) -> Batch:
    batch = Batch()
    batch.opened = [Run(OWN, h, "ada/1", "bo/1", 10)]
    return batch


def closed(*all_ended: Ended) -> Batch:
    batch = Batch()
    batch.ended = [(OWN, one) for one in all_ended]
    return batch


def test_a_verdict_is_kept_as_it_was_given(reopen: Open) -> None:
    store = reopen()
    store.commit(opened())
    assert store.of(OWN).ended(b"h" * 32) is None
    store.commit(closed(ended()))
    store = reopen()
    assert store.of(OWN).ended(b"h" * 32) == ended()
    assert store.of(OWN).owed("ada/1", b"", 10) == store.of(OWN).owed("bo/1", b"", 10) == [ended()]
    assert store.of(OWN).owed("cy/1", b"", 10) == []


def test_there_is_one_verdict(store: Store) -> None:
    store.commit(opened())
    store.commit(closed(ended(status=0)))
    store.commit(closed(ended(status=2)))
    kept = store.of(OWN).ended(b"h" * 32)
    assert kept is not None
    assert kept.status == 0


def test_opening_and_ending_in_one_batch(store: Store) -> None:
    batch = opened()
    batch.ended = [(OWN, ended())]
    store.commit(batch)
    assert store.of(OWN).ended(b"h" * 32) == ended()


def test_what_was_told_is_owed_no_more(store: Store) -> None:
    store.commit(opened())
    store.commit(closed(ended()))
    batch = Batch()
    batch.owed = [(OWN, b"h" * 32, Owed.NOTHING, Owed.VERDICT | Owed.GONE)]
    store.commit(batch)
    assert store.of(OWN).owed("ada/1", b"", 10) == []
    assert [e.owed_b for e in store.of(OWN).owed("bo/1", b"", 10)] == [Owed.VERDICT | Owed.GONE]


def test_what_is_owed_comes_a_page_at_a_time(store: Store) -> None:
    names = [bytes([number]) * 32 for number in range(1, 8)]
    for number, h in enumerate(names):
        mine, theirs = ("ada/1", "bo/1") if number % 2 else ("bo/1", "ada/1")
        batch = Batch()
        batch.opened = [Run(OWN, h, mine, theirs, 1)]
        last = Ended(h, mine, theirs, 0, b"", "", Owed.VERDICT, Owed.VERDICT, 100 - number)
        batch.ended = [(OWN, last)]
        store.commit(batch)
    found: list[bytes] = []
    while page := store.of(OWN).owed("ada/1", found[-1] if found else b"", 3):
        assert len(page) <= 3
        found += [ended.h for ended in page]
    assert found == names


def test_open_handshakes_can_be_ended_together(store: Store) -> None:
    store.commit(opened(b"1" * 32))
    store.commit(opened(b"2" * 32))
    store.commit(closed(ended(b"2" * 32)))
    assert store.end_running(2, 60) == 1
    assert store.end_running(2, 61) == 0
    was_open = store.of(OWN).ended(b"1" * 32)
    assert was_open is not None
    assert (was_open.status, was_open.last, was_open.owed_a, was_open.owed_b, was_open.at) == (
        2,
        b"",
        Owed.VERDICT,
        Owed.VERDICT,
        60,
    )
    assert store.of(OWN).ended(b"2" * 32) == ended(b"2" * 32)


def test_old_verdicts_are_forgotten(store: Store) -> None:
    for h, at in ((b"1" * 32, 10), (b"2" * 32, 20)):
        store.commit(opened(h))
        store.commit(closed(ended(h, at=at)))
    store.commit(opened(b"3" * 32))
    assert store.forget_verdicts(20) == 1
    assert store.of(OWN).ended(b"1" * 32) is None
    assert store.of(OWN).ended(b"2" * 32) is not None
    assert store.end_running(2, 30) == 1


def test_old_messages_expire(store: Store) -> None:
    bo, cy = register(store).mailbox, register(store, "cy").mailbox
    store.commit(written(put(bo, 1, at=10), put(cy, 1, at=10), put(bo, 2, at=30)))
    assert store.expire(20, 40, 1) == {bo: Level(1, 4)}
    assert store.expire(20, 40, 10) == {cy: Level(0, 0)}
    assert store.expire(20, 40, 10) == {}
    assert (ids(store, bo), ids(store, cy)) == ([2], [])


def test_what_has_a_time_of_its_own_expires_by_that(store: Store) -> None:
    bo, cy = register(store).mailbox, register(store, "cy").mailbox
    short = put(bo, 1, at=30)._replace(until=35)
    store.commit(written(short, put(bo, 2, at=30), put(cy, 1, at=30)._replace(until=36)))
    assert [stored.seq for stored in store.waiting(bo, 0, 10, 34)] == [1, 2]
    assert [stored.seq for stored in store.waiting(bo, 0, 10, 35)] == [2]
    assert store.expire(20, 34, 10) == {}
    assert store.expire(20, 35, 10) == {bo: Level(1, 4)}
    assert store.expire(20, 100, 10) == {cy: Level(0, 0)}
    assert store.expire(31, 100, 10) == {bo: Level(0, 0)}


BODY = b"for several " * 100


def shared(box: int, seq: int, body: bytes = BODY) -> Put:
    return put(box, seq, body)._replace(shared=True)


def test_what_the_relay_keeps_no_longer_is_not_delivered_before_it_is_deleted(store: Store) -> None:
    box = register(store).mailbox
    store.commit(written(put(box, 1, at=100), put(box, 2, at=101)))
    now = 101 + MESSAGE_KEPT
    assert [one.seq for one in store.waiting(box, 0, 10, now - 1)] == [1, 2]
    assert [one.seq for one in store.waiting(box, 0, 10, now)] == [2]


def test_what_is_for_several_is_there_for_each_until_it_acknowledges(reopen: Open) -> None:
    store = reopen()
    boxes = [register(store, name).mailbox for name in ("bo", "cy", "dee")]
    size = len(BODY)
    levels = store.commit(written(*(shared(box, 1) for box in boxes)))
    assert levels == {box: Level(1, size) for box in boxes}
    assert store.commit(written(acks=[(boxes[0], shared(0, 1).id)])) == {boxes[0]: Level(0, 0)}
    store = reopen()
    assert ids(store, boxes[0]) == []
    for box in boxes[1:]:
        assert [stored.body for stored in store.waiting(box, 0, 10, 0)] == [BODY]
        assert store.mailbox(box)[1] == Level(1, size)
    # A repeat is for all again; who has it already keeps it once.
    store.commit(written(*(shared(box, 1)._replace(seq=2) for box in boxes)))
    assert [ids(store, box) for box in boxes] == [[2], [1], [1]]
    for box in boxes:
        store.commit(written(acks=[(box, shared(0, 1).id)]))
        assert store.mailbox(box)[1] == Level(0, 0)
    store.commit(written(shared(boxes[0], 3)))
    assert [stored.body for stored in store.waiting(boxes[0], 0, 10, 0)] == [BODY]


def test_what_is_for_several_expires_for_each(store: Store) -> None:
    bo, cy = register(store).mailbox, register(store, "cy").mailbox
    store.commit(written(shared(bo, 1)._replace(until=20), shared(cy, 1)._replace(at=50)))
    assert store.expire(0, 30, 10) == {bo: Level(0, 0)}
    assert [stored.body for stored in store.waiting(cy, 0, 10, 0)] == [BODY]


def test_the_devices_of_accounts(store: Store) -> None:
    for name in ("bo", "陈", "a\U0001f600\"'b"):
        register(store, name)
    assert store.of(OWN).devices(["bo"]) == [("bo", 1)]
    assert sorted(store.of(OWN).devices(["陈", "nobody", "a\U0001f600\"'b"])) == [
        ("a\U0001f600\"'b", 1),
        ("陈", 1),
    ]
    assert store.of(OWN).devices(["b", "bo/1", "Bo"]) == store.of(OWN).devices([]) == []


def test_message_data_count_by_their_organisation(store: Store) -> None:
    bo, cy = register(store).mailbox, register(store, "cy").mailbox
    acme, other = b"acme" * 4, b"else" * 4
    store.commit(
        written(
            put(bo, 1, b"12345"),
            put(bo, 2, b"123")._replace(organisation=acme),
            shared(bo, 3)._replace(organisation=acme),
            shared(cy, 1)._replace(organisation=acme),
            put(cy, 2, b"1234")._replace(organisation=other),
        )
    )
    assert [stored.is_data for stored in store.waiting(bo, 0, 10, 0)] == [False, True, True]
    counts = store.of(OWN).counts(0)
    assert (counts.messages, counts.size) == (5, 12 + 2 * len(BODY))
    assert counts.data == {acme: Level(3, 3 + 2 * len(BODY)), other: Level(1, 4)}


def test_message_data_are_listed_without_a_body(store: Store) -> None:
    bo, cy = register(store).mailbox, register(store, "cy").mailbox
    acme, room = b"acme" * 4, b"room" * 4
    envelope, own = put(bo, 1, b"12345", at=60), put(bo, 2, b"123", at=70)
    several, other = shared(bo, 3), put(cy, 1)
    own = own._replace(organisation=acme, conversation=room, until=90)
    several = several._replace(organisation=acme, at=80)
    store.commit(written(envelope, own, several, other._replace(organisation=acme)))
    mine = Choice(OWN, "bo")
    assert store.listed(mine, 9, 89) == [
        Waiting("bo", 1, envelope.id, "ada/1", None, None, 5, 60, None),
        Waiting("bo", 1, own.id, "ada/1", acme, room, 3, 70, 90),
        Waiting("bo", 1, several.id, "ada/1", acme, None, len(BODY), 80, None),
    ]
    assert [one.id for one in store.listed(mine, 9, 90)] == [envelope.id, several.id]
    assert [one.id for one in store.listed(mine, 1, 89)] == [envelope.id]
    assert store.listed(Choice(OWN, "eve"), 9, 0) == []
    assert [store.body(mine, one.id, 89) for one in (own, several)] == [b"123", BODY]
    assert [store.body(mine, one.id, 90) for one in (envelope, own)] == [None, None]
    assert store.body(Choice(OWN + 1, "bo"), several.id, 0) is None


def test_counts_are_numbers(store: Store) -> None:
    box = register(store).mailbox
    store.of(OWN).add_invite(b"hash" * 8, 1)
    store.commit(written(put(box, 1, b"12345")))
    store.commit(opened(b"1" * 32))
    store.commit(opened(b"2" * 32))
    store.commit(closed(ended(b"2" * 32, status=3, at=50)))
    counts = store.of(OWN).counts(50)
    assert (counts.accounts, counts.terminals, counts.messages, counts.size) == (1, 1, 1, 5)
    assert (counts.invites, counts.running, counts.verdicts) == (1, 1, {(3, b"t"): 1})
    assert store.of(OWN).counts(51).verdicts == {}
    assert counts.data == {}


def test_what_ended_a_handshake_is_told_of_an_abort_only(store: Store) -> None:
    """A confirm's last byte says nothing, and where nobody said anything there is none."""
    lasts = [(3, b"\x07h\x00"), (3, b"\x07g\x00"), (3, b"\x07h\x01"), (0, b"\x05h\x01"), (1, b""), (2, b"")]
    over = [replace(ended(bytes([n]) * 32, status), last=last) for n, (status, last) in enumerate(lasts)]
    for one in over:
        store.commit(opened(one.h))
    store.commit(closed(*over))
    found = {(3, b"\x00"): 2, (3, b"\x01"): 1, (0, b""): 1, (1, b""): 1, (2, b""): 1}
    assert store.of(OWN).counts(0).verdicts == found


def test_the_time_served_is_kept(reopen: Open) -> None:
    store = reopen()
    assert store.served() == 0
    store.keep_served(12_345)
    assert store.served() == 12_345
    assert reopen().served() == 12_345
