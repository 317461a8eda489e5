"""One WebSocket connection to a relay: bytes ↔ `protocol.relaylink`, with deadlines of its own.

Three tasks a connection (reading, writing, pinging) and none a message. Whatever the other side sends or
leaves undone ends in a Situation, never in an exception. See `docs/protocol/wire.md`, section Connections.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NoReturn

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, WebSocketException
from websockets.frames import CloseCode
from websockets.typing import Subprotocol

from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.net import tls
from watchword.net.address import Address
from watchword.net.proxy import ProxyAddress
from watchword.net.tunnel import open_tunnel
from watchword.protocol import relaylink
from watchword_wire import codec
from watchword_wire.frames import FromDesktop
from watchword_wire.limits import FRAME_BYTES
from watchword_wire.timing import SEND_DEADLINE
from watchword_wire.version import SUBPROTOCOL

OPEN_DEADLINE = 10.0
"""Name, TCP, TLS and WebSocket upgrade together; where a proxy is on the way, after `tunnel.DEADLINE`."""

PING_INTERVAL = 20.0
PING_DEADLINE = 10.0
_CLOSE_DEADLINE = 1.0

_OURS_TO_REFUSE = {CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG}
_NOT_TODAY = {9, 10}
_NOT_THIS_NAME = {62, 64}
"""OpenSSL's codes (x509_vfy.h): not valid yet, expired; another host name, another IP address."""
_LEAVING = {CloseCode.GOING_AWAY, CloseCode.SERVICE_RESTART}

Sign = Callable[[bytes], bytes]
Handler = Callable[[relaylink.Effect], Awaitable[None]]


class Way(msgspec.Struct, frozen=True):
    """Where to go, the key that must be met there (from the address, or pinned before), and through what."""

    address: Address
    relay_key: bytes | None
    proxy: ProxyAddress | None = None


class _Connect(connect):
    """Follows no redirect: a relay is where its address says."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Connection:
    """One connection for one purpose; `run` once."""

    def __init__(self, way: Way, purpose: relaylink.Purpose, sign: Sign, now: Callable[[], float]) -> None:
        self._way = way
        self._purpose = purpose
        self._sign = sign
        self._now = now
        self._queue: deque[bytes] = deque()
        self._filled = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._state: relaylink.State = relaylink.Over(None)
        self._problem: Situation | None = None
        self._closed = False
        self._handler: Handler | None = None

    async def run(self, handler: Handler) -> Situation | None:
        """Open, serve every effect to `handler` in order, and return why it ended.

        None means that what it was for is done, or that `close` was called.
        """
        self._handler = handler
        try:
            self._socket = await open_socket(self._way.address, self._way.proxy)
        except TroubleWith as trouble:
            return trouble.situation
        certificate = tls.certificate_sha256(self._socket.transport)
        self._state = relaylink.begin(self._purpose, self._way.relay_key, certificate, self._now())
        try:
            async with asyncio.TaskGroup() as group:
                helpers = [group.create_task(self._write()), group.create_task(self._watch())]
                try:
                    await self._read(self._socket)
                finally:
                    for helper in helpers:
                        helper.cancel()
        finally:
            await self.close()
        return self._problem

    def send(self, frame: FromDesktop) -> None:
        """Queue a frame; it leaves in order, in the same turn of the loop or the next."""
        self._queue.append(codec.encode(frame))
        self._filled.set()

    async def stored(self) -> None:
        """What `Approved` brought is on the disk: sign in with it."""
        await self._step(relaylink.Stored())

    def abort(self) -> None:
        """Cut the connection without a word (after sleep: the other side may be long gone)."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def close(self) -> None:
        """Say goodbye, and cut after a second."""
        self._closed = True
        if self._socket is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_DEADLINE):
                await self._socket.close()
        except TimeoutError:
            self._socket.transport.abort()

    async def _read(self, connection: ClientConnection) -> None:
        while not isinstance(self._state, relaylink.Over):
            try:
                data = await connection.recv()
            except ConnectionClosed as closed:
                if self._problem is None and not self._closed:
                    self._problem = self._why(closed)
                return
            event = relaylink.ReceivedText() if isinstance(data, str) else relaylink.Received(data)
            await self._step(event)

    async def _step(self, event: relaylink.Event) -> None:
        self._state, effects = relaylink.step(self._state, event, self._now())
        for effect in effects:
            match effect:
                case relaylink.Write(frame):
                    self.send(frame)
                case relaylink.Sign(data):
                    await self._step(relaylink.Signed(self._sign(data)))
                case relaylink.Close(problem):
                    self._problem = problem
                case _ if self._handler is not None:
                    await self._handler(effect)

    async def _write(self) -> None:
        if self._socket is None:
            return
        while True:
            await self._filled.wait()
            self._filled.clear()
            try:
                while self._queue:
                    async with asyncio.timeout(SEND_DEADLINE):  # for each: a slow line is no dead one
                        await self._socket.send(self._queue.popleft())
            except TimeoutError:
                self._give_up(Situation(Kind.RELAY_SLOW))
                return
            except ConnectionClosed:
                return

    async def _watch(self) -> None:
        """Sign-in must end in time; afterwards the other side must answer pings."""
        if self._socket is None:
            return
        pinged = self._now()
        while not isinstance(self._state, relaylink.Online | relaylink.Over):
            # A state that follows may end sooner than this one.
            await asyncio.sleep(min(1.0, max(0.05, self._state.deadline - self._now())))
            await self._step(relaylink.Ticked())
            if isinstance(self._state, relaylink.Waiting) and self._now() - pinged >= PING_INTERVAL:
                pinged = self._now()  # it may wait for minutes: somebody has to type there
                if not await self._is_there(self._socket):
                    return
        if isinstance(self._state, relaylink.Over):
            if self._problem is not None:
                self._give_up(self._problem)
            return
        while True:
            await asyncio.sleep(PING_INTERVAL)
            if not await self._is_there(self._socket):
                return

    async def _is_there(self, connection: ClientConnection) -> bool:
        """Whether the other side answers a ping; if not, the connection is of no more use."""
        try:
            async with asyncio.timeout(PING_DEADLINE):
                await (await connection.ping())
        except TimeoutError:
            self._give_up(Situation(Kind.RELAY_SLOW))
            return False
        except ConnectionClosed:
            return False
        return True

    def _give_up(self, problem: Situation) -> None:
        self._problem = problem
        self.abort()

    def _why(self, closed: ConnectionClosed) -> Situation:
        if closed.sent is not None and closed.sent.code in _OURS_TO_REFUSE and not closed.rcvd_then_sent:
            return Situation(Kind.RELAY_NONSENSE)
        code = None if closed.rcvd is None else closed.rcvd.code
        if code in _LEAVING:
            return Situation(Kind.RELAY_STOPPING)
        if code == CloseCode.TRY_AGAIN_LATER:
            return Situation(Kind.RELAY_BUSY, {"seconds": 0})
        return _unreachable(self._way.address)


