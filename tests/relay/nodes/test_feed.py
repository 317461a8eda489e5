"""What a node delivers from the store: a question's answer may be older than what happened meanwhile."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from support.waiting import until
from watchword_relay.connection import RelayConnection
from watchword_relay.mailbox import Mailbox
from watchword_relay.nodes import feed
from watchword_relay.nodes.feed import Feed
from watchword_relay.store.contract import Level, Stored
from watchword_relay.store.nodes import Nodes, Page


class Slow:
    """A store whose answers come when they are let come."""

    def __init__(self, messages: list[Stored]) -> None:
        self.messages = messages
        self.asked: list[Callable[[], None]] = []

    def read(self, work: Callable[[], None]) -> None:
        self.asked.append(work)

    def waiting_of(self, boxes: list[tuple[int, int]], *_bounds: int) -> dict[int, Page]:
        return {
            key: Page([one for one in self.messages if one.seq > above], more=False) for key, above in boxes
        }


class Mistaken(Slow):
    """A store whose first answer meets a mistake of ours."""

    def waiting_of(self, boxes: list[tuple[int, int]], *bounds: int) -> dict[int, Page]:
        found, self.messages = super().waiting_of(boxes, *bounds), [*self.messages, message(2)]
        if len(self.messages) == 2:
            raise ZeroDivisionError
        return found


class Free:
    """A connection that takes everything."""

    choked = False


def message(seq: int) -> Stored:
    return Stored(seq, bytes([seq]) * 16, "ada/1", b"sealed", origin=7, is_data=False)


def bos_feed(store: Slow) -> tuple[Feed, Mailbox, list[int]]:
    """What reads from a store, bo's mailbox, and the numbers of what bo is given of it."""
    given: list[int] = []

    def give(box: Mailbox, stored: Stored) -> bool:
        box.sent_seq = stored.seq
        given.append(stored.seq)
        return True

    box = Mailbox(1, "bo/1", 4, Level(3, 18))
    box.connection = cast("RelayConnection", Free())
    return Feed(cast("Nodes", store), lambda: 0, give), box, given


async def test_what_is_deleted_while_it_is_read_is_not_delivered_any_more() -> None:
    store = Slow([message(1), message(2), message(3)])
    reading, box, given = bos_feed(store)
    reading.want(box)
    await asyncio.sleep(0)
    read = store.asked.pop()
    reading.deleted([(1, bytes([2]) * 16, 7), (2, bytes([3]) * 16, 7)])
    read()
    await asyncio.sleep(0)
    assert given == [1, 3]
    # What comes later under the same id is another message.
    store.messages.append(Stored(4, bytes([2]) * 16, "ada/1", b"sealed", origin=7, is_data=False))
    reading.want(box)
    await asyncio.sleep(0)
    store.asked.pop()()
    await asyncio.sleep(0)
    assert given == [1, 3, 4]


async def test_a_mistake_in_reading_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RETRY_SECONDS", 0.0)
    store = Mistaken([message(1)])
    reading, box, given = bos_feed(store)
    reading.want(box)
    await until(lambda: store.asked, "it is read")
    with pytest.raises(ZeroDivisionError):
        store.asked.pop()()
    await until(lambda: store.asked, "it is read again")
    store.asked.pop()()
    await until(lambda: given, "it is given")
