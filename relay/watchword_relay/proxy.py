"""The PROXY protocol: what a balancer that passes TCP through says before anything else of whom it passes on.

Versions 1 and 2 of https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt. Bytes in, an address out; no
socket here, and nothing is read that is not the header's.
"""

import ipaddress

from watchword_wire.errors import PeerError

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
"""With these 12 bytes version 2 begins; those of version 1 are text."""
_FIXED = 16
_LONGEST_LINE = 107
_LONGEST = 536
"""What version 2 may add to its fixed part: addresses, and what a balancer adds of its own."""
_LOCAL, _PROXY = 0x20, 0x21
_IPV4, _IPV6 = 0x10, 0x20
_LENGTHS = {_IPV4: 12, _IPV6: 36}


class Header:
    """One header, piece by piece: `wants` says how many bytes are to be read next, 0 when it is whole."""

    def __init__(self) -> None:
        self._read = b""
        self.wants = len(SIGNATURE)
        self.source: str | None = None
        """Whom the connection comes from; None if the balancer speaks for itself, or does not know."""

    def feed(self, data: bytes) -> None:
        """Take as many bytes as were wanted.

        Raises:
            PeerError: this is no header.
        """
        self._read += data
        if self._read[: len(SIGNATURE)] == SIGNATURE:
            self._binary()
        elif self._read.startswith(b"PROXY "):
            self._line()
        else:
            raise PeerError("no PROXY header")

    def _binary(self) -> None:
        read = self._read
        if len(read) < _FIXED:
            self.wants = _FIXED - len(read)
            return
        rest = int.from_bytes(read[14:16], "big")
        if rest > _LONGEST:
            raise PeerError("a PROXY header that is too long")
        self.wants = _FIXED + rest - len(read)
        if self.wants:
            return
        command, family = read[12], read[13] & 0xF0
        if command == _LOCAL:
            return
        if command != _PROXY:
            raise PeerError("a PROXY header of another version")
        if family in _LENGTHS:
            if rest < _LENGTHS[family]:
                raise PeerError("a PROXY header without its addresses")
            size = 4 if family == _IPV4 else 16
            self.source = str(ipaddress.ip_address(read[_FIXED : _FIXED + size]))

    def _line(self) -> None:
        # The line has no length: one byte at a time, so that nothing behind it is taken along.
        if not self._read.endswith(b"\r\n"):
            if len(self._read) >= _LONGEST_LINE:
                raise PeerError("a PROXY header that is too long")
            self.wants = 1
            return
        self.wants = 0
        words = self._read[:-2].decode("latin-1").split(" ")
        if words[1] == "UNKNOWN":
            return
        try:
            kind, source, _to, _from_port, _to_port = words[1:]
            address = ipaddress.ip_address(source)
        except ValueError as error:
            raise PeerError("a PROXY header without its addresses") from error
        if kind != f"TCP{address.version}":
            raise PeerError("a PROXY header of another kind than its addresses")
        self.source = str(address)
