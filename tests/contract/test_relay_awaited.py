"""What every store of a relay must do with what is for an id that nobody has: it waits for who registers."""

from support.relay_stores import Open, postgres, reopen, store
from watchword_relay.store.contract import (
    OWN,
    VOID,
    Admission,
    Batch,
    Level,
    Put,
    Registered,
    Store,
    Terminal,
)
from watchword_relay.store.history import Bounds, Past, TakeBack, TakenBack
from watchword_relay.store.queues import Choice

__all__ = ["postgres", "reopen", "store"]

ROOM, ACME = b"room" * 4, b"acme" * 4
NOTHING = VOID, Level(0, 0)


def register(store: Store, account: str, realm: int = OWN) -> Terminal:
    outcome, terminal = store.of(realm).register(account, account, account.encode() * 4, None, 1)
    assert outcome is Registered.DONE
    assert terminal is not None
    return terminal


def name(number: int) -> bytes:
    return number.to_bytes(16)


def data(sender: Terminal, number: int, target: str = "bo/1", body: bytes = b"body", realm: int = OWN) -> Put:
    """Message data for an id; of the number nothing is known."""
    return Put(
        VOID,
        1,
        name(number),
        sender.full_id,
        body,
        100,
        organisation=ACME,
        conversation=ROOM,
        origin=sender.mailbox,
        realm=realm,
        target=target,
    )


def envelope(sender: Terminal, number: int, target: str = "bo/1") -> Put:
    return data(sender, number, target)._replace(organisation=None, conversation=None)


def written(*puts: Put) -> Batch:
    batch = Batch()
    batch.puts = list(puts)
    return batch


def waits(store: Store, terminal: Terminal) -> list[tuple[int, bytes]]:
    return [(one.seq, one.id) for one in store.waiting(terminal.mailbox, 0, 99, 100)]


def test_who_registers_later_gets_the_message_data(reopen: Open) -> None:
    store = reopen()
    ada = register(store, "ada")
    batch = written(data(ada, 1), data(ada, 2, body=b"second"))
    store.commit(batch)
    found = store.of(OWN).awaited("bo/1")
    assert batch.awaited == {(OWN, "bo/1"): found}
    assert found[1] == Level(2, 10)
    store = reopen()
    # By its number, as whoever heard it has it; as one that is there no more; by its name alone.
    for number, mailbox in ((3, found[0]), (4, found[0] + 99), (5, VOID)):
        store.commit(written(data(ada, number)._replace(awaited=mailbox)))
    bo = register(store, "bo")
    assert waits(store, bo) == [(number, name(number)) for number in range(1, 6)]
    assert store.mailbox(bo.mailbox) == (6, Level(5, 22))
    assert store.of(OWN).awaited("bo/1") == NOTHING
    # And the mailbox is one like any other.
    store.commit(written(data(ada, 6)._replace(mailbox=bo.mailbox, seq=6)))
    batch = Batch()
    batch.acks = [(bo.mailbox, name(number), ada.mailbox) for number in range(1, 7)]
    assert reopen().commit(batch) == {bo.mailbox: Level(0, 0)}


def test_a_registration_is_repeated_and_takes_over_once(store: Store) -> None:
    ada = register(store, "ada")
    store.commit(written(data(ada, 1)))
    bo = register(store, "bo")
    assert register(store, "bo") == bo
    assert waits(store, bo) == [(1, name(1))]


def test_what_was_under_way_while_somebody_registered_is_theirs(store: Store) -> None:
    ada = register(store, "ada")
    store.commit(written(data(ada, 1)))
    before = store.of(OWN).awaited("bo/1")
    bo, cy = register(store, "bo"), register(store, "cy")
    batch = written(data(ada, 2)._replace(awaited=before[0]), data(ada, 2, "cy/1"), data(ada, 3, "cy/1"))
    store.commit(batch)
    assert batch.awaited == {}
    assert waits(store, bo) == [(1, name(1)), (2, name(2))]
    assert waits(store, cy) == [(1, name(2)), (2, name(3))]
    assert store.of(OWN).counts(0).awaited == Level(0, 0)


def test_envelopes_wait_for_nobody_who_comes_later(store: Store) -> None:
    ada = register(store, "ada")
    store.commit(written(envelope(ada, 1), data(ada, 2), envelope(ada, 3), envelope(ada, 4, "bo/2")))
    assert store.of(OWN).awaited("bo/1")[1] == Level(3, 12)
    bo = register(store, "bo")
    assert waits(store, bo) == [(2, name(2))]
    assert store.mailbox(bo.mailbox) == (4, Level(1, 4))
    key = b"2" * 32
    added = store.of(OWN).admit(bo.mailbox, 2, key, Admission(bo.key, b"", b""), 1, asked=True)[1]
    assert added is not None
    assert waits(store, added) == []
    assert store.mailbox(added.mailbox)[1] == Level(0, 0)
    assert store.of(OWN).awaited("bo/2") == NOTHING


