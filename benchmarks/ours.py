"""Watchword's relay under load: every check on, on disk, its sign-ins signed.

Its frames and signatures are made by `watchword_wire`, as a desktop makes them; only the last bytes of each
WebSocket frame are laid here, with a mask of zeros (the relay unmasks all the same).
"""

import hashlib
import sys
from collections.abc import Sequence

from benchmarks.engine import MARK, PLACE, WEBSOCKET, Answer, Wire, body
from benchmarks.servers import Server, Steps
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_wire import codec, login, timing, version
from watchword_wire.frames import Ack, FromDesktop, FromRelay, Hello, Register, Send, SignIn, Watch

UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: " + version.SUBPROTOCOL.encode() + b"\r\n\r\n"
)
SHORT, LONG = 126, 127
BINARY = 0x82
ID_MARK = b"\xc4\x10"
"""How msgpack begins 16 bytes: once in an OK for each acknowledged message."""


def websocket(frame: FromDesktop) -> bytes:
    """A frame as one masked binary WebSocket message (RFC 6455, section 5.2)."""
    payload = codec.encode(frame)
    size = len(payload)
    length = bytes([0x80 | size]) if size < SHORT else bytes([0x80 | SHORT]) + size.to_bytes(2, "big")
    return b"\x82" + length + bytes(4) + payload


def first_frame(received: bytes) -> FromRelay:
    """The relay's first frame behind the answer to the upgrade."""
    _head, _, data = received.partition(b"\r\n\r\n")
    while data[0] != BINARY:
        data = data[2 + data[1] :]  # a ping may come before it
    size, start = data[1], 2
    if size == SHORT:
        size, start = int.from_bytes(data[2:4], "big"), 4
    return codec.decode_from_relay(data[start : start + size])


def key_of(user: str) -> Ed25519PrivateKey:
    """A key for each account, the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(user.encode()).digest())


def peer_of(user: str) -> str:
    """Senders s0000001 talk to recipients r0000001."""
    return ("r" if user.startswith("s") else "s") + user[1:]


def end_of_hello() -> bytes:
    """The last bytes of a Hello on loopback with the default times; with them it is there whole."""
    t1_ms, t2_ms = int(timing.T1_DEFAULT * 1000), int(timing.T2_DEFAULT * 1000)
    return b"\xce" + t1_ms.to_bytes(4, "big") + b"\xce" + t2_ms.to_bytes(4, "big")


class Ours(Server):
    """`watchword-relay serve`, as anybody starts it."""

    name = "Watchword"
    port = 27900
    stores = True

    def __init__(self) -> None:
        receipt = websocket(Ack([PLACE]))
        self.wire = Wire(
            WEBSOCKET,
            has_ack=True,
            ack_mark=ID_MARK,
            receipt=receipt,
            copies=((MARK + len(b"~~MK"), len(PLACE), receipt.index(PLACE)),),
        )
        super().__init__()

    def command(self) -> list[str]:
        listen = f"127.0.0.1:{self.port}"
        data = str(self.folder / "data")
        return [sys.executable, "-m", "watchword_relay", "serve", "--data", data, "--listen", listen]

    def provision(self, users: Sequence[str]) -> list[Steps]:
        return [[(UPGRADE, end_of_hello()), (None, f"{user}/1".encode())] for user in users]

    def registered(self, users: Sequence[str]) -> Answer:
        """What a new terminal answers to a Hello."""

        def answer(index: int, received: bytes) -> bytes:
            full_id, key, hello = self._terminal(users[index], received)
            signed = login.register_bytes(hello.relay_key, hello.nonce, full_id)
            return websocket(
                Register(version.WIRE_VERSION, full_id, key.public_key().public_bytes_raw(), key.sign(signed))
            )

        return answer

    def steps(self, users: Sequence[str]) -> tuple[list[Steps], Answer | None]:
        def answer(index: int, received: bytes) -> bytes:
            full_id, key, hello = self._terminal(users[index], received)
            signed = login.sign_in_bytes(hello.relay_key, hello.nonce, full_id)
            # People who talk watch each other, as every desktop does with its open sessions.
            watch = websocket(Watch([peer_of(users[index])]))
            return websocket(SignIn(version.WIRE_VERSION, full_id, key.sign(signed))) + watch

        return self.provision(users), answer

    def _terminal(self, user: str, received: bytes) -> tuple[str, Ed25519PrivateKey, Hello]:
        hello = first_frame(received)
        assert isinstance(hello, Hello)
        return f"{user}/1", key_of(user), hello

    def message(self, sender: str, recipient: str) -> bytes:
        return websocket(Send(PLACE, [f"{recipient}/1"], body()))
