"""What an operator asks of a relay's data folder: an invitation, the numbers.

Both work while the relay runs. Numbers only: nothing here can show who talks to whom.
"""

from pathlib import Path

from watchword_relay import accounts, clock, folder
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


def invite(data: Path) -> str:
    """Make a single-use invitation; the relay keeps its hash only.

    Raises:
        Trouble: the folder is no relay's, or its database does not work.
    """
    folder.look(data)
    text = accounts.new_invite()
    store = SqliteStore(data / FILE_NAME)
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
    folder.look(data)
    running = folder.is_running(data)
    store = SqliteStore(data / FILE_NAME)
    try:
        counts = store.counts(store.served() - _DAY)
    finally:
        store.close()
    verdicts = {word: counts.verdicts.get(int(code), 0) for code, word in _WORDS.items()}
    lines = [
        f"relay: {'running' if running else 'not running'}",
        f"accounts: {counts.accounts}",
        f"terminals: {counts.terminals}",
        f"open invitations: {counts.invites}",
        f"waiting messages: {counts.messages} ({_size(counts.size)})",
        f"handshakes now: {counts.running}",
        "handshakes of the last 24 hours: "
        + ", ".join(f"{number} {word}" for word, number in verdicts.items()),
    ]
    return "\n".join(lines)


def _size(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < _KIB or unit == "GiB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= _KIB
    raise AssertionError("the loop ends with the last unit")
