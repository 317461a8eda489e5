"""Identity: which key opens a session and which holds it."""

import pytest

from watchword.protocol.handshake.pinning import Standing, standing
from watchword_wire.ids import FullId

BO, BO_2, CY = FullId("bo", 1), FullId("bo", 2), FullId("cy", 1)
KEY, OTHER = bytes(32), b"\x01" * 32


@pytest.mark.parametrize(
    ("peer", "key", "pins", "expected"),
    [
        (BO, KEY, {}, Standing.FIRST),
        (BO, KEY, {CY: OTHER}, Standing.FIRST),
        (BO, KEY, {BO: KEY}, Standing.SAME),
        (BO, KEY, {BO: OTHER}, Standing.OTHER_KEY),
        (BO_2, KEY, {BO: KEY}, Standing.NEW_DEVICE),
        (BO_2, KEY, {BO: OTHER, BO_2: KEY}, Standing.SAME),
    ],
)
def test_standing(peer: FullId, key: bytes, pins: dict[FullId, bytes], expected: Standing) -> None:
    assert standing(peer, key, pins) is expected
