"""The envelope's outside (handshake, Messages after it)."""

import math

import pytest

from support.vectors import RUNS, Vector
from watchword_wire import envelope
from watchword_wire.envelope import AROUND_BYTES, padded_size, parse
from watchword_wire.errors import PeerError
from watchword_wire.limits import BODY_BYTES, TEXT_BYTES


def padme(length: int) -> int:
    """Padmé as its paper's appendix gives it, for one byte more than the text (the mark 80)."""
    wanted = length + 1
    exponent = math.floor(math.log2(wanted))
    mask_bits = exponent - (math.floor(math.log2(exponent)) + 1)
    mask = (1 << mask_bits) - 1
    return (wanted + mask) & ~mask


@pytest.mark.parametrize("vector", RUNS, ids=repr)
@pytest.mark.parametrize("name", ["m0", "m1", "m2"])
def test_envelopes_of_the_vectors_are_read_and_written_back(vector: Vector, name: str) -> None:
    outside = parse(vector[name])
    assert outside.encode() == vector[name]
    assert outside.h8 == vector["h"][:8]
    assert (outside.previous_length, outside.number) == (1 if name == "m2" else 0, 0)
    assert outside.sealed[:12] == vector[f"nonce_{name}"]
    assert outside.header == vector[name][8:48]
    assert len(vector[name]) == 92 + len(vector[f"{name}_plaintext"])


@pytest.mark.parametrize("length", [0, 1, 254, 255])
def test_the_least_padded_size_is_256(length: int) -> None:
    assert padded_size(length) == 256


@pytest.mark.parametrize("length", [256, 257, 1000, 4095, 4096, 60_000, 65_535, TEXT_BYTES])
def test_sizes_are_padme(length: int) -> None:
    assert padded_size(length) == padme(length)


def test_padding_costs_at_most_twelve_per_cent() -> None:
    assert all(padded_size(n) <= (n + 1) * 1.12 for n in range(256, 70_000, 7))


def test_the_longest_text_fits_into_a_body() -> None:
    assert padded_size(TEXT_BYTES + 1024) + AROUND_BYTES <= BODY_BYTES


@pytest.mark.parametrize("size", [0, 91, 92, 347, 349, 92 + 257, BODY_BYTES + 1])
def test_sizes_that_padding_never_gives_are_refused(size: int) -> None:
    with pytest.raises(PeerError):
        parse(bytes(size))


def test_the_code_covers_all_but_itself() -> None:
    data = RUNS[0]["m1"]
    assert parse(data).coded == data[:-16]
    assert envelope.AROUND_BYTES == 92
