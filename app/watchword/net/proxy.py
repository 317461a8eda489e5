"""A proxy's address as people write it: `http://USER:PASSWORD@HOST:PORT`, `socks5h://HOST:PORT`.

`socks5://` means the same here as `socks5h://`: names are always looked up by the proxy, so that a network
that lets nothing out but its proxy is enough, and the name of the relay is asked of nobody else. A word
without `://` is an HTTP proxy, as other programs take it.
"""

import enum
from urllib.parse import unquote, urlsplit

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy
from watchword.net.address import possible_host

_SOCKS_FIELD_BYTES = 255
"""RFC 1929, section 2: the most that a name or a password may have."""


class ProxyKind(enum.StrEnum):
    """The two kinds, by the scheme that is shown."""

    HTTP = "http"
    SOCKS5 = "socks5h"


_KINDS = {"http": ProxyKind.HTTP, "socks5": ProxyKind.SOCKS5, "socks5h": ProxyKind.SOCKS5}
_DEFAULT_PORT = {ProxyKind.HTTP: 80, ProxyKind.SOCKS5: 1080}


class ProxyAddress(msgspec.Struct, frozen=True):
    """Where a proxy is, and how to sign in there (user empty: not at all)."""

    kind: ProxyKind
    host: str
    port: int
    user: str = ""
    password: Secret | None = None

    def __str__(self) -> str:
        """The form to show and to keep: without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind.value}://{host}:{self.port}"


def parse_proxy(typed: str) -> ProxyAddress:
    """Read what a person typed, or what stands in the system's settings.

    Raises:
        RefusedBy: PROXY_FORM or PROXY_SCHEME.
    """
    text = typed.strip()
    scheme, found, _rest = text.partition("://")
    if not found:
        scheme, text = "http", f"http://{text}"
    kind = _KINDS.get(scheme.lower())
    if kind is None:
        if not scheme.isascii() or not scheme.isalnum():
            raise RefusedBy(Kind.PROXY_FORM)
        raise RefusedBy(Kind.PROXY_SCHEME, scheme=scheme.lower())
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        user = unquote(parts.username or "", errors="strict")
        password = unquote(parts.password or "", errors="strict")
    except ValueError as error:
        raise RefusedBy(Kind.PROXY_FORM) from error
    plain = parts.path in {"", "/"} and not parts.query and not parts.fragment
    if host is None or port == 0 or not plain or not possible_host(host):
        raise RefusedBy(Kind.PROXY_FORM)
    port = _DEFAULT_PORT[kind] if port is None else port
    return with_sign_in(ProxyAddress(kind, host, port), user, Secret(password.encode()) if password else None)


def with_sign_in(proxy: ProxyAddress, user: str, password: Secret | None) -> ProxyAddress:
    """The same proxy with another user.

    Raises:
        RefusedBy: PROXY_FORM for a user and password that its kind cannot carry.
    """
    if password is not None and not user:
        raise RefusedBy(Kind.PROXY_FORM)
    fields = (user.encode(), b"" if password is None else password.expose())
    if proxy.kind is ProxyKind.HTTP:
        possible = b":" not in fields[0]  # RFC 7617, section 2
    else:
        possible = all(len(field) <= _SOCKS_FIELD_BYTES for field in fields)
    if not possible:
        raise RefusedBy(Kind.PROXY_FORM)
    return msgspec.structs.replace(proxy, user=user, password=password)
