"""A client without a relay that belongs to a company of any size: for windows that show its directory."""

from pathlib import Path

from msgspec.structs import replace

from support import company
from support.staff import membership
from support.windows import offline_client
from watchword.core.client import Client
from watchword.crypto.primitives import ed25519_public
from watchword.protocol.company.profile import Member, Profile
from watchword.store import membership as kept

ADA = Member("ada", "Ada", ed25519_public(company.MEMBERS["ada"].expose()))


def firm(**names: str) -> Profile:
    """ACME with Ada and these: account and name. No phrase is asked for."""
    keys = (number.to_bytes(32) for number in range(1, len(names) + 1))
    others = tuple(
        Member(account, name, key) for (account, name), key in zip(names.items(), keys, strict=True)
    )
    policy = replace(company.POLICY, phrase=0)
    return replace(company.PROFILE, policy=policy, directory=(ADA, *others))


def crowd(count: int) -> Profile:
    """ACME with so many people beside Ada."""
    return firm(**{f"p{number}": f"Person {number:05}" for number in range(count)})


async def employed_client(folder: Path, profile: Profile) -> Client:
    """Ada's client; she is a member of the company."""
    client = await offline_client(folder, "ada")
    held = membership("ada", profile=profile)
    await client._desk.db.write(lambda tx: kept.keep(tx, held))
    await client.company.start()
    return client


async def hands_out(client: Client, profile: Profile) -> None:
    """Ada takes a newer company file with this profile."""
    member = client.company._member
    assert member is not None
    held = replace(member.membership, profile=profile, serial=profile.serial)
    await client.company._changed(replace(member, membership=held))
