"""What every store of a relay must do with what is taken back, and with what is kept of the past."""

from support.relay_stores import Open, postgres, reopen, store
from watchword_relay.store.contract import OWN, VOID, Batch, Level, Put, Store, Terminal
from watchword_relay.store.history import Bounds, Past, Shares, Sharing, TakeBack, TakenBack
from watchword_relay.store.queues import Choice, Kept
from watchword_wire.timing import MESSAGE_KEPT

__all__ = ["postgres", "reopen", "store"]

ROOM, OTHER_ROOM = b"room" * 4, b"else" * 4
ALL = 1_000_000


def register(store: Store, account: str, realm: int = OWN) -> Terminal:
    _, terminal = store.of(realm).register(account, account, b"k" * 32, None, 1)
    assert terminal is not None
    return terminal


def name(number: int) -> bytes:
    return number.to_bytes(16)


def kept(
    number: int,
    *terminals: Terminal,
    body: bytes = b"body",
    at: int = 100,
    until: int = 1_000,
    conversation: bytes = ROOM,
    wait: bool = True,
) -> Batch:
    """Message data of the first terminal for the others, which history keeps."""
    sender, *others = terminals
    batch = Batch()
    boxes = [terminal.mailbox for terminal in terminals]
    who = sender.full_id
    batch.pasts = [Past(sender.mailbox, name(number), who, conversation, body, at, until, b"acme" * 4, boxes)]
    if wait:
        batch.puts = [
            Put(
                terminal.mailbox,
                number,
                name(number),
                who,
                body,
                at,
                None,
                b"acme" * 4,
                shared=True,
                conversation=conversation,
                origin=sender.mailbox,
            )
            for terminal in others
        ]
    return batch


def acked(terminal: Terminal, number: int, sender: Terminal) -> Batch:
    batch = Batch()
    batch.acks = [(terminal.mailbox, name(number), sender.mailbox)]
    return batch


def taken(store: Store, sender: Terminal, number: int, *on_its_way: Terminal, has_it: int = 0) -> TakenBack:
    batch = Batch()
    given = frozenset(terminal.mailbox for terminal in on_its_way)
    batch.recalls = [TakeBack(sender.mailbox, name(number), given, frozenset([has_it]), 200)]
    store.commit(batch)
    return batch.taken_back[sender.mailbox, name(number)]


def waits(store: Store, terminal: Terminal) -> list[int]:
    return [int.from_bytes(one.id) for one in store.waiting(terminal.mailbox, 0, 1_000, 0)]


def history(
    store: Store, terminal: Terminal, now: int = 100, conversation: bytes | None = None
) -> list[bytes]:
    while store.expire_history(now, 3):
        pass
    page = store.page(terminal.mailbox, 0, 256, ALL, conversation)
    assert (page.total, page.rest) == (len(page.entries), 0)
    assert [entry.place for entry in page.entries] == sorted({entry.place for entry in page.entries})
    return [entry.data for entry in page.entries]


# --- taking back ----------------------------------------------------------------------------


def test_what_waits_is_taken_back_from_all_who_have_not_got_it(store: Store) -> None:
    ada, bo, cy, di, eve = (register(store, account) for account in ("ada", "bo", "cy", "di", "eve"))
    store.commit(kept(1, ada, bo, cy, di, eve))
    store.commit(kept(2, ada, bo))
    store.commit(acked(cy, 1, ada))
    assert taken(store, ada, 1, cy, di, has_it=eve.mailbox) == TakenBack(1, 1)
    found = [waits(store, one) for one in (bo, cy, di, eve)]
    assert found == [[2], [], [1], [1]]
    assert store.mailbox(bo.mailbox)[1] == Level(1, 4)


def test_only_who_sent_it_takes_it_back(store: Store) -> None:
    ada, bo, cy = (register(store, account) for account in ("ada", "bo", "cy"))
    store.commit(kept(1, ada, bo))
    assert taken(store, cy, 1, bo) == TakenBack(0, 0)
    assert waits(store, bo) == [1]


