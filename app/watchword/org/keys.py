"""What a key owner does with keys: new, rotate, retire, revoke; and that something always seals.

Pure: ids, secrets and times arrive as arguments. Nothing here takes a version out of the ring, so that what
was sealed before opens after. See `docs/protocol/company.md`, The ring.
"""

import shlex

import msgspec
from msgspec.structs import replace

from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.org.contents import Contents
from watchword.org.naming import fresh
from watchword.protocol.company import ring as rings
from watchword.protocol.company.profile import Auditor, Method
from watchword.protocol.company.ring import RingKey, State
from watchword_wire.errors import Refused


class Material(msgspec.Struct, frozen=True):
    """Where a version of a key lives, from when, until when."""

    method: Method
    secret: Secret
    """Empty unless the method is the key ring."""
    begins: int = 0
    ends: int = 0


def with_method(contents: Contents, wanted: Method) -> tuple[Contents, Method]:
    """The profile's method that does the same as `wanted`, entered under the id of `wanted` if it is new."""
    for method in contents.profile.methods:
        if (method.kind, method.mode, method.where) == (wanted.kind, wanted.mode, wanted.where):
            return contents, method
    methods = (*contents.profile.methods, wanted)
    return replace(contents, profile=replace(contents.profile, methods=methods)), wanted


def method_of(contents: Contents, key: bytes) -> Method:
    """The method of a key's newest version.

    Raises:
        Refused: the profile lacks it.
    """
    method = contents.profile.method(newest(contents, key).method)
    if method is None:
        raise Refused(f"The profile lacks the method of “{contents.ring.name(key)}”.")
    return method


def newest(contents: Contents, key: bytes) -> RingKey:
    """The highest version of a key that stands in the ring."""
    return max((one for one in contents.ring.keys if one.id == key), key=lambda one: one.version)


def new(contents: Contents, key: bytes, name: str, material: Material, auditor: str, now: float) -> Contents:
    """A key with its first version. The first one of all seals; an auditor's is sealed to besides.

    Raises:
        Refused: the name is none, taken, or looks like another's; the times are none.
    """
    if {",", "="}.intersection(name):
        raise Refused("A key's name has no comma and no equals sign: they stand between names in --seals.")
    names = {contents.ring.name(one.id) for one in contents.ring.keys}
    made = _version(key, fresh(name, "a key", sorted(names)), 1, material, now)
    profile, policy = contents.profile, contents.profile.policy
    if auditor:
        fresh(auditor, "an auditor", [one.name for one in policy.auditors])
        policy = replace(policy, auditors=(*policy.auditors, Auditor(key, auditor)))
        if not policy.seals:
            raise Refused("Make the company's own key first, then the auditor's.")
    elif not policy.seals:
        policy = replace(policy, seals=(key,))
    ring = replace(contents.ring, keys=(*contents.ring.keys, made))
    return replace(contents, profile=replace(profile, policy=policy), ring=ring)


def rotate(contents: Contents, key: bytes, material: Material, now: float) -> Contents:
    """A new version that seals; those before only open: at once, or from when the new one begins.

    Raises:
        Refused: the times are none.
    """
    last = newest(contents, key)
    made = _version(key, last.name, last.version + 1, material, now)
    keys = tuple(_put_behind(one, made.begins, now) if one.id == key else one for one in contents.ring.keys)
    return replace(contents, ring=replace(contents.ring, keys=(*keys, made)))


def never_sealing(before: Contents, after: Contents, key: bytes, now: float) -> list[RingKey]:
    """The versions, as they were, that were planned for later and that a rotation retired instead."""
    planned = [one for one in before.ring.keys if one.id == key and one.begins > now]
    return [
        one
        for one in planned
        if one.state is State.ACTIVE
        and (kept := after.ring.find(key, one.version)) is not None
        and kept.state is State.RETIRED
    ]


def retire(contents: Contents, key: bytes, version: int | None, now: float) -> Contents:
    """A version that seals no more, and opens.

    Raises:
        Refused: it is not active, or nothing could seal then.
    """
    active = [one.version for one in contents.ring.keys if one.id == key and one.state is State.ACTIVE]
    number = version if version is not None else max(active, default=newest(contents, key).version)
    found = _found(contents, key, number)
    if found.state is not State.ACTIVE:
        raise Refused(f"“{found.name}” version {number} is {found.state.name.lower()} already.")
    return _sealing_still(contents, _with_state(contents, key, (number,), State.RETIRED), key, now)


def revoke(contents: Contents, key: bytes, versions: tuple[int, ...], now: float) -> Contents:
    """Versions that seal no more, and open only where the policy says so. There is no way back.

    Raises:
        Refused: one is unknown or revoked already, or nothing could seal then.
    """
    for number in versions:
        if _found(contents, key, number).state is State.REVOKED:
            raise Refused(f"“{contents.ring.name(key)}” version {number} is revoked already.")
    return _sealing_still(contents, _with_state(contents, key, versions, State.REVOKED), key, now)


def _version(key: bytes, name: str, version: int, material: Material, now: float) -> RingKey:
    begins, ends = material.begins, material.ends
    if ends and ends <= now:
        raise Refused("Its end (--until) is over already: nothing could ever be sealed under it.")
    if ends and ends <= begins:
        raise Refused("A key ends after it begins.")
    return RingKey(key, name, version, State.ACTIVE, begins, ends, material.method.id, material.secret)


def _put_behind(older: RingKey, begins: int, now: float) -> RingKey:
    """Retired, or active until the new version begins."""
    if older.state is not State.ACTIVE:
        return older
    if begins <= now or older.begins >= begins:
        return replace(older, state=State.RETIRED)
    return replace(older, ends=min(older.ends or begins, begins))


def _found(contents: Contents, key: bytes, version: int) -> RingKey:
    found = contents.ring.find(key, version)
    if found is None:
        held = ", ".join(map(str, contents.ring.versions(key)))
        raise Refused(f"“{contents.ring.name(key)}” has no version {version}; it has {held}.")
    return found


def _with_state(contents: Contents, key: bytes, versions: tuple[int, ...], state: State) -> Contents:
    keys = tuple(
        replace(one, state=state) if one.id == key and one.version in versions else one
        for one in contents.ring.keys
    )
    return replace(contents, ring=replace(contents.ring, keys=keys))


def _sealing_still(before: Contents, after: Contents, key: bytes, now: float) -> Contents:
    if key not in after.profile.sealing or isinstance(rings.sealing_key(before.ring, key, now), Closed):
        return after
    if isinstance(rings.sealing_key(after.ring, key, now), Closed):
        name = after.ring.name(key)
        option = "--seals …" if key in after.profile.policy.seals else "--no-auditors"
        raise Refused(
            f"Every message is sealed under “{name}”, and this is its last version that can seal: nobody "
            f"could write any more. First `watchword-org key rotate {shlex.quote(name)}` and then name the "
            "versions before it with --version, or take it out of the policy with `watchword-org profile set "
            f"{option}`."
        )
    return after
