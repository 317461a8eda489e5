"""A relay's address as people pass it on: `wss://HOST[:PORT][/REALM][#KEY[.INVITE]]`; `ws://` only to here.

REALM is the part of the relay that an organisation has to itself; KEY is the relay's Ed25519 key in base64url
without padding (43 characters). See `docs/protocol/wire.md`, Address.
"""

import base64
import binascii
import ipaddress
from urllib.parse import SplitResult, urlsplit

import msgspec

from watchword.model.errors import Kind, RefusedBy
from watchword_wire.ids import realm_of_path
from watchword_wire.limits import KEY_BYTES

DEFAULT_PORT = {"wss": 443, "ws": 80}
_HOST_CHARACTERS = 253
_SCHEME = "://"


class Address(msgspec.Struct, frozen=True):
    """Where a relay is, and the key that it must prove to hold (None: not known beforehand)."""

    secure: bool
    host: str
    port: int
    key: bytes | None = None
    realm: str = ""
    """Empty: the relay's own."""
    invite: str | None = None
    """What an invitation link holds besides; no part of the address that is kept."""

    @property
    def url(self) -> str:
        """What a WebSocket connects to: the address without the key."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.secure else 'ws'}://{host}:{self.port}/{self.realm}"

    @property
    def on_this_computer(self) -> bool:
        """Whether it names the loopback, the only place that plain `ws://` may go to."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        """The form that people pass on."""
        key = "" if self.key is None else "#" + key_text(self.key)
        return self.url.removesuffix("/") + key


def parse_address(typed: str) -> Address:
    """Read what a person typed or pasted.

    Raises:
        RefusedBy: ADDRESS_FORM, ADDRESS_SCHEME, ADDRESS_PLAIN or ADDRESS_KEY.
    """
    text = typed.strip()
    scheme, found, _rest = text.partition(_SCHEME)
    if not found or not scheme.isascii() or not scheme.isalpha():
        raise RefusedBy(Kind.ADDRESS_FORM)
    scheme = scheme.lower()
    if scheme not in DEFAULT_PORT:
        raise RefusedBy(Kind.ADDRESS_SCHEME, scheme=scheme)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedBy(Kind.ADDRESS_FORM) from error
    if host is None or not _plain(parts) or not possible_host(host):
        raise RefusedBy(Kind.ADDRESS_FORM)
    if port == 0:
        raise RefusedBy(Kind.ADDRESS_FORM)
    if scheme == "ws" and not is_loopback(host):
        raise RefusedBy(Kind.ADDRESS_PLAIN)
    key_of, _, invite = parts.fragment.partition(".")
    key = _parse_key(key_of) if "#" in text else None
    realm = realm_of_path(parts.path or "/") or ""
    place = DEFAULT_PORT[scheme] if port is None else port
    return Address(scheme == "wss", host, place, key, realm, invite or None)


def invite_of(typed: str) -> str:
    """The invitation in what was typed: a whole link, or its last part alone."""
    return typed.strip().rpartition(".")[2]


def key_text(key: bytes) -> str:
    """Return a relay key as it stands behind the # of an address."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def is_loopback(host: str) -> bool:
    """Say whether a host is this computer for certain, by its name or number alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.encode("ascii") + b"=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedBy(Kind.ADDRESS_KEY) from error
    if len(key) != KEY_BYTES or key_text(key) != text:
        raise RefusedBy(Kind.ADDRESS_KEY)
    return key


def _plain(parts: SplitResult) -> bool:
    """Nothing but host, port, realm and key: no user, other path or query that would silently be left out."""
    known = realm_of_path(parts.path or "/") is not None
    return known and parts.username is None and parts.password is None and not parts.query


def possible_host(host: str) -> bool:
    """Say whether something can be the name or number of a computer."""
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return False
        return True
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return False
    labels = name.removesuffix(".").split(".")
    return len(name) <= _HOST_CHARACTERS and all(
        label.replace("-", "").replace("_", "").isalnum() for label in labels
    )
