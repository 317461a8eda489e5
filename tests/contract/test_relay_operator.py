"""What every store of a relay must do for its operator: invitations, accounts, who is kept out."""

from support.relay_stores import Open, postgres, reopen, store
from watchword_relay.store.contract import OWN, Batch, Put, Registered, Store, Terminal
from watchword_relay.store.queues import EVERYWHERE, Blocked, Choice, Person

__all__ = ["postgres", "reopen", "store"]

HASH = b"hash" * 8


def register(store: Store, account: str, invite: bytes | None = None, realm: int = OWN) -> Registered:
    return store.of(realm).register(account, account, account.encode() * 16, invite, 7)[0]


def terminal(store: Store, account: str) -> Terminal:
    found = store.of(OWN).terminal(account, 1)
    assert found is not None
    return found


# --- invitations ----------------------------------------------------------------------------------


def test_an_invite_for_several_works_as_often_as_was_said(store: Store) -> None:
    store.of(OWN).add_invite(HASH, 1, uses=2)
    assert register(store, "bo", HASH) is Registered.DONE
    assert store.of(OWN).invite_stands(HASH)
    assert store.of(OWN).counts(0).invites == 1
    # A lost answer uses up nothing.
    assert register(store, "bo", HASH) is Registered.DONE
    assert register(store, "cy", HASH) is Registered.DONE
    assert not store.of(OWN).invite_stands(HASH)
    assert register(store, "di", HASH) is Registered.INVITE_WRONG
    assert store.of(OWN).counts(0).invites == 0


def test_an_invite_ends_with_its_time(reopen: Open) -> None:
    store = reopen()
    store.of(OWN).add_invite(HASH, 1, uses=5, until=100)
    store.of(OWN).add_invite(b"ever" * 8, 1)
    store.keep_served(99)
    assert store.of(OWN).invite_stands(HASH)
    store.close()
    store = reopen()
    store.keep_served(100)
    assert not store.of(OWN).invite_stands(HASH)
    assert register(store, "bo", HASH) is Registered.INVITE_WRONG
    assert register(store, "bo", b"ever" * 8) is Registered.DONE
    store.close()


def test_an_invite_can_be_dropped(store: Store) -> None:
    store.of(OWN).add_invite(HASH, 1, uses=5)
    assert store.add_realm("acme", 1)
    assert not store.of(store.realm("acme")).drop_invite(HASH)
    assert store.of(OWN).drop_invite(HASH)
    assert not store.of(OWN).drop_invite(HASH)
    assert register(store, "bo", HASH) is Registered.INVITE_WRONG


# --- accounts -------------------------------------------------------------------------------------


def test_all_accounts_with_what_waits_for_them(store: Store) -> None:
    store.add_realm("acme", 1)
    for account in ("cy", "bo"):
        register(store, account)
    register(store, "bo", realm=store.realm("acme"))
    batch = Batch()
    batch.puts = [Put(terminal(store, "cy").mailbox, 1, bytes(16), "bo/1", b"sealed", 5)]
    store.commit(batch)
    store.block(OWN, "bo", 9)
    acme = Person("acme", "bo", 7, 1, 0, 0, blocked=False)
    own = [Person("", "bo", 7, 1, 0, 0, blocked=True), Person("", "cy", 7, 1, 1, 6, blocked=False)]
    assert store.people(Choice()) == [*own, acme]
    assert store.people(Choice(realm=store.realm("acme"))) == [acme]
    assert store.people(Choice(account="cy")) == own[1:]


# --- who is kept out --------------------------------------------------------------------------------


def test_who_is_kept_out_stays_out_until_it_is_said(reopen: Open) -> None:
    store = reopen()
    assert store.blocked() == []
    assert store.block(OWN, "bo", 5)
    assert not store.block(OWN, "bo", 6)
    assert store.block(EVERYWHERE, "192.0.2.0/24", 6)
    store.close()
    store = reopen()
    assert store.blocked() == [Blocked(EVERYWHERE, "192.0.2.0/24", 6), Blocked(OWN, "bo", 5)]
    assert store.unblock(OWN, "bo")
    assert not store.unblock(OWN, "bo")
    assert not store.unblock(EVERYWHERE, "bo")
    assert [one.name for one in store.blocked()] == ["192.0.2.0/24"]
    store.close()


def test_with_a_realm_goes_who_was_kept_out_of_it(store: Store) -> None:
    store.add_realm("acme", 1)
    number = store.realm("acme")
    store.block(number, "bo", 5)
    store.take_away("acme")
    while store.erase(number, 10):
        pass
    assert store.blocked() == []
