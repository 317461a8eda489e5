"""What every store of a relay must do about realms, and about the terminals of an account."""

import pytest

from support.relay_stores import Open, postgres, reopen, store
from watchword_relay.store.contract import (
    NOWHERE,
    OWN,
    Added,
    Admission,
    Batch,
    Ended,
    Level,
    Membership,
    Owed,
    Put,
    RealmStore,
    Registered,
    Run,
    Store,
    Terminal,
)

__all__ = ["postgres", "reopen", "store"]

H = b"h" * 32
ACME, OTHER = Membership(b"acme" * 4, b"m" * 32), Membership(b"othr" * 4, b"o" * 32)


def realm(store: Store, name: str = "acme") -> RealmStore:
    assert store.add_realm(name, 1)
    return store.of(store.realm(name))


def person(realm: RealmStore, account: str = "bo", key: bytes = b"k" * 32) -> Terminal:
    outcome, terminal = realm.register(account, account, key, None, 1)
    assert outcome is Registered.DONE
    assert terminal is not None
    return terminal


def full_id(terminal: Terminal | None) -> str | None:
    return None if terminal is None else terminal.full_id


def admission(by: Terminal, parcel: bytes = b"parcel") -> Admission:
    return Admission(by.key, b"a" * 64, parcel)


def key(number: int) -> bytes:
    return bytes([number]) * 32


def admitted(realm: RealmStore, by: Terminal, device: int) -> Terminal:
    outcome, terminal = realm.admit(by.mailbox, device, key(device), admission(by), 7, asked=True)
    assert outcome is Added.DONE
    assert terminal is not None
    return terminal


def writing(*puts: Put) -> Batch:
    batch = Batch()
    batch.puts = list(puts)
    return batch


def put(box: int, seq: int = 1, body: bytes = b"body", *, shared: bool = False) -> Put:
    return Put(box, seq, seq.to_bytes(16, "big"), "ada/1", body, 100)._replace(shared=shared)


def waiting(store: Store, box: int) -> list[bytes]:
    return [stored.body for stored in store.waiting(box, 0, 100, 0)]


# --- realms -------------------------------------------------------------------------------


def test_a_new_relay_has_a_realm_of_its_own_and_no_other(store: Store) -> None:
    assert [(one.number, one.name) for one in store.realms()] == [(OWN, "")]
    assert store.realm("") == OWN
    assert store.realm("acme") == NOWHERE


def test_realms_are_made_once_and_kept(reopen: Open) -> None:
    store = reopen()
    assert store.add_realm("beta", 5)
    assert store.add_realm("acme", 6)
    assert not store.add_realm("acme", 7)
    store = reopen()
    assert [(one.name, one.made_at) for one in store.realms()] == [("", 0), ("acme", 6), ("beta", 5)]
    numbers = {store.realm(name) for name in ("", "acme", "beta")}
    assert len(numbers) == 3
    assert NOWHERE not in numbers


def test_the_same_id_in_two_realms_is_two_accounts(store: Store) -> None:
    own, acme = store.of(OWN), realm(store)
    mine, theirs = person(own, key=key(1)), person(acme, key=key(2))
    assert mine.mailbox != theirs.mailbox
    assert own.terminal("bo", 1) == mine
    assert acme.terminal("bo", 1) == theirs
    assert acme.register("bo", "bo", key(1), None, 2) == (Registered.TAKEN, None)
    store.commit(writing(put(mine.mailbox)))
    assert waiting(store, theirs.mailbox) == []


