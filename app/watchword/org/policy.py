"""What the company decided, set by the key owner: one change at a time, each checked. Pure.

See `docs/protocol/company.md`, The profile.
"""

import re

import msgspec
from msgspec.structs import replace

from watchword.model.errors import RefusedBy
from watchword.net.address import parse_address
from watchword.net.download import parse_link
from watchword.org.contents import Contents
from watchword.org.naming import key_named
from watchword.protocol.company.profile import ADDRESS_CHARACTERS, Auditor, Outsiders, Pin, Policy, Revoked
from watchword.protocol.company.ring import is_name
from watchword_wire.errors import Refused

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(\d{1,9})([smhd])")
_MOST_DAYS = 366
_MOST_BITS = 256


class Wanted(msgspec.Struct, frozen=True):
    """What is to be set; None stays as it is."""

    name: str | None = None
    relay: str | None = None
    updates: str | None = None
    session: bool | None = None
    phrase: int | None = None
    retention: str | None = None
    revoked: str | None = None
    pin: str | None = None
    seals: tuple[str, ...] | None = None
    """Names of keys, in order."""
    auditors: tuple[str, ...] | None = None
    """KEY=NAME each; empty for none."""
    outsiders: str | None = None
    roaming: str | None = None
    late: bool | None = None


def apply(contents: Contents, wanted: Wanted) -> Contents:
    """The contents with what is wanted.

    Raises:
        Refused: one of it cannot be; nothing of it is then done.
    """
    profile = contents.profile
    if wanted.name is not None:
        profile = replace(profile, name=wanted.name)
    if wanted.relay is not None:
        profile = replace(profile, relay=_relay(wanted.relay))
    if wanted.updates is not None:
        profile = replace(profile, updates=_updates(wanted.updates))
    return replace(contents, profile=replace(profile, policy=_policy(contents, wanted)))


def _policy(contents: Contents, wanted: Wanted) -> Policy:
    policy = contents.profile.policy
    if wanted.session is not None:
        policy = replace(policy, session=wanted.session)
    if wanted.phrase is not None:
        if not 0 <= wanted.phrase <= _MOST_BITS:
            raise Refused(f"The strength of a phrase is between 0 and {_MOST_BITS} bits.")
        policy = replace(policy, phrase=wanted.phrase)
    if wanted.retention is not None:
        policy = replace(policy, retention=duration(wanted.retention))
    if wanted.roaming is not None:
        policy = replace(policy, roaming=duration(wanted.roaming))
    if wanted.late is not None:
        policy = replace(policy, late=wanted.late)
    if wanted.revoked is not None:
        policy = replace(policy, revoked=Revoked(wanted.revoked))
    if wanted.pin is not None:
        policy = replace(policy, pin=Pin(wanted.pin))
    if wanted.outsiders is not None:
        policy = replace(policy, outsiders=Outsiders(wanted.outsiders))
    if wanted.seals is not None:
        policy = replace(policy, seals=tuple(key_named(contents.ring, name) for name in wanted.seals))
    if wanted.auditors is not None:
        policy = replace(policy, auditors=tuple(_auditor(contents, text) for text in wanted.auditors))
    return policy


def cautions(policy: Policy) -> tuple[str, ...]:
    """What a key owner has to know of what the policy asks for: of people outside, and of history."""
    said = []
    if policy.outsiders is Outsiders.REFUSE:
        said.append(
            "Who takes the file sends nothing to anybody who is not in the directory, in conversations that "
            "stand neither. What waits leaves once it is allowed again."
        )
    if policy.roaming:
        said.append(
            f"The relay is asked to keep every message for {spoken(policy.roaming)}, sealed, also when all "
            "have it. Whoever comes by its disk and by one of the keys reads all of that time; to rotate or "
            "revoke a key deletes nothing there."
        )
    if policy.roaming and policy.session:
        said.append(
            "Nothing is kept while a session is required: what travels inside sessions is no history, and "
            "a new desktop of a member begins empty."
        )
    if policy.late and policy.roaming:
        said.append(
            "Whoever joins a room later is given what the relay keeps of it, and reads what was written "
            "before they were invited."
        )
    elif policy.late:
        said.append(
            "Whoever joins a room later reads nothing of before: the relay keeps nothing (--roaming)."
        )
    return tuple(said)


def duration(text: str) -> int:
    """Seconds, from 30d, 12h, 90m, 45s, or 0 for what the relay does by itself.

    Raises:
        Refused: it is none, or over a year.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    if text.strip() != "0" and found is None:
        raise Refused(f"“{text}” is no time: 30d, 12h, 90m, or 0 to leave it to the relay.")
    seconds = 0 if found is None else int(found[1]) * _SECONDS[found[2]]
    if seconds > _MOST_DAYS * _SECONDS["d"]:
        raise Refused(f"A relay keeps messages for {_MOST_DAYS} days at most.")
    return seconds


def spoken(seconds: int) -> str:
    """A time as `duration` reads it."""
    if not seconds:
        return "as the relay does"
    unit = next(unit for unit in ("d", "h", "m", "s") if not seconds % _SECONDS[unit])
    return f"{seconds // _SECONDS[unit]}{unit}"


def _relay(typed: str) -> str:
    try:
        address = str(parse_address(typed))
    except RefusedBy as refused:
        raise Refused(
            f"“{typed}” is no relay's address: wss://HOST:PORT#KEY, as the relay prints it when it starts."
        ) from refused
    return _short(address)


def _updates(typed: str) -> str:
    try:
        if typed:
            parse_link(typed)
    except RefusedBy as refused:
        raise Refused(
            "Updates are fetched from an https:// address, or from nowhere: --updates ''."
        ) from refused
    return _short(typed)


def _short(address: str) -> str:
    if len(address) > ADDRESS_CHARACTERS:
        raise Refused(f"An address has at most {ADDRESS_CHARACTERS} characters.")
    return address


def _auditor(contents: Contents, text: str) -> Auditor:
    key, equals, name = text.partition("=")
    if not equals or not is_name(name):
        raise Refused(f"--auditor {text}: KEY=NAME is meant, for instance audit-2026='Audit office'.")
    return Auditor(key_named(contents.ring, key), name)
