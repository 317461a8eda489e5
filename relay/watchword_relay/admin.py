"""What an operator asks of a relay's data folder: an invitation, the numbers, message data as they wait.

All of it works while the relay runs, and leaves what waits as it is. What is shown are numbers, never who
talks to whom; message data are written out as they are, for whoever has the right to look at them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from watchword_relay import accounts, clock, folder
from watchword_relay.config import Unfit
from watchword_relay.store.contract import Held, Level
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore
from watchword_wire.errors import Refused
from watchword_wire.exchange import VerdictStatus
from watchword_wire.ids import fold_account

_HOUR = 3600
_DAY = 24 * _HOUR
_WORDS = {
    VerdictStatus.ESTABLISHED: "established",
    VerdictStatus.NO_CHALLENGE: "no answer",
    VerdictStatus.NOT_FINISHED: "not finished",
    VerdictStatus.ABORTED: "ended by a side",
}
_KIB = 1024
_WIDTHS = (32, 6, 9, 32)
"""Of the columns of `messages`."""
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


def messages(data: Path, account: str) -> str:
    """The message data that wait for an account, a line each: id, size, age, organisation.

    Raises:
        Trouble: the folder is no relay's, its database does not work, nobody here has that account.
    """
    store, _ = _opened(data)
    try:
        now = store.served()
        boxes = _boxes(store, account)
        held = [one for box in boxes for one in store.held(box, now)]
        # What is over and not deleted yet counts in the mailbox, too, and is no envelope.
        envelopes = sum(store.mailbox(box)[1].messages - len(store.held(box, 0)) for box in boxes)
    finally:
        store.close()
    rows = [("id", "bytes", "waits", "organisation"), *(_row(one, now) for one in held)]
    lines = ["  ".join(part.ljust(width) for part, width in zip(row, _WIDTHS, strict=True)) for row in rows]
    found = [line.rstrip() for line in lines] if held else ["message data: none"]
    return "\n".join([*found, *([f"envelopes of passphrase sessions: {envelopes}"] if envelopes else [])])


def save(data: Path, account: str, message: str, file: Path) -> str:
    """Write message data that wait for an account into a new file, as they are; they go on waiting.

    Raises:
        Trouble: as `messages`; none of that id waits; the file is there already, or cannot be written.
    """
    store, _ = _opened(data)
    try:
        body = next(_bodies(store, account, message), None)
    finally:
        store.close()
    if body is None:
        raise Unfit(
            f"no message data {message} wait for {account}: they were fetched, or never came;"
            " without --save all that wait are listed"
        )
    try:
        _write_new(file, body)
    except FileExistsError as error:
        raise Unfit(f"{file} is there already, nothing was written: name a new file") from error
    except OSError as error:
        raise Unfit(f"{file} cannot be written: {error.strerror}") from error
    return f"{file}: {len(body)} bytes, as they wait for {account}"


def _boxes(store: SqliteStore, account: str) -> list[int]:
    """The mailboxes of an account's terminals."""
    try:
        devices = store.devices([fold_account(account)])
    except Refused:
        devices = []
    if not devices:
        raise Unfit(f"no account {account} here: an account id is meant, such as ada")
    terminals = (store.terminal(*device) for device in devices)
    return [terminal.mailbox for terminal in terminals if terminal is not None]


def _bodies(store: SqliteStore, account: str, message: str) -> Iterator[bytes]:
    now = store.served()
    for box in _boxes(store, account):
        _, level = store.mailbox(box)
        for one in store.waiting(box, 0, level.messages, now):
            if one.is_data and one.id.hex() == message.lower():
                yield one.body


def _write_new(path: Path, data: bytes) -> None:
    """A file that only its owner can read; a disk that does not take all of it is left none."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _row(held: Held, now: int) -> tuple[str, ...]:
    waits = max(0, now - held.at)
    age = "under 1 h" if waits < _HOUR else f"{waits // _HOUR} h" if waits < _DAY else f"{waits // _DAY} d"
    return held.id.hex(), str(held.size), age, held.organisation.hex()


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
