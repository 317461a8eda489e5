"""A TCP connection to the relay through a proxy: HTTP CONNECT (RFC 9110, 9.3.6), SOCKS5 (RFC 1928, RFC 1929).

What comes out is a connected socket that the proxy passes on to the relay; TLS runs inside it, end to end.
A proxy learns the relay's name and port, and how much is said when. Each way in which it can fail has a cause
of its own (`Kind.PROXY_*`). See `docs/protocol/wire.md`, section Connections.
"""

import asyncio
import base64
import re
import socket
from collections.abc import Awaitable, Callable, Mapping

from watchword.model.errors import Kind, TroubleWith
from watchword.net.dial import dial
from watchword.net.proxy import ProxyAddress, ProxyKind

DEADLINE = 10.0
"""To reach the proxy and to be let through to the relay."""

_HEAD_BYTES = 16_384
_PIECE = 4_096
_END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r\n")
_CHALLENGE = re.compile(rb"\r\nproxy-authenticate:[ \t]*([^\r\n]*)", re.IGNORECASE)
_UNAUTHORIZED = {401, 407}
"""407 is the right one; some proxies (tinyproxy) answer a wrong password by 401."""

_SOCKS = 5
_NO_SIGN_IN, _PASSWORD, _NOTHING_FITS = 0, 2, 0xFF
_SIGN_IN_VERSION = 1
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_NOT_ALLOWED, _UNKNOWN_COMMAND = 2, 7
_CANNOT = {1, 3, 4, 5, 6, 8}
"""RFC 1928, section 6: the proxy tried, or would have, and the relay is not to be reached from there."""

_Negotiate = Callable[[socket.socket, ProxyAddress, str, int], Awaitable[None]]


async def open_tunnel(proxy: ProxyAddress, host: str, port: int) -> socket.socket:
    """Return a socket that is connected to `host`, whose name only the proxy looks up.

    Raises:
        TroubleWith: PROXY_UNREACHABLE, PROXY_SLOW, PROXY_NONSENSE, PROXY_REFUSED, PROXY_SIGN_IN,
            PROXY_SIGN_IN_WRONG, PROXY_SIGN_IN_OTHER, PROXY_RELAY.
    """
    try:
        async with asyncio.timeout(DEADLINE):
            channel = await _reach(proxy)
            try:
                await _NEGOTIATE[proxy.kind](channel, proxy, host, port)
            except BaseException:
                channel.close()
                raise
            return channel
    except TimeoutError as error:
        raise _trouble(proxy, Kind.PROXY_SLOW) from error
    except (OSError, EOFError) as error:  # it was reached, and hung up before it answered
        raise _trouble(proxy, Kind.PROXY_NONSENSE) from error


async def _reach(proxy: ProxyAddress) -> socket.socket:
    try:
        return await dial(proxy.host, proxy.port)
    except OSError as error:
        raise _trouble(proxy, Kind.PROXY_UNREACHABLE) from error


# --- HTTP -----------------------------------------------------------------------------


async def _by_http(channel: socket.socket, proxy: ProxyAddress, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    target = f"[{host}]:{port}" if ":" in host else f"{host.encode('idna').decode()}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.user:
        given = proxy.user.encode() + b":" + _password(proxy)
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(given).decode()}")
    await loop.sock_sendall(channel, ("\r\n".join(lines)).encode() + _END)
    head = await _head(channel)
    status = None if head is None else _STATUS.match(head)
    if head is None or status is None:
        raise _trouble(proxy, Kind.PROXY_NONSENSE)
    code = int(status[1])
    if code in _UNAUTHORIZED:
        offered = [challenge.split(b" ")[0].lower() for challenge in _CHALLENGE.findall(head)]
        if offered and b"basic" not in offered:
            raise _trouble(proxy, Kind.PROXY_SIGN_IN_OTHER)
        raise _trouble(proxy, Kind.PROXY_SIGN_IN_WRONG if proxy.user else Kind.PROXY_SIGN_IN)
    match code // 100:
        case 2:
            if not head.endswith(_END):
                raise _trouble(proxy, Kind.PROXY_NONSENSE)  # relays never speak first
        case 4:
            raise _trouble(proxy, Kind.PROXY_REFUSED)
        case 5:
            raise _no_relay(proxy, host, port)
        case _:
            raise _trouble(proxy, Kind.PROXY_NONSENSE)


