"""The provider *key ring*: seals content keys under the company's keys on this desktop (rows F1, F4).

AES-256-GCM-SIV under the secret of a ring key; states, validity and policy decide what it does. A newer ring
makes a new provider. See `docs/protocol/company.md`, The ring.
"""

from collections.abc import Callable

from watchword.crypto.primitives import nonce_new, seal_siv, unseal_siv
from watchword.model.company import Closed
from watchword.protocol.company.profile import Revoked
from watchword.protocol.company.ring import Ring, RingKey, opening_key, wrap_data
from watchword.providers.contract import CONTENT_KEY_BYTES, Cause, Context, Fault, Health, KeyName
from watchword_wire.errors import PeerError

_NONCE_BYTES = 12


class OrgRing:
    """`Wrapping` over a ring. `now` tells seconds since 1970, by which validity is judged when sealing."""

    def __init__(self, ring: Ring, revoked: Revoked, now: Callable[[], float]) -> None:
        self._ring = ring
        self._revoked = revoked
        self._now = now

    async def wrap(self, key: bytes, context: Context, under: KeyName) -> bytes:
        """Seal a content key: 60 bytes.

        Raises:
            Fault: KEY_UNKNOWN, VERSION_UNKNOWN, KEY_REVOKED, KEY_NOT_VALID, KEY_UNFIT.
        """
        found = self._found(under, revoked_open=False)
        if not found.seals_at(self._now()):
            raise Fault(Cause.KEY_NOT_VALID)
        nonce = nonce_new()
        return nonce + seal_siv(found.secret.expose(), nonce, key, _bound(context, under))

    async def unwrap(self, wrapped: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `wrap` returned, whatever the key's validity.

        Raises:
            Fault: KEY_UNKNOWN, VERSION_UNKNOWN, KEY_REVOKED (if the policy refuses), KEY_UNFIT, ALTERED.
        """
        found = self._found(under, revoked_open=self._revoked is Revoked.OPEN)
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            key = unseal_siv(found.secret.expose(), nonce, sealed, _bound(context, under))
        except PeerError as error:
            raise Fault(Cause.ALTERED) from error
        if len(key) != CONTENT_KEY_BYTES:
            raise Fault(Cause.ALTERED)
        return key

    async def health(self) -> Health:
        """Whether any key of the ring seals now, and which."""
        now = self._now()
        able = tuple(
            KeyName(key.id, key.version) for key in self._ring.keys if key.secret and key.seals_at(now)
        )
        return Health(None if able else Cause.KEY_NOT_VALID, keys=able)

    async def close(self) -> None:
        """Nothing is held."""

    def _found(self, under: KeyName, *, revoked_open: bool) -> RingKey:
        found = opening_key(self._ring, under.id, under.version, revoked_open=revoked_open)
        if isinstance(found, Closed):
            raise Fault(Cause(found.reason.value))
        if not found.secret:
            raise Fault(Cause.KEY_UNFIT)
        return found


def _bound(context: Context, under: KeyName) -> bytes:
    return wrap_data(context.digest, under.id, under.version)
