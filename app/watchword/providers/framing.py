"""What is said to an external program and what it may answer.

A frame is four bytes, big-endian, that count what follows, and one JSON object; bytes are base64 in it. Here
is no process: `child` carries the frames. See `docs/protocol/plugin.md`, Frames and Operations.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from watchword.providers.contract import Cause, Context, Fault, KeyName, Mode
from watchword_wire.errors import PeerError

VERSION = 1
FRAME_BYTES = 256 * 1024
"""The longest JSON object of either side; content of 84 KiB is 112 KiB in base64."""
LENGTH_BYTES = 4
KEYS = 1_024
"""So many keys of an answer to *health* are looked at."""
MODES = {"wrap": Mode.WRAP, "content": Mode.CONTENT}

UNKNOWN_OPERATION = "unknown-operation"
TOLD: Mapping[str, Cause] = {
    cause.value: cause
    for cause in Cause
    if cause not in {Cause.PROVIDER_MISSING, Cause.PROVIDER_SLOW, Cause.PROVIDER_WRONG}
}
"""What a program may say went wrong; the three left out are Watchword's own findings."""

OPENING = frozenset({"unwrap", "open"})
"""The operations that may be answered *altered*."""


class HelloAnswer(msgspec.Struct, frozen=True):
    """Which version was chosen, who answers, what it can do."""

    version: int
    name: str
    release: str
    modes: list[str]


class DataAnswer(msgspec.Struct, frozen=True):
    """What wrap, unwrap, seal and open give back."""

    data: bytes


class ToldKey(msgspec.Struct, frozen=True):
    """A key that the program says it has."""

    id: bytes
    version: int


class HealthAnswer(msgspec.Struct, frozen=True):
    """It works."""

    detail: str = ""
    keys: list[ToldKey] = []


class _Head(msgspec.Struct, frozen=True):
    id: int
    error: str | None = None


Answer = TypeVar("Answer", HelloAnswer, DataAnswer, HealthAnswer)


def hello(number: int, settings: Mapping[str, str]) -> bytes:
    """The first request to a started program. Versions that do not exist are offered on purpose."""
    offered = [VERSION, 1_000 + secrets.randbelow(1_000_000)]
    return _request(number, "hello", {"versions": offered, "program": "watchword", "settings": settings})


def bare(number: int, operation: str) -> bytes:
    """A request without anything of a message: *health*, or one that does not exist."""
    return _request(number, operation, {})


def strange() -> str:
    """The name of an operation that no version will ever have."""
    return "grease-" + secrets.token_hex(4)


def work(number: int, operation: str, data: bytes, context: Context, under: KeyName) -> bytes:
    """A request to wrap, unwrap, seal or open."""
    place = {
        "organisation": context.organisation,
        "conversation": context.conversation,
        "sender": context.sender,
        "targets": context.targets,
        "message": context.message,
        "digest": context.digest,
        **_grease(),
    }
    key = {"id": under.id, "version": under.version, **_grease()}
    return _request(number, operation, {"key": key, "context": place, "data": data})


def frame(body: bytes) -> bytes:
    """The bytes that travel."""
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def read_frame(read: Callable[[int], bytes]) -> bytes:
    """One frame's JSON, by a function that reads so many bytes, or fewer at the end.

    Raises:
        EOFError: the program ended.
        PeerError: longer than FRAME_BYTES.
    """
    length = int.from_bytes(_exactly(read, LENGTH_BYTES), "big")
    if length > FRAME_BYTES:
        raise PeerError("an answer that is too long")
    return _exactly(read, length)


def answer(body: bytes, number: int, operation: str, kind: type[Answer]) -> Answer:
    """Read the answer to a request.

    Raises:
        Fault: what the program says went wrong.
        PeerError: it is no answer to this request.
    """
    head = _decoded(body, _Head)
    if head.id != number:
        raise PeerError("an answer to another request")
    if head.error is None:
        return _decoded(body, kind)
    cause = TOLD.get(head.error)
    if cause is None or (cause is Cause.ALTERED and operation not in OPENING):
        raise PeerError("an error that this operation does not have")
    raise Fault(cause)


def check_strange(body: bytes, number: int) -> None:
    """Read the answer to an operation that does not exist.

    Raises:
        PeerError: it is not `unknown-operation`.
    """
    head = _decoded(body, _Head)
    if head.id != number or head.error != UNKNOWN_OPERATION:
        raise PeerError("an unknown operation was not answered as one")


def _request(number: int, operation: str, fields: Mapping[str, object]) -> bytes:
    return msgspec.json.encode({"id": number, "op": operation, **fields, **_grease()})


def _grease() -> dict[str, object]:
    """A field that means nothing, so that no program comes to refuse what a later version adds."""
    kinds: tuple[object, ...] = (None, True, 7, "", [1, [2]], {"a": {"b": None}})
    return {"grease-" + secrets.token_hex(2): secrets.choice(kinds)}


Decoded = TypeVar("Decoded")


def _decoded(body: bytes, kind: type[Decoded]) -> Decoded:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("an answer that is not what the protocol says") from error


def _exactly(read: Callable[[int], bytes], count: int) -> bytes:
    data = read(count)
    if len(data) != count:
        raise EOFError
    return data
