"""New desktops that wait on other nodes: known as long as those nodes say so."""

from typing import cast

from watchword_relay.nodes.applications import HEARD_SECONDS, Elsewhere
from watchword_relay.store.contract import Terminal
from watchword_relay.store.nodes import Applying, Gone, Nodes

KEY, OTHER = b"k" * 32, b"o" * 32


class Told:
    """What the other nodes are told."""

    name = "here"

    def __init__(self) -> None:
        self.events: list[object] = []

    def tell(self, event: object) -> None:
        self.events.append(event)


def elsewhere() -> tuple[Elsewhere, Told]:
    told = Told()
    return Elsewhere(3, cast("Nodes", told)), told


def applying(key: bytes = KEY, left_ms: int = 60_000, node: str = "there") -> Applying:
    return Applying(3, node, "ada", key, left_ms, b"proof" if left_ms else b"")


def test_it_is_news_once_and_over_once() -> None:
    known, _ = elsewhere()
    assert known.heard(applying(), 100.0)
    assert not known.heard(applying(), 105.0)
    assert known.stands("ada", KEY)
    assert not known.stands("ada", OTHER)
    assert known.of("ada", 105.0) == [(KEY, 60_000, b"proof")]
    assert known.heard(applying(left_ms=0), 106.0)
    assert not known.heard(applying(left_ms=0), 107.0)
    assert known.of("ada", 107.0) == []


def test_of_what_nothing_is_heard_any_more_the_end_is_told() -> None:
    known, _ = elsewhere()
    known.heard(applying(), 100.0)
    known.heard(applying(OTHER), 110.0)
    assert known.over(100.0 + HEARD_SECONDS - 1) == []
    assert known.over(100.0 + HEARD_SECONDS) == [("ada", KEY)]
    assert known.over(110.0 + HEARD_SECONDS) == [("ada", OTHER)]
    known.heard(applying(left_ms=2_000), 200.0)
    assert known.over(202.0) == [("ada", KEY)], "its own time is up before"


def test_what_this_node_told_itself_is_no_news() -> None:
    known, told = elsewhere()
    known.tell("ada", KEY, 5_000, b"proof")
    known.tell_gone(Terminal(7, "ada", 2, KEY))
    assert told.events == [
        Applying(3, "here", "ada", KEY, 5_000, b"proof"),
        Gone(3, "ada/2", 7),
    ]
    assert not known.heard(applying(node="here"), 100.0)
    assert known.of("ada", 100.0) == []


async def test_without_other_nodes_there_is_nothing() -> None:
    alone = Elsewhere(0, None)
    alone.tell("ada", KEY, 5_000)
    alone.tell_gone(Terminal(7, "ada", 2, KEY))
    assert await alone.here("ada") == []
    assert not alone.heard(applying(), 1.0)
