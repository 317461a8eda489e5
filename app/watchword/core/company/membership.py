"""Belonging to a company: join by a company file and a phrase, take a newer file, certify this terminal.

Only a file that the pinned root key signed changes anything, and all of it changes in one transaction. See
`docs/protocol/company.md`, The company file.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import msgspec

from watchword.core.desk import Desk
from watchword.crypto.primitives import ed25519_public
from watchword.model.company import FileReason
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.company import certificate, company_file
from watchword.protocol.company.company_file import FileRefused, Membership, Outside
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.profile import Profile
from watchword.protocol.company.ring import Ring, State
from watchword.store import member_keys
from watchword.store import membership as kept
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError
from watchword_wire.ids import parse_full_id
from watchword_wire.message_data import Head

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Member(msgspec.Struct, frozen=True):
    """What this desktop is in its company: what it holds, and as whom it writes."""

    membership: Membership
    author: Author

    @property
    def profile(self) -> Profile:
        """Methods, policy, directory."""
        return self.membership.profile

    @property
    def ring(self) -> Ring:
        """The keys."""
        return self.membership.ring

    @property
    def revoked(self) -> tuple[tuple[str, int], ...]:
        """The keys that are revoked, by name and version."""
        return tuple((key.name, key.version) for key in self.ring.keys if key.state is State.REVOKED)

    @property
    def account(self) -> str:
        """The own account."""
        return self.membership.account

    def has_revoked(self, head: Head) -> bool:
        """Whether one of the keys that message data are sealed under is revoked."""
        held = (self.ring.find(tag.key, tag.version) for tag in head.alternatives)
        return any(key is not None and key.state is State.REVOKED for key in held)

    def is_former(self, head: Head) -> bool:
        """Whether its sender's terminal was certified by a member key that a newer file took out."""
        account = parse_full_id(head.sender).account
        return any(one == account and _certified(key, head) for one, key in self.membership.former)

    @property
    def removed(self) -> bool:
        """Whether a newer company file came in which nothing is for this member."""
        return self.membership.removed > self.membership.serial

    def name_of(self, account: str) -> str:
        """Somebody's name by the directory; the account id of who is not in it."""
        found = self.profile.member(account)
        return account if found is None else found.name


def _certified(key: bytes, head: Head) -> bool:
    try:
        certificate.verify(key, head.certificate, head.organisation, head.sender, head.terminal_key)
    except PeerError:
        return False
    return True


def certified(desk: Desk, membership: Membership) -> Member:
    """Issue this terminal's certificate: the same each time, so that none is kept."""
    seed, full_id = desk.identity, str(desk.me)
    made = certificate.issue(
        membership.member, membership.profile.organisation, full_id, ed25519_public(seed.expose())
    )
    return Member(membership, Author(full_id, made, seed))


async def load(desk: Desk) -> Member | None:
    """What is kept of the company; None before a company file was taken."""
    membership = await desk.db.read(kept.get)
    return None if membership is None else certified(desk, membership)


def look(data: bytes) -> Outside:
    """What a company file shows before it is opened.

    Raises:
        RefusedBy: COMPANY_FILE, reason DAMAGED.
    """
    try:
        return company_file.look(data)
    except PeerError as error:
        raise _refused(FileReason.DAMAGED) from error


async def opened(data: bytes, phrase: str, account: str = "", held: Member | None = None) -> Membership:
    """Open a join file and keep nothing; takes a second, off the loop.

    Args:
        data: the file.
        phrase: its phrase.
        account: the one that this desktop has already; empty before it has one.
        held: what it is a member by.

    Raises:
        RefusedBy: COMPANY_FILE with its reason.
    """
    if account and look(data).joins not in ("", account):
        raise _refused(FileReason.OTHER_MEMBER)
    return await _opened(company_file.join, data, phrase, None if held is None else held.membership)


async def keep(desk: Desk, membership: Membership, file: bytes = b"") -> Member:
    """Belong to a company from now on, by a file that was opened; one for every member is kept as it came.

    Any other opens for nobody else, and what was kept before is older: no further desktop is given that.
    """

    def work(tx: Tx) -> None:
        kept.keep(tx, membership)
        member_keys.forget(tx)
        if file:
            member_keys.keep_file(tx, file)
        else:
            member_keys.forget_file(tx)

    await desk.db.write(work)
    return certified(desk, membership)


async def update(desk: Desk, held: Member | None, data: bytes) -> Member | None:
    """Take a newer company file, or the first one by keys that came from another desktop of the member.

    None if it says what is held already.

    Raises:
        RefusedBy: COMPANY_MISSING; COMPANY_FILE with its reason.
    """
    if held is None:
        return await _followed(desk, data)
    renewed = await _opened(company_file.renew, held.membership, data)
    if renewed is None:  # it opens for every member all the same: a further desktop may be given it
        await desk.db.write(lambda tx: member_keys.keep_file(tx, data))
        return None
    return await keep(desk, renewed, data)


async def _followed(desk: Desk, data: bytes) -> Member:
    keys = await desk.db.read(member_keys.get)
    if keys is None:
        raise RefusedBy(Kind.COMPANY_MISSING)
    opened = await _opened(company_file.follow, data, keys.root_key, desk.me.account, keys.member)
    return await keep(desk, opened, data)


async def removed(desk: Desk, held: Member, data: bytes) -> Member:
    """Keep that `update` refused this file as REMOVED."""
    return await keep(desk, company_file.without(held.membership, data))


async def _opened(way: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> _T:
    try:
        return await asyncio.to_thread(way, *given, **named)
    except FileRefused as error:
        raise _refused(error.reason) from error
    except PeerError as error:
        raise _refused(FileReason.DAMAGED) from error


def _refused(reason: FileReason) -> RefusedBy:
    return RefusedBy(Kind.COMPANY_FILE, reason=reason.value)
