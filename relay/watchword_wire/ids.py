"""Account and device ids, names of realms: their form, and how a typed id is folded.

`id` = account id, "/", device id; compared byte by byte (handshake, Notation). Which ids look
alike is judged at registration, see `watchword_relay.accounts`.
"""

import re
import unicodedata

import msgspec

from watchword_wire.errors import PeerError, Refused
from watchword_wire.limits import ID_BYTES, REALM_CHARACTERS

_DEVICE = re.compile(r"[1-9][0-9]{0,8}")
_DEVICE_ROOM = 10
_REALM = re.compile(f"[a-z0-9-]{{1,{REALM_CHARACTERS}}}")
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
ACCOUNT_BYTES = ID_BYTES - _DEVICE_ROOM
"""The longest account id in bytes of UTF-8: it leaves room for the slash and nine digits."""


class FullId(msgspec.Struct, frozen=True, order=True):
    """One terminal: an account and its device number."""

    account: str
    device: int

    def __str__(self) -> str:
        """The form that is signed, hashed and sent."""
        return f"{self.account}/{self.device}"


def account_problem(account: str) -> str | None:
    """Say what is wrong with an account id, or None if its form is right.

    Returns one of "empty", "long", "form" (not NFC), "slash", "space", "control".
    """
    if not account:
        return "empty"
    if not unicodedata.is_normalized("NFC", account):
        return "form"
    # What is printable is in none of the categories below and no white space but the space itself: a head may
    # have a thousand ids, and the loop is slow.
    good = account.isprintable() and " " not in account and "/" not in account
    for character in "" if good else account:
        if character == "/":
            return "slash"
        if character.isspace():
            return "space"
        if unicodedata.category(character) in _UNSEEN:
            return "control"
    return "long" if len(account.encode()) > ACCOUNT_BYTES else None


def fold_account(typed: str) -> str:
    """Fold what a person typed into an account id: trimmed, NFKC, lower case, NFC.

    Raises:
        Refused: with the word of `account_problem` as its only argument.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", typed.strip()).lower())
    problem = account_problem(folded)
    if problem is not None:
        raise Refused(problem)
    return folded


def parse_full_id(text: str) -> FullId:
    """Read "account/device".

    Raises:
        PeerError: the text is no full id.
    """
    account, slash, device = text.rpartition("/")
    if not slash or account_problem(account) is not None or not _DEVICE.fullmatch(device):
        raise PeerError("not a full id")
    return FullId(account, int(device))


def account_of(full_id: str) -> str:
    """The account id in a full id whose form was judged before."""
    return full_id.rpartition("/")[0]


def is_realm(name: str) -> bool:
    """Say whether this has the form of a realm's name; the relay's own realm has none."""
    return _REALM.fullmatch(name) is not None


def realm_of_path(path: str) -> str | None:
    """The realm that a connection's path names, empty for the relay's own; None if it is no such path."""
    name = path.removeprefix("/")
    return name if path.startswith("/") and (not name or is_realm(name)) else None
