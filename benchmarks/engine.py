"""The load engine `engine.c` for Python: sign in many connections, then pump messages through pairs."""

import ctypes as c
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from benchmarks.results import FOLDER, LeftOut

PLACE = b"@" * 16
"""Stands for the message id in a template; the engine writes 16 hexadecimal digits over each."""

LENGTH4, WEBSOCKET, MQTT, XML = range(4)
LIVE, STORE, DRAIN = range(3)
BODY_BYTES = 1024
MOST_LATENCIES = 4_000_000


class Step(c.Structure):
    _fields_ = (("send", c.c_char_p), ("send_len", c.c_int), ("expect", c.c_char_p), ("expect_len", c.c_int))


class Template(c.Structure):
    _fields_ = (
        ("bytes", c.c_char_p),
        ("length", c.c_int),
        ("ids", c.c_int),
        ("id_at", c.c_int * 6),
        ("packet_id_at", c.c_int),
    )


class Settings(c.Structure):
    _fields_ = (
        ("framer", c.c_int),
        ("window", c.c_int),
        ("has_ack", c.c_int),
        ("mode", c.c_int),
        ("ack_mark_len", c.c_int),
        ("ack_mark", c.c_char_p),
        ("receipt_len", c.c_int),
        ("receipt", c.c_char_p),
        ("copies", c.c_int),
        ("copy_from", c.c_int * 4),
        ("copy_len", c.c_int * 4),
        ("copy_to", c.c_int * 4),
        ("messages", c.c_int64),
        ("duration", c.c_double),
        ("rate", c.c_double),
        ("timeout", c.c_double),
        ("stream_management", c.c_int),
    )


class Outcome(c.Structure):
    _fields_ = (
        ("sent", c.c_int64),
        ("delivered", c.c_int64),
        ("acked", c.c_int64),
        ("doubled", c.c_int64),
        ("out_of_order", c.c_int64),
        ("elapsed", c.c_double),
        ("latencies", c.c_int64),
        ("ack_p50", c.c_double),
        ("ack_p99", c.c_double),
        ("ack_latencies", c.c_int64),
    )


Answer = Callable[[int, bytes], bytes]
"""What to send on connection i after these bytes came: for sign-ins that must be computed."""

_callback = c.CFUNCTYPE(c.c_int, c.c_int, c.POINTER(c.c_uint8), c.c_int, c.POINTER(c.c_uint8), c.c_int)


class Wire(msgspec.Struct, frozen=True):
    """How a server's messages look to the engine.

    `ack_mark` stands once in a frame to the sender for each acknowledged message; empty: each frame is one.
    `receipt` is what a recipient answers, with (from, length, to) copied into it; from counts from the start
    of the delivery, or from the body's mark where it is negative (see MARK).
    """

    framer: int
    has_ack: bool = False
    ack_mark: bytes = b""
    receipt: bytes = b""
    copies: tuple[tuple[int, int, int], ...] = ()
    stream_management: bool = False


MARK = -1_000_000
"""Added to an offset that counts from the mark in the body."""


class Pumped(msgspec.Struct, frozen=True):
    """What one pump gave; times in seconds."""

    sent: int
    delivered: int
    acked: int
    elapsed: float
    rate: float
    p50: float | None
    p99: float | None
    ack_p50: float | None


def body() -> bytes:
    """A message of 1 KiB; its mark and id are how the engine finds and times a delivery."""
    start = b"~~MK" + PLACE + b"|"
    filling = b"The quick brown fox jumps over the lazy dog. " * 40
    return start + filling[: BODY_BYTES - len(start)]


