"""TLS towards a relay: 1.3 always; who vouches for the certificate depends on the address.

With a key in the address nobody needs a certificate authority: any certificate is taken here, and the
relay then signs the one it served (`login.relay_bytes`), which `protocol.relaylink` checks before anything
is sent. Without a key the system's authorities decide. See `docs/protocol/wire.md`, section Sign-in.
"""

import asyncio
import hashlib
import ssl

from watchword.net.address import Address
from watchword_wire.login import NO_CERTIFICATE


async def context_for(address: Address) -> ssl.SSLContext | None:
    """Return the TLS settings for an address; None for plain loopback.

    The system's authorities take 50 ms to read: off the loop, and only where they have a say.
    """
    if not address.secure:
        return None
    if address.key is None:
        context = await asyncio.to_thread(ssl.create_default_context)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def certificate_sha256(transport: asyncio.BaseTransport) -> bytes:
    """Return the SHA-256 of the certificate that the other side served, 32 zero bytes without TLS."""
    channel = transport.get_extra_info("ssl_object")
    certificate = None if channel is None else channel.getpeercert(binary_form=True)
    return NO_CERTIFICATE if certificate is None else hashlib.sha256(certificate).digest()
