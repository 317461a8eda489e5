"""Fetching a company file by a link: `https://`, or `http://` to this computer; directly or through a proxy.

Bounded in size and time, with the certificate verified by the system's authorities, through redirects that
lead nowhere less protected. Nothing is told to the server but what is fetched. HTTP itself is the standard
library's, which blocks: it runs in a thread and is ended by its socket. See `docs/protocol/company.md`,
Fetching.
"""

import asyncio
import http.client
import re
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from watchword.model.company import LinkReason
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.net.address import Address, is_loopback, possible_host
from watchword.net.connection import fail
from watchword.net.dial import dial
from watchword.net.proxy import ProxyAddress
from watchword.net.tunnel import open_tunnel

REACH_S = 10.0
"""To reach the server; where a proxy is on the way, after `tunnel.DEADLINE`."""
SILENT_S = 15.0
"""So long a server may say nothing."""
WHOLE_S = 120.0
"""For all of it."""
REDIRECTS = 5

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PORTS = {True: 443, False: 80}
_LEFT_AS_IT_IS = "/%:@!$&'()*+,;=~-._?"
_PIECE = 65_536
_OK, _UNCHANGED = 200, 304
_SENT_ON = {301, 302, 303, 307, 308}
_CLOSED = {401, 403}
_MISSING = {404, 410}
_REASONS = {
    Kind.RELAY_DNS: LinkReason.NAME,
    Kind.RELAY_TCP: LinkReason.UNREACHABLE,
    Kind.RELAY_TLS: LinkReason.TLS,
    Kind.RELAY_CERTIFICATE: LinkReason.CERTIFICATE,
    Kind.RELAY_CERTIFICATE_DATE: LinkReason.CERTIFICATE_DATE,
    Kind.RELAY_CERTIFICATE_NAME: LinkReason.CERTIFICATE_NAME,
    Kind.RELAY_SLOW: LinkReason.SLOW,
}
_BEYOND_THE_PROXY = {Kind.PROXY_RELAY, Kind.PROXY_REFUSED}
"""The proxy works, and does not lead there; what is said of these otherwise is said of the relay."""

Through = Callable[[Address], Awaitable[ProxyAddress | None]]
"""Which proxy stands before an address. Raises RefusedBy for one that cannot be used."""


class Link(msgspec.Struct, frozen=True):
    """Where a file lies on the web."""

    address: Address
    target: str
    """Path and query."""

    def __str__(self) -> str:
        """The form that people pass on."""
        scheme = "https" if self.address.secure else "http"
        return f"{scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Host and port as the request names them."""
        where = self.address
        host = f"[{where.host}]" if ":" in where.host else where.host.encode("idna").decode()
        return host if where.port == _PORTS[where.secure] else f"{host}:{where.port}"


class Download(msgspec.Struct, frozen=True):
    """What came. `data` is None where the server says that nothing changed since `mark` was given."""

    data: bytes | None
    mark: str
    """What the server calls this version of the file (`ETag`); empty if it has no name for it."""


def is_link(source: str) -> bool:
    """Whether somebody named a link rather than a file."""
    return _SCHEME.match(source.strip()) is not None


def parse_link(typed: str) -> Link:
    """Read a link. What stands behind # stays here.

    Raises:
        RefusedBy: COMPANY_LINK [FORM or PLAIN].
    """
    text = typed.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _refused(LinkReason.FORM) from error
    scheme = parts.scheme.lower()
    named = scheme in {"https", "http"} and host is not None and parts.username is None
    if not named or host is None or port == 0 or not possible_host(host) or not text.isprintable():
        raise _refused(LinkReason.FORM)
    if scheme == "http" and not is_loopback(host):
        raise _refused(LinkReason.PLAIN, host=host)
    secure = scheme == "https"
    target = quote(parts.path or "/", safe=_LEFT_AS_IT_IS)
    if parts.query:
        target += "?" + quote(parts.query, safe=_LEFT_AS_IT_IS)
    return Link(Address(secure, host, _PORTS[secure] if port is None else port), target)


async def download(link: Link, through: Through, *, limit: int, mark: str = "") -> Download:
    """Fetch a file of at most `limit` bytes; `mark` is what an earlier one brought.

    Raises:
        TroubleWith: COMPANY_LINK [reason], PROXY_* but PROXY_RELAY and PROXY_REFUSED.
        RefusedBy: COMPANY_LINK [FORM, PLAIN] for where the server sends us on; what `through` raises.
    """
    try:
        async with asyncio.timeout(WHOLE_S):
            for _ in range(REDIRECTS + 1):
                found = await _ask(link, await through(link.address), limit, mark)
                if isinstance(found, Download):
                    return found
                link = found
    except TimeoutError as error:
        raise _trouble(link, LinkReason.SLOW) from error
    raise _trouble(link, LinkReason.REDIRECTS)


async def _ask(link: Link, proxy: ProxyAddress | None, limit: int, mark: str) -> Download | Link:
    """One request; a Link is where the server sends us on."""
    talk = _Talk(link, await _reach(link, proxy), limit, mark)
    try:
        return await asyncio.to_thread(talk.run)
    finally:
        talk.stop()  # a thread cannot be cancelled, but its socket can be closed


