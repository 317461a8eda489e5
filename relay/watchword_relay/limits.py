"""What one account, one address and the whole relay may use up; the relay's own limits.

Sizes that are part of the wire stand in `watchword_wire.limits`. Times come in from outside.
"""

import ipaddress
import shutil
from collections import OrderedDict
from pathlib import Path

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """All limits of one relay; the defaults are those of every relay, tests give others."""

    connections: int = 10_000
    """The next one is refused with close code 1013."""
    mailbox_messages: int = 10_000
    mailbox_bytes: int = 64 * 1024 * 1024
    unwritten_bytes: int = 64 * 1024 * 1024
    """What may wait in memory for the disk, of each realm, before its senders are told to come back."""
    sends: tuple[float, float] = (256 * 1024 * 1024, 24 * 1024 * 1024)
    """Bytes an account may send: at once, and per second from then on. Each target counts, and a message as
    MESSAGE_COST more than its body. The longest message data for the most targets fit in at once."""
    recalls: tuple[float, float] = (60, 1 / 10)
    """Messages a terminal may take back."""
    pages: tuple[float, float] = (240, 20)
    """Pages of history a terminal may ask for."""
    shares: tuple[float, float] = (60, 1)
    """Times a terminal may share history."""
    requests: tuple[float, float] = (30, 1 / 10)
    """Passphrase requests an account may make: at once, and per second from then on."""
    steps: tuple[float, float] = (100, 10)
    """Handshake messages of any kind."""
    live_requests: int = 16
    """Handshakes without a verdict that one account may have asked for."""
    failed_sign_ins: tuple[float, float] = (20, 1 / 3)
    """Per address."""
    registrations: tuple[float, float] = (20, 1 / 60)
    """Registrations, questions for a free id, applications of terminals and checks of the relay, per address
    off this computer."""
    waiting: int = 512
    """New desktops that wait with an open connection until they are approved."""
    waiting_of_source: int = 8
    """The same, of one address."""
    watches: tuple[float, float] = (60, 1)
    terminals: tuple[float, float] = (60, 1)
    """What an account asks or says of its terminals."""
    low_water_bytes: int = 256 * 1024 * 1024
    low_water_part: float = 0.05
    reserve_bytes: int = 8 * 1024 * 1024
    """Kept in a file that is given up when the disk is full, so that deleting still works."""


MESSAGE_COST = 4_096
"""What handling a message costs beside its bytes, in bytes: 5,000 of a KiB are the default's second."""


class TokenBucket:
    """So many at once, and so many per second from then on."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(self, burst: float, per_second: float, now: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = burst
        self._at = now

    def take(self, amount: float, now: float) -> float:
        """Take tokens. Returns 0 if they were there, else the seconds until they will be."""
        tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if tokens < amount:
            self._tokens = tokens
            return (amount - tokens) / self._per_second
        self._tokens = tokens - amount
        return 0.0

    def is_empty(self, now: float) -> float:
        """Return 0 if a token is there, else the seconds until one will be; takes nothing."""
        tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        return 0.0 if tokens >= 1 else (1 - tokens) / self._per_second


class Buckets:
    """A token bucket per name, for the names that were seen last."""

    def __init__(self, rate: tuple[float, float], *, most: int = 50_000) -> None:
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def of(self, name: str, now: float) -> TokenBucket:
        """The bucket of a name, made full when it is new."""
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = TokenBucket(*self._rate, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(name)
        return bucket


def source_of(address: str) -> str:
    """What counts as one source: an IPv4 address, an IPv6 network of 64 bits, or this computer."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return source_of(str(ip.ipv4_mapped))
        if not ip.is_loopback:
            return str(ipaddress.ip_network((ip, 64), strict=False))
    return THIS_COMPUTER if ip.is_loopback else str(ip)


THIS_COMPUTER = "this computer"
"""The source of every loopback address; whoever sits there is not kept from registering."""


class DiskWatch:
    """Refuses new mail before the disk is full, because a full disk cannot even delete."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._reserve = folder / "reserve"
        self.low = False

    def look(self) -> int:
        """Measure; set `low`. Returns the free bytes. May write the reserve: not on the event loop."""
        usage = shutil.disk_usage(self._folder)
        least = min(self._limits.low_water_bytes, int(usage.total * self._limits.low_water_part))
        self.low = usage.free < least
        if not self.low:
            self._keep_reserve()
        return usage.free

    def give_up_reserve(self) -> None:
        """Make a little room, so that acknowledged messages can be deleted."""
        self.low = True
        self._reserve.unlink(missing_ok=True)

    def _keep_reserve(self) -> None:
        if self._reserve.exists():
            return
        try:
            with self._reserve.open("wb") as file:
                # Written out: a file with a hole in it reserves nothing.
                file.write(bytes(self._limits.reserve_bytes))
        except OSError:
            self.give_up_reserve()
