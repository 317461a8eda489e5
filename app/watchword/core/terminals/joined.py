"""Another desktop of a member's account, by the certificate of the member key: nobody has to approve it.

See `docs/protocol/wire.md`, More terminals.
"""

from collections.abc import Awaitable, Callable

from watchword.core import clock
from watchword.crypto.primitives import ed25519_public, ed25519_sign
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.net import visit
from watchword.net.connection import Way
from watchword.protocol.company import certificate
from watchword.protocol.company.company_file import Membership
from watchword.protocol.relaylink import ToJoin
from watchword_wire.ids import FullId
from watchword_wire.limits import TERMINALS


async def as_another(
    way: Way,
    account: str,
    seed: Secret,
    membership: Membership,
    attempt: Callable[[FullId], Awaitable[None]],
) -> bytes:
    """Try one number after the other; the relay's key once it took one.

    Args:
        way: to the relay.
        account: whose desktop.
        seed: its identity key's, new.
        membership: whose member it is.
        attempt: writes down what is tried, before it is tried.

    Raises:
        RefusedBy: DESKTOPS_MANY, DESKTOP_UNVOUCHED.
        TroubleWith: the relay cannot be reached.
    """
    key, organisation = ed25519_public(seed.expose()), membership.profile.organisation
    for device in range(1, TERMINALS + 1):
        full_id = FullId(account, device)
        await attempt(full_id)
        certified = certificate.issue(membership.member, organisation, str(full_id), key)
        purpose = ToJoin(str(full_id), key, organisation, certified)
        try:
            hello = await visit.join(way, purpose, lambda data: ed25519_sign(seed.expose(), data), clock.now)
        except RefusedBy as refused:
            if refused.situation.kind is not Kind.ID_TAKEN:
                raise
        except TroubleWith as trouble:
            if trouble.situation.kind is not Kind.RELAY_SIGN_IN:
                raise
            raise RefusedBy(Kind.DESKTOP_UNVOUCHED) from trouble
        else:
            return hello.relay_key
    raise RefusedBy(Kind.DESKTOPS_MANY, limit=TERMINALS)
