"""Mailboxes in memory: so many are kept, and finding room among them is never much work."""

from pathlib import Path
from typing import cast

import pytest

from watchword_relay import mailboxes
from watchword_relay.connection import RelayConnection
from watchword_relay.letters import of_send
from watchword_relay.mailbox import Mailbox
from watchword_relay.mailboxes import LOOKED_AT, Mailboxes
from watchword_relay.store.contract import OWN, VOID, StoreTrouble
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames

KEPT = 200


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "relay.sqlite3")


def enter(boxes: Mailboxes, store: SqliteStore, name: str) -> Mailbox:
    store.of(OWN).register(name, name, b"k" * 32, None, 1)
    terminal = store.of(OWN).terminal(name, 1)
    assert terminal is not None
    return boxes.enter(terminal, cast("RelayConnection", object()))[0]


def test_idle_mailboxes_make_room_and_others_stay(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "KEPT_BOXES", KEPT)
    boxes = Mailboxes(store.of(OWN), (1.0, 1.0), (1.0, 1.0))
    here = enter(boxes, store, "ada")
    for number in range(10 * KEPT):
        boxes.of(f"nobody{number}/1")
    assert boxes.of("ada/1") is here
    assert len(boxes) <= KEPT
    store.close()


def test_no_target_is_forgotten_for_the_next_of_the_same_message(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a second one would give numbers that the first has given."""
    monkeypatch.setattr(mailboxes, "KEPT_BOXES", KEPT)
    store.of(OWN).register("bo", "bo", b"k" * 32, None, 1)
    boxes = Mailboxes(store.of(OWN), (1.0, 1.0), (1.0, 1.0))
    boxes.of("bo/1")
    for number in range(KEPT - 1):
        me = boxes.of(f"nobody{number}/1")
    first, _ = boxes.to(of_send(frames.Send(bytes(16), ["bo/1", "cy/1"], b"x")), me)
    assert boxes.of("bo/1") is first
    store.close()


def test_another_mailbox_is_little_work_when_all_are_in_use(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "KEPT_BOXES", KEPT)
    boxes = Mailboxes(store.of(OWN), (1.0, 1.0), (1.0, 1.0))
    for number in range(KEPT):
        enter(boxes, store, f"ada{number}")
    looks = 0

    def idle(box: Mailbox) -> bool:
        nonlocal looks
        looks += 1
        return box.connection is None

    monkeypatch.setattr(Mailbox, "idle", property(idle))
    boxes.of("nobody/1")
    assert 0 < looks <= LOOKED_AT
    store.close()


def test_who_has_an_id_by_now_is_seen_later_where_nobody_can_say_it_yet(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written for the id is durable: whoever sent it hears of that all the same."""
    realm = store.of(OWN)
    boxes = Mailboxes(realm, (1.0, 1.0), (1.0, 1.0))
    box = boxes.of("bo/1")
    realm.register("bo", "bo", b"k" * 32, None, 1)

    def silent(_account: str, _device: int) -> None:
        raise StoreTrouble("nobody answers")

    with monkeypatch.context() as patch:
        patch.setattr(realm, "terminal", silent)
        boxes.update_awaited(box, {})
    assert box.key == VOID
    boxes.update_awaited(box, {})
    assert boxes.by_key(box.key) is box
    store.close()
