"""New desktops that ask to be let in: how many stand, and when one is over."""

from typing import cast

from watchword_relay.applications import Applications
from watchword_relay.connection import RelayConnection

NOW = 1_000.0
PROOF = b"p" * 48


def connection() -> RelayConnection:
    """Nothing is asked of it here but to be itself."""
    return cast("RelayConnection", object())


def key(number: int) -> bytes:
    return bytes([number]) * 32


def test_one_stands_for_ten_minutes() -> None:
    applications = Applications()
    one = applications.stand("bo", key(1), PROOF, connection(), "here", NOW)
    assert one is not None
    assert applications.of("bo") == [one]
    assert one.proof == PROOF
    assert applications.of("ada") == []
    assert (one.left_ms(NOW), one.left_ms(NOW + 599), one.left_ms(NOW + 600)) == (600_000, 1_000, 1)


def test_four_of_an_account_stand_and_two_of_one_address() -> None:
    applications = Applications()
    lines = [connection() for _ in range(8)]
    stand = [
        applications.stand("bo", key(number), PROOF, line, f"address {number // 3}", NOW) is not None
        for number, line in enumerate(lines)
    ]
    assert stand == [True, True, False, True, True, False, False, False]
    assert applications.stand("ada", key(9), PROOF, connection(), "address 0", NOW) is not None
    assert applications.end(lines[0]) is not None
    assert applications.stand("bo", key(7), PROOF, lines[7], "address 2", NOW) is not None
    assert [one.key for one in applications.of("bo")] == [key(1), key(3), key(4), key(7)]


def test_a_key_stands_once() -> None:
    applications = Applications()
    assert applications.stand("bo", key(1), PROOF, connection(), "here", NOW) is not None
    assert applications.stand("bo", key(1), PROOF, connection(), "there", NOW) is None
    assert applications.stand("ada", key(1), PROOF, connection(), "there", NOW) is not None


def test_what_is_over_is_over_once() -> None:
    applications = Applications()
    line = connection()
    one = applications.stand("bo", key(1), PROOF, line, "here", NOW)
    assert applications.end(line) is one
    assert applications.end(line) is None
    assert applications.of("bo") == []
