"""Who belongs to the company: added with a key of their own, renamed, removed. Pure.

See `docs/protocol/company.md`, Who is who.
"""

from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.org.contents import Contents
from watchword.org.naming import account, fresh
from watchword.protocol.company.profile import MOST_MEMBERS, Member
from watchword.protocol.company.ring import is_name
from watchword_wire.errors import Refused


def add(contents: Contents, typed: str, name: str, seed: Secret, *, alike: bool) -> tuple[Contents, Member]:
    """A member with a key of their own. `alike` lets a name pass that looks like a colleague's.

    Raises:
        Refused: the account or the name is none, is there already, or looks like one that is.
    """
    directory = contents.profile.directory
    if len(directory) >= MOST_MEMBERS:
        raise Refused(f"A company has at most {MOST_MEMBERS} members.")
    member = Member(
        account(typed, (one.account for one in directory)),
        _name(name, [one.name for one in directory], alike=alike),
        ed25519_public(seed.expose()),
    )
    made = _with_directory(contents, (*directory, member))
    return replace(made, seeds={**contents.seeds, member.account: seed}), member


def rename(contents: Contents, member: Member, name: str, *, alike: bool) -> Contents:
    """The same member under another name.

    Raises:
        Refused: as in `add`.
    """
    others = [one.name for one in contents.profile.directory if one != member]
    renamed = replace(member, name=_name(name, others, alike=alike))
    directory = tuple(renamed if one == member else one for one in contents.profile.directory)
    return _with_directory(contents, directory)


def remove(contents: Contents, member: Member) -> Contents:
    """Without this member: the next update holds nothing for them, and nobody takes what they write."""
    directory = tuple(one for one in contents.profile.directory if one != member)
    seeds = {account: seed for account, seed in contents.seeds.items() if account != member.account}
    return replace(_with_directory(contents, directory), seeds=seeds)


def _with_directory(contents: Contents, directory: tuple[Member, ...]) -> Contents:
    return replace(contents, profile=replace(contents.profile, directory=directory))


def _name(name: str, taken: list[str], *, alike: bool) -> str:
    try:
        return fresh(name, "a member called", taken)
    except Refused as refused:
        if alike and is_name(name):
            return name
        if not is_name(name):
            raise
        raise Refused(f"{refused} With --alike it is taken all the same.") from refused
