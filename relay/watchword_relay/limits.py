"""What one account, one address and the whole relay may use up; the relay's own limits.

Sizes that are part of the wire stand in `watchword_wire.limits`. Times come in from outside.
"""

import shutil
from collections import OrderedDict
from pathlib import Path
from typing import Annotated

import msgspec

from watchword_relay.store.space import Space
from watchword_wire.limits import DATA_BYTES
from watchword_wire.timing import MESSAGE_KEPT

DAY = 24 * 3_600
MOST_DAYS = 36_500
PAUSE_SECONDS = 1.0
"""So long at least is to wait who had too much written: it does not come back for every single message."""
MESSAGE_COST = 4_096
"""What handling a message costs beside its bytes, in bytes: 5,000 of a KiB are the default's second."""


def _said(text: str, least: float | None = None, most: float | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=text, ge=least, le=most)


Rate = tuple[Annotated[float, msgspec.Meta(ge=1)], Annotated[float, msgspec.Meta(ge=1 / DAY)]]
"""So many at once, and so many per second from then on."""

_MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """All limits of one relay; the defaults are those of every relay, tests give others."""

    connections: Annotated[
        int, _said("Open connections; the next one is refused with close code 1013.", 1)
    ] = 10_000
    strangers: Annotated[
        int,
        _said("Connections that have not signed in, of one network (an IPv4 address, an IPv6 /64).", 1),
    ] = 64
    message_bytes: Annotated[
        int,
        _said(
            "Bytes of one message, sealed. Longer ones than by default are none of the wire; a text of the\n"
            "longest kind takes 96 KiB, and 126 KiB more if it goes to a thousand people at once.",
            4_096,
        ),
    ] = DATA_BYTES
    mailbox_messages: Annotated[
        int, _said("Messages that wait for one desktop; an account has up to 8 desktops.", 1)
    ] = 10_000
    mailbox_bytes: Annotated[int, _said("Bytes that wait for one desktop.", 1)] = 64 * _MIB
    kept_days: Annotated[
        float,
        _said("Days that the relay runs for which a message waits to be fetched.", 1 / 24, MOST_DAYS),
    ] = MESSAGE_KEPT / DAY
    unwritten_bytes: Annotated[
        int, _said("Bytes of each realm that may wait in memory for the disk before senders are put off.", 1)
    ] = 64 * _MIB
    sends: Annotated[
        Rate,
        _said(
            "Bytes that an account may send: at once, and per second from then on. Each target counts, and\n"
            f"a message {MESSAGE_COST:,} bytes more than its body."
        ),
    ] = (256 * _MIB, 24 * _MIB)
    """The longest message data for the most targets fit in at once."""
    writes: Annotated[
        Rate,
        _said(
            "Messages of an account for the relay's disk. Those between people who are there, and show each\n"
            "other that they are, do not count."
        ),
    ] = (2_000, 100)
    recalls: Annotated[Rate, _said("Messages that a desktop may take back.")] = (60, 1 / 10)
    pages: Annotated[Rate, _said("Pages of history that a desktop may ask for.")] = (240, 20)
    shares: Annotated[Rate, _said("Times that a desktop may share history.")] = (60, 1)
    requests: Annotated[Rate, _said("Passphrase requests that an account may make.")] = (30, 1 / 10)
    steps: Annotated[Rate, _said("Handshake messages of any kind, of one account.")] = (100, 10)
    live_requests: Annotated[
        int, _said("Handshakes without an ending that a desktop may have asked for.", 1)
    ] = 16
    failed_sign_ins: Annotated[Rate, _said("Failed sign-ins and wrong invitations, of one network.")] = (
        20,
        1 / 3,
    )
    registrations: Annotated[
        Rate,
        _said(
            "Registrations and other questions before sign-in, of one network; this computer is not counted."
        ),
    ] = (20, 1 / 60)
    waiting: Annotated[
        int, _said("New desktops that wait with an open connection until they are approved.", 1)
    ] = 512
    waiting_of_source: Annotated[int, _said("The same, of one network.", 1)] = 8
    watches: Annotated[Rate, _said("Times that an account may say whose presence it follows.")] = (60, 1)
    terminals: Annotated[Rate, _said("Questions and changes about an account's own desktops.")] = (60, 1)
    low_water_bytes: Annotated[
        int, _said("With less of the disk free, in bytes and as a part of it, new messages are refused.", 0)
    ] = 256 * _MIB
    low_water_part: Annotated[float, _said("See low_water_bytes; whichever of the two is less.", 0)] = 0.05
    reserve_bytes: Annotated[
        int,
        _said(
            "Room kept in a file that is given up on a full disk, so that deleting still works.",
            0,
            1024 * _MIB,
        ),
    ] = 8 * _MIB

    @property
    def kept(self) -> int:
        """For how many seconds that the relay runs a message waits to be fetched."""
        return int(self.kept_days * DAY)


class TokenBucket:
    """So many at once, and so many per second from then on."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens", "until")

    def __init__(self, burst: float, per_second: float, now: float) -> None:
        self.until = 0.0
        """When it is no debt any more what was spent without asking."""
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

    def spend(self, amount: float, now: float) -> None:
        """Take tokens, be they there or not; if they are not, nothing is to be spent until `until`."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second) - amount
        self._at = now
        if self._tokens < 0:
            self.until = max(self.until, now + max(PAUSE_SECONDS, -self._tokens / self._per_second))

    def give_back(self, amount: float) -> None:
        """Put tokens back that were not needed."""
        self._tokens = min(self._burst, self._tokens + amount)

    @property
    def spent(self) -> float:
        """How many tokens were missing when it was last asked for some."""
        return self._burst - self._tokens

    def is_full(self, now: float) -> bool:
        """Whether it is as one that nothing was ever taken from."""
        return self._tokens + (now - self._at) * self._per_second >= self._burst

    def is_empty(self, now: float) -> float:
        """Return 0 if a token is there, else the seconds until one will be; takes nothing."""
        tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        return 0.0 if tokens >= 1 else (1 - tokens) / self._per_second


class Buckets:
    """A token bucket per name, for the names that were seen last."""

    def __init__(self, rate: Rate, *, most: int = 50_000) -> None:
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

    def forget(self, now: float) -> None:
        """Let go of the names whose bucket is full again, beginning with the longest unseen."""
        while self._buckets:
            name, bucket = next(iter(self._buckets.items()))
            if not bucket.is_full(now):
                break
            del self._buckets[name]


class DiskWatch:
    """Refuses new mail before the disk is full, because a full disk cannot even delete."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._reserve = folder / "reserve"
        self.low = False
        self.free = 0
        """Bytes, when it was looked last."""

    def look(self, space: Space) -> int:
        """Measure; set `low`. Returns the free bytes. May write the reserve: not on the event loop.

        Args:
            space: what the store can take in with little left on the disk.
        """
        usage = shutil.disk_usage(self._folder)
        self.free = usage.free
        least = min(self._limits.low_water_bytes, int(usage.total * self._limits.low_water_part))
        # What was fetched leaves the database as large as it was: new mail goes where that has been.
        self.low = usage.free < least and (usage.free < space.log or usage.free + space.freed < least)
        if not self.low and usage.free >= min(least, space.log + self._limits.reserve_bytes):
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