async def _head(channel: socket.socket) -> bytes | None:
    """The head of the answer and what came with it; None where it has no end."""
    loop = asyncio.get_running_loop()
    head = b""
    while _END not in head:
        piece = await loop.sock_recv(channel, _PIECE)
        head += piece
        if not piece or len(head) > _HEAD_BYTES:
            return None
    return head


# --- SOCKS5 ---------------------------------------------------------------------------


async def _by_socks(channel: socket.socket, proxy: ProxyAddress, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    methods = bytes([_NO_SIGN_IN, _PASSWORD]) if proxy.user else bytes([_NO_SIGN_IN])
    await loop.sock_sendall(channel, bytes([_SOCKS, len(methods)]) + methods)
    version, method = await _exactly(channel, 2)
    if version != _SOCKS:
        raise _trouble(proxy, Kind.PROXY_NONSENSE)
    if method == _NOTHING_FITS:
        raise _trouble(proxy, Kind.PROXY_SIGN_IN_OTHER if proxy.user else Kind.PROXY_SIGN_IN)
    if method not in methods:
        raise _trouble(proxy, Kind.PROXY_NONSENSE)
    if method == _PASSWORD:
        user, password = proxy.user.encode(), _password(proxy)
        said = bytes([_SIGN_IN_VERSION, len(user)]) + user + bytes([len(password)]) + password
        await loop.sock_sendall(channel, said)
        version, status = await _exactly(channel, 2)
        if version != _SIGN_IN_VERSION:
            raise _trouble(proxy, Kind.PROXY_NONSENSE)
        if status != 0:
            raise _trouble(proxy, Kind.PROXY_SIGN_IN_WRONG)
    request = bytes([_SOCKS, _CONNECT, 0]) + _socks_host(host) + port.to_bytes(2)
    await loop.sock_sendall(channel, request)
    await _socks_answer(channel, proxy, host, port)


async def _socks_answer(channel: socket.socket, proxy: ProxyAddress, host: str, port: int) -> None:
    version, code = await _exactly(channel, 2)
    if version != _SOCKS:
        raise _trouble(proxy, Kind.PROXY_NONSENSE)
    if code in {_NOT_ALLOWED, _UNKNOWN_COMMAND}:
        raise _trouble(proxy, Kind.PROXY_REFUSED)
    if code in _CANNOT:
        raise _no_relay(proxy, host, port)
    _reserved, form = await _exactly(channel, 2)
    if code != 0 or form not in {_IPV4, _NAME, _IPV6}:
        raise _trouble(proxy, Kind.PROXY_NONSENSE)
    length = {_IPV4: 4, _IPV6: 16}.get(form)
    if length is None:
        [length] = await _exactly(channel, 1)
    await _exactly(channel, length + 2)  # where the proxy calls from: of no use here


def _socks_host(host: str) -> bytes:
    for family, form in ((socket.AF_INET, _IPV4), (socket.AF_INET6, _IPV6)):
        try:
            return bytes([form]) + socket.inet_pton(family, host)
        except OSError:
            continue
    name = host.encode("idna")
    return bytes([_NAME, len(name)]) + name


async def _exactly(channel: socket.socket, length: int) -> bytes:
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < length:
        piece = await loop.sock_recv(channel, length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


# --- both -----------------------------------------------------------------------------

_NEGOTIATE: Mapping[ProxyKind, _Negotiate] = {ProxyKind.HTTP: _by_http, ProxyKind.SOCKS5: _by_socks}


def _password(proxy: ProxyAddress) -> bytes:
    return b"" if proxy.password is None else proxy.password.expose()


def _trouble(proxy: ProxyAddress, kind: Kind) -> TroubleWith:
    return TroubleWith(kind, proxy=proxy.host, port=proxy.port)


def _no_relay(proxy: ProxyAddress, host: str, port: int) -> TroubleWith:
    return TroubleWith(Kind.PROXY_RELAY, proxy=proxy.host, host=host, port=port)
