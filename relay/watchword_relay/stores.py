"""Which store a relay has: a file in its data folder, or a database that several nodes share.

The one place that names both. A folder whose relay has its data in a database says so in a file: neither a
relay nor a command of its operator takes an old file, or a new and empty one, for them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from watchword_relay import folder
from watchword_relay.config import Config, Database, Unfit
from watchword_relay.identity import write_private
from watchword_relay.store.contract import Store
from watchword_relay.store.history import MIB, Bounds
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore

if TYPE_CHECKING:
    from watchword_relay.store.postgres import PostgresStore
    from watchword_relay.store.postgres_session import Settings


def opened(config: Config, relay_key: bytes) -> "SqliteStore | PostgresStore":
    """Open the store of a relay that is to run, and see that it is this relay's.

    Raises:
        Trouble: it cannot be used.
    """
    bounds = bounds_of(config)
    database = config.store if config.store.url is not None else shared_by(config.data)
    if database is None:
        return SqliteStore(config.data / FILE_NAME, bounds=bounds)
    if shared_by(config.data) is None and (config.data / FILE_NAME).exists():
        raise Unfit(
            f"{config.data} holds a relay's data: move them into the database first,"
            " watchword-relay migrate --from sqlite --to postgres"
        )
    store = connected(database, bounds)
    try:
        store.belong_to(relay_key)
        remember(config.data, database)
    except BaseException:
        store.close()
        raise
    return store


def held(data: Path) -> tuple[Store, bool]:
    """The store of a relay that may run, for its operator's commands; and whether it runs.

    Raises:
        Trouble: the folder is no relay's, or its store does not work.
    """
    folder.look(data)
    database = shared_by(data)
    if database is not None:
        return connected(database), folder.is_running(data)
    if folder.is_wanted(data):
        # What is written into the file now would be left behind in it.
        raise Unfit(f"the data of {data} are just being moved into a database: say it again in a moment")
    running = folder.is_running(data)
    return SqliteStore(data / FILE_NAME, upgrade=not running), running


def connected(database: Database, bounds: Bounds | None = None) -> "PostgresStore":
    """Open the database that several nodes share.

    Raises:
        Trouble: it cannot be used, or what it takes is not installed.
    """
    settings = _driven(database)
    from watchword_relay.store.postgres import PostgresStore  # noqa: PLC0415 - only with its extra

    return PostgresStore(settings, bounds=bounds)


def tried(database: Database) -> None:
    """See that the database that several nodes share could be used, and leave it as it was.

    Raises:
        Trouble: it cannot, or what it takes is not installed.
    """
    settings = _driven(database)
    from watchword_relay.store.postgres import try_out  # noqa: PLC0415 - only with its extra

    try_out(settings)


def _driven(database: Database) -> "Settings":
    try:
        from watchword_relay.store.postgres_session import Settings  # noqa: PLC0415 - only with its extra
    except ImportError as error:
        raise Unfit(
            "PostgreSQL's driver is not here: install the relay again with it, by its project's folder:"
            ' pip install "FOLDER[relay,postgres]"'
        ) from error
    assert database.url is not None  # noqa: S101 - said by who asks
    return Settings(database.url, database.standbys)


def shared_by(data: Path) -> Database | None:
    """The database that a folder's relay has its data in; None if they are in the folder."""
    try:
        return msgspec.json.decode((data / folder.SHARED).read_bytes(), type=Database)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unfit(f"{data / folder.SHARED} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise Unfit(f"{data / folder.SHARED} is damaged: the relay writes it anew with --store") from error


def remember(data: Path, database: Database) -> None:
    """Say in a folder where its relay's data are. The name of a database may hold a password."""
    write_private(data / folder.SHARED, msgspec.json.encode(database))
    folder.give(data / folder.SHARED)


def bounds_of(config: Config) -> Bounds:
    """What history may take, and for how long a message waits."""
    history = config.history
    return Bounds(account_bytes=history.account_mib * MIB, bytes=history.mib * MIB, kept=config.limits.kept)
