"""Whom this user knows."""

from watchword.model.chat import Contact
from watchword.store import contacts
from watchword.store.transaction import Tx


def test_somebody_met_is_not_in_the_list(tx: Tx) -> None:
    assert contacts.get(tx, "bo") is None
    assert contacts.meet(tx, "bo") == Contact("bo", "bo", listed=False, blocked=False)
    assert contacts.every(tx) == []


def test_enlisting_keeps_a_name_that_is_there(tx: Tx) -> None:
    assert contacts.enlist(tx, "bo", "Bo from work") == Contact("bo", "Bo from work")
    assert contacts.enlist(tx, "bo") == Contact("bo", "Bo from work")


def test_an_empty_name_falls_back_to_the_id(tx: Tx) -> None:
    contacts.enlist(tx, "bo", "Bo")
    assert contacts.rename(tx, "bo", "") == Contact("bo", "bo")
    assert contacts.rename(tx, "nobody", "Nobody") is None


def test_meeting_again_changes_nothing(tx: Tx) -> None:
    contacts.enlist(tx, "bo", "Bo")
    contacts.block(tx, "bo", blocked=True)
    assert contacts.meet(tx, "bo") == Contact("bo", "Bo", listed=True, blocked=True)


def test_blocking_works_for_strangers_and_is_undone(tx: Tx) -> None:
    assert contacts.block(tx, "mallory", blocked=True) == Contact("mallory", "mallory", False, True)
    assert [contact.account for contact in contacts.every(tx)] == ["mallory"]
    assert contacts.block(tx, "mallory", blocked=False).blocked is False
    assert contacts.every(tx) == []


def test_unlisting_keeps_the_name(tx: Tx) -> None:
    contacts.enlist(tx, "bo", "Bo")
    assert contacts.unlist(tx, "bo") == Contact("bo", "Bo", listed=False)
    assert contacts.unlist(tx, "nobody") is None


def test_contacts_come_by_name_whatever_its_case(tx: Tx) -> None:
    for account, name in [("1", "zoe"), ("2", "Ada"), ("3", "bo"), ("4", "林小雨")]:
        contacts.enlist(tx, account, name)
    assert [contact.name for contact in contacts.every(tx)] == ["Ada", "bo", "zoe", "林小雨"]
