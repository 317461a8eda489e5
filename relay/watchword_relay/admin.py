"""What an operator asks of a relay's data folder: an invitation, the numbers.

Both work while the relay runs. Numbers only: nothing here can show who talks to whom.
"""

from pathlib import Path

from watchword_relay import accounts, clock, folder
from watchword_relay.store.contract import Level
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore
from watchword_wire.exchange import VerdictStatus

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


def invite(data: Path) -> str:
    """Make a single-use invitation; the relay keeps its hash only.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    text = accounts.new_invite()
    store, _ = _opened(data)
    try:
        store.add_invite(accounts.invite_hash(text), clock.wall())
    finally:
        store.close()
    return text


def status(data: Path) -> str:
    """The relay's numbers, for people to read.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    store, running = _opened(data)
    try:
        counts = store.counts(store.served() - _DAY)
    finally:
        store.close()
    verdicts = {word: counts.verdicts.get(int(code), 0) for code, word in _WORDS.items()}
    data_messages = sum(level.messages for level in counts.data.values())
    data_size = sum(level.size for level in counts.data.values())
    lines = [
        f"relay: {'running' if running else 'not running'}",
        f"accounts: {counts.accounts}",
        f"terminals: {counts.terminals}",
        f"open invitations: {counts.invites}",
        f"waiting messages: {counts.messages} ({_size(counts.size)})",
        f"- envelopes: {counts.messages - data_messages} ({_size(counts.size - data_size)})",
        f"- message data: {data_messages} ({_size(data_size)})",
        *_organisations(counts.data),
        f"handshakes now: {counts.running}",
        "handshakes of the last 24 hours: "
        + ", ".join(f"{number} {word}" for word, number in verdicts.items()),
    ]
    return "\n".join(lines)


def _opened(data: Path) -> tuple[SqliteStore, bool]:
    """The store, and whether a relay runs on it."""
    folder.look(data)
    running = folder.is_running(data)
    return SqliteStore(data / FILE_NAME, upgrade=not running), running


def _organisations(levels: dict[bytes, Level]) -> list[str]:
    """A line for each organisation whose message data wait, those with the most first."""
    most = sorted(levels.items(), key=lambda one: (-one[1].messages, one[0]))
    lines = [
        f"  - organisation {organisation.hex()}: {level.messages} ({_size(level.size)})"
        for organisation, level in most[:_ORGANISATIONS]
    ]
    if len(most) > _ORGANISATIONS:
        lines.append(f"  - other organisations: {len(most) - _ORGANISATIONS}")
    return lines


def _size(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < _KIB or unit == "GiB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= _KIB
    raise AssertionError("the loop ends with the last unit")