def test_nothing_of_another_realm_is_found(store: Store) -> None:
    own, acme = store.of(OWN), realm(store)
    bo = person(own)
    own.add_invite(b"invite" * 5, 1)
    own.vouch(bo.mailbox, ACME)
    admitted(own, bo, 2)
    opened = Batch()
    opened.opened = [Run(OWN, H, "bo/1", "ada/1", 1)]
    opened.ended = [(OWN, Ended(H, "bo/1", "ada/1", 0, b"", "", Owed.VERDICT, Owed.VERDICT, 2))]
    store.commit(opened)
    for other in (acme, store.of(NOWHERE), store.of(acme.number + 1)):
        assert other.terminal("bo", 1) is None
        assert other.terminals("bo") == []
        assert other.admitted("bo", key(2)) is None
        assert other.membership("bo") is None
        assert other.devices(["bo"]) == []
        assert other.availability("bo", "bo") is Registered.DONE
        assert not other.invite_stands(b"invite" * 5)
        assert other.register("cy", "cy", b"c" * 32, b"invite" * 5, 2) == (Registered.INVITE_WRONG, None)
        assert other.ended(H) is None
        assert other.owed("bo/1", b"", 10) == []
        counts = other.counts(0)
        assert (counts.accounts, counts.terminals, counts.invites, counts.verdicts) == (0, 0, 0, {})


def test_nothing_of_another_realm_is_changed(store: Store) -> None:
    """A mailbox's number is the whole relay's; what is done by it is done in its own realm only."""
    own, acme = store.of(OWN), realm(store)
    bo, stranger = person(own), person(acme)
    assert acme.admit(bo.mailbox, 2, key(2), admission(bo), 1, asked=True) == (Added.UNKNOWN, None)
    assert acme.remove(bo.mailbox, 1, 1) is None
    acme.vouch(bo.mailbox, ACME)
    assert (own.membership("bo"), acme.membership("bo")) == (None, None)
    assert acme.join("bo", 2, key(2), ACME, 1) == (Added.UNKNOWN, None)
    assert own.terminals("bo") == [bo]
    assert acme.terminals("bo") == [stranger]
    assert full_id(own.remove(bo.mailbox, 1, 1)) == "bo/1"
    assert acme.terminals("bo") == [stranger]


def test_the_same_request_in_two_realms_is_two_handshakes(store: Store) -> None:
    own, acme = store.of(OWN), realm(store)
    batch = Batch()
    batch.opened = [Run(number, H, "ada/1", "bo/1", 1) for number in (OWN, acme.number)]
    batch.ended = [(OWN, Ended(H, "ada/1", "bo/1", 3, b"", "", Owed.VERDICT, Owed.VERDICT, 2))]
    store.commit(batch)
    assert own.ended(H) is not None
    assert acme.ended(H) is None
    batch = Batch()
    batch.ended = [(acme.number, Ended(H, "ada/1", "bo/1", 0, b"", "", Owed.VERDICT, Owed.VERDICT, 2))]
    batch.owed = [(OWN, H, Owed.NOTHING, Owed.NOTHING)]
    store.commit(batch)
    assert [one.status for one in acme.owed("ada/1", b"", 10)] == [0]
    assert own.owed("ada/1", b"", 10) == []
    ended = own.ended(H)
    assert ended is not None
    assert ended.status == 3


def test_numbers_are_each_realms_own(store: Store) -> None:
    own, acme = store.of(OWN), realm(store)
    mine, theirs = person(own), person(acme)
    acme.add_invite(b"invite" * 5, 1)
    organisation = b"acme" * 4
    store.commit(
        writing(put(mine.mailbox, body=b"12345"), put(theirs.mailbox)._replace(organisation=organisation))
    )
    assert (own.counts(0).messages, own.counts(0).size, own.counts(0).data) == (1, 5, {})
    assert (acme.counts(0).messages, acme.counts(0).data) == (1, {organisation: Level(1, 4)})
    assert (own.counts(0).invites, acme.counts(0).invites) == (0, 1)


