"""The certificate: a member key says whose terminal key it is. See `docs/protocol/company.md`, Who is who."""

import functools

from watchword.crypto.primitives import ed25519_sign, ed25519_verify, label, lv
from watchword.crypto.secret import Secret

_REMEMBERED = 1_024
"""Certificates that were found good lately: of each terminal that writes there is one."""


def signed_bytes(organisation: bytes, full_id: str, terminal_key: bytes) -> bytes:
    """What a member key signs."""
    return label("terminal") + organisation + lv(full_id.encode()) + lv(terminal_key)


def issue(member: Secret, organisation: bytes, full_id: str, terminal_key: bytes) -> bytes:
    """Certify a terminal of one's own, by the member key's seed: 64 bytes, made on the desktop."""
    return ed25519_sign(member.expose(), signed_bytes(organisation, full_id, terminal_key))


@functools.lru_cache(maxsize=_REMEMBERED)
def verify(
    member_key: bytes, certificate: bytes, organisation: bytes, full_id: str, terminal_key: bytes
) -> None:
    """Check that the member key certified this terminal; what was found good lately is not computed again.

    Raises:
        PeerError: it did not.
    """
    ed25519_verify(member_key, certificate, signed_bytes(organisation, full_id, terminal_key))
