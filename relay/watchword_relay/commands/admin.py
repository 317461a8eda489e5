"""What an operator asks of a relay's data folder: realms, and the numbers.

All of it works while the relay runs. Numbers only: nothing here can show who talks to whom.
"""

from pathlib import Path

from watchword_relay import clock
from watchword_relay.commands.told import as_json, size_text
from watchword_relay.config import Unfit
from watchword_relay.metrics import ACCEPTED, DECLINED, DIFFER, NO_ANSWER, NOT_FINISHED, ending
from watchword_relay.store.contract import Level
from watchword_relay.store.queues import Counts
from watchword_relay.stores import held
from watchword_wire.ids import is_realm
from watchword_wire.limits import REALM_CHARACTERS

_DAY = 24 * 3600
_WORDS = {
    ACCEPTED: "accepted",
    DECLINED: "declined",
    NO_ANSWER: "no answer",
    NOT_FINISHED: "not finished",
    DIFFER: "phrases differ",
}
"""What a verdict says; that the relay was lost is what a desktop shows until it has one."""
_ORGANISATIONS = 20
"""How many are shown; anybody may make up others."""
_ERASED_AT_ONCE = 1_000


def add_realm(data: Path, name: str, *, json: bool = False) -> str:
    """Make a realm; a relay that runs serves it at once.

    Raises:
        Trouble: the name has no form of one, or is taken; the folder is no relay's, or its database does not
            work.
    """
    if not is_realm(name):
        raise Unfit(f"a realm's name is 1 to {REALM_CHARACTERS} characters of a-z, 0-9 and -, not {name!r}")
    store, _ = held(data)
    try:
        if not store.add_realm(name, clock.wall()):
            raise Unfit(f"there is a realm {name} already")
    finally:
        store.close()
    if json:
        return as_json({"realm": name})
    return f"realm {name} made; addresses of this relay that end in /{name} lead there"


def list_realms(data: Path, *, json: bool = False) -> str:
    """The names of all realms, one a line.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    store, _ = held(data)
    try:
        names = [realm.name for realm in store.realms() if realm.name]
    finally:
        store.close()
    return as_json(names) if json else "\n".join(names)


def remove_realm(data: Path, name: str, *, json: bool = False) -> str:
    """Take a realm away with all that is in it.

    Raises:
        Trouble: there is none of this name, the folder is no relay's, or its database does not work.
    """
    store, running = held(data)
    try:
        if not store.take_away(name):
            raise no_realm(name)
        for number in () if running else store.taken_away():
            while store.erase(number, _ERASED_AT_ONCE):
                pass
    finally:
        store.close()
    if json:
        return as_json({"realm": name, "erased": not running})
    if running:
        return f"realm {name} taken away; the relay erases what is in it within a few seconds"
    return f"realm {name} taken away, and what was in it erased"


def status(data: Path, *, json: bool = False) -> str:
    """The relay's numbers: its own realm's, then those of each other.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    store, running = held(data)
    try:
        since = store.served() - _DAY
        realms = [(realm.name, store.of(realm.number).counts(since)) for realm in store.realms()]
        history = store.kept()
    finally:
        store.close()
    if json:
        told = [{"realm": name, **_plain(counts)} for name, counts in realms]
        kept = {"messages": history.messages, "bytes": history.size}
        return as_json({"running": running, "realms": told, "history": kept})
    lines = [f"relay: {'running' if running else 'not running'}"]
    for name, counts in realms:
        if name:
            lines += [f"realm {name}:", *(f"  {line}" for line in _numbers(counts))]
        else:
            lines += _numbers(counts)
    lines.append(f"history of all: {history.messages} messages ({size_text(history.size)})")
    return "\n".join(lines)


def _plain(counts: Counts) -> dict[str, object]:
    return {
        "accounts": counts.accounts,
        "terminals": counts.terminals,
        "invitations": counts.invites,
        "messages": counts.messages,
        "bytes": counts.size,
        "awaited": {"messages": counts.awaited.messages, "bytes": counts.awaited.size},
        "organisations": {
            organisation.hex(): {"messages": level.messages, "bytes": level.size}
            for organisation, level in counts.data.items()
        },
        "handshakes": counts.running,
        "endings": _endings(counts),
    }


def _numbers(counts: Counts) -> list[str]:
    endings = _endings(counts)
    data_messages = sum(level.messages for level in counts.data.values())
    data_size = sum(level.size for level in counts.data.values())
    return [
        f"accounts: {counts.accounts}",
        f"terminals: {counts.terminals}",
        f"open invitations: {counts.invites}",
        f"waiting messages: {counts.messages} ({size_text(counts.size)})",
        f"- envelopes: {counts.messages - data_messages} ({size_text(counts.size - data_size)})",
        f"- message data: {data_messages} ({size_text(data_size)})",
        *_organisations(counts.data),
        f"waiting for ids that nobody has: {counts.awaited.messages} ({size_text(counts.awaited.size)})",
        f"handshakes now: {counts.running}",
        "handshakes of the last 24 hours: "
        + ", ".join(f"{endings[one]} {word}" for one, word in _WORDS.items()),
    ]


def _endings(counts: Counts) -> dict[str, int]:
    """How many handshakes ended in each way, as both of their people are told."""
    found = dict.fromkeys(_WORDS, 0)
    for (status, code), number in counts.verdicts.items():
        found[ending(status, code)] += number
    return found


def no_realm(name: str) -> Unfit:
    """What is said of a realm that is not there."""
    return Unfit(f"there is no realm {name!r}: watchword-relay realm list prints all that there are")


def _organisations(levels: dict[bytes, Level]) -> list[str]:
    """A line for each organisation whose message data wait, those with the most first."""
    most = sorted(levels.items(), key=lambda one: (-one[1].messages, one[0]))
    lines = [
        f"  - organisation {organisation.hex()}: {level.messages} ({size_text(level.size)})"
        for organisation, level in most[:_ORGANISATIONS]
    ]
    if len(most) > _ORGANISATIONS:
        lines.append(f"  - other organisations: {len(most) - _ORGANISATIONS}")
    return lines
