"""`migrate`: a relay's data from the file in its folder into a database that several nodes share.

A relay that runs serves meanwhile, and makes room for as long as it takes to bring over what changed since;
then it goes on with the database, on the same address. See `docs/operate/scale.md`.
"""

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Final

import apsw

from watchword_relay import clock, folder, identity, stores
from watchword_relay.commands.told import as_json
from watchword_relay.config import Config, Unfit
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore
from watchword_wire.exchange import VerdictStatus

if TYPE_CHECKING:  # the driver is there with its extra only
    from watchword_relay.store.postgres_copy import Moved

_WIDTH: Final = 40
_EVERY: Final = 0.1
_STOP_SECONDS: Final = 30.0
"""A relay that has not made room by then goes on as before."""


def migrate(config: Config, *, json: bool = False) -> str:
    """Move a relay's data.

    Raises:
        Trouble: either store does not work, the database is not empty, or the relay makes no room; nothing
            was moved, and a relay that runs goes on as before.
    """
    if config.store.url is None:
        raise Unfit("say where to: --store postgresql://relay@db/watchword")
    if stores.shared_by(config.data) is not None:
        raise Unfit(f"the data of {config.data} are in a database already")
    folder.look(config.data)
    begun = clock.monotonic()
    with _Room(config) as room:
        moved = _moved(config, room)
        stores.remember(config.data, config.store)
    now = clock.monotonic()
    seconds, stopped = now - begun, now - room.since if room.from_a_relay else None
    if json:
        rows = {"rows": moved.rows, "late": moved.late, "seconds": round(seconds, 3)}
        return as_json(rows if stopped is None else {**rows, "stopped_seconds": round(stopped, 3)})
    said = f"{moved.rows} rows moved in {seconds:.1f} s; "
    if stopped is None:
        said += "start the relay again, it uses the database from now on."
    else:
        said += f"the relay stood still for {stopped:.1f} s of them, and uses the database from now on."
    return f"{said} {config.data / FILE_NAME} is not used any more"


class _Room:
    """The data folder for this command alone: at once where no relay runs, otherwise from `take` on."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._held = contextlib.ExitStack()
        self.from_a_relay = folder.is_running(config.data)
        self.since = 0.0
        """When a relay was told to make room."""

    def __enter__(self) -> "_Room":
        if not self.from_a_relay:
            self._take(folder.Lock(self._config.data))
        return self

    def take(self) -> None:
        """Have a relay that runs make room, until this ends; nobody else writes when it returns."""
        if self.from_a_relay:
            self.since = clock.monotonic()
            self._held.callback(folder.Wish(self._config.data).release)
            self._take(folder.Lock(self._config.data, _STOP_SECONDS))

    def _take(self, lock: folder.Lock) -> None:
        self._held.callback(lock.release)
        # Brought up to this version, and everything that a relay does at its start.
        source = SqliteStore(self._config.data / FILE_NAME, bounds=stores.bounds_of(self._config))
        try:
            if not self.from_a_relay:
                # One that makes room goes on with its own.
                source.end_running(VerdictStatus.NOT_FINISHED, source.served())
        finally:
            source.close()

    def __exit__(self, *_: object) -> None:
        self._held.close()


def _moved(config: Config, room: _Room) -> "Moved":
    key = identity.RelayIdentity(identity.relay_key(config.data)).public
    target = stores.connected(config.store, stores.bounds_of(config))
    file = apsw.Connection(str(config.data / FILE_NAME), flags=apsw.SQLITE_OPEN_READONLY)
    bar = _Bar()

    def stop() -> None:
        bar.end()
        room.take()

    try:
        return target.take_over(file, key, bar.show, stop)
    finally:
        file.close()
        target.close()


class _Bar:
    """How far it is, on standard error: one line that moves on a terminal, a line each tenth elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown_at = 0.0
        self._tenth = -1

    def show(self, done: int, total: int) -> None:
        """So many rows of so many."""
        now = time.monotonic()
        part = done / total if total else 1.0
        if self._live and (now - self._shown_at > _EVERY or done == total):
            self._shown_at = now
            filled = int(part * _WIDTH)
            bar = "#" * filled + "." * (_WIDTH - filled)
            sys.stderr.write(f"\r[{bar}] {part:4.0%} {done:,} of {total:,} rows")
        elif not self._live and int(part * 10) > self._tenth:
            self._tenth = int(part * 10)
            sys.stderr.write(f"{part:4.0%} {done:,} of {total:,} rows\n")
        sys.stderr.flush()

    def end(self) -> None:
        """All is there."""
        if self._live:
            sys.stderr.write("\n")
