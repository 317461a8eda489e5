"""Several nodes on one machine behind one port: the kernel gives each connection to one of them."""

from pathlib import Path

import pytest
from websockets.protocol import State

from support.cluster import Cluster
from support.postgres import Server
from support.relay import RelayProcess
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from support.waiting import until
from watchword_wire import frames

__all__ = ["postgres"]

PEOPLE = 16


@pytest.fixture
def url(postgres: Server) -> str:
    return fresh(postgres)


async def test_nodes_of_one_machine_share_a_port(url: str, tmp_path: Path) -> None:
    """All reach each other; when one dies, whoever was there comes in at the other by the same address."""
    first = Cluster(tmp_path, url).nodes[0]
    with first:
        first.start()
        listen = f"127.0.0.1:{first.port}"
        with RelayProcess(tmp_path / "node1", options=["--store", url, "--standbys", "0"], listen=listen):
            people = [await Terminal(first.url, f"person{number}").register() for number in range(PEOPLE)]
            for one in people[1:]:
                await people[0].message(one.account)
                await one.sees(frames.Deliver)
            first.kill()

            def gone() -> list[Terminal]:
                return [one for one in people if one.socket.state is not State.OPEN]

            await until(lambda: 0 < len(gone()) < PEOPLE, "some were at the node that died, others not")
            for one in gone():
                await one.sign_in()
            await people[1].message(people[2].account)
            await people[2].sees(frames.Deliver)
            for one in people:
                await one.close()


def test_a_port_is_not_shared_with_a_relay_of_its_own_file(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "one") as one:
        other = RelayProcess(tmp_path / "other", listen=f"127.0.0.1:{one.port}", start=False)
        with pytest.raises(AssertionError, match="another program uses this port"):
            other.start()
