"""Every decoder that bytes of strangers reach, with what it may raise; see law 6: PeerError or nothing.

The fuzzer (`chaos.fuzzing`) and the replay of its corpus (`chaos.fuzz`) run the same table.
"""

import io
import json
from collections.abc import Callable
from typing import NamedTuple

from support.vectors import FOLDER, RUNS, company
from watchword.crypto.secret import Secret
from watchword.model.errors import RefusedBy
from watchword.net import address
from watchword.protocol import content, ratchet
from watchword.protocol.company import company_file, profile, ring
from watchword.protocol.handshake import states
from watchword.protocol.rooms import statement
from watchword.providers import framing
from watchword.providers.contract import Fault
from watchword_wire import codec, envelope, exchange, frames, ids, message_data
from watchword_wire.errors import PeerError

_COMPANY = company()
STEPS = ("request", "challenge", "proof", "response", "confirm")
_ROOMS = json.loads((FOLDER / "rooms.json").read_text(encoding="utf-8"))
_STATEMENTS = [bytes.fromhex(one["statement"]) for one in _ROOMS["company_room"]["changes"]]


class Decoder(NamedTuple):
    """One of them."""

    decode: Callable[[bytes], object]
    allowed: tuple[type[Exception], ...] = (PeerError,)
    """What it may raise."""
    seeds: tuple[bytes, ...] = ()
    """Good ones to begin with."""


def _text(decode: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: decode(data.decode(errors="replace"))


def _answers(data: bytes) -> None:
    """A plugin's output: a frame, then what each operation would take it for."""
    body = framing.read_frame(io.BytesIO(data).read)
    for operation, kind in (
        ("hello", framing.HelloAnswer),
        ("open", framing.DataAnswer),
        ("health", framing.HealthAnswer),
    ):
        try:
            framing.answer(body, 1, operation, kind)  # type: ignore[type-var]  # one of its kinds in each turn
        except (PeerError, Fault):
            continue
    framing.check_strange(body, 1)


def _steps(data: bytes) -> None:
    exchange.parse(data)
    exchange.kind_of(data)
    exchange.run_of(data)


DECODERS: dict[str, Decoder] = {
    "wire-from-desktop": Decoder(
        codec.decode_from_desktop,
        seeds=(
            codec.encode(frames.Send(bytes(16), ["bo/1"], b"body")),
            codec.encode(frames.Ack([bytes(16)])),
            codec.encode(frames.SignIn(1, "ada/1", bytes(64))),
            codec.encode(frames.Post(bytes.fromhex(_COMPANY["wrap"]["data"]))),
        ),
    ),
    "wire-from-relay": Decoder(
        codec.decode_from_relay,
        seeds=(
            codec.encode(frames.Deliver(1, bytes(16), "ada/1", b"body")),
            codec.encode(frames.Ok([bytes(16)])),
            codec.encode(frames.Welcome("ada/1", 1, 2, 3)),
        ),
    ),
    "handshake": Decoder(
        _steps,
        seeds=tuple(RUNS[0][name] for name in STEPS),
    ),
    "envelope": Decoder(envelope.parse, seeds=tuple(RUNS[0][name] for name in ("m0", "m1", "m2"))),
    "message-data": Decoder(
        message_data.decode,
        seeds=tuple(bytes.fromhex(_COMPANY[name]["data"]) for name in ("wrap", "wrap_in_session")),
    ),
    "content": Decoder(
        content.decode,
        seeds=(
            content.encode(content.Text(bytes(16), 1, "hello")),
            content.encode(content.Receipt((bytes(16),))),
            content.encode(content.Statements(bytes(16), (b"one", b"two"), ("bo",))),
            content.encode(content.Recalled(bytes(16), bytes(16), 2, 1, True)),
        ),
    ),
    "padding": Decoder(ratchet.unpad, seeds=(ratchet.pad(b"hello"),)),
    "company-file": Decoder(
        company_file.look,
        seeds=tuple(bytes.fromhex(_COMPANY[name]) for name in ("join_file", "update_file")),
    ),
    "company-profile": Decoder(profile.decode, seeds=(bytes.fromhex(_COMPANY["profile"]),)),
    "company-ring": Decoder(ring.decode, seeds=(bytes.fromhex(_COMPANY["ring"]),)),
    "room-statement": Decoder(statement.decode, seeds=tuple(_STATEMENTS)),
    "plugin": Decoder(
        _answers,
        allowed=(PeerError, Fault, EOFError),
        seeds=(
            framing.frame(b'{"id":1,"version":1,"name":"x","operations":["open"]}'),
            framing.frame(b'{"id":1,"data":"AAAA"}'),
            framing.frame(b'{"id":1,"error":"unknown-operation"}'),
        ),
    ),
    "address-and-invite": Decoder(
        _text(address.parse_address),
        allowed=(RefusedBy,),
        seeds=(b"wss://relay.example:443/acme#" + b"A" * 43 + b".invitation", b"ws://127.0.0.1:7000"),
    ),
    "full-id": Decoder(_text(ids.parse_full_id), seeds=("李雷/7".encode(), b"ada/1")),
    "stored-run": Decoder(lambda data: states.revive(Secret(data), 0, 0)),
    "stored-session": Decoder(lambda data: ratchet.unpack(Secret(data))),
}


def tries(name: str, data: bytes) -> None:
    """Have a decoder read bytes; raises only what it may not."""
    decoder = DECODERS[name]
    try:
        decoder.decode(data)
    except decoder.allowed as error:
        if isinstance(error, PeerError) and len(str(error)) > 200:  # a person reads it in a log
            raise AssertionError(f"{name}: the error quotes what it was given") from error
