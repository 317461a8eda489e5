"""Contacts and colleagues in one list, with one search."""

from msgspec.structs import replace

from support import company
from support.employed import crowd, firm
from support.staff import membership
from watchword.core.company.membership import Member
from watchword.core.company.staff import Staff
from watchword.model.chat import Contact
from watchword.protocol.company.profile import Profile
from watchword.ui.contacts.address_book import AddressBook

BO = Contact("bo", "Bo at work")
MALLORY = Contact("mallory", "Mallory", listed=False, blocked=True)


def staff(profile: Profile) -> Staff:
    member = Member(membership(profile=profile), company.author("ada"))
    return Staff(lambda: member)


def book(*people: Contact, profile: Profile | None = None) -> AddressBook:
    made = AddressBook()
    made.take_contacts(people)
    if profile is not None:
        made.take_directory(staff(profile))
    return made


def accounts(found: list[Contact]) -> list[str]:
    return [person.account for person in found]


def test_a_colleague_who_is_a_contact_stands_once_by_the_own_name() -> None:
    acme = book(BO, Contact("zoe", "Zoe"), profile=firm(bo="Bo Larsen", cy="Cy Young"))
    assert acme.company == "ACME"
    assert acme.found() == [BO, Contact("cy", "Cy Young", listed=False), Contact("zoe", "Zoe")]
    assert [acme.is_colleague(one) for one in ("bo", "cy", "zoe")] == [True, True, False]
    assert (acme.official("bo"), acme.official("zoe")) == ("Bo Larsen", "")


def test_a_search_hits_either_name_and_the_id_as_ids_are_written() -> None:
    acme = book(BO, profile=firm(bo="Bo Larsen", cy="Cy Young"))
    for typed, found in {
        "LARSEN": ["bo"],
        "work": ["bo"],
        "ＣＹ": ["cy"],
        " young ": ["cy"],
        "a b": [],
    }.items():
        assert accounts(acme.found(typed)) == found, typed


def test_who_leaves_the_directory_stays_only_as_a_contact() -> None:
    acme = book(BO, MALLORY, profile=firm(bo="Bo Larsen", cy="Cy Young"))
    assert acme.take_directory(staff(replace(firm(dee="Dee"), serial=2)))
    assert accounts(acme.found()) == ["bo", "dee", "mallory"]
    assert not acme.is_colleague("bo")
    assert not acme.take_directory(staff(replace(firm(dee="Dee"), serial=2))), "it is the same"
    assert acme.take_directory(Staff(lambda: None))
    assert (acme.company, accounts(acme.found())) == ("", ["bo", "mallory"])


def test_a_colleague_goes_by_the_newest_name_unless_the_user_gave_one() -> None:
    acme = book(BO, profile=firm(bo="Bo", cy="Cy"))
    acme.take_directory(staff(replace(firm(bo="Robert", cy="Cyrus"), serial=2)))
    assert [person.name for person in acme.found()] == ["Bo at work", "Cyrus"]


def test_a_blocked_colleague_stays_blocked_under_another_name() -> None:
    acme = book(Contact("cy", "Cy", listed=False, blocked=True), profile=firm(cy="Cy"))
    acme.take_directory(staff(replace(firm(cy="Cyrus"), serial=2)))
    assert acme.found() == [Contact("cy", "Cyrus", listed=False, blocked=True)]


def test_a_colleague_without_a_name_of_the_user_s_goes_by_the_directory() -> None:
    nameless = Contact("cy", "cy", listed=False, blocked=True)
    acme = book(nameless, profile=firm(cy="Cy Young"))
    assert acme.found() == [replace(nameless, name="Cy Young")]
    acme.change(replace(nameless, blocked=False, present=True))
    assert acme.found() == [Contact("cy", "Cy Young", listed=False, present=True)]


def test_a_contact_that_changes_keeps_its_place_or_goes() -> None:
    acme = book(BO, Contact("zoe", "Zoe"), profile=firm(bo="Bo Larsen"))
    acme.change(replace(BO, present=True))
    assert acme.found("bo")[0].present
    acme.change(Contact("zoe", "Anna"))
    assert accounts(acme.found()) == ["zoe", "bo"]
    acme.change(Contact("zoe", "Anna", listed=False))
    assert accounts(acme.found()) == ["bo"]
    acme.change(Contact("bo", "Bo at work", listed=False))
    assert accounts(acme.found()) == ["bo"], "a colleague is there without being a contact"


def test_a_thousand_are_found_by_name() -> None:
    acme = book(profile=crowd(1_000))
    assert len(acme.found()) == 1_000
    assert accounts(acme.found("person 00042")) == ["p42"]
