"""The relay's end of TLS: version 1.3 and nothing else; the certificate can be exchanged while it runs.

Whoever came before an exchange goes on as they are; every connection knows which certificate it was served,
because that one is signed in its Hello (`docs/protocol/wire.md`, Sign-in).
"""

import asyncio
import hashlib
import ssl
from pathlib import Path

from watchword_relay.config import Unfit
from watchword_wire.login import NO_CERTIFICATE


class _Context(ssl.SSLContext):
    """The settings of TLS with one certificate."""

    sha256 = NO_CERTIFICATE
    """Of the certificate, DER."""


class Tls:
    """The certificate that is served now.

    Args:
        certificate: PEM, the relay's own first, its chain behind.
        key: PEM, without a password.

    Raises:
        Unfit: a file is missing, broken, or the two do not belong together.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = certificate, key
        self._seen = self._marks()
        self._now, self.ends = self._load()
        self.context = self._now
        """What a listener is given. Each connection is moved to the newest as it begins."""
        self.context.sni_callback = self._begin

    def _begin(self, channel: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        # It is called for every connection, whether it names a server or not.
        channel.context = self._now

    def reload(self, *, always: bool = False) -> bool:
        """Read the files again if they changed. Returns whether another certificate is served from now on.

        Raises:
            Unfit: as at the start; what was served goes on being served.
        """
        marks = self._marks()
        if marks == self._seen and not always:
            return False
        self._seen = marks
        before = self._now.sha256
        self._now, self.ends = self._load()
        return self._now.sha256 != before

    def _marks(self) -> list[tuple[int, int, int]]:
        """What changes with a file, without reading it."""
        marks = []
        for file in self._files:
            try:
                found = file.stat()
            except OSError:
                marks.append((0, 0, 0))
            else:
                marks.append((found.st_mtime_ns, found.st_size, found.st_ino))
        return marks

    def _load(self) -> tuple[_Context, int]:
        """The settings with the files as they are, and when the certificate ends, in seconds since 1970."""
        from cryptography import x509  # noqa: PLC0415 - much to load, and not needed on loopback

        certificate, key = self._files
        context = _Context(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.maximum_version = ssl.TLSVersion.TLSv1_3
        # Nobody resumes: who did after an exchange would be shown a Hello for a certificate they never saw.
        context.num_tickets = 0
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
            served = ssl.PEM_cert_to_DER_cert(_first_certificate(certificate.read_text("ascii")))
            ends = int(x509.load_der_x509_certificate(served).not_valid_after_utc.timestamp())
        except _PasswordWanted as error:
            raise Unfit(f"the key {key} is protected by a password; give one without") from error
        except OSError as error:
            broken = isinstance(error, ssl.SSLError)
            reason = "they are broken or do not belong together" if broken else error.strerror
            raise Unfit(f"certificate {certificate} with key {key} cannot be used: {reason}") from error
        except ValueError as error:
            raise Unfit(f"certificate {certificate} cannot be read") from error
        context.sha256 = hashlib.sha256(served).digest()
        return context, ends


def served_sha256(transport: asyncio.BaseTransport) -> bytes:
    """The SHA-256 of the certificate that a connection was served; 32 zero bytes without TLS."""
    channel = transport.get_extra_info("ssl_object")
    context = None if channel is None else channel.context
    return context.sha256 if isinstance(context, _Context) else NO_CERTIFICATE


def _first_certificate(pem: str) -> str:
    """The relay's own of a file with a chain: the first."""
    start = pem.index(ssl.PEM_HEADER)
    return pem[start : pem.index(ssl.PEM_FOOTER, start) + len(ssl.PEM_FOOTER)]


class _PasswordWanted(Exception):
    """The key file asks for a password."""


def _no_password() -> str:
    # Without this the library would ask on the terminal and wait for ever.
    raise _PasswordWanted