def test_a_realm_that_was_taken_away_is_found_no_more_and_can_be_erased(reopen: Open) -> None:
    store = reopen()
    acme = realm(store)
    own_bo, bo = person(store.of(OWN)), person(acme)
    store.commit(
        writing(
            *(put(bo.mailbox, seq) for seq in range(1, 6)),
            put(own_bo.mailbox, 1, b"both" * 50, shared=True),
            put(bo.mailbox, 6, b"both" * 50, shared=True),
        )
    )
    assert not store.take_away("nobody's")
    assert not store.take_away("")
    assert store.take_away("acme")
    assert store.realm("acme") == NOWHERE
    assert [one.name for one in store.realms()] == [""]
    store = reopen()
    assert store.taken_away() == [acme.number]
    assert store.erase(acme.number, 4)
    while store.erase(acme.number, 4):
        pass
    assert store.taken_away() == []
    assert waiting(store, bo.mailbox) == []
    assert waiting(store, own_bo.mailbox) == [b"both" * 50]
    again = realm(store)
    assert again.number != acme.number
    assert again.terminals("bo") == []
    assert person(again).mailbox != bo.mailbox


# --- more terminals -----------------------------------------------------------------------


def test_a_terminal_is_added_with_what_it_is_given(reopen: Open) -> None:
    store = reopen()
    bo = person(store.of(OWN))
    second = admitted(store.of(OWN), bo, 2)
    assert (second.account, second.device, second.key, second.made_at, second.by) == ("bo", 2, key(2), 7, 1)
    assert second.fresh
    own = reopen().of(OWN)
    assert own.terminals("bo") == [bo, second]
    assert own.devices(["bo"]) == [("bo", 1), ("bo", 2)]
    assert own.admitted("bo", key(2)) == (second, admission(bo))
    assert own.admitted("bo", key(3)) is None
    own.settle_in(second.mailbox)
    assert own.admitted("bo", key(2)) is None
    settled = own.terminal("bo", 2)
    assert settled is not None
    assert not settled.fresh


