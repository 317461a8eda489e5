"""A small relay for tests that says what it is told to say: nonsense, lies, nothing at all."""

from collections.abc import Awaitable, Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from watchword_wire import codec, login
from watchword_wire.frames import FromDesktop, FromRelay, Hello, Registration, Welcome
from watchword_wire.version import SUBPROTOCOL, WIRE_VERSION

Script = Callable[["Visit"], Awaitable[None]]


class Visit:
    """One connection of a desktop to the hostile relay."""

    def __init__(self, connection: ServerConnection, key: Ed25519PrivateKey) -> None:
        self.connection = connection
        self._key = key

    async def says(self, frame: FromRelay | bytes | str) -> None:
        """Send a frame, or bytes or text as they are."""
        await self.connection.send(frame if isinstance(frame, bytes | str) else codec.encode(frame))

    async def hears(self) -> FromDesktop:
        """Return the next frame that the desktop sends."""
        data = await self.connection.recv()
        assert isinstance(data, bytes)
        return codec.decode_from_desktop(data)

    def hello(self, *, versions: list[int] | None = None, signature: bytes | None = None) -> Hello:
        """A right hello, or one that is wrong in the part that is given."""
        nonce = bytes(range(32))
        signed = login.relay_bytes(login.NO_CERTIFICATE, nonce)
        return Hello(
            versions=[WIRE_VERSION] if versions is None else versions,
            relay_key=self._key.public_key().public_bytes_raw(),
            nonce=nonce,
            signature=self._key.sign(signed) if signature is None else signature,
            registration=Registration.OPEN,
            t1_ms=120_000,
            t2_ms=135_000,
        )

    async def signs_in(self, full_id: str) -> None:
        """Play sign-in through."""
        await self.says(self.hello())
        await self.hears()
        await self.says(Welcome(full_id, 120_000, 135_000, 3_600))


class HostileRelay:
    """Serves `script` to each connection on a free loopback port."""

    def __init__(self, script: Script, *, subprotocol: str | None = SUBPROTOCOL) -> None:
        self._script = script
        self._subprotocols = None if subprotocol is None else [Subprotocol(subprotocol)]
        self._server: Server | None = None
        self.key = Ed25519PrivateKey.generate()
        self.visits = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """What a client is given."""
        return f"ws://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "HostileRelay":
        self._server = await serve(
            self._serve, "127.0.0.1", 0, subprotocols=self._subprotocols, compression=None, ping_interval=None
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._server is not None
        self._server.close(close_connections=True)
        for connection in self._server.connections:
            connection.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, connection: ServerConnection) -> None:
        self.visits += 1
        try:
            await self._script(Visit(connection, self.key))
        except ConnectionClosed:
            return
