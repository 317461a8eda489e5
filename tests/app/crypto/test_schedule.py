"""First key, second key and what hangs on them (P8, P9; handshake, Computation)."""

import pytest

from support.vectors import RUNS, Vector
from watchword.crypto import schedule
from watchword.crypto.schedule import FirstKeys, SecondKeys
from watchword.crypto.secret import Secret

runs = pytest.mark.parametrize("vector", RUNS, ids=repr)


def firsts(vector: Vector) -> FirstKeys:
    return schedule.first_keys(vector["request"], vector["challenge"], vector["Ke"], vector["ss"])


def seconds(vector: Vector, r_a: bytes | None = None, r_b: bytes | None = None) -> SecondKeys:
    keys = firsts(vector)
    r_a, r_b = r_a or vector["rA"], r_b or vector["rB"]
    c_a = schedule.code_a(keys, r_a)
    return schedule.second_keys(keys, c_a, r_a, schedule.code_b(keys, c_a, r_a, r_b), r_b)


@runs
def test_first_keys_of_the_vectors(vector: Vector) -> None:
    assert firsts(vector) == FirstKeys(
        vector["th1"], Secret(vector["kA"]), Secret(vector["kB"]), Secret(vector["first_key"])
    )


@runs
def test_codes_of_the_vectors(vector: Vector) -> None:
    keys = firsts(vector)
    assert schedule.code_a(keys, vector["rA"]) == vector["cA"]
    assert schedule.code_b(keys, vector["cA"], vector["rA"], vector["rB"]) == vector["cB"]


@runs
def test_second_keys_of_the_vectors(vector: Vector) -> None:
    keys = seconds(vector)
    assert keys.th2 == vector["th2"]
    assert keys.k2 == Secret(vector["second_key"])
    assert keys.exporter == Secret(vector["exporter"])
    assert keys.k_id == Secret(vector["identity_key_B"])
    assert keys.spoken == vector.text("spoken_digits")
    assert schedule.envelope_key(keys.exporter, keys.th2) == vector["kenv"]


@pytest.mark.parametrize("name", ["request", "challenge", "Ke", "ss"])
def test_first_key_hangs_on_every_part(name: str) -> None:
    parts = {part: RUNS[0][part] for part in ("request", "challenge", "Ke", "ss")}
    parts[name] = parts[name][:-1] + bytes([parts[name][-1] ^ 1])
    other = schedule.first_keys(parts["request"], parts["challenge"], parts["Ke"], parts["ss"])
    assert other.k1 != firsts(RUNS[0]).k1
    assert other.k_a != firsts(RUNS[0]).k_a


@pytest.mark.parametrize("changed", ["rA", "rB"])
def test_same_first_key_with_another_random_string_gives_another_second_key(changed: str) -> None:
    random = {"rA": None, "rB": None, changed: b"\x42" * 32}
    other = seconds(RUNS[0], random["rA"], random["rB"])
    mine = seconds(RUNS[0])
    assert other.k2 != mine.k2
    assert other.exporter != mine.exporter
    assert other.k_id != mine.k_id
    assert other.k2 != firsts(RUNS[0]).k1


def test_spoken_digits_are_twenty_with_leading_zeros() -> None:
    assert all(len(seconds(vector).spoken) == 20 for vector in RUNS)
    assert all(len(seconds(RUNS[0], bytes([number]) * 32).spoken) == 20 for number in range(1, 64))
