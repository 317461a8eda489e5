"""The header of a balancer, byte by byte, against the examples of its specification."""

import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword_relay.proxy import SIGNATURE, Header
from watchword_wire.errors import PeerError


def read(data: bytes) -> tuple[str | None, bytes]:
    """Whom it names, and what is left behind it."""
    header = Header()
    while header.wants:
        piece, data = data[: header.wants], data[header.wants :]
        if len(piece) < header.wants:
            raise EOFError
        header.feed(piece)
    return header.source, data


def second(command: int, family: int, rest: bytes) -> bytes:
    return SIGNATURE + bytes((command, family)) + len(rest).to_bytes(2, "big") + rest


V4 = ipaddress.ip_address("192.0.2.7").packed + ipaddress.ip_address("192.0.2.1").packed + bytes(4)
V6 = ipaddress.ip_address("2001:db8::5").packed + ipaddress.ip_address("2001:db8::1").packed + bytes(4)


@pytest.mark.parametrize(
    ("header", "source"),
    [
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\n", "192.0.2.7"),
        (b"PROXY TCP6 2001:db8::5 2001:db8::1 4124 443\r\n", "2001:db8::5"),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", None),
        (second(0x21, 0x11, V4), "192.0.2.7"),
        (second(0x21, 0x21, V6), "2001:db8::5"),
        (second(0x21, 0x11, V4 + b"\x03\x00\x04\xa9\x87\x12\x2f"), "192.0.2.7"),
        (second(0x20, 0x00, b""), None),
        (second(0x20, 0x11, V4), None),
        (second(0x21, 0x00, b""), None),
        (second(0x21, 0x31, bytes(216)), None),
    ],
)
def test_whom_it_names_and_nothing_more_is_read(header: bytes, source: str | None) -> None:
    assert read(header + b"\x16\x03 what comes next") == (source, b"\x16\x03 what comes next")


@pytest.mark.parametrize(
    "header",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00",
        b"PROXY TCP4 192.0.2.7\r\n",
        b"PROXY TCP4 2001:db8::5 2001:db8::1 1 1\r\n",
        b"PROXY TCP6 192.0.2.7 192.0.2.1 1 1\r\n",
        b"PROXY TCP4 localhost 192.0.2.1 1 1\r\n",
        b"PROXY " + b"A" * 200 + b"\r\n",
        second(0x11, 0x11, V4),
        second(0x22, 0x11, V4),
        second(0x21, 0x11, V4[:11]),
        second(0x21, 0x21, V6[:35]),
        second(0x21, 0x11, V4 + bytes(600)),
    ],
)
def test_what_is_none_is_a_peers_error(header: bytes) -> None:
    with pytest.raises(PeerError):
        read(header)


@given(st.binary(max_size=64), st.sampled_from([b"", b"PROXY ", SIGNATURE, SIGNATURE + b"\x21\x11"]))
def test_any_bytes_are_a_header_an_error_or_not_whole(data: bytes, begin: bytes) -> None:
    with contextlib.suppress(PeerError, EOFError):
        read(begin + data)
