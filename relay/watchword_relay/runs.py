"""All handshakes of a realm: who is told what, when the clock is looked at, what is durable first.

The rules of one handshake stand in `handshakes`. A run is written when it opens and when it ends, and
only then spoken of; its steps live in memory, and a relay that restarts ends it as not finished, but for one
that moves to a database, which takes them along.
"""

import asyncio
from collections.abc import Callable

import msgspec

from watchword_relay import clock, handshakes
from watchword_relay.connection import RelayConnection
from watchword_relay.debts import Debts
from watchword_relay.handshakes import Effect, Gone, Live, Noted, OutOfTurn, Passed, Told
from watchword_relay.limits import Buckets, Limits
from watchword_relay.live import LiveRuns
from watchword_relay.store.contract import Batch, Ended, Owed, RealmStore, Run
from watchword_relay.writer import Outcome
from watchword_wire import frames
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Kind, run_of
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import account_of, parse_full_id

RETRY_SECONDS = 1.0


class Runs:
    """All handshakes of a realm; `store` is read only, `want` wakes the writer, T1 and T2 are seconds."""

    def __init__(
        self,
        store: RealmStore,
        want: Callable[[], None],
        connection_of: Callable[[str], RelayConnection | None],
        limits: Limits,
        served: Callable[[], int],
        *,
        t1: float,
        t2: float,
        now: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._store = store
        self._want = want
        self._connection_of = connection_of
        self._limits = limits
        self._served = served
        self._t1 = t1
        self._t2 = t2
        self._now = now
        self._live = LiveRuns(now, self.look)
        self._opening: list[Live] = []
        self._unopened: set[bytes] = set()
        """Not durable yet: nobody has been told of them."""
        self._ending: dict[bytes, Ended] = {}
        self._unwritten: list[Ended] = []
        self._debts = Debts(store, want)
        self._requests = Buckets(limits.requests)
        self._steps = Buckets(limits.steps)

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
        if too_large(frame):
            self._refuse(sender, h, RefusalCode.TOO_LARGE)
            return
        wait = self._steps.of(account_of(sender), now).take(1, now)
        if wait:
            self._refuse(sender, h, RefusalCode.RETRY_LATER, wait)
            return
        if (live := self._live.get(h)) is not None:
            self._take(live, *handshakes.step(live, sender, frame.target, frame.body, now))
            return
        ended = self._ending.get(h) or self._store.ended(h)
        if ended is not None:
            self._do(ended, handshakes.after(ended, sender, frame.target, frame.body))
        elif frame.body[0] == Kind.REQUEST:
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
        mine = sum(known.a == sender for known in self._live.of(sender))
        wait = self._requests.of(account_of(sender), now).take(1, now)
        if mine >= self._limits.live_requests:
            wait = max(wait, self._t1)
        if wait:
            self._refuse(sender, h, RefusalCode.RETRY_LATER, wait)
            return
        self._live.keep(live)
        self._opening.append(live)
        self._unopened.add(h)
        self._want()

    def _take(self, before: Live, after: Live | Ended, effects: list[Effect]) -> None:
        if isinstance(after, Ended):
            self._end(after)
        elif after is not before:
            self._live.keep(after)
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
        for live in self._live.passed():
            self._take(live, *handshakes.expire(live, self._now()))

    def _end(self, ended: Ended) -> None:
        self._live.remove(ended.h)
        ended = msgspec.structs.replace(ended, at=self._served())
        self._ending[ended.h] = ended
        self._unwritten.append(ended)
        self._want()

    def stop(self) -> None:
        """End all runs as not finished, because the relay stops."""
        for live in self._live.stop():
            self._end(handshakes.stop(live))

    def leave(self) -> list[Live]:
        """Look at the clock no more. Returns the runs without a verdict: another relay goes on with them."""
        return self._live.stop()

    # --- becoming durable ---------------------------------------------------------------

    def collect(self, batch: Batch) -> Callable[[Outcome], None]:
        """Put what must become durable into a batch. Returns what to do with the outcome."""
        opening, self._opening = self._opening, []
        ending, self._unwritten = self._unwritten, []
        owed = self._debts.collect(batch)
        at = self._served()
        realm = self._store.number
        batch.opened += [Run(realm, live.h, live.a, live.b, at) for live in opening]
        batch.ended += [(realm, ended) for ended in ending]

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
        self._debts.written(owed)

    def _not_written(self, opening: list[Live], ending: list[Ended], owed: set[bytes]) -> None:
        for live in opening:
            self._unopened.discard(live.h)
            self._refuse(live.a, live.h, RefusalCode.RETRY_LATER, RETRY_SECONDS)
            self._live.remove(live.h)
        self._unwritten = ending + self._unwritten
        self._debts.not_written(owed)
        if ending or owed:
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self._want)

    # --- telling ------------------------------------------------------------------------

    def entered(self, name: str) -> None:
        """Give a terminal that signed in what it may have missed."""
        now = self._now()
        for live in self._live.of(name):
            if live.h in self._unopened or now >= live.due:
                continue
            for passed in handshakes.waiting_for(live, name):
                self._pass(live, passed)
        self._debts.begin(name)
        self._give_owed(name)

    def _give_owed(self, name: str) -> None:
        for ended in self._debts.next_owed(name):
            owed = self._debts.owed_to(ended, name)
            if owed & Owed.VERDICT:
                self._tell(ended, name, again=True)
            if owed & Owed.GONE:
                self._gone(ended, handshakes.gone(ended, name))

    def acked(self, name: str, ids: list[bytes]) -> None:
        """Take a terminal's word that it has these on its disk; ids of messages are not looked at."""
        if self._debts.acked(name, ids):
            self._give_owed(name)

    def left(self, name: str) -> None:
        """A terminal is gone: what it has not acknowledged is given again when it comes back."""
        self._debts.forget(name)

    def removed(self, name: str) -> None:
        """End the handshakes of a terminal that is no more as not finished; it is owed nothing itself."""
        for live in self._live.of(name):
            self._end(handshakes.stop(live))
        self._unwritten = [handshakes.without(ended, name) for ended in self._unwritten]
        self._ending |= {ended.h: ended for ended in self._unwritten}

    def _note(self, run: Live | Ended, to: str, kind: Kind) -> None:
        if (connection := self._connection_of(to)) is not None:
            connection.push_frame(frames.StepNoted(run.h, int(kind), *time_left(run, self._now())))

    def _pass(self, run: Live | Ended, passed: Passed) -> bool:
        connection = self._connection_of(passed.to)
        if connection is None:
            return False
        left = time_left(run, self._now())
        connection.push_frame(frames.StepFrom(passed.sender, passed.body, *left, passed.hint))
        live = self._live.get(run.h)
        if live is not None and not live.asked and passed.to == live.b:
            self._live.keep(msgspec.structs.replace(live, asked=True))
        return True

    def _tell(self, ended: Ended, to: str, *, again: bool) -> None:
        for passed in handshakes.telling(ended, to, again=again):
            if self._pass(ended, passed) and passed.body[0] == Kind.VERDICT:
                self._debts.given(ended, to, passed.body, Owed.VERDICT)

    def _gone(self, ended: Ended, gone: Gone) -> None:
        self._debts.owe(ended, gone.to, Owed.GONE)
        if self._pass(ended, Passed(gone.to, gone.sender, gone.body)):
            self._debts.given(ended, gone.to, gone.body, Owed.GONE)

    def _refuse(self, to: str, about: bytes, code: RefusalCode, wait: float = 0.0) -> None:
        if (connection := self._connection_of(to)) is not None:
            connection.push_frame(frames.Refusal(code, about, int(wait * 1_000)))


def time_left(run: Live | Ended, now: float) -> tuple[int, int]:
    """Milliseconds left of T1 and T2; nothing of a run that has ended."""
    return run.left_ms(now) if isinstance(run, Live) else (0, 0)


def too_large(frame: frames.Step) -> bool:
    """Whether a step or its hint is longer than they may be, or a hint stands where none belongs."""
    return (
        len(frame.body) > wire_limits.STEP_BYTES
        or len(frame.hint) > wire_limits.HINT_CHARACTERS
        or len(frame.hint.encode()) > wire_limits.HINT_BYTES
        or (frame.hint != "" and frame.body[0] != Kind.REQUEST)
    )
