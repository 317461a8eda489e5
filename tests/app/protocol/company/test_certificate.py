"""The certificate binds organisation, full id and terminal key. Its known answer stands in the vectors."""

import pytest

from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.protocol.company import certificate
from watchword_wire.errors import PeerError

MEMBER = Secret(b"\x01" * 32)
PLACE = (bytes(16), "ada/1", bytes(range(32)))


def test_a_certificate_holds_for_its_terminal_only() -> None:
    made, key = certificate.issue(MEMBER, *PLACE), ed25519_public(MEMBER.expose())
    certificate.verify(key, made, *PLACE)
    others = [
        (bytes(15) + b"\x01", "ada/1", bytes(range(32))),
        (bytes(16), "ada/2", bytes(range(32))),
        (bytes(16), "ada/1", bytes(32)),
    ]
    for place in others:
        with pytest.raises(PeerError):
            certificate.verify(key, made, *place)
    with pytest.raises(PeerError):
        certificate.verify(ed25519_public(bytes(32)), made, *PLACE)
    with pytest.raises(PeerError):
        certificate.verify(key, made[:63], *PLACE)
