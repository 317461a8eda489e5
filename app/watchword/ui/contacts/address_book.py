"""Everybody who can be picked (F6): the contacts, and the company's directory where there is a company.

One list with one search. Nothing here is shown: pages ask it whom to show and what to say of them.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from watchword.core import account_id
from watchword.core.company.staff import Staff
from watchword.model.chat import Contact
from watchword.model.errors import RefusedBy

_Line = tuple[str, str, str]
"""Somebody as they are looked for: name, account, everything that a search may hit."""


class AddressBook:
    """Contacts and colleagues. A colleague who is a contact goes by the name that this user gave."""

    def __init__(self) -> None:
        self.company = ""
        """Name of the company; empty without one."""
        self.everybody: dict[str, Contact] = {}
        """Who is known in any way, by account."""
        self._staff: dict[str, str] = {}
        self._edition: object = None
        """Which directory it is."""
        self._lines: list[_Line] | None = None

    # --- what is in it ----------------------------------------------------------------

    def take_contacts(self, people: Iterable[Contact]) -> None:
        """Take the contacts as they are now."""
        for person in people:
            self.change(person)

    def change(self, person: Contact) -> None:
        """Take one contact that is new or different."""
        before = self.everybody.get(person.account)
        if person.name == person.account:
            person = self._named(person)
        if not (person.listed or person.blocked) and person.account not in self._staff:
            self.everybody.pop(person.account, None)
            self._lines = None
            return
        self.everybody[person.account] = person
        if before is None or before.name != person.name:
            self._lines = None

    def take_directory(self, staff: Staff) -> bool:
        """Take the directory as it is now, and forget who was in the last one and is nobody else.

        Returns:
            Whether it is another one than before.
        """
        if staff.edition == self._edition:
            return False
        self._edition, listed = staff.edition, staff.everybody()
        self.company = staff.company
        before, self._staff = self._staff, {member.account: member.name for member in listed}
        for account in before.keys() - self._staff.keys():
            person = self.everybody[account]
            if not (person.listed or person.blocked):
                del self.everybody[account]
        for member in listed:
            known = self.everybody.get(member.account)
            if known is None:
                self.everybody[member.account] = Contact(member.account, member.name, listed=False)
            elif known.name in (member.account, before.get(member.account)):
                self.everybody[member.account] = replace(known, name=member.name)
        self._lines = None
        return True

    def _named(self, person: Contact) -> Contact:
        """Somebody to whom this user gave no name, by the directory's."""
        return replace(person, name=self._staff.get(person.account, person.name))

    # --- what it tells ----------------------------------------------------------------

    def is_colleague(self, account: str) -> bool:
        """Whether somebody is in the company's directory."""
        return account in self._staff

    def official(self, account: str) -> str:
        """The name by the directory; empty for who is not in it."""
        return self._staff.get(account, "")

    def found(self, typed: str = "") -> list[Contact]:
        """Whom a search finds, by name; all for an empty one."""
        if self._lines is None:
            self._lines = sorted(map(self._line, self.everybody.values()))
        wanted, folded, everybody = typed.strip().casefold(), _folded(typed), self.everybody
        if not wanted:
            return [everybody[account] for _, account, _ in self._lines]
        return [
            everybody[account]
            for _, account, sought in self._lines
            if wanted in sought or (folded and folded in account)
        ]

    def _line(self, person: Contact) -> _Line:
        name, official = person.name.casefold(), self._staff.get(person.account, "").casefold()
        return name, person.account, f"{name}\n{person.account}\n{official}"


def _folded(typed: str) -> str:
    """What was typed, written as ids are; empty where it is none."""
    try:
        return account_id.fold(typed) if typed.strip() else ""
    except RefusedBy:
        return ""