def test_another_terminal_of_an_account_gets_nothing_of_what_waited_for_its_id(store: Store) -> None:
    """Of one that was removed while another of the account is there, or of none."""
    ada, bo = register(store, "ada"), register(store, "bo")
    admission = Admission(bo.key, b"", b"")
    _, second = store.of(OWN).admit(bo.mailbox, 2, b"2" * 32, admission, 1, asked=True)
    assert second is not None
    store.of(OWN).remove(second.mailbox, 1, 1)
    store.commit(written(data(ada, 1)))
    _, first = store.of(OWN).admit(second.mailbox, 1, b"3" * 32, admission, 1, asked=True)
    assert first is not None
    assert waits(store, first) == waits(store, second) == []
    assert store.mailbox(first.mailbox)[1] == Level(0, 0)


def test_realms_are_apart(store: Store) -> None:
    store.add_realm("acme", 1)
    acme = store.realm("acme")
    ada, there = register(store, "ada"), register(store, "ada", acme)
    store.commit(written(data(ada, 1), data(there, 2, realm=acme), data(there, 3, realm=acme)))
    assert waits(store, register(store, "bo")) == [(1, name(1))]
    assert store.of(acme).counts(0).awaited == Level(2, 8)
    assert waits(store, register(store, "bo", acme)) == [(1, name(2)), (2, name(3))]


def test_taken_back_and_expired_are_not_there_for_who_registers(store: Store) -> None:
    ada, cy = register(store, "ada"), register(store, "cy")
    store.commit(written(data(ada, 1), data(ada, 2)._replace(until=150), data(ada, 3), data(ada, 1, "no/1")))
    numbers = [store.of(OWN).awaited(one)[0] for one in ("bo/1", "no/1")]
    batch = Batch()
    batch.recalls = [TakeBack(ada.mailbox, name(1), frozenset(), frozenset(), 100)]
    store.commit(batch)
    assert batch.taken_back == {(ada.mailbox, name(1)): TakenBack(2, 0)}
    # Where nothing waits any more nothing is left, and no number comes back.
    assert store.of(OWN).awaited("no/1") == NOTHING
    while store.expire(0, 150, 1):
        pass
    bo, no = register(store, "bo"), register(store, "no")
    assert waits(store, bo) == [(3, name(3))]
    assert len({*numbers, cy.mailbox, no.mailbox}) == 4
    assert bo.mailbox == numbers[0]


def test_a_repeat_waits_once(store: Store) -> None:
    ada = register(store, "ada")
    store.commit(written(data(ada, 1)))
    batch = written(data(ada, 1), data(ada, 2), data(ada, 1))
    store.commit(batch)
    assert batch.awaited[OWN, "bo/1"][1] == Level(2, 8)
    assert [one for _, one in waits(store, register(store, "bo"))] == [name(1), name(2)]


