"""One connection before sign-in, and what its address may still ask and try.

What one address may do is counted for all realms together, so that made-up names of realms give no more; and
at all nodes together, so that who goes from one to the next gets no more either.
"""

import secrets

from watchword_relay import clock
from watchword_relay.addresses import THIS_COMPUTER
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Buckets, Limits
from watchword_relay.metrics import Metrics
from watchword_relay.nodes.tries import Tries
from watchword_relay.realm import Realm
from watchword_relay.store.nodes import Tried
from watchword_relay.suspects import Suspects
from watchword_wire import frames
from watchword_wire import limits as wire_limits
from watchword_wire.frames import RefusalCode
from watchword_wire.version import WIRE_VERSION

EVEN_SECONDS = 0.025
"""So long after it came a wrong key is refused: how long it took to look for the right one shows nothing."""


class Budgets:
    """What addresses may do without having signed in.

    Args:
        limits: how much.
        metrics: the relay's numbers.
        suspects: whoever tries wrong keys.
        tries: the other nodes, if there may be any.
    """

    def __init__(
        self, limits: Limits, metrics: Metrics, suspects: Suspects, tries: Tries | None = None
    ) -> None:
        self._metrics = metrics
        self._suspects = suspects
        self._tries = tries
        self._failed = Buckets(limits.failed_sign_ins)
        self._asked = Buckets(limits.registrations)

    def name_of(self, source: str) -> str:
        """What a network is counted as."""
        return source if self._tries is None else self._tries.mark(source)

    def ask(self, name: str) -> float:
        """Count a question. Returns 0, or for how many seconds it may not be asked."""
        now = clock.monotonic()
        wait = self._asked.of(name, now).take(1, now)
        if not wait and self._tries is not None:
            self._tries.tell(name, failed=False)
        return wait

    def failed_too_often(self, name: str) -> float:
        """For how many seconds nothing may be tried; 0 if it may."""
        now = clock.monotonic()
        return self._failed.of(name, now).is_empty(now)

    def fail(self, source: str, name: str) -> None:
        """Count a key or an invitation that is wrong."""
        now = clock.monotonic()
        self._metrics.failed_sign_ins += 1
        self._suspects.failed(source)
        self._failed.of(name, now).take(1, now)
        if self._tries is not None:
            self._tries.tell(name, failed=True)

    def forget(self) -> None:
        """Let go of the networks that nothing counts against any more."""
        now = clock.monotonic()
        self._failed.forget(now)
        self._asked.forget(now)
        self._suspects.forget()

    def tried(self, tried: Tried) -> None:
        """Count what another node did."""
        now = clock.monotonic()
        (self._failed if tried.failed else self._asked).of(tried.mark, now).take(1, now)


class Door:
    """One connection before sign-in."""

    __slots__ = ("_budgets", "_name", "busy", "came", "connection", "nonce", "questions", "realm", "source")

    def __init__(self, connection: RelayConnection, realm: Realm, source: str, budgets: Budgets) -> None:
        self.connection = connection
        self.realm = realm
        self.nonce = secrets.token_bytes(wire_limits.NONCE_BYTES)
        self.source = source
        self.busy = False
        """Whether an answer is being worked out."""
        self.questions = 0
        self.came = 0.0
        """When the frame came that is dealt with, by the event loop's clock."""
        self._budgets = budgets
        self._name = budgets.name_of(source)

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
        wait = self._budgets.ask(self._name)
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
        return self._budgets.failed_too_often(self._name)

    def turn_away(self) -> None:
        """Say no to whoever tried a wrong key, in a time that is the same for every id."""
        self.failed()
        self.busy = True
        self.connection.loop.call_at(self.came + EVEN_SECONDS, self._turned_away)

    def _turned_away(self) -> None:
        self.busy = False
        self.refuse(RefusalCode.UNKNOWN_TERMINAL)

    def failed(self) -> None:
        """It tried a key or an invitation that is wrong."""
        self._budgets.fail(self.source, self._name)
