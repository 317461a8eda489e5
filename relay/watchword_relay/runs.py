"""All handshakes of the relay: who is told what, when the clock is looked at, what is durable first.

The rules of one handshake stand in `handshakes`. A run is written when it opens and when it ends, and
only then spoken of; its steps live in memory, and a relay that restarts ends it as not finished.
"""

import asyncio
import heapq
from collections.abc import Callable

import msgspec

from watchword_relay import clock, handshakes
from watchword_relay.connection import RelayConnection
from watchword_relay.handshakes import Effect, Gone, Live, Noted, OutOfTurn, Passed, Told
from watchword_relay.limits import Buckets, Limits
from watchword_relay.store.contract import Batch, Ended, Owed, Run, Store
from watchword_relay.writer import Outcome
from watchword_wire import frames
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Kind, run_of
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import parse_full_id

LOOK_AGAIN = 1.0
"""The event loop's timers do not count suspend: the clock is looked at this often at least."""

_RETRY_SECONDS = 1.0


class Runs:
    """All handshakes.

    Args:
        store: for reading only.
        want: tells the writer that something waits to become durable.
        connection_of: the connection of a full id, if it is here.
        t1, t2: the limits in seconds.
    """

    def __init__(
        self,
        store: Store,
        want: Callable[[], None],
        connection_of: Callable[[str], RelayConnection | None],
        limits: Limits,
        *,
        t1: float,
        t2: float,
        now: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._store = store
        self._want = want
        self._connection_of = connection_of
        self._limits = limits
        self._t1 = t1
        self._t2 = t2
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._live: dict[bytes, Live] = {}
        self._by_side: dict[str, set[bytes]] = {}
        self._heap: list[tuple[float, bytes]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._opening: list[Live] = []
        self._unopened: set[bytes] = set()
        """Runs that are not durable yet: nobody has been told of them."""
        self._ending: dict[bytes, Ended] = {}
        self._unwritten: list[Ended] = []
        self._owed: dict[bytes, tuple[Owed, Owed]] = {}
        """Newer than in the store."""
        self._owed_unwritten: set[bytes] = set()
        self._requests = Buckets(limits.requests)
        self._steps = Buckets(limits.steps)

    def __len__(self) -> int:
        """How many runs have no verdict."""
        return len(self._live)

    # --- messages -----------------------------------------------------------------------

    def came(self, sender: str, frame: frames.Step) -> None:
        """Take one handshake message of a signed-in terminal.

        Raises:
            PeerError: the target is no full id.
        """
        parse_full_id(frame.target)
        now = self._now()
        try:
            h = run_of(frame.body)
        except PeerError:
            self._refuse(sender, b"", RefusalCode.OUT_OF_TURN)
            return
        request = frame.body[0] == Kind.REQUEST
        if (
            len(frame.body) > wire_limits.STEP_BYTES
            or len(frame.hint) > wire_limits.HINT_CHARACTERS
            or len(frame.hint.encode()) > wire_limits.HINT_BYTES
            or (frame.hint and not request)
        ):
            self._refuse(sender, h, RefusalCode.TOO_LARGE)
            return
        wait = self._steps.of(_account(sender), now).take(1, now)
        if wait:
            self._refuse(sender, h, RefusalCode.RETRY_LATER, wait)
            return
        live = self._live.get(h)
        if live is not None:
            self._take(live, *handshakes.step(live, sender, frame.target, frame.body, now))
            return
        ended = self._ending.get(h) or self._store.ended(h)
        if ended is not None:
            self._do(ended, handshakes.after(ended, sender, frame.target, frame.body))
        elif request:
            self._open(sender, frame, h, now)
        else:
            self._refuse(sender, h, RefusalCode.OUT_OF_TURN)

    def _open(self, sender: str, frame: frames.Step, h: bytes, now: float) -> None:
        try:
            live = handshakes.open_run(
                sender, frame.target, frame.body, frame.hint, now=now, t1=self._t1, t2=self._t2
            )
        except PeerError:
            self._refuse(sender, h, RefusalCode.OUT_OF_TURN)
            return
        mine = sum(self._live[known].a == sender for known in self._by_side.get(sender, ()))
        wait = self._requests.of(_account(sender), now).take(1, now)
        if mine >= self._limits.live_requests:
            wait = max(wait, self._t1)
        if wait:
            self._refuse(sender, h, RefusalCode.RETRY_LATER, wait)
            return
        self._keep(live)
        self._opening.append(live)
        self._unopened.add(h)
        self._want()

    def _take(self, before: Live, after: Live | Ended, effects: list[Effect]) -> None:
        if isinstance(after, Ended):
            self._end(after)
            self._do(after, effects)
            return
        if after is not before:
            self._keep(after)
        self._do(after, effects)

    def _do(self, run: Live | Ended, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Noted(to, kind):
                    self._note(run, to, kind)
                case Passed():
                    self._pass(run, effect)
                case OutOfTurn(to):
                    self._refuse(to, run.h, RefusalCode.OUT_OF_TURN)
                case Told(to) if isinstance(run, Ended) and run.h not in self._ending:
                    self._tell(run, to, again=True)
                case Gone() if isinstance(run, Ended):
                    self._gone(run, effect)
                case _:
                    pass  # the verdict is about to become durable and is told then

    # --- the clock ----------------------------------------------------------------------

    def look(self) -> None:
        """End every run whose time is up, and set the timer for the next."""
        now = self._now()
        while self._heap and self._heap[0][0] <= now:
            _, h = heapq.heappop(self._heap)
            live = self._live.get(h)
            if live is not None:
                self._take(live, *handshakes.expire(live, now))
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            wait = min(max(0.0, self._heap[0][0] - self._now()), LOOK_AGAIN)
            self._timer = self._loop.call_later(wait, self.look)

    def _keep(self, live: Live) -> None:
        before = self._live.get(live.h)
        self._live[live.h] = live
        if before is None:
            for side in (live.a, live.b):
                self._by_side.setdefault(side, set()).add(live.h)
        if before is None or before.due != live.due:
            heapq.heappush(self._heap, (live.due, live.h))
            if self._heap[0][1] == live.h:
                self._set_timer()

    def _end(self, ended: Ended) -> None:
        del self._live[ended.h]
        for side in (ended.a, ended.b):
            runs = self._by_side.get(side, set())
            runs.discard(ended.h)
            if not runs:
                self._by_side.pop(side, None)
        ended = msgspec.structs.replace(ended, at=clock.wall())
        self._ending[ended.h] = ended
        self._unwritten.append(ended)
        self._want()

    def stop(self) -> None:
        """End all runs as not finished, because the relay stops."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._heap.clear()
        for live in list(self._live.values()):
            self._end(handshakes.stop(live))

    # --- becoming durable ---------------------------------------------------------------

    def collect(self, batch: Batch) -> Callable[[Outcome], None]:
        """Put what must become durable into a batch. Returns what to do with the outcome."""
        opening, self._opening = self._opening, []
        ending, self._unwritten = self._unwritten, []
        owed, self._owed_unwritten = self._owed_unwritten, set()
        at = clock.wall()
        batch.opened = [Run(live.h, live.a, live.b, at) for live in opening]
        batch.ended = ending
        batch.owed = [(h, *self._owed[h]) for h in owed]

        def settle(outcome: Outcome) -> None:
            if isinstance(outcome, dict):
                self._written(opening, ending, owed)
            else:
                self._not_written(opening, ending, owed)

        return settle

    def _written(self, opening: list[Live], ending: list[Ended], owed: set[bytes]) -> None:
        for live in opening:
            self._unopened.discard(live.h)
            self._note(self._live.get(live.h) or live, live.a, Kind.REQUEST)
            if live.h in self._live:
                self._pass(live, Passed(live.b, live.a, live.request, live.hint))
        for ended in ending:
            del self._ending[ended.h]
            self._tell(ended, ended.a, again=False)
            if ended.owed_b:
                self._tell(ended, ended.b, again=False)
        for h in owed - self._owed_unwritten:
            self._owed.pop(h, None)

    def _not_written(self, opening: list[Live], ending: list[Ended], owed: set[bytes]) -> None:
        for live in opening:
            self._unopened.discard(live.h)
            self._refuse(live.a, live.h, RefusalCode.RETRY_LATER, _RETRY_SECONDS)
            if self._live.pop(live.h, None) is not None:
                for side in (live.a, live.b):
                    self._by_side.get(side, set()).discard(live.h)
        self._unwritten = ending + self._unwritten
        self._owed_unwritten |= owed
        if ending or owed:
            self._loop.call_later(_RETRY_SECONDS, self._want)

    # --- telling ------------------------------------------------------------------------

    def entered(self, name: str, connection: RelayConnection) -> None:
        """Give a terminal that signed in what it may have missed."""
        now = self._now()
        for h in list(self._by_side.get(name, ())):
            live = self._live[h]
            if h in self._unopened or now >= live.due:
                continue
            for passed in handshakes.waiting_for(live, name):
                self._pass(live, passed)
        for ended in self._store.owed(name):
            owed = self._owed_to(ended, name)
            if owed & Owed.VERDICT:
                self._tell(ended, name, again=True)
            if owed & Owed.GONE:
                peer = ended.b if name == ended.a else ended.a
                gone = bytes([Kind.ABORT]) + ended.h + b"\x04"
                connection.push_frame(frames.StepFrom(peer, gone, 0, 0))
                self._cleared_when_read(ended, name, connection)

    def _note(self, run: Live | Ended, to: str, kind: Kind) -> None:
        connection = self._connection_of(to)
        if connection is not None:
            left = run.left_ms(self._now()) if isinstance(run, Live) else (0, 0)
            connection.push_frame(frames.StepNoted(run.h, int(kind), *left))

    def _pass(self, run: Live | Ended, passed: Passed) -> None:
        connection = self._connection_of(passed.to)
        if connection is None:
            return
        left = run.left_ms(self._now()) if isinstance(run, Live) else (0, 0)
        connection.push_frame(frames.StepFrom(passed.sender, passed.body, *left, passed.hint))
        live = self._live.get(run.h)
        if live is not None and not live.asked and passed.to == live.b:
            self._live[run.h] = msgspec.structs.replace(live, asked=True)

    def _tell(self, ended: Ended, to: str, *, again: bool) -> None:
        connection = self._connection_of(to)
        if connection is None:
            return
        for passed in handshakes.telling(ended, to, again=again):
            self._pass(ended, passed)
        self._cleared_when_read(ended, to, connection)

    def _gone(self, ended: Ended, gone: Gone) -> None:
        self._set_owed(ended, gone.to, self._owed_to(ended, gone.to) | Owed.GONE)
        connection = self._connection_of(gone.to)
        if connection is not None:
            connection.push_frame(frames.StepFrom(gone.sender, gone.body, 0, 0))
            self._cleared_when_read(ended, gone.to, connection)

    def _refuse(self, to: str, about: bytes, code: RefusalCode, wait: float = 0.0) -> None:
        connection = self._connection_of(to)
        if connection is not None:
            connection.push_frame(frames.Refusal(code, about, int(wait * 1_000)))

    # --- owed ---------------------------------------------------------------------------

    def _cleared_when_read(self, ended: Ended, to: str, connection: RelayConnection) -> None:
        connection.when_read(lambda: self._set_owed(ended, to, Owed.NOTHING))

    def _owed_to(self, ended: Ended, side: str) -> Owed:
        a, b = self._owed.get(ended.h, (ended.owed_a, ended.owed_b))
        return a if side == ended.a else b

    def _set_owed(self, ended: Ended, side: str, owed: Owed) -> None:
        if ended.h not in self._owed:
            # What the caller holds may be older than what was written since.
            stored = self._store.ended(ended.h)
            if stored is None:
                return
            self._owed[ended.h] = (stored.owed_a, stored.owed_b)
        a, b = self._owed[ended.h]
        self._owed[ended.h] = (owed, b) if side == ended.a else (a, owed)
        self._owed_unwritten.add(ended.h)
        self._want()


def _account(full_id: str) -> str:
    return full_id.rpartition("/")[0]
