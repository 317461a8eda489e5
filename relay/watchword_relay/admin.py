"""What an operator asks of a relay's data folder: realms, an invitation, the numbers.

All of it works while the relay runs. Numbers only: nothing here can show who talks to whom.
"""

from pathlib import Path

from watchword_relay import accounts, clock, folder
from watchword_relay.config import Unfit
from watchword_relay.store.contract import Counts, Level
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore
from watchword_wire.exchange import VerdictStatus
from watchword_wire.ids import is_realm
from watchword_wire.limits import REALM_CHARACTERS

_DAY = 24 * 3600
_WORDS = {
    VerdictStatus.ESTABLISHED: "established",
    VerdictStatus.NO_CHALLENGE: "no answer",
    VerdictStatus.NOT_FINISHED: "not finished",
    VerdictStatus.ABORTED: "ended by a side",
}
_KIB = 1024
_ORGANISATIONS = 20
"""How many are shown; anybody may make up others."""
_ERASED_AT_ONCE = 1_000


def add_realm(data: Path, name: str) -> str:
    """Make a realm; a relay that runs serves it at once.

    Raises:
        Trouble: the name has no form of one, or is taken; the folder is no relay's, or its database does not
            work.
    """
    if not is_realm(name):
        raise Unfit(f"a realm's name is 1 to {REALM_CHARACTERS} characters of a-z, 0-9 and -, not {name!r}")
    store, _ = opened(data)
    try:
        if not store.add_realm(name, clock.wall()):
            raise Unfit(f"there is a realm {name} already")
    finally:
        store.close()
    return f"realm {name} made; addresses of this relay that end in /{name} lead there"


def list_realms(data: Path) -> str:
    """The names of all realms, one a line.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    store, _ = opened(data)
    try:
        return "\n".join(realm.name for realm in store.realms() if realm.name)
    finally:
        store.close()


def remove_realm(data: Path, name: str) -> str:
    """Take a realm away with all that is in it.

    Raises:
        Trouble: there is none of this name, the folder is no relay's, or its database does not work.
    """
    store, running = opened(data)
    try:
        if not store.take_away(name):
            raise no_realm(name)
        if running:
            return f"realm {name} taken away; the relay erases what is in it within a few seconds"
        for number in store.taken_away():
            while store.erase(number, _ERASED_AT_ONCE):
                pass
    finally:
        store.close()
    return f"realm {name} taken away, and what was in it erased"


def invite(data: Path, realm: str = "") -> str:
    """Make a single-use invitation into a realm; the relay keeps its hash only.

    Raises:
        Trouble: the realm is not there, the folder is no relay's, or its database does not work.
    """
    text = accounts.new_invite()
    store, _ = opened(data)
    try:
        found = next((one for one in store.realms() if one.name == realm), None)
        if found is None:
            raise no_realm(realm)
        store.of(found.number).add_invite(accounts.invite_hash(text), clock.wall())
    finally:
        store.close()
    return text


def status(data: Path) -> str:
    """The relay's numbers, for people to read: its own realm's, then those of each other.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    store, running = opened(data)
    try:
        since = store.served() - _DAY
        realms = [(realm.name, store.of(realm.number).counts(since)) for realm in store.realms()]
        history = store.kept()
    finally:
        store.close()
    lines = [f"relay: {'running' if running else 'not running'}"]
    for name, counts in realms:
        if name:
            lines += [f"realm {name}:", *(f"  {line}" for line in _numbers(counts))]
        else:
            lines += _numbers(counts)
    lines.append(f"history of all: {history.messages} messages ({size_text(history.size)})")
    return "\n".join(lines)


def _numbers(counts: Counts) -> list[str]:
    verdicts = {word: counts.verdicts.get(int(code), 0) for code, word in _WORDS.items()}
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
        f"handshakes now: {counts.running}",
        "handshakes of the last 24 hours: "
        + ", ".join(f"{number} {word}" for word, number in verdicts.items()),
    ]


def no_realm(name: str) -> Unfit:
    """What is said of a realm that is not there."""
    return Unfit(f"there is no realm {name!r}; those that there are: realm list")


def opened(data: Path) -> tuple[SqliteStore, bool]:
    """The store, and whether a relay runs on it."""
    folder.look(data)
    running = folder.is_running(data)
    return SqliteStore(data / FILE_NAME, upgrade=not running), running


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


def size_text(size: int) -> str:
    """Bytes, for people."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < _KIB or unit == "GiB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= _KIB
    raise AssertionError("the loop ends with the last unit")
