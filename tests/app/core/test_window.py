import pytest

from watchword.core import clock, window
from watchword.core.window import Window
from watchword.store.outbox import Sealed
from watchword_wire.ids import FullId


def row(seq: int, *, to: str = "bo", size: int = 400) -> Sealed:
    return Sealed(seq, seq.to_bytes(16), FullId(to, 1), bytes(size), None, bytes(32))


def test_there_is_room_for_so_many_and_so_many_bytes() -> None:
    held = Window()
    for seq in range(1, window.MOST + 1):
        assert held.fits(400)
        held.left(row(seq))
    assert not held.fits(1)
    held.settled(row(1).id)
    assert held.fits(400)
    assert not held.fits(window.MOST_BYTES)
    assert (len(held), held.sent_to) == (window.MOST - 1, window.MOST)


def test_one_may_leave_however_large() -> None:
    assert Window().fits(window.MOST_BYTES + 1)


def test_only_the_next_one_may_leave_before_its_turn_in_the_store() -> None:
    held = Window()
    assert held.is_next(row(3), 0)
    assert not held.is_next(row(3), 2)
    held.left(row(3))
    assert held.is_next(row(4), 3)
    assert not held.is_next(row(3), 2)
    held.start_over()
    assert not held.is_next(row(4), 3)


def test_a_full_mailbox_is_left_out_until_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    held = Window()
    for one in (row(1), row(2, to="cy"), row(3)):
        held.left(one)
    assert held.leave_out(row(1).id, 105.0) == "bo/1"
    assert "bo/1" in held.full
    assert [row(seq).id in held for seq in (1, 2, 3)] == [False, True, False]
    assert not held.is_next(row(4), 3)
    assert held.is_next(row(4, to="cy"), 3)
    assert held.next_try() == [105.0]
    held.take_in()
    assert "bo/1" in held.full
    now[0] = 105.0
    held.take_in()
    assert "bo/1" not in held.full
    assert held.sent_to == 0
    assert row(2).id in held


def test_the_oldest_is_the_first_without_an_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1.0]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    held = Window()
    assert held.oldest is None
    for seq in (1, 2):
        now[0] = float(seq)
        held.left(row(seq))
    oldest = [held.oldest]
    held.settled(row(1).id)
    assert [*oldest, held.oldest] == [1.0, 2.0]


async def test_what_was_taken_back_while_it_was_read_does_not_leave() -> None:
    held = Window()
    left: list[int] = []

    def leaves(one: Sealed) -> bool:
        left.append(one.seq)
        held.left(one)
        return True

    async def read(_after: int, _limit: int, _full: tuple[str, ...]) -> list[Sealed]:
        held.renew()
        return [row(1)]

    filled = await window.fill(held, read, leaves)
    assert (filled.more, left) == (True, [])


async def test_what_may_leave_again_does_although_later_ones_have_left() -> None:
    held = Window()
    held.left(row(2))
    held.read_anew()
    left: list[int] = []

    def leaves(one: Sealed) -> bool:
        left.append(one.seq)
        held.left(one)
        return True

    async def read(after: int, limit: int, _full: tuple[str, ...]) -> list[Sealed]:
        return [one for one in (row(1), row(2), row(3)) if one.seq > after][:limit]

    await window.fill(held, read, leaves)
    assert left == [1, 3], "what is on its way is not sent twice"