def test_a_number_must_be_the_lowest_that_is_free(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    for device in (1, 3, 4, 0, -1, 999_999_999):
        refused = own.admit(bo.mailbox, device, key(9), admission(bo), 1, asked=True)
        assert refused == (Added.NOT_FREE, None)
    for device in range(2, 9):
        admitted(own, bo, device)
    assert own.admit(bo.mailbox, 9, key(9), admission(bo), 1, asked=True) == (Added.NOT_FREE, None)
    own.remove(bo.mailbox, 5, 1)
    assert own.admit(bo.mailbox, 9, key(9), admission(bo), 1, asked=True) == (Added.NOT_FREE, None)
    assert own.admit(bo.mailbox, 5, key(8), admission(bo), 1, asked=True) == (Added.NOT_FREE, None)
    assert admitted(own, bo, 5).device == 5


def test_nobody_is_added_who_does_not_ask_but_a_repeat_is_answered_again(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    assert own.admit(bo.mailbox, 2, key(2), admission(bo), 1, asked=False) == (Added.NOT_FREE, None)
    second = admitted(own, bo, 2)
    other = admission(bo, b"other")
    assert own.admit(bo.mailbox, 2, key(2), other, 9, asked=False) == (Added.DONE, second)
    assert own.admitted("bo", key(2)) == (second, admission(bo))
    third = admitted(own, bo, 3)
    # Not a repeat: another approves, or another key comes.
    assert own.admit(third.mailbox, 2, key(2), other, 9, asked=True) == (Added.NOT_FREE, None)
    assert own.admit(bo.mailbox, 2, key(4), other, 9, asked=True) == (Added.NOT_FREE, None)


def test_a_terminal_that_was_removed_approves_vouches_and_removes_nothing(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    second = admitted(own, bo, 2)
    assert full_id(own.remove(bo.mailbox, 2, 1)) == "bo/2"
    assert own.admit(second.mailbox, 2, key(3), admission(second), 1, asked=True) == (Added.UNKNOWN, None)
    own.vouch(second.mailbox, ACME)
    assert own.membership("bo") is None
    assert own.remove(second.mailbox, 1, 1) is None
    assert own.terminals("bo") == [bo]


def test_who_was_removed_is_remembered_for_a_time_and_not_for_ever_more(reopen: Open) -> None:
    store = reopen()
    own = store.of(OWN)
    bo = person(own)
    for number in range(2, 8):
        own.admit(bo.mailbox, 2, key(number), admission(bo), 7, asked=True)
        own.remove(bo.mailbox, 2, 10 * number)
    own.admit(bo.mailbox, 2, key(5), admission(bo), 7, asked=True)
    own.remove(bo.mailbox, 2, 80)
    store = reopen()
    own = store.of(OWN)
    assert own.removed_keys("bo", 2) == [key(5), key(7), key(6), key(4)]
    assert [*own.removed_keys("bo", 1), *own.removed_keys("ada", 2)] == []
    assert realm(store).removed_keys("bo", 2) == []
    assert store.forget_removed(61) == 2
    assert own.removed_keys("bo", 2) == [key(5), key(7)]


def test_what_was_a_terminals_own_goes_with_it(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    second = admitted(own, bo, 2)
    body = b"several " * 50
    store.commit(
        writing(
            put(second.mailbox, 1),
            put(second.mailbox, 2, body, shared=True),
            put(bo.mailbox, 1, body, shared=True),
        )
    )
    batch = Batch()
    batch.opened = [Run(OWN, H, "bo/2", "ada/1", 1), Run(OWN, key(1), "ada/1", "bo/2", 1)]
    batch.ended = [
        (OWN, Ended(H, "bo/2", "ada/1", 0, b"", "", Owed.VERDICT, Owed.VERDICT, 2)),
        (OWN, Ended(key(1), "ada/1", "bo/2", 0, b"", "", Owed.VERDICT, Owed.VERDICT | Owed.GONE, 2)),
    ]
    store.commit(batch)
    assert full_id(own.remove(bo.mailbox, 2, 1)) == "bo/2"
    assert own.remove(bo.mailbox, 2, 1) is None
    assert own.terminal("bo", 2) is None
    assert waiting(store, second.mailbox) == []
    assert store.mailbox(second.mailbox) == (1, Level(0, 0))
    assert waiting(store, bo.mailbox) == [body]
    assert own.owed("bo/2", b"", 10) == []
    assert {one.h for one in own.owed("ada/1", b"", 10)} == {H, key(1)}


def test_who_gets_a_number_again_gets_nothing_of_who_had_it(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    second = admitted(own, bo, 2)
    store.commit(writing(put(second.mailbox)))
    own.remove(bo.mailbox, 2, 1)
    # What is on its way for the old one while the new one comes in.
    store.commit(writing(put(second.mailbox, 2), put(bo.mailbox)))
    new = own.admit(bo.mailbox, 2, key(7), admission(bo), 1, asked=True)[1]
    assert new is not None
    assert new.mailbox != second.mailbox
    store.commit(writing(put(second.mailbox, 3)))
    assert waiting(store, second.mailbox) == waiting(store, new.mailbox) == []
    assert store.mailbox(second.mailbox) == store.mailbox(new.mailbox) == (1, Level(0, 0))
    assert waiting(store, bo.mailbox) == [b"body"]
    assert own.counts(0).messages == 1


def test_a_mailboxs_number_never_comes_back(reopen: Open) -> None:
    own = reopen().of(OWN)
    bo = person(own)
    last = admitted(own, bo, 2).mailbox
    for _ in range(3):
        own.remove(bo.mailbox, 2, 1)
        own = reopen().of(OWN)
        now = admitted(own, bo, 2).mailbox
        assert now > last
        last = now


def test_an_account_stays_taken_without_its_first_terminal(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    second = admitted(own, bo, 2)
    assert full_id(own.remove(second.mailbox, 1, 1)) == "bo/1"
    for again in (bo.key, key(5)):
        assert own.register("bo", "bo", again, None, 1) == (Registered.TAKEN, None)
    first = admitted(own, second, 1)
    assert (first.device, first.by) == (1, 2)
    assert full_id(own.remove(first.mailbox, 1, 1)) == "bo/1"
    assert full_id(own.remove(second.mailbox, 2, 1)) == "bo/2"
    assert own.terminals("bo") == []
    assert own.register("bo", "bo", bo.key, None, 1) == (Registered.TAKEN, None)


def test_by_its_member_key_an_account_gets_more_terminals(store: Store) -> None:
    own = store.of(OWN)
    bo = person(own)
    assert own.join("bo", 2, key(2), ACME, 3) == (Added.UNKNOWN, None)
    own.vouch(bo.mailbox, ACME)
    for wrong in (OTHER, ACME._replace(member_key=key(1)), ACME._replace(organisation=b"x" * 16)):
        assert own.join("bo", 2, key(2), wrong, 3) == (Added.UNKNOWN, None)
    assert own.join("bo", 3, key(2), ACME, 3) == (Added.NOT_FREE, None)
    assert own.join("bo", 1, key(2), ACME, 3) == (Added.NOT_FREE, None)
    outcome, second = own.join("bo", 2, key(2), ACME, 3)
    assert outcome is Added.DONE
    assert second is not None
    assert (second.device, second.made_at, second.by, second.fresh) == (2, 3, 0, False)
    assert own.join("bo", 2, key(2), ACME, 4) == (Added.DONE, second)
    assert own.join("bo", 3, key(2), ACME, 4) == (Added.NOT_FREE, None)
    assert own.join("nobody", 1, key(2), ACME, 4) == (Added.UNKNOWN, None)


def test_the_newest_membership_counts(reopen: Open) -> None:
    store = reopen()
    own = store.of(OWN)
    bo = person(own)
    second = admitted(own, bo, 2)
    own.vouch(bo.mailbox, ACME)
    own.vouch(second.mailbox, OTHER)
    assert own.membership("bo") == OTHER
    own = reopen().of(OWN)
    own.vouch(bo.mailbox, ACME)
    assert own.membership("bo") == ACME


def test_a_removal_closes_the_member_keys_that_were_shown(reopen: Open) -> None:
    """Whatever the removed terminal showed itself: it may hold each of them."""
    store = reopen()
    own = store.of(OWN)
    bo, ada = person(own), person(own, "ada")
    second = admitted(own, bo, 2)
    renewed = ACME._replace(member_key=key(9))
    own.vouch(ada.mailbox, ACME)
    own.vouch(bo.mailbox, ACME)
    own.remove(bo.mailbox, second.device, 1)
    for _ in range(2):
        own = reopen().of(OWN)
        assert own.membership("bo") is None
        assert own.join("bo", 2, key(2), ACME, 3) == (Added.UNKNOWN, None)
        own.vouch(bo.mailbox, ACME)
    own.vouch(bo.mailbox, renewed)
    assert own.membership("bo") == renewed
    third = admitted(own, bo, 2)
    own.vouch(third.mailbox, ACME)  # it has no newer company file yet
    assert own.membership("bo") == renewed
    assert own.join("bo", 3, key(3), renewed, 3)[0] is Added.DONE
    assert own.membership("ada") == ACME
    assert own.remove(bo.mailbox, 7, 1) is None
    assert own.membership("bo") == renewed


@pytest.mark.parametrize("way", ["admit", "join"])
def test_a_key_is_one_terminals_of_an_account(store: Store, way: str) -> None:
    own = store.of(OWN)
    bo = person(own)
    own.vouch(bo.mailbox, ACME)
    if way == "admit":
        outcome, _ = own.admit(bo.mailbox, 2, bo.key, admission(bo), 1, asked=True)
    else:
        outcome, _ = own.join("bo", 2, bo.key, ACME, 1)
    assert outcome is Added.NOT_FREE