async def _reach(link: Link, proxy: ProxyAddress | None) -> socket.socket:
    where = link.address
    if proxy is not None:
        try:
            return await open_tunnel(proxy, where.host, where.port)
        except TroubleWith as trouble:
            if trouble.situation.kind not in _BEYOND_THE_PROXY:
                raise
            raise _trouble(link, LinkReason.PROXY, proxy=proxy.host) from trouble
    try:
        async with asyncio.timeout(REACH_S):
            return await dial(where.host, where.port)
    except OSError as error:
        raise _meant(error, link) from error


class _Talk:
    """One request and its answer over a socket that is connected; `run` in a thread, `stop` from anywhere."""

    def __init__(self, link: Link, channel: socket.socket, limit: int, mark: str) -> None:
        self._link = link
        self._channel = channel
        self._limit = limit
        self._mark = mark
        self._turn = threading.Lock()
        self._begun = self._stopped = False

    def stop(self) -> None:
        """Whatever is waited for is over."""
        with self._turn:
            self._stopped = True
        if not self._begun:  # no thread had time for it, and none will
            self._channel.close()
            return
        with suppress(OSError):
            socket.socket.shutdown(self._channel, socket.SHUT_RDWR)  # TLS would say goodbye first

    def run(self) -> Download | Link:
        """Ask, and read the answer; for a thread.

        Raises:
            TroubleWith: the server was not reached or answers nonsense, too slowly, or after it was stopped.
            RefusedBy: it sends us on to where no link leads.
        """
        with self._turn:
            self._begun = not self._stopped
        try:
            if self._stopped:
                raise TimeoutError
            self._channel.settimeout(SILENT_S)
            if self._link.address.secure:
                self._protect()
            return self._exchange()
        except http.client.HTTPException as error:
            raise _trouble(self._link, LinkReason.NONSENSE) from error
        except OSError as error:
            raise _meant(error, self._link) from error
        finally:
            self._channel.close()

    def _protect(self) -> None:
        """TLS; the certificate has to be good for the host by the system's authorities."""
        context = ssl.create_default_context()
        host = self._link.address.host
        self._channel = context.wrap_socket(
            self._channel, server_hostname=host, do_handshake_on_connect=False
        )
        if self._stopped:  # the socket that was told so is not this one
            raise TimeoutError
        assert isinstance(self._channel, ssl.SSLSocket)  # noqa: S101 - made in the line above
        self._channel.do_handshake()

    def _exchange(self) -> Download | Link:
        where = self._link.address
        connection = http.client.HTTPConnection(where.host, where.port)
        connection.auto_open = 0
        connection.sock = self._channel
        headers = {"Host": self._link.authority, "Connection": "close"}
        if self._mark:
            headers["If-None-Match"] = self._mark
        connection.request("GET", self._link.target, headers=headers)
        with connection.getresponse() as response:
            return self._understood(response)

    def _understood(self, response: http.client.HTTPResponse) -> Download | Link:
        status = response.status
        if status == _OK:
            return Download(self._read(response), _sane(response.getheader("ETag", "")))
        if status == _UNCHANGED and self._mark:
            return Download(None, self._mark)
        if status in _SENT_ON:
            return self._sent_on(response.getheader("Location", ""))
        if status in _CLOSED:
            raise _trouble(self._link, LinkReason.CLOSED)
        if status in _MISSING:
            raise _trouble(self._link, LinkReason.MISSING)
        raise _trouble(self._link, LinkReason.FAILED, status=status)

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        if response.length is not None and response.length > self._limit:
            raise _trouble(self._link, LinkReason.LONG)
        data = bytearray()
        while piece := response.read(_PIECE):
            data += piece
            if len(data) > self._limit:
                raise _trouble(self._link, LinkReason.LONG)
        if response.length:
            raise _trouble(self._link, LinkReason.NONSENSE)  # it hung up before the end
        return bytes(data)

    def _sent_on(self, location: str) -> Link:
        """To https only; who was not protected to begin with stays on this computer."""
        if not location:
            raise _trouble(self._link, LinkReason.NONSENSE)
        to = parse_link(urljoin(str(self._link), location))
        if self._link.address.secure and not to.address.secure:
            raise _trouble(self._link, LinkReason.REDIRECTS)
        return to


def _sane(mark: str) -> str:
    """A name of a version as it may be said again."""
    return mark if mark.isascii() and mark.isprintable() and len(mark) <= _MARK else ""


_MARK = 200


def _meant(error: OSError, link: Link) -> TroubleWith:
    try:
        fail(error, link.address)
    except TroubleWith as trouble:
        return _trouble(link, _REASONS.get(trouble.situation.kind, LinkReason.NONSENSE))


def _trouble(link: Link, reason: LinkReason, **facts: str | int) -> TroubleWith:
    return TroubleWith(Kind.COMPANY_LINK, reason=reason.value, host=link.address.host, **facts)


def _refused(reason: LinkReason, **facts: str | int) -> RefusedBy:
    return RefusedBy(Kind.COMPANY_LINK, reason=reason.value, **facts)
