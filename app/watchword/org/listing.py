"""What stands in a vault, for people and for machines: members, keys, profile. No secret."""

import msgspec

from watchword.org.contents import Contents
from watchword.org.outlook import Warned, warnings
from watchword.org.policy import spoken
from watchword.org.report import Report, grouped, table, told
from watchword.protocol.company import company_file
from watchword.protocol.company import ring as rings
from watchword.protocol.company.profile import Kind, Method, Outsiders, Profile
from watchword.protocol.company.ring import Ring, RingKey, State
from watchword_wire.message_data import MODE_WRAP

_OUTSIDERS = {
    Outsiders.SESSION: "session: by passphrase only",
    Outsiders.REFUSE: "refuse: no conversations with people who are not members",
}


def member_lines(contents: Contents) -> Report:
    """Everybody in the directory."""
    directory = sorted(contents.profile.directory, key=lambda one: one.account)
    rows = [(one.account, one.name) for one in directory]
    data = [{"account": one.account, "name": one.name, "key": one.key.hex()} for one in directory]
    return Report(table(("account", "name"), rows), {"members": data})


def key_lines(contents: Contents, now: float) -> Report:
    """Every version of every key, newest first, and what its owner has to do soon."""
    uses = _uses(contents.profile)
    warned = warnings(contents.profile, contents.ring, now)
    rows, data = [], []
    for key in sorted(contents.ring.keys, key=lambda one: (one.name, one.id, -one.version)):
        method = contents.profile.method(key.method)
        place = "?" if method is None else place_of(method)
        use = _use(contents.ring, key, uses.get(key.id, ""), now)
        rows.append(
            (key.name, str(key.version), key.state.name.lower(), told(key.begins), told(key.ends), place, use)
        )
        data.append(
            {
                "key": key.id.hex(),
                "name": key.name,
                "version": key.version,
                "state": key.state.name.lower(),
                "from": key.begins,
                "until": key.ends,
                "place": place,
                "use": use,
            }
        )
    heads = ("key", "version", "state", "from", "until", "lives in", "use")
    lines = (*table(heads, rows), *warning_lines(warned))
    return Report(lines, {"keys": data, "warnings": [msgspec.to_builtins(one) for one in warned]})


def warning_lines(warned: tuple[Warned, ...]) -> tuple[str, ...]:
    """What the key owner has to do soon, so that it is not passed over."""
    return tuple(f"WARNING: {one.says}" for one in warned)


def profile_lines(contents: Contents) -> Report:
    """Everything that a desktop is set up with but directory and keys."""
    profile, policy, digits = (
        contents.profile,
        contents.profile.policy,
        company_file.digits(contents.root_key),
    )
    facts = {
        "name": profile.name,
        "organisation": profile.organisation.hex(),
        "digits": grouped(digits),
        "serial": str(contents.serial),
        "relay": profile.relay or "not set",
        "updates": profile.updates or "not set",
        "seals under": ", ".join(map(contents.ring.name, policy.seals)) or "no key yet",
        "auditors": _auditors(profile, contents.ring),
        "methods": "; ".join(map(place_of, profile.methods)),
        "session": "required besides" if policy.session else "not required",
        "phrase": f"at least {policy.phrase} bits",
        "outsiders": _OUTSIDERS[policy.outsiders],
        "retention": spoken(policy.retention),
        "roaming": spoken(policy.roaming) if policy.roaming else "not kept for new desktops",
        "late": "reads what was before" if policy.late else "reads what comes after",
        "revoked": policy.revoked.value,
        "pin": policy.pin.value,
        "members": str(len(profile.directory)),
    }
    width = max(map(len, facts))
    lines = tuple(f"{name.ljust(width)}  {value}" for name, value in facts.items())
    data = {
        "name": profile.name,
        "organisation": profile.organisation.hex(),
        "digits": digits,
        "serial": contents.serial,
        "relay": profile.relay,
        "updates": profile.updates,
        "seals": list(map(contents.ring.name, policy.seals)),
        "auditors": {contents.ring.name(one.key): one.name for one in policy.auditors},
        "methods": [
            {"id": one.id.hex(), "kind": one.kind.value, "mode": mode_of(one), "where": one.where}
            for one in profile.methods
        ],
        "session": policy.session,
        "phrase": policy.phrase,
        "outsiders": policy.outsiders.value,
        "retention": policy.retention,
        "roaming": policy.roaming,
        "late": policy.late,
        "revoked": policy.revoked.value,
        "pin": policy.pin.value,
        "members": len(profile.directory),
    }
    return Report(lines, data)


def place_of(method: Method) -> str:
    """Where a method's keys live."""
    match method.kind:
        case Kind.RING:
            return "key ring"
        case Kind.PKCS11:
            return f"token {method.where.get('token', '')} ({mode_of(method)})"
        case Kind.PLUGIN:
            return f"plugin {method.where.get('plugin', '')} ({mode_of(method)})"


def mode_of(method: Method) -> str:
    """What its provider seals."""
    return "wrap" if method.mode == MODE_WRAP else "content"


def _use(ring: Ring, key: RingKey, role: str, now: float) -> str:
    """What a version is for now: only the newest of those that can seal does."""
    if not role or key.state is not State.ACTIVE:
        return "–"
    if key.begins > now:
        return f"{role}, later"
    return role if rings.sealing_key(ring, key.id, now) == key else "–"


def _uses(profile: Profile) -> dict[bytes, str]:
    seals = dict.fromkeys(profile.policy.seals, "seals")
    return seals | {one.key: f"auditor: {one.name}" for one in profile.policy.auditors}


def _auditors(profile: Profile, ring: Ring) -> str:
    found = [f"{one.name} ({ring.name(one.key)})" for one in profile.policy.auditors]
    return ", ".join(found) or "none"
