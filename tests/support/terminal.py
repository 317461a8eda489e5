"""A terminal as bare as the wire: signs in, sends frames, collects what comes. No client code in it."""

import asyncio
import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from watchword_wire import codec, frames, login
from watchword_wire.exchange import Request
from watchword_wire.ids import parse_full_id
from watchword_wire.limits import PROOF_BYTES
from watchword_wire.version import SUBPROTOCOL, WIRE_VERSION

PATIENCE = 10.0
_F = TypeVar("_F", bound=frames.FromRelay)


class Terminal:
    """One connection of one terminal. `got` holds every frame that came since sign-in, in order."""

    def __init__(self, url: str, name: str, key: Ed25519PrivateKey | None = None) -> None:
        self.url = url
        self.name = name if "/" in name else f"{name}/1"
        self.account = self.name.rpartition("/")[0]
        self.key = key or Ed25519PrivateKey.generate()
        self.got: list[frames.FromRelay] = []
        self.hello: frames.Hello
        self.welcome: frames.Welcome
        self.answers = True
        """Whether deliveries are acknowledged by themselves."""
        self.socket: ClientConnection
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def open(self, tls: ssl.SSLContext | None = None) -> frames.Hello:
        """Connect and read Hello."""
        self.socket = await connect(
            self.url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            ping_interval=None,
            ssl=tls,
            max_size=None,
            proxy=None,
        )
        hello = await self.read()
        assert isinstance(hello, frames.Hello)
        self.hello = hello
        return hello

    async def read(self) -> frames.FromRelay:
        """Read one frame; only before `listen`."""
        async with asyncio.timeout(PATIENCE):
            data = await self.socket.recv()
        assert isinstance(data, bytes)
        return codec.decode_from_relay(data)

    async def send(self, *all_frames: frames.FromDesktop) -> None:
        """Send frames as they are."""
        for frame in all_frames:
            await self.socket.send(codec.encode(frame))

    def registration(self, invite: str | None = None) -> frames.Register:
        """A good registration for this connection."""
        signed = login.register_bytes(self.hello.relay_key, self.hello.nonce, self.name)
        public = self.key.public_key().public_bytes_raw()
        return frames.Register(WIRE_VERSION, self.name, public, self.key.sign(signed), invite)

    def signature(self) -> frames.SignIn:
        """A good sign-in for this connection."""
        signed = login.sign_in_bytes(self.hello.relay_key, self.hello.nonce, self.name)
        return frames.SignIn(WIRE_VERSION, self.name, self.key.sign(signed))

    @property
    def public(self) -> bytes:
        """Its public key."""
        return self.key.public_key().public_bytes_raw()

    def application(self) -> frames.Apply:
        """A good application for this connection, to be one of the account's."""
        signed = login.apply_bytes(self.hello.relay_key, self.hello.nonce, self.account)
        return frames.Apply(WIRE_VERSION, self.account, self.public, self.key.sign(signed), self.proof)

    @property
    def proof(self) -> bytes:
        """Nobody here has words: bytes of the right length, another's for another key."""
        return (self.public * 2)[:PROOF_BYTES]

    def approval(self, new: "Terminal", parcel: bytes = b"parcel") -> frames.Admit:
        """A good approval of another terminal by this one, which is signed in."""
        signed = login.admit_bytes(self.hello.relay_key, new.name, new.public)
        return frames.Admit(new.name, new.public, self.key.sign(signed), parcel)

    def joining(self, organisation: bytes, member: Ed25519PrivateKey) -> frames.Join:
        """A good frame to be another terminal by the member key's certificate."""
        register = self.registration()
        certificate = member.sign(login.certificate_bytes(organisation, self.name, self.public))
        return frames.Join(
            WIRE_VERSION, self.name, self.public, register.signature, organisation, certificate
        )

    def vouching(self, organisation: bytes, member: Ed25519PrivateKey) -> frames.Vouch:
        """A good word of this terminal, which is signed in, whose member its person is."""
        certificate = member.sign(login.certificate_bytes(organisation, self.name, self.public))
        return frames.Vouch(organisation, member.public_key().public_bytes_raw(), certificate)

    async def apply(self) -> Self:
        """Connect and ask to be one of the account's; nothing is read after the answer."""
        await self.open()
        await self.send(self.application())
        assert await self.read() == frames.Applied()
        return self

    async def register(self, invite: str | None = None) -> Self:
        """Connect, make the account, listen."""
        await self.open()
        await self.send(self.registration(invite))
        return await self._welcomed()

    async def sign_in(self) -> Self:
        """Connect, sign in, listen. A second call is a new connection."""
        await self.open()
        await self.send(self.signature())
        return await self._welcomed()

    async def _welcomed(self) -> Self:
        frame = await self.read()
        assert isinstance(frame, frames.Welcome), frame
        self.welcome = frame
        self.listen()
        return self

    def listen(self) -> None:
        """Collect what comes from now on."""
        self._reader = asyncio.create_task(self._read_all(self.socket))

    async def _read_all(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                assert isinstance(data, bytes)
                frame = codec.decode_from_relay(data)
                if isinstance(frame, frames.Deliver | frames.DeliverData) and self.answers:
                    with suppress(ConnectionClosed):  # what came before its end is still to be read
                        await socket.send(codec.encode(frames.Ack([frame.id])))
                self.got.append(frame)
                self._news.set()
        except ConnectionClosed:
            pass
        self._news.set()

    async def sees(self, kind: type[_F], fits: Callable[[_F], bool] = lambda _: True) -> _F:
        """Wait for a frame of a kind that fits, also among those that came already, and take it out."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for frame in self.got:
                    if isinstance(frame, kind) and fits(frame):
                        self.got.remove(frame)
                        return frame
                self._news.clear()
                await self._news.wait()

    async def sees_nothing(self, kind: type[frames.FromRelay]) -> None:
        """Everything that was on its way has come, and nothing of this kind among it."""
        await (await self.socket.ping())
        assert not [frame for frame in self.got if isinstance(frame, kind)]

    def all(self, kind: type[_F]) -> list[_F]:
        """What has come of a kind."""
        return [frame for frame in self.got if isinstance(frame, kind)]

    async def message(self, *targets: str, body: bytes = b"sealed", message_id: bytes | None = None) -> bytes:
        """Send one message and wait until the relay has it. Returns its id."""
        message_id = message_id or os.urandom(16)
        names = [target if "/" in target else f"{target}/1" for target in targets]
        await self.send(frames.Send(message_id, names, body))
        await self.sees(frames.Ok, lambda ok: message_id in ok.ids)
        return message_id

    async def closed(self) -> int | None:
        """Wait for the end of the connection, and of what came before it. Returns its close code."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
            if self._reader is not None:
                await self._reader
        return self.socket.close_code

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()
        if self._reader is not None:
            await self._reader

    def drop(self) -> None:
        """Cut the connection without a word."""
        self.socket.transport.abort()

    def request(self, target: str) -> bytes:
        """A new passphrase request: right in form, random in content."""
        ids = parse_full_id(self.name), parse_full_id(target if "/" in target else f"{target}/1")
        return Request(*ids, os.urandom(32), os.urandom(32), os.urandom(1_184)).encode()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