def build(folder: Path = FOLDER) -> c.CDLL:
    """Compile the engine where it is not there yet, or older than its source.

    Raises:
        LeftOut: there is no compiler.
    """
    source, target = Path(__file__).with_name("engine.c"), folder / "engine.so"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        command = ["gcc", "-O2", "-shared", "-fPIC", "-o", str(target), str(source)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise LeftOut("no gcc to build the load engine with") from None
    return c.CDLL(str(target))


class Engine:
    """The loaded engine."""

    def __init__(self) -> None:
        self._library = build()
        self._latencies = (c.c_double * MOST_LATENCIES)()

    def forget_stream_counts(self) -> None:
        """Before other connections of a server with stream management are pumped."""
        self._library.sm_reset()

    def sign_in(
        self,
        port: int,
        steps: Sequence[Sequence[tuple[bytes | None, bytes]]],
        answer: Answer | None = None,
        *,
        at_once: int = 50,
        timeout: float = 90.0,
    ) -> tuple[list[int], float]:
        """Connect and go through each connection's (send, expect) steps; None is computed by `answer`.

        Returns:
            The descriptors, -1 where it failed, and the seconds it took altogether.
        """
        count, length = len(steps), len(steps[0])
        array = (Step * (count * length))()
        for index, script in enumerate(steps):
            for place, (send, expect) in enumerate(script):
                array[index * length + place] = Step(send, len(send or b""), expect, len(expect))

        def answered(
            index: int, data: "c._Pointer[c.c_uint8]", size: int, out: "c._Pointer[c.c_uint8]", room: int
        ) -> int:
            assert answer is not None
            reply = answer(index, c.string_at(data, size))
            assert len(reply) <= room
            c.memmove(out, reply, len(reply))
            return len(reply)

        descriptors, latencies = (c.c_int * count)(), (c.c_double * count)()
        callback = _callback(answered)
        start = time.perf_counter()
        self._library.login_all(
            b"127.0.0.1",
            port,
            count,
            length,
            array,
            at_once,
            c.c_double(timeout),
            descriptors,
            latencies,
            callback,
        )
        return list(descriptors), time.perf_counter() - start

    def pump(
        self,
        wire: Wire,
        senders: Sequence[int],
        recipients: Sequence[int],
        templates: Sequence[bytes],
        *,
        window: int = 32,
        mode: int = LIVE,
        messages: int = 0,
        duration: float = 2.0,
        rate: float = 0.0,
        timeout: float = 60.0,
    ) -> Pumped:
        """Send from each sender to its recipient, as many as the window lets be under way.

        Args:
            wire: the server's framing.
            senders: descriptors; -1 where a pair has none.
            recipients: descriptors; -1 where a pair has none.
            templates: each pair's message, with PLACE where its id belongs.
            window: messages of a pair that may be under way.
            mode: LIVE, STORE (no recipients) or DRAIN (no senders).
            messages: of each pair; 0: as many as fit into `duration`.
            duration: seconds.
            rate: messages a second over all pairs, whatever the window; 0: by the window.
            timeout: seconds after which it is given up.
        """
        pairs = len(templates)
        array = (Template * pairs)()
        for index, text in enumerate(templates):
            places = offsets(text, PLACE)
            packet_id = text.index(b"~~MK") - 2 if wire.framer == MQTT else -1
            array[index] = Template(text, len(text), len(places), (c.c_int * 6)(*places), packet_id)
        copy = list(zip(*wire.copies, strict=True)) or [(), (), ()]
        settings = Settings(
            framer=wire.framer,
            window=window,
            has_ack=wire.has_ack and mode != DRAIN,
            mode=mode,
            ack_mark_len=len(wire.ack_mark),
            ack_mark=wire.ack_mark,
            receipt_len=len(wire.receipt),
            receipt=wire.receipt,
            copies=len(wire.copies),
            copy_from=(c.c_int * 4)(*copy[0]),
            copy_len=(c.c_int * 4)(*copy[1]),
            copy_to=(c.c_int * 4)(*copy[2]),
            messages=messages,
            duration=duration,
            rate=rate,
            timeout=timeout,
            stream_management=wire.stream_management,
        )
        outcome = Outcome()
        self._library.pump(
            pairs,
            (c.c_int * pairs)(*senders),
            (c.c_int * pairs)(*recipients),
            array,
            c.byref(settings),
            c.byref(outcome),
            self._latencies,
            c.c_int64(MOST_LATENCIES),
        )
        done = outcome.delivered if mode != STORE else outcome.acked or outcome.sent
        count = outcome.latencies

        def quantile(part: float) -> float | None:
            return self._latencies[min(count - 1, int(count * part))] if count else None

        return Pumped(
            sent=outcome.sent,
            delivered=outcome.delivered,
            acked=outcome.acked,
            elapsed=outcome.elapsed,
            rate=done / outcome.elapsed if outcome.elapsed > 0 else 0.0,
            p50=quantile(0.5),
            p99=quantile(0.99),
            ack_p50=outcome.ack_p50 if outcome.ack_latencies else None,
        )


def offsets(text: bytes, part: bytes) -> list[int]:
    """Every place where a part begins, none overlapping the one before."""
    found, at = [], text.find(part)
    while at >= 0:
        found.append(at)
        at = text.find(part, at + len(part))
    return found


def close(descriptors: Sequence[int]) -> None:
    """Close every connection that there is."""
    for descriptor in descriptors:
        if descriptor >= 0:
            os.close(descriptor)
