"""What people call keys and members: found by name, the nearest one suggested, look-alikes refused.

Pure. See `docs/protocol/company.md`, Names.
"""

import difflib
from collections.abc import Iterable

from watchword.protocol.company.profile import Member, Profile
from watchword.protocol.company.ring import Ring, is_name
from watchword_wire.errors import Refused
from watchword_wire.ids import fold_account
from watchword_wire.looks import skeleton

_NEAR = 0.5
_PROBLEMS = {
    "empty": "it is empty",
    "long": "it is too long",
    "form": "it is not in the usual form of its letters",
    "slash": "it has a slash in it",
    "space": "it has white space in it",
    "control": "it has invisible characters in it",
}


def key_named(ring: Ring, name: str) -> bytes:
    """The id of a key, by its name or by its id as 16 hexadecimal digits.

    Raises:
        Refused: there is none; the nearest is named.
    """
    names = {ring.name(key.id): key.id for key in ring.keys}
    ids = {key.id.hex(): key.id for key in ring.keys}
    found = names.get(name) or ids.get(name.lower())
    if found is None:
        raise Refused(f"There is no key “{name}”.{_nearest(name, names, 'key list')}")
    return found


def member_named(profile: Profile, name: str) -> Member:
    """A member by account id or, where only one has it, by name.

    Raises:
        Refused: there is none, or several; the nearest is named.
    """
    exact = profile.member(name)
    if exact is not None:
        return exact
    try:
        folded = fold_account(name)
    except Refused:
        folded = name
    found = [one for one in profile.directory if one.account == folded or one.name == name]
    if len(found) > 1:
        accounts = ", ".join(one.account for one in found)
        raise Refused(f"Several members are called “{name}”: say which by the account id: {accounts}.")
    if not found:
        known = [text for one in profile.directory for text in (one.account, one.name)]
        raise Refused(f"There is no member “{name}”.{_nearest(name, known, 'member list')}")
    return found[0]


def account(typed: str, taken: Iterable[str]) -> str:
    """An account id as every desktop folds what is typed, and like no other of the directory.

    Raises:
        Refused: its form, or it is there already, or looks like one that is.
    """
    try:
        folded = fold_account(typed)
    except Refused as refused:
        raise Refused(f"“{typed}” is no account id: {_PROBLEMS[str(refused)]}.") from refused
    for other in taken:
        if other == folded:
            raise Refused(f"{folded} is a member already.")
        if skeleton(other) == skeleton(folded):
            raise Refused(
                f"{folded} looks like {other}, who is a member already. No relay lets both register."
            )
    return folded


def fresh(name: str, what: str, taken: Iterable[str]) -> str:
    """A name for something new, like no other.

    Raises:
        Refused: it is no name, or is taken, or looks like one that is.
    """
    if not is_name(name):
        raise Refused(f"“{name}” is no name: 1 to 64 printable characters, no white space at the ends.")
    for other in taken:
        if other == name:
            raise Refused(f"There is {what} “{name}” already.")
        if skeleton(other) == skeleton(name):
            raise Refused(
                f"“{name}” looks like “{other}”: people would take one for the other. Choose another name."
            )
    return name


def _nearest(name: str, known: Iterable[str], where: str) -> str:
    looks: dict[str, str] = {}
    for one in known:
        looks.setdefault(skeleton(one), one)
    near = difflib.get_close_matches(skeleton(name), looks, 1, _NEAR)
    return f" Did you mean “{looks[near[0]]}”?" if near else f" See `watchword-org {where}`."