def test_an_account_without_terminals_is_as_one_that_nobody_has(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    store.of(OWN).remove(bo.mailbox, 1, 1)
    store.commit(written(data(ada, 1)))
    (address,) = store.of(OWN).mailboxes(["bo"])
    assert (address.mailbox, address.device, address.messages) == (VOID, 1, 1)
    assert address.awaited == store.of(OWN).awaited("bo/1")[0] != VOID


def test_what_is_kept_as_history_is_the_new_accounts_too(store: Store) -> None:
    ada = register(store, "ada")
    batch = written(*(data(ada, number)._replace(shared=True) for number in (1, 2, 3)))
    batch.pasts = [
        Past(ada.mailbox, name(number), "ada/1", ROOM, b"body", 100, 1_000, ACME, [ada.mailbox])
        for number in (1, 2, 3)
    ]
    store.commit(batch)
    batch = Batch()
    batch.recalls = [TakeBack(ada.mailbox, name(2), frozenset(), frozenset(), 100)]
    store.commit(batch)
    store.commit(written(data(ada, 4)))
    bo = register(store, "bo")
    page = store.page(bo.mailbox, 0, 99, 10_000, None)
    assert (page.total, page.rest, [one.place for one in page.entries]) == (2, 0, [1, 2])
    assert [one for _, one in waits(store, bo)] == [name(1), name(3), name(4)]


def test_what_is_under_way_and_kept_as_history_is_in_the_new_accounts_too(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    batch = written(data(ada, 1)._replace(shared=True), data(ada, 1, "no/1")._replace(shared=True))
    batch.pasts = [Past(ada.mailbox, name(1), "ada/1", ROOM, b"body", 100, 1_000, ACME, [ada.mailbox])]
    store.commit(batch)
    assert [one.data for one in store.page(bo.mailbox, 0, 99, 10_000, None).entries] == [b"body"]


def test_a_new_accounts_history_keeps_to_its_bounds(reopen: Open) -> None:
    store = reopen(Bounds(account_bytes=8))
    ada = register(store, "ada")
    batch = written(*(data(ada, number)._replace(shared=True) for number in (1, 2, 3)))
    batch.pasts = [
        Past(ada.mailbox, name(number), "ada/1", ROOM, b"body", 100, 1_000, ACME, [ada.mailbox])
        for number in (2, 3)
    ]
    store.commit(batch)
    store = reopen(Bounds(account_bytes=4))
    bo = register(store, "bo")
    assert store.page(bo.mailbox, 0, 99, 10_000, None).total == 1
    assert len(waits(store, bo)) == 3


def test_of_what_one_account_sent_to_nobody_the_oldest_go(reopen: Open) -> None:
    """Looked at after each twentieth of the bounds; only where nobody has the id, only of that account."""
    store = reopen(Bounds(awaited_messages=40))
    ada, cy, bo = register(store, "ada"), register(store, "cy"), register(store, "bo")
    store.commit(written(data(cy, 1, "no/1"), data(ada, 1)._replace(mailbox=bo.mailbox)))
    for number in range(1, 101):
        store.commit(written(data(ada, number, f"no{number % 10}/1")._replace(at=100 + number)))
        assert store.of(OWN).counts(0).awaited.messages <= 1 + 40 + 3
    left = [
        one.id
        for target in range(10)
        for one in store.listed(Choice(OWN, f"no{target}"), 99, 100)
        if one.sender == "ada/1"
    ]
    assert sorted(left) == [name(number) for number in range(101 - len(left), 101)]
    assert 38 <= len(left) <= 43
    assert len(waits(store, bo)) == 1
    assert store.of(OWN).awaited("no/1")[1] == Level(1, 4)


def test_many_bytes_of_one_account_for_nobody_push_out_its_oldest(reopen: Open) -> None:
    store = reopen(Bounds(awaited_bytes=1_000))
    ada = register(store, "ada")
    for number in range(1, 21):
        store.commit(written(data(ada, number, f"no{number}/1", bytes(100))))
    assert store.of(OWN).counts(0).awaited == Level(10, 1_000)
    assert [store.of(OWN).awaited(f"no{number}/1")[1].messages for number in (1, 10, 11, 20)] == [
        0,
        0,
        1,
        1,
    ]


def test_what_was_taken_over_is_pushed_out_by_nothing(reopen: Open) -> None:
    store = reopen(Bounds(awaited_messages=20))
    ada = register(store, "ada")
    store.commit(written(data(ada, 1)))
    bo = register(store, "bo")
    for number in range(2, 50):
        store.commit(written(data(ada, number, "no/1")))
    assert waits(store, bo) == [(1, name(1))]


def test_an_operator_sees_what_waits_for_an_id_that_nobody_has(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    store.commit(written(data(ada, 1, "no/1"), data(ada, 1)._replace(mailbox=bo.mailbox)))
    counts = store.of(OWN).counts(0)
    assert (counts.messages, counts.awaited) == (1, Level(1, 4))
    assert counts.data == {ACME: Level(1, 4)}
    queues = store.queues(Choice())
    assert [(one.account, one.terminals, one.messages) for one in queues] == [("bo", 1, 1), ("no", 0, 1)]
    (room,) = store.rooms(Choice())
    assert (room.messages, room.copies, room.size) == (1, 2, 8)
    assert [(one.account, one.device) for one in store.listed(Choice(OWN, "no"), 9, 100)] == [("no", 1)]
    assert store.body(Choice(OWN, "no"), name(1), 100) == b"body"
    assert store.expire_queues(Choice(OWN, conversation=ROOM), 9) == 2
    assert store.of(OWN).awaited("no/1") == NOTHING
    assert store.queues(Choice()) == []


def test_nothing_is_left_of_what_waited_in_a_realm_that_is_erased(store: Store) -> None:
    store.add_realm("acme", 1)
    acme = store.realm("acme")
    ada, there = register(store, "ada"), register(store, "ada", acme)
    store.commit(written(data(ada, 1), *(data(there, number, "no/1", realm=acme) for number in range(1, 6))))
    store.take_away("acme")
    while store.erase(acme, 2):
        pass
    assert waits(store, register(store, "bo")) == [(1, name(1))]
    assert [one.account for one in store.queues(Choice())] == ["bo"]
