"""A node that does not reach its database says so to whoever looks after it, and goes on by itself."""

import urllib.error
import urllib.request
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from support.cluster import Cluster
from support.ports import free_port
from support.postgres import Server
from support.relay_stores import fresh, postgres
from support.waiting import until

__all__ = ["postgres"]

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
