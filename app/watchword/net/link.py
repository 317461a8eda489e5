"""The one connection that is kept open: connect, sign in, serve; when it breaks, wait and try again.

Never gives up by itself except where another program signed in as this one: the two would drive each other
out for ever. Knows nothing of what the frames are for. See `docs/protocol/wire.md`.
"""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

from watchword import log
from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith
from watchword.model.events import LinkChanged, LinkState
from watchword.net import backoff
from watchword.net.connection import Connection, Sign, Way
from watchword.protocol import relaylink
from watchword_wire.frames import FromDesktop, FromRelay, Hello, Welcome

_MENDED_BY_SOMEBODY = {
    Kind.RELAY_KEY,
    Kind.RELAY_SIGN_IN,
    Kind.RELAY_BLOCKED,
    Kind.RELAY_REALM_GONE,
    Kind.DESKTOP_REMOVED,
    Kind.PROXY_FORM,
    Kind.PROXY_SCHEME,
    Kind.PROXY_REFUSED,
    Kind.PROXY_SIGN_IN,
    Kind.PROXY_SIGN_IN_WRONG,
    Kind.PROXY_SIGN_IN_OTHER,
}
"""What somebody has to mend first: told as a refusal, and tried again now and then all the same."""
_STEADY_AFTER = 10.0
"""Seconds online after which an outage begins anew; a relay that drops us at once is not asked at once."""


class Served(Protocol):
    """Who is told what happens on the link: the core. Calls come one at a time, in order."""

    async def met(self, hello: Hello) -> None:
        """The relay showed its key, which fits."""

    async def online(self, welcome: Welcome) -> None:
        """Signed in."""

    async def arrived(self, frame: FromRelay) -> None:
        """A frame came; the next is read when this returns."""

    def link_changed(self, changed: LinkChanged) -> None:
        """Connecting, online, offline or refused."""


class Link:
    """Keeps one terminal connected."""

    def __init__(
        self,
        way: Callable[[], Awaitable[Way]],
        full_id: str,
        sign: Sign,
        served: Served,
        now: Callable[[], float],
    ) -> None:
        self._way = way
        self._full_id = full_id
        self._sign = sign
        self._served = served
        self._now = now
        self._connection: Connection | None = None
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._online_at: list[float] = []
        self._lost_at = now()
        self._least_wait = 0.0
        self.changed = LinkChanged(LinkState.CONNECTING)

    @property
    def is_online(self) -> bool:
        """Whether frames can be sent now."""
        return self.changed.state is LinkState.ONLINE

    def send(self, frame: FromDesktop) -> bool:
        """Queue a frame for the relay; False, and nothing done, while not signed in."""
        if self._connection is None or not self.is_online:
            return False
        self._connection.send(frame)
        return True

    def reconnect(self, *, renew: bool = False) -> None:
        """Try now, but in a pause that the relay asked for.

        With `renew` then too, and where a connection seems to stand (after sleep, or on another way).
        """
        if not renew and _is_busy(self.changed.problem):
            return
        if self._connection is not None and renew:
            self._connection.abort()
        self._lost_at = self._now()
        self._wake.set()

    async def close(self) -> None:
        """Stop; `run` returns."""
        self._closing.set()
        self._wake.set()
        if self._connection is not None:
            await self._connection.close()

    async def run(self) -> None:
        """Connect and keep connected until `close`."""
        self._lost_at = self._now()
        while not self._closing.is_set():
            self._wake.clear()
            problem = await self._connect_once()
            if self._closing.is_set():
                return
            kind = None if problem is None else problem.kind
            refused = kind is Kind.SIGNED_IN_ELSEWHERE or kind in _MENDED_BY_SOMEBODY
            wait = self._next_wait(kind, refused=refused)
            if problem is not None and _is_busy(problem):
                problem = Situation(problem.kind, {"seconds": math.ceil(wait)})
                self._wake.clear()  # what somebody asked for before that
            self._tell(LinkChanged(LinkState.REFUSED if refused else LinkState.OFFLINE, problem))
            if kind is Kind.SIGNED_IN_ELSEWHERE:
                await self._wake.wait()
            else:
                await self._pause(wait)
            if refused and self._wake.is_set():  # somebody waits for what comes of it
                self._tell(LinkChanged(LinkState.CONNECTING))

    async def _connect_once(self) -> Situation | None:
        self._least_wait = 0.0
        self._online_at.clear()
        try:
            way = await self._way()
            connection = Connection(way, relaylink.ToSignIn(self._full_id), self._sign, self._now)
            self._connection = connection
            return await connection.run(self._serve)
        except (RefusedBy, TroubleWith) as known:  # the way there cannot be told
            return known.situation
        except Exception as error:  # noqa: BLE001 - whatever our mistake is, the way to the relay opens again
            log.bug("connection failed", error)
            return Situation(Kind.UNEXPECTED)
        finally:
            self._connection = None
            if self._online_at and self._now() - self._online_at[0] >= _STEADY_AFTER:
                self._lost_at = self._now()

    async def _serve(self, effect: relaylink.Effect) -> None:
        match effect:
            case relaylink.Arrived(frame):
                await self._served.arrived(frame)
            case relaylink.Met(hello):
                await self._served.met(hello)
            case relaylink.WentOnline(welcome):
                self._online_at.append(self._now())
                self._tell(LinkChanged(LinkState.ONLINE))
                await self._served.online(welcome)
            case relaylink.RetryAfter(seconds):
                self._least_wait = seconds
            case _:
                pass

    def _next_wait(self, kind: Kind | None, *, refused: bool) -> float:
        """Seconds until the next try."""
        least = 0.0
        if kind is Kind.PROXY_SIGN_IN_WRONG:
            least = backoff.LOCKS_OUT
        elif refused:
            least = backoff.SELDOM
        roll = secrets.randbelow(1 << 20) / (1 << 20)
        return backoff.delay(self._now() - self._lost_at, roll, max(least, self._least_wait))

    async def _pause(self, wait: float) -> None:
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            return

    def _tell(self, changed: LinkChanged) -> None:
        if changed != self.changed:
            self.changed = changed
            self._served.link_changed(changed)


def _is_busy(problem: Situation | None) -> bool:
    """Whether the relay asked for a pause."""
    return problem is not None and problem.kind is Kind.RELAY_BUSY
