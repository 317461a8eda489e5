"""What a run draws (handshake, Notation: 0 is drawn again)."""

import random
from collections.abc import Callable

import pytest

from watchword.crypto.secret import Secret
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice

L = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize("kind", [RequesterDice, ResponderDice])
def test_everything_is_drawn_and_nothing_twice(kind: type[RequesterDice] | type[ResponderDice]) -> None:
    source = random.Random(1).randbytes  # noqa: S311 a test's dice
    one, other = kind.roll(source), kind.roll(source)
    for name in one.__struct_fields__:
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine != theirs
        assert len(mine) in {32, 64}


@pytest.mark.parametrize("zero", [bytes(64), L.to_bytes(64, "little"), (7 * L).to_bytes(64, "little")])
@pytest.mark.parametrize(("kind", "name"), [(RequesterDice, "x"), (ResponderDice, "y")])
def test_a_private_key_of_zero_is_drawn_again(
    zero: bytes, kind: type[RequesterDice] | type[ResponderDice], name: str
) -> None:
    draws = iter([zero, zero, b"\x05" * 64])

    def source(count: int) -> bytes:
        return next(draws) if count == 64 and name == "y" else draw(count)

    def draw(count: int) -> bytes:
        return bytes(count)

    rolled = kind.roll(source if name == "y" else _kept(draws))
    assert getattr(rolled, name) == Secret(b"\x05" * 64)


def _kept(draws: object) -> Callable[[int], bytes]:
    """Give the scalars first: A draws x before the seed, both of 64 bytes."""
    assert hasattr(draws, "__next__")
    return lambda count: next(draws, bytes(64)) if count == 64 else bytes(count)
