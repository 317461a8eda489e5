"""The certificate: a member key says whose terminal key it is. See `docs/protocol/company.md`, Who is who."""

import functools

from watchword.crypto.primitives import ed25519_sign, ed25519_verify
from watchword.crypto.secret import Secret
from watchword_wire.login import certificate_bytes

_REMEMBERED = 1_024
"""Certificates that were found good lately: of each terminal that writes there is one."""


def issue(member: Secret, organisation: bytes, full_id: str, terminal_key: bytes) -> bytes:
    """Certify a terminal of one's own, by the member key's seed: 64 bytes, made on the desktop."""
    return ed25519_sign(member.expose(), certificate_bytes(organisation, full_id, terminal_key))


@functools.lru_cache(maxsize=_REMEMBERED)
def verify(
    member_key: bytes, certificate: bytes, organisation: bytes, full_id: str, terminal_key: bytes
) -> None:
    """Check that the member key certified this terminal; what was found good lately is not computed again.

    Raises:
        PeerError: it did not.
    """
    ed25519_verify(member_key, certificate, certificate_bytes(organisation, full_id, terminal_key))
