"""Who is in the company, as the window asks before anything is written (row F6): names, directory, rules.

Nothing here waits, reads a disk or changes anything. See `docs/protocol/company.md`, The profile.
"""

from collections.abc import Callable

from watchword.core.company.membership import Member
from watchword.core.phrase import Rule
from watchword.model.company import DirectoryMember
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.company.profile import Outsiders


class Staff:
    """The directory of the company that this desktop belongs to; nobody before it joined one."""

    def __init__(self, member: Callable[[], Member | None]) -> None:
        self._member = member

    @property
    def company(self) -> str:
        """The company's name; empty before this desktop joined one."""
        member = self._member()
        return "" if member is None else member.profile.name

    @property
    def edition(self) -> tuple[bytes, int]:
        """Another one with every other directory."""
        member = self._member()
        return (b"", 0) if member is None else (member.profile.organisation, member.profile.serial)

    def has(self, account: str) -> bool:
        """Whether somebody is in the directory."""
        member = self._member()
        return member is not None and member.profile.member(account) is not None

    def outside(self, account: str) -> str:
        """The company's name, where somebody is not in its directory; empty for a member, or without one."""
        return "" if self.has(account) else self.company

    @property
    def refuses_outsiders(self) -> bool:
        """Whether the company allows no conversation with people outside it."""
        member = self._member()
        return member is not None and member.profile.policy.outsiders is Outsiders.REFUSE

    @property
    def gives_the_past(self) -> bool:
        """Whether somebody who joins a room reads what is kept of what was written there before."""
        member = self._member()
        return member is not None and member.profile.policy.gives_the_past

    def barred(self, account: str) -> RefusedBy | None:
        """Why nothing may be sent to somebody: COMPANY_OUTSIDER [account, company]; None if it may."""
        company = self.outside(account)
        if not company or not self.refuses_outsiders:
            return None
        return RefusedBy(Kind.COMPANY_OUTSIDER, account=account, company=company)

    def everybody(self) -> list[DirectoryMember]:
        """Everybody but this user, by name: from here targets are picked."""
        member = self._member()
        if member is None:
            return []
        found = [one for one in member.profile.directory if one.account != member.account]
        listed = [DirectoryMember(one.account, one.name) for one in found]
        return sorted(listed, key=lambda one: (one.name.casefold(), one.account))

    def phrase_rule(self, account: str) -> Rule | None:
        """How strong the phrase of a session with somebody has to be; None where the company does not say."""
        member = self._member()
        if member is None or not member.profile.policy.phrase or not self.has(account):
            return None
        both = (member.account, account)
        known = (*both, *map(member.name_of, both))
        return Rule(member.profile.name, member.profile.policy.phrase, known)
