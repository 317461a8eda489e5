"""One connection before sign-in, and what its address may still ask and try.

What one address may do is counted for all realms together, so that made-up names of realms give no more.
"""

import secrets

from watchword_relay import clock
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import THIS_COMPUTER, Buckets, Limits
from watchword_relay.realm import Realm
from watchword_wire import frames
from watchword_wire import limits as wire_limits
from watchword_wire.frames import RefusalCode
from watchword_wire.version import WIRE_VERSION


class Budgets:
    """What addresses may do without having signed in."""

    def __init__(self, limits: Limits) -> None:
        self.failed = Buckets(limits.failed_sign_ins)
        self.asked = Buckets(limits.registrations)


class Door:
    """One connection before sign-in."""

    __slots__ = ("_budgets", "busy", "connection", "nonce", "questions", "realm", "source")

    def __init__(self, connection: RelayConnection, realm: Realm, source: str, budgets: Budgets) -> None:
        self.connection = connection
        self.realm = realm
        self.nonce = secrets.token_bytes(wire_limits.NONCE_BYTES)
        self.source = source
        self.busy = False
        """Whether an answer is being worked out."""
        self.questions = 0
        self._budgets = budgets

    def refuse(self, code: RefusalCode, wait: float = 0.0) -> None:
        """Say no."""
        self.connection.push_frame(frames.Refusal(code, b"", int(wait * 1_000)))

    def fits(self, version: int) -> bool:
        """Whether a version is spoken here; if not, that is said."""
        if version != WIRE_VERSION:
            self.refuse(RefusalCode.VERSION)
        return version == WIRE_VERSION

    def may_ask(self) -> bool:
        """Whether its address may ask for something that costs; if not, that is said."""
        if self.source == THIS_COMPUTER:
            return True
        now = clock.monotonic()
        wait = self._budgets.asked.of(self.source, now).take(1, now)
        if wait:
            self.refuse(RefusalCode.RETRY_LATER, wait)
        return not wait

    def may_try(self) -> bool:
        """Whether its address has not failed too often; if it has, that is said."""
        wait = self.failed_too_often()
        if wait:
            self.refuse(RefusalCode.RETRY_LATER, wait)
        return not wait

    def failed_too_often(self) -> float:
        """For how many seconds its address may not try again; 0 if it may."""
        now = clock.monotonic()
        return self._budgets.failed.of(self.source, now).is_empty(now)

    def failed(self) -> None:
        """It tried a key or an invitation that is wrong."""
        now = clock.monotonic()
        self._budgets.failed.of(self.source, now).take(1, now)