def test_a_repeat_is_told_the_same_for_as_long_as_it_is_kept(reopen: Open) -> None:
    store = reopen()
    ada, bo, cy = (register(store, account) for account in ("ada", "bo", "cy"))
    store.commit(kept(1, ada, bo, cy))
    assert taken(store, ada, 1, cy) == TakenBack(1, 1)
    store = reopen()
    assert taken(store, ada, 1) == TakenBack(1, 1)
    assert store.recalled(ada.mailbox) == [(name(1), TakenBack(1, 1), 200)]
    assert store.recalled(bo.mailbox) == []
    assert store.forget_recalls(200) == 0
    assert store.forget_recalls(201) == 1
    assert store.recalled(ada.mailbox) == []
    assert taken(store, ada, 1) == TakenBack(1, 0)


def test_what_came_in_the_same_batch_is_taken_back(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    batch = kept(1, ada, bo)
    batch.recalls = [TakeBack(ada.mailbox, name(1), frozenset(), frozenset(), 100)]
    assert store.commit(batch)[bo.mailbox] == Level(0, 0)
    assert batch.taken_back == {(ada.mailbox, name(1)): TakenBack(1, 0)}
    assert (waits(store, bo), history(store, bo)) == ([], [])


def test_what_was_for_nobody_counts_like_what_waits_for_somebody(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    for number, until in ((1, None), (2, 150)):
        batch = kept(number, ada, bo)
        put = batch.puts[0]._replace(until=until)
        nobodys = [put._replace(mailbox=VOID, target=target) for target in ("no/1", "one/1")]
        batch.puts = [put, *nobodys]
        store.commit(batch)
    assert taken(store, ada, 1) == TakenBack(3, 0)
    store.expire(0, 150, 100)
    assert store.expire(0, 150, 100) == {}
    assert taken(store, ada, 2) == TakenBack(0, 0)


def test_a_mailbox_of_nobody_is_as_full_as_somebodys_would_be(reopen: Open) -> None:
    """Repeats, what is taken back, what is over and what an operator deletes, over restarts."""
    store = reopen()
    ada, bo = register(store, "ada"), register(store, "bo")
    levels: list[tuple[Level, Level]] = []

    def look() -> None:
        own = store.of(OWN)
        there, nobody = own.mailboxes(["bo", "no"])
        assert (nobody.mailbox, nobody.device) == (VOID, 1)
        level = Level(nobody.messages, nobody.size)
        assert own.awaited("no/1") == (nobody.awaited, level)
        levels.append((Level(there.messages, there.size), level))

    for seq, (number, until) in enumerate(((1, None), (1, None), (2, 150), (3, None), (4, None)), 1):
        batch = kept(number, ada, bo, body=bytes(number), at=100 + number)
        put = batch.puts[0]._replace(seq=seq, until=until, target="bo/1")
        batch.puts = [put, put._replace(mailbox=VOID, target="no/1")]
        store.commit(batch)
        assert batch.awaited == {(OWN, "no/1"): store.of(OWN).awaited("no/1")}
        look()
    store = reopen()
    look()
    taken(store, ada, 3)
    look()
    while store.expire(0, 150, 1):
        pass
    look()
    while store.expire_queues(Choice(until=101), 1):
        pass
    look()
    while store.expire(105, 105 + MESSAGE_KEPT, 1):
        pass
    look()
    assert [one for one, _ in levels] == [other for _, other in levels]
    counts = [one.messages for one, _ in levels]
    assert counts == [1, 1, 2, 3, 4, 4, 3, 2, 1, 0]


def test_history_keeps_what_some_terminal_of_the_account_has(store: Store) -> None:
    ada, bo, cy, di, eve = (register(store, account) for account in ("ada", "bo", "cy", "di", "eve"))
    store.commit(kept(1, ada, bo, cy, di, eve))
    store.commit(acked(cy, 1, ada))
    assert history(store, eve) == [b"body"]
    assert taken(store, ada, 1, di) == TakenBack(2, 1)
    found = {one.account: history(store, one) for one in (ada, bo, cy, di, eve)}
    assert found == {"ada": [b"body"], "bo": [], "cy": [b"body"], "di": [b"body"], "eve": [b"body"]}


# --- history --------------------------------------------------------------------------------


def test_every_account_has_an_entry_whoever_acknowledged_it(reopen: Open) -> None:
    store = reopen()
    ada, bo, cy = (register(store, account) for account in ("ada", "bo", "cy"))
    store.commit(kept(1, ada, bo, body=b"one"))
    store.commit(kept(2, bo, ada, body=b"two"))
    store.commit(acked(bo, 1, ada))
    store.commit(acked(ada, 2, bo))
    store = reopen()
    assert [history(store, one) for one in (ada, bo, cy)] == [[b"one", b"two"], [b"one", b"two"], []]
    entries = store.page(ada.mailbox, 0, 256, ALL, None).entries
    assert [entry.sender for entry in entries] == ["ada/1", "bo/1"]


def test_a_repeat_has_one_entry(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    for _ in range(2):
        store.commit(kept(1, ada, bo))
        store.commit(acked(bo, 1, ada))
    assert history(store, bo) == [b"body"]


def test_pages_come_in_order_with_exact_numbers(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    for number in range(1, 8):
        room = OTHER_ROOM if number in (2, 5) else ROOM
        store.commit(kept(number, ada, bo, body=bytes([number]) * 10, conversation=room))
    box = bo.mailbox
    first = store.page(box, 0, 3, ALL, None)
    assert (first.total, first.rest, [entry.data[0] for entry in first.entries]) == (7, 4, [1, 2, 3])
    second = store.page(box, first.entries[-1].place, 256, 25, None)
    assert (second.total, second.rest, [entry.data[0] for entry in second.entries]) == (7, 2, [4, 5])
    large = store.page(box, second.entries[-1].place, 256, 1, None)
    assert (large.rest, [entry.data[0] for entry in large.entries]) == (1, [6])
    last = store.page(box, large.entries[-1].place, 256, ALL, None)
    assert (last.total, last.rest, [entry.data[0] for entry in last.entries]) == (7, 0, [7])
    assert store.page(box, last.entries[-1].place, 256, ALL, None) == (7, 0, [])
    of_room = store.page(box, 0, 1, ALL, OTHER_ROOM)
    assert (of_room.total, of_room.rest, [entry.data[0] for entry in of_room.entries]) == (2, 1, [2])
    assert store.page(box, 0, 9, ALL, b"none" * 4) == (0, 0, [])


def test_what_is_over_is_not_there_and_is_deleted_with_its_body(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    store.commit(kept(1, ada, bo, body=b"one", until=150, wait=False))
    store.commit(kept(2, ada, bo, body=b"two", until=151, wait=False))
    assert history(store, bo, 149) == [b"one", b"two"]
    assert store.expire_history(151, 1) == 1
    assert store.expire_history(150, 9) == 1
    assert [history(store, one, 150) for one in (ada, bo)] == [[b"two"], [b"two"]]
    assert store.kept() == Kept(1, 3)
    assert store.expire_history(151, 9) == 2
    assert store.expire_history(151, 9) == 0
    assert [history(store, one, 100) for one in (ada, bo)] == [[], []]
    assert store.kept() == Kept(0, 0)


def test_an_account_that_was_given_a_place_never_sees_it_again(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    store.commit(kept(1, ada, bo, until=150, wait=False))
    place = store.page(bo.mailbox, 0, 9, ALL, None).entries[0].place
    store.expire_history(150, 9)
    store.commit(kept(2, ada, bo, wait=False))
    assert store.page(bo.mailbox, place, 9, ALL, None).entries[0].place > place


def test_of_too_much_the_oldest_go_first(reopen: Open) -> None:
    store = reopen(Bounds(account_bytes=30, bytes=1_000))
    ada, bo, cy = (register(store, account) for account in ("ada", "bo", "cy"))
    for number in range(1, 6):
        store.commit(kept(number, ada, bo if number % 2 else cy, body=bytes([number]) * 10, wait=False))
    assert [data[0] for data in history(store, ada)] == [3, 4, 5]
    assert [data[0] for data in history(store, bo)] == [1, 3, 5]
    assert [data[0] for data in history(store, cy)] == [2, 4]
    store = reopen(Bounds(account_bytes=1_000, bytes=30))
    store.commit(kept(6, ada, cy, body=bytes([6]) * 10, wait=False))
    found = {data[0] for one in (ada, bo, cy) for data in history(store, one)}
    assert found == {4, 5, 6}


def test_the_realm_that_holds_most_gives_way(reopen: Open) -> None:
    """However old the others' is: none pushes out what another keeps while it holds more itself."""
    store = reopen(Bounds(account_bytes=1_000, bytes=60))
    store.add_realm("acme", 1)
    acme = store.realm("acme")
    little = register(store, "ada", acme), register(store, "bo", acme)
    much = register(store, "ada"), register(store, "bo")
    store.commit(kept(1, *little, body=bytes([1]) * 10, wait=False))
    for number in range(2, 12):
        store.commit(kept(number, *much, body=bytes([number]) * 10, wait=False))
    assert [data[0] for data in history(store, little[1])] == [1]
    assert [data[0] for data in history(store, much[1])] == [7, 8, 9, 10, 11]
    store.commit(kept(12, *little, body=bytes([12]) * 10, wait=False))
    assert [data[0] for data in history(store, little[1])] == [1, 12]
    assert [data[0] for data in history(store, much[1])] == [8, 9, 10, 11]


# --- sharing --------------------------------------------------------------------------------


def share(store: Store, giver: Terminal, account: str, since: int = 0, now: int = 100, most: int = 2) -> int:
    """Share all in parts. Returns how much was meant."""
    what = giver.mailbox, account, Shares(ROOM, since, now)
    found = Sharing()
    while (more := store.sharing(*what, found, most)) is not None:
        assert more.below < found.below
        found = more
    after: int | None = found.after
    while after is not None:
        above = after
        after = store.share(*what, above, most)
        assert after is None or after > above
    return found.meant


def filled(store: Store) -> tuple[Terminal, Terminal]:
    """Ada and bo, with five messages of the room and one of another."""
    ada, bo = register(store, "ada"), register(store, "bo")
    for number in range(1, 7):
        room = OTHER_ROOM if number == 3 else ROOM
        batch = kept(number, ada, bo, body=bytes([number]) * 10, at=100 + number, conversation=room)
        store.commit(batch)
    return ada, bo


def test_sharing_gives_all_of_the_conversation_once(store: Store) -> None:
    ada, _ = filled(store)
    cy = register(store, "cy")
    for _ in range(2):
        assert share(store, ada, "cy") == 5
        assert [data[0] for data in history(store, cy)] == [1, 2, 4, 5, 6]
    assert history(store, cy, conversation=ROOM) == history(store, cy)


def test_sharing_from_a_time_on(store: Store) -> None:
    ada, _ = filled(store)
    cy = register(store, "cy")
    assert share(store, ada, "cy", since=105) == 2
    assert [data[0] for data in history(store, cy)] == [5, 6]
    assert share(store, ada, "cy", since=102) == 4
    assert sorted(data[0] for data in history(store, cy)) == [2, 4, 5, 6]


def test_what_was_shared_expires_with_the_original(store: Store) -> None:
    ada, _ = filled(store)
    cy = register(store, "cy")
    share(store, ada, "cy")
    assert history(store, cy, 1_000) == []
    store.expire_history(1_000, 100)
    assert [history(store, one) for one in (ada, cy)] == [[], []]


def test_sharing_with_nobody_is_answered_alike_and_leaves_nothing(store: Store) -> None:
    ada, _ = filled(store)
    assert share(store, ada, "nobody") == 5
    nobody = register(store, "nobody")
    assert history(store, nobody) == []
    store.add_realm("acme", 1)
    elsewhere = register(store, "eve", store.realm("acme"))
    assert share(store, ada, "eve") == 5
    assert history(store, elsewhere) == []
    assert store.sharing(elsewhere.mailbox, "ada", Shares(ROOM, 0, 100), Sharing(), 9) is None


def test_sharing_goes_no_further_than_there_is_room(reopen: Open) -> None:
    filled(reopen())
    store = reopen(Bounds(account_bytes=35))
    ada = store.of(OWN).terminal("ada", 1)
    assert ada is not None
    cy = register(store, "cy")
    store.commit(kept(9, cy, body=b"of his own...", wait=False))
    assert share(store, ada, "cy") == 5
    assert [data[0] for data in history(store, cy)] == [ord("o"), 5, 6]


def test_what_was_shared_is_taken_back_unless_it_was_read(store: Store) -> None:
    ada, bo = filled(store)
    cy, di = register(store, "cy"), register(store, "di")
    share(store, bo, "cy")
    share(store, bo, "di")
    assert history(store, di)
    assert taken(store, ada, 1) == TakenBack(1, 0)
    assert [data[0] for data in history(store, cy)] == [2, 4, 5, 6]
    assert [data[0] for data in history(store, di)] == [1, 2, 4, 5, 6]


def test_what_was_taken_back_from_some_is_shared_no_more(store: Store) -> None:
    ada, bo = filled(store)
    cy = register(store, "cy")
    assert [data[0] for data in history(store, bo)][:2] == [1, 2]
    assert taken(store, ada, 1) == TakenBack(1, 0)
    assert share(store, bo, "cy") == 4
    assert [data[0] for data in history(store, cy)] == [2, 4, 5, 6]
    assert [data[0] for data in history(store, bo)][:2] == [1, 2], "who has it keeps it"


def test_what_nobody_lost_is_shared_as_ever(store: Store) -> None:
    """Everybody had it: the writer is told that it was too late."""
    ada, bo = register(store, "ada"), register(store, "bo")
    cy = register(store, "cy")
    store.commit(kept(1, ada, bo, wait=False))
    assert taken(store, ada, 1) == TakenBack(0, 0)
    assert share(store, ada, "cy") == 1
    assert history(store, cy) == [b"body"]


# --- what goes with a terminal and a realm -------------------------------------------------


def test_history_outlives_a_terminal_of_the_account(store: Store) -> None:
    ada, bo = register(store, "ada"), register(store, "bo")
    store.commit(kept(1, ada, bo))
    store.of(OWN).remove(ada.mailbox, 1, 1)
    assert history(store, bo) == [b"body"]
    assert taken(store, bo, 1) == TakenBack(0, 0)


def test_a_realm_goes_with_its_history_and_no_other(store: Store) -> None:
    store.add_realm("acme", 1)
    realm = store.realm("acme")
    ada, bo = register(store, "ada", realm), register(store, "bo", realm)
    own, other = register(store, "ada"), register(store, "bo")
    for one, two in ((ada, bo), (own, other)):
        store.commit(kept(1, one, two))
        store.commit(kept(2, one, two))
        taken(store, one, 2)
    store.take_away("acme")
    while store.erase(realm, 1):
        pass
    assert history(store, other) == [b"body"]
    assert (history(store, bo), store.recalled(ada.mailbox)) == ([], [])
    assert store.recalled(own.mailbox) == [(name(2), TakenBack(1, 0), 200)]