async def open_socket(address: Address, proxy: ProxyAddress | None = None) -> ClientConnection:
    """Open a WebSocket that speaks our subprotocol.

    Raises:
        TroubleWith: RELAY_DNS, RELAY_TCP, RELAY_TLS, RELAY_CERTIFICATE*, RELAY_PROTOCOL or RELAY_SLOW; with a
            proxy also PROXY_*.
    """
    tunnel = None if proxy is None else await open_tunnel(proxy, address.host, address.port)
    try:
        connection = await _Connect(
            address.url,
            ssl=await tls.context_for(address),
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            max_size=FRAME_BYTES,
            open_timeout=OPEN_DEADLINE,
            close_timeout=_CLOSE_DEADLINE,
            ping_interval=None,
            user_agent_header=None,
            proxy=None,  # the tunnel is ours: it tells a proxy's failures apart
            sock=tunnel,
        )
    except (OSError, WebSocketException, TimeoutError) as error:
        fail(error, address)
    if connection.subprotocol != SUBPROTOCOL:
        connection.transport.abort()
        raise TroubleWith(Kind.RELAY_PROTOCOL)
    return connection


def fail(error: Exception, address: Address) -> NoReturn:
    """Raise the TroubleWith that says what an error of the network means."""
    match error:
        case socket.gaierror():
            raise TroubleWith(Kind.RELAY_DNS, host=address.host) from error
        case ssl.SSLCertVerificationError(verify_code=code) if code in _NOT_TODAY:
            raise TroubleWith(Kind.RELAY_CERTIFICATE_DATE) from error
        case ssl.SSLCertVerificationError(verify_code=code) if code in _NOT_THIS_NAME:
            raise TroubleWith(Kind.RELAY_CERTIFICATE_NAME, host=address.host) from error
        case ssl.SSLCertVerificationError():
            raise TroubleWith(Kind.RELAY_CERTIFICATE) from error
        case ssl.SSLError():
            raise TroubleWith(Kind.RELAY_TLS) from error
        case ConnectionResetError() | ConnectionAbortedError() if address.secure:
            # What listens there hung up on a TLS greeting.
            raise TroubleWith(Kind.RELAY_TLS) from error
        case TimeoutError():
            raise TroubleWith(Kind.RELAY_SLOW) from error
        case InvalidHandshake() | InvalidURI():
            raise TroubleWith(Kind.RELAY_PROTOCOL) from error
        case _:
            raise TroubleWith(Kind.RELAY_TCP, host=address.host, port=address.port) from error


def _unreachable(address: Address) -> Situation:
    return Situation(Kind.RELAY_TCP, {"host": address.host, "port": address.port})
