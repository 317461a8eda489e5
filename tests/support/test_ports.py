"""Who is given a port has it alone."""

import itertools
import socket

from support.ports import PROCESSES, RANGE, free_port, ports_of
from support.relay import RelayProcess, relay

__all__ = ["relay"]


def test_no_two_processes_of_a_run_have_a_port_in_common() -> None:
    for one, other in itertools.combinations(range(PROCESSES), 2):
        assert not set(ports_of(f"gw{one}")) & set(ports_of(f"gw{other}"))
    assert ports_of("") == RANGE


def test_none_comes_twice_soon() -> None:
    given = [free_port() for _ in range(100)]
    assert len({*given}) == len(given)
    assert {*given} <= {*RANGE}


def test_one_that_somebody_listens_on_is_passed_over() -> None:
    following = free_port() + 1
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", following))
        taken.listen()
        assert free_port() != following


def test_a_relay_that_starts_again_listens_where_the_system_gives_nobody_a_port_meanwhile(
    relay: RelayProcess,
) -> None:
    assert relay.port in RANGE
