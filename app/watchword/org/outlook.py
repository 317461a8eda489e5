"""What becomes of sealing: keys of the policy under which nobody can write now, or from some day on.

Every message is sealed under all keys of the policy, so one that cannot seal stops everybody. Pure. See
`docs/protocol/company.md`, The ring.
"""

import math
import shlex

import msgspec

from watchword.model.company import Closed
from watchword.org.report import told
from watchword.protocol.company import ring as rings
from watchword.protocol.company.profile import Profile
from watchword.protocol.company.ring import Ring, RingKey, State

SOON_DAYS = 14
"""From so many days before the end on it is said how many are left."""
_DAY = 86_400


class Warned(msgspec.Struct, frozen=True):
    """One key of the policy that needs its owner."""

    key: str
    says: str
    """A sentence, with what to do next."""
    since: int
    """From when nobody can write, in seconds since 1970; 0 for always."""
    until: int
    """Until when; 0 for good."""


def warnings(profile: Profile, ring: Ring, now: float) -> tuple[Warned, ...]:
    """All that the key owner has to be told, in the order of the policy."""
    found = (_warned(ring, key, now) for key in profile.sealing)
    return tuple(one for one in found if one is not None)


def _warned(ring: Ring, key: bytes, now: float) -> Warned | None:
    name = ring.name(key)
    rotate = f"watchword-org key rotate {shlex.quote(name)}"
    active = [one for one in ring.keys if one.id == key and one.state is State.ACTIVE]
    ended = max((one.ends for one in active if one.ends and one.ends <= now), default=0)
    later = [edge for edge in _edges(active) if edge > now]
    if not _seals(ring, key, now):
        begins = next((edge for edge in later if _seals(ring, key, edge)), 0)
        if begins:
            version = max(one.version for one in active if one.seals_at(begins))
            says = (
                f"Nobody can write before {told(begins)}: “{name}” seals only from then on (version "
                f"{version}). Next, if that is not meant: `{rotate}` makes a version that seals at once."
            )
            return Warned(name, says, ended, begins)
        why = f"“{name}” sealed until {told(ended)}" if ended else f"“{name}” has no version that seals"
        return Warned(name, f"Nobody can write: {why}. Next: `{rotate}`, and hand the update out.", ended, 0)
    gap = next((edge for edge in later if not _seals(ring, key, edge)), 0)
    if not gap:
        return None
    again = next((edge for edge in later if edge > gap and _seals(ring, key, edge)), 0)
    return Warned(name, _ends(name, rotate, gap, again, now), gap, again)


def _ends(name: str, rotate: str, gap: int, again: int, now: float) -> str:
    days = math.ceil((gap - now) / _DAY)
    left = "" if days > SOON_DAYS else f", {days} days from now" if days > 1 else ", within a day"
    lack = f"none seals until {told(again)}" if again else "no version is behind that"
    return (
        f"“{name}” seals until {told(gap)}{left}, and {lack}: nobody can write then. Next, before that day: "
        f"`{rotate} --from {told(gap)}`, and hand the update out."
    )


def _seals(ring: Ring, key: bytes, at: float) -> bool:
    return not isinstance(rings.sealing_key(ring, key, at), Closed)


def _edges(active: list[RingKey]) -> list[int]:
    """The moments at which something begins or ends to seal."""
    return sorted({edge for one in active for edge in (one.begins, one.ends) if edge})
