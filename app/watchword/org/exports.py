"""The files that are handed out: updates, join files; and what a company file is, told to whoever has one.

See `docs/protocol/company.md`, The company file.
"""

import os

import msgspec
from msgspec.structs import replace

from watchword.crypto.primitives import nonce_new
from watchword.model.company import FileReason
from watchword.org.contents import Contents
from watchword.org.folder import new_seed
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import Drawn, FileRefused, Membership, Outside
from watchword.protocol.company.profile import Member
from watchword_wire.errors import PeerError, Refused


class Verified(msgspec.Struct, frozen=True):
    """A company file: what it shows to anybody, and what is inside where it could be opened."""

    outside: Outside
    inside: Membership | None
    closed: str = ""
    """Why it was not opened: a sentence."""


def update(contents: Contents) -> bytes:
    """A file for all members.

    Raises:
        Refused: something is missing that a desktop needs.
    """
    _check_ready(contents)
    if not contents.profile.directory:
        raise Refused("There is no member yet: `watchword-org member add ACCOUNT NAME`.")
    return company_file.make_update(
        contents.root, contents.serial, contents.profile, contents.ring, new_seed()
    )


def join(contents: Contents, member: Member, phrase: str) -> bytes:
    """A file for one member, sealed under the phrase: takes about a second.

    Raises:
        Refused: something is missing that a desktop needs.
    """
    _check_ready(contents)
    seed = contents.seeds[member.account]
    drawn = Drawn(new_seed(), os.urandom(company_file.SALT_BYTES), nonce_new())
    return company_file.make_join(
        contents.root, contents.serial, contents.profile, contents.ring, member.account, seed, phrase, drawn
    )


def verify(data: bytes, contents: Contents | None, phrase: str | None) -> Verified:
    """Look at a company file; open it by the join phrase, or by a member's key that the vault holds.

    Raises:
        PeerError: it is no company file, or not as its root key signed it.
    """
    outside = company_file.look(data)
    if contents is not None and outside.root_key != contents.root_key:
        return Verified(outside, None, "It is another organisation's, whose keys this vault does not hold.")
    if outside.joins:
        if phrase is None:
            return Verified(outside, None, "It opens by its join phrase only (--phrase-file).")
        try:
            return Verified(outside, company_file.join(data, phrase, None))
        except FileRefused:
            return Verified(outside, None, "The join phrase does not open it.")
    if contents is None:
        return Verified(outside, None, "With --vault it would be opened, too.")
    return _renewed(data, outside, contents)


def _renewed(data: bytes, outside: Outside, contents: Contents) -> Verified:
    """By any member's key: of those added and removed since, one of the file and the vault has to be left."""
    profile, ring = replace(contents.profile, serial=0), replace(contents.ring, serial=0)
    for account, seed in contents.seeds.items():
        nothing = Membership(
            company_file.MEMBERSHIP_FORMAT, contents.root_key, 0, account, seed, profile, ring
        )
        try:
            found = company_file.renew(nothing, data)
        except FileRefused as refused:
            if refused.reason is FileReason.REMOVED:
                continue
            raise
        except PeerError:  # a member with the same account and another key
            continue
        return Verified(outside, found)
    return Verified(outside, None, "It is for none of today's members, so the vault has no key to open it.")


def _check_ready(contents: Contents) -> None:
    if not contents.profile.sealing:
        raise Refused("There is no key yet: `watchword-org key new NAME`.")
    if not contents.profile.relay:
        raise Refused("No relay is set yet: `watchword-org profile set --relay ADDRESS`.")
