"""A desk of one member of the company of `support.company`, for tests of one part of the core at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from support import company
from support.desk import Place, place
from watchword.core.company.membership import Member, certified
from watchword.crypto.primitives import ed25519_public
from watchword.protocol.company.company_file import MEMBERSHIP_FORMAT, Membership
from watchword.protocol.company.profile import Profile
from watchword.protocol.company.ring import Ring
from watchword.store import membership as kept

ROOT_KEY = ed25519_public(company.ROOT.expose())


def membership(
    account: str = "ada", *, profile: Profile = company.PROFILE, ring: Ring = company.RING
) -> Membership:
    """What a member holds."""
    seed = company.MEMBERS[account]
    return Membership(MEMBERSHIP_FORMAT, ROOT_KEY, 1, account, seed, profile, ring)


@asynccontextmanager
async def employed(folder: Path, account: str = "ada") -> AsyncIterator[tuple[Place, Member]]:
    """A desk and what it is in the company."""
    async with place(folder, account) as desk:
        held = membership(account)
        await desk.db.write(lambda tx: kept.keep(tx, held))
        yield desk, certified(desk, held)


def renewed(member: Member, *, profile: Profile | None = None, ring: Ring | None = None) -> Member:
    """The same member after a newer company file."""
    held = member.membership
    held = replace(held, profile=profile or held.profile, ring=ring or held.ring)
    return replace(member, membership=held)
