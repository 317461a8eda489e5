"""A node that does not reach its database says so to whoever looks after it, and goes on by itself."""

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from support.cluster import Cluster
from support.logged import LoggedWarnings
from support.ports import free_port
from support.postgres import Server
from support.relay_stores import fresh, postgres
from support.waiting import until
from watchword_relay import log
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_primary import Lost
from watchword_relay.store.postgres_session import Settings

__all__ = ["postgres"]

LOST = 4
"""How often what is to be written is lost."""
WORDS = "the database cannot be used: it does not let the role into that database (make the role its owner"


async def test_a_node_without_its_database_is_not_ready_and_says_why(
    postgres: Server, tmp_path: Path
) -> None:
    url = fresh(postgres)
    name = conninfo_to_dict(url)["dbname"]
    watch = f"127.0.0.1:{free_port()}"
    config = tmp_path / "relay.toml"
    config.write_text(f'[watch]\nlisten = "{watch}"\n')

    def ready() -> str:
        try:
            with urllib.request.urlopen(f"http://{watch}/readyz", timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()

    with Cluster(tmp_path, url, nodes=1, options=["--config", str(config)]) as cluster:
        assert ready() == "ok\n"
        postgres.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - of the test's own
        postgres.execute(ended)
        await until(lambda: ready().startswith(WORDS), "it is not ready, and says why")
        postgres.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await until(lambda: ready() == "ok\n", "it is ready again")
        log = cluster.nodes[0].log.read_text()
        assert WORDS in log
        assert "store-back" in log
        assert str(name) not in log


def test_a_database_is_back_once_it_takes_something(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    """Not when it is connected to: one whose standbys are away takes connections, and nothing else."""
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    told: list[str] = []
    lost: list[None] = []
    takes = False
    connect, transaction = store._writer.connect, store._writer.transaction

    def connects() -> None:
        nonlocal takes
        connect()
        assert told == []
        takes = len(lost) == LOST

    def does(work: Callable[..., Any]) -> Any:
        if not takes:
            lost.append(None)
            store._writer.close()
            raise Lost("it did not answer in time")
        return transaction(work)

    monkeypatch.setattr(log, "event", told.append)
    monkeypatch.setattr(store._writer, "connect", connects)
    monkeypatch.setattr(store._writer, "transaction", does)
    monkeypatch.setattr("watchword_relay.store.postgres.PATIENCE", 0.0)
    with pytest.raises(StoreTrouble):
        store.forget_verdicts(0)  # it is given up: whoever comes next finds that it is back
    monkeypatch.setattr("watchword_relay.store.postgres.PATIENCE", 60.0)
    store.forget_verdicts(0)
    assert told == ["store-back"]
    store.forget_verdicts(0)
    assert told == ["store-back"]
    store.close()
    logged_warnings.take("did not answer in time")
