"""The handshakes of a realm where any node may take any step: the store holds them, this tells who is here.

The rules of one handshake stand in `handshakes`, its deadlines in the store. A step is written before it is
noted or passed on, together with those of others (`moves`); a side that is signed in on another node is told
there. `docs/decisions/0052`.
"""

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from watchword_relay import clock, handshakes
from watchword_relay.connection import RelayConnection
from watchword_relay.debts import Debts
from watchword_relay.handshakes import Effect, Gone, Live, Noted, OutOfTurn, Passed, Told
from watchword_relay.limits import Buckets, Limits
from watchword_relay.nodes.moves import Moves
from watchword_relay.runs import RETRY_SECONDS, time_left, too_large
from watchword_relay.store.contract import Batch, Ended, Owed, RealmStore, StoreTrouble
from watchword_relay.store.nodes import Ask, Nodes, Opening, Owe, Step, Stepped, Stepping
from watchword_relay.writer import Outcome, Writer
from watchword_wire import frames
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Kind, run_of
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import account_of, parse_full_id


class Line:
    """What terminals that are here are told of handshakes.

    Args:
        connection_of: the connection of a terminal that is here.
        debts: told what was given.
    """

    def __init__(self, connection_of: Callable[[str], RelayConnection | None], debts: Debts) -> None:
        self._connection_of = connection_of
        self._debts = debts
        self._given: dict[str, dict[bytes, int]] = {}
        """By terminal, on its connection: of each handshake without a verdict the last step it was given."""

    def forget(self, name: str) -> None:
        """A terminal is gone: on its next connection it is given again what it has not answered."""
        self._given.pop(name, None)

    def note(self, found: Stepping, to: str, kind: Kind) -> None:
        """Tell a sender that its message is taken."""
        run = found.run
        if run is not None and (connection := self._connection_of(to)) is not None:
            connection.push_frame(frames.StepNoted(run.h, int(kind), *time_left(run, found.now)))

    def give(self, found: Stepping, passed: Passed) -> bool:
        """Give a message to a side. Returns whether it is here."""
        connection = self._connection_of(passed.to)
        if connection is None or found.run is None:
            return False
        times = time_left(found.run, found.now)
        connection.push_frame(frames.StepFrom(passed.sender, passed.body, *times, passed.hint))
        if isinstance(found.run, Live):
            self._given.setdefault(passed.to, {})[found.run.h] = passed.body[0]
        return True

    def show(self, found: Stepping, live: Live, to: str) -> None:
        """Give a side the step that it has not answered, unless it was given it on this connection.

        What wakes this may be the step itself, or its terminal's sign-in, or both at once.
        """
        if to == live.b and not live.asked:
            return  # it is too late to ask: no verdict will be owed to this side, so it gets no request
        for passed in handshakes.waiting_for(live, to):
            if self._given.get(to, {}).get(live.h) != passed.body[0]:
                self.give(found, passed)

    def tell(self, ended: Ended, to: str, *, again: bool) -> None:
        """Give a side the verdict, with what goes with it."""
        self._given.get(to, {}).pop(ended.h, None)
        for passed in handshakes.telling(ended, to, again=again):
            if self.give(Stepping(ended, [], 0.0), passed) and passed.body[0] == Kind.VERDICT:
                self._debts.given(ended, to, passed.body, Owed.VERDICT)

    def gone(self, ended: Ended, gone: Gone) -> bool:
        """Pass an abort 04 on. Returns whether its side is here."""
        if not self.give(Stepping(ended, [], 0.0), Passed(gone.to, gone.sender, gone.body)):
            return False
        self._debts.given(ended, gone.to, gone.body, Owed.GONE)
        return True

    def refuse(self, to: str, about: bytes, code: RefusalCode, wait: float = 0.0) -> None:
        """Say no."""
        if (connection := self._connection_of(to)) is not None:
            connection.push_frame(frames.Refusal(code, about, int(wait * 1_000)))


class _SharedDebts(Debts):
    """Who was given what on the connections that stand; what is owed is the store's alone."""

    def __init__(self, store: RealmStore, paid: Callable[[Ended, str, Owed], None]) -> None:
        super().__init__(store, lambda: None)
        self._paid = paid

    def _pay(self, side: str, ended: Ended, paid: Owed) -> None:
        self._paid(ended, side, paid)


class SharedRuns:
    """All handshakes of a realm, as far as their sides are here. T1 and T2 are seconds."""

    def __init__(
        self,
        store: RealmStore,
        nodes: Nodes,
        moves: Moves,
        writer: Writer,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        connection_of: Callable[[str], RelayConnection | None],
        limits: Limits,
        served: Callable[[], int],
        counted: Callable[[Ended], None],
        *,
        t1: float,
        t2: float,
    ) -> None:
        self._realm = store.number
        self._nodes = nodes
        self._make = moves.make
        self._writer = writer
        self._spawn = spawn
        self._connection_of = connection_of
        self._limits = limits
        self._served = served
        self._counted = counted
        self._times = t1, t2
        self._debts = _SharedDebts(
            store, lambda ended, side, paid: self._owe(ended, side, Owed.NOTHING, paid)
        )
        self._line = Line(connection_of, self._debts)
        self._requests = Buckets(limits.requests)
        self._steps = Buckets(limits.steps)

    # --- messages -----------------------------------------------------------------------

    def came(self, sender: str, frame: frames.Step) -> None:
        """Take one handshake message of a signed-in terminal.

        Raises:
            PeerError: the target is no full id.
        """
        parse_full_id(frame.target)
        try:
            h = run_of(frame.body)
        except PeerError:
            self._line.refuse(sender, b"", RefusalCode.OUT_OF_TURN)
            return
        now = clock.monotonic()
        wait = 0.0 if too_large(frame) else self._steps.of(account_of(sender), now).take(1, now)
        if too_large(frame):
            self._line.refuse(sender, h, RefusalCode.TOO_LARGE)
        elif wait:
            self._line.refuse(sender, h, RefusalCode.RETRY_LATER, wait)
        else:
            # What is spawned begins in its order, and moves of one handshake are made in theirs.
            self._spawn(self._take(sender, frame, h))

    async def _take(self, sender: str, frame: frames.Step, h: bytes) -> None:
        opening, wait = self._opening(sender, frame)

        def change(live: Live, now: float) -> tuple[Live | Ended, list[Effect]]:
            return handshakes.step(live, sender, frame.target, frame.body, now)

        try:
            found = await self._make(Step(self._realm, h, self._served(), change, opening))
        except StoreTrouble:
            if opening is not None:
                self._not_opened(sender)
            self._line.refuse(sender, h, RefusalCode.RETRY_LATER, RETRY_SECONDS)
            return
        run = found.run
        if run is None:
            if opening is not None:
                wait = opening.t1  # it has as many as it may
            code = RefusalCode.RETRY_LATER if wait else RefusalCode.OUT_OF_TURN
            self._line.refuse(sender, h, code, wait)
            return
        if opening is not None and not found.opened:
            self._not_opened(sender)
        if isinstance(run, Ended) and not found.effects:
            # It had ended before.
            self._do(found._replace(effects=handshakes.after(run, sender, frame.target, frame.body)))
            return
        self._do(found)
        if isinstance(run, Ended):
            self._over(run)
        elif frame.body[0] == Kind.REQUEST and not run.asked:
            self.heard(run.h, run.b)
            if self._connection_of(run.b) is None:
                self._tell_node(run.h, run.b)

    def _opening(self, sender: str, frame: frames.Step) -> tuple[Opening | None, float]:
        """How a handshake begins with a message; or None, and in how many seconds it could (0: never)."""
        t1, t2 = self._times
        try:
            live = handshakes.open_run(sender, frame.target, frame.body, frame.hint, now=0.0, t1=t1, t2=t2)
        except PeerError:
            return None, 0.0
        now = clock.monotonic()
        wait = self._requests.of(account_of(sender), now).take(1, now)
        return (None, wait) if wait else (Opening(live, t1, t2, self._limits.live_requests), 0.0)

    def _not_opened(self, sender: str) -> None:
        """A handshake did not begin, or had begun before: it counts nothing."""
        self._requests.of(account_of(sender), clock.monotonic()).give_back(1)

    def _do(self, found: Stepping) -> None:
        run = found.run
        assert run is not None  # noqa: S101 - looked at before
        for effect in found.effects:
            match effect:
                case Noted(to, kind):
                    self._line.note(found, to, kind)
                case Passed(to) if isinstance(run, Live) and self._connection_of(to) is None:
                    self._tell_node(run.h, to)
                case Passed():
                    self._line.give(found, effect)
                case OutOfTurn(to):
                    self._line.refuse(to, run.h, RefusalCode.OUT_OF_TURN)
                case Told(to) if isinstance(run, Ended):
                    self._line.tell(run, to, again=True)
                case Gone() if isinstance(run, Ended):
                    self._owe(run, effect.to, Owed.GONE, Owed.NOTHING)
                    if not self._line.gone(run, effect):
                        self._tell_node(run.h, effect.to)
                case _:
                    pass

    def _over(self, ended: Ended) -> None:
        """Tell both sides of a verdict that was just written; of one elsewhere its node does."""
        self._counted(ended)
        for side, owed in ((ended.a, ended.owed_a), (ended.b, ended.owed_b)):
            if not owed:
                continue
            if self._connection_of(side) is None:
                self._tell_node(ended.h, side)
            else:
                self._line.tell(ended, side, again=False)

    def _tell_node(self, h: bytes, to: str) -> None:
        self._nodes.tell(Stepped(self._realm, h, to), terminals=[to])

    # --- other nodes, and the clock -------------------------------------------------------

    def heard(self, h: bytes, to: str) -> None:
        """Another node took a step that has something for a terminal, if it is here."""
        if self._connection_of(to) is not None:
            self._spawn(self._give(h, to))

    def overdue(self, h: bytes, to: str) -> None:
        """A handshake has had something for a terminal for a while: whoever wrote that may have died."""
        if not self._debts.under_way(to, h):
            self.heard(h, to)

    async def _give(self, h: bytes, to: str) -> None:
        try:
            found = await self._make(Ask(self._realm, h, to))
        except StoreTrouble:
            return  # the step is given at the next sign-in
        self._show(found, to, again=False)

    def _show(self, found: Stepping, to: str, *, again: bool) -> None:
        run = found.run
        if isinstance(run, Live):
            self._line.show(found, run, to)
        elif run is not None:
            owed = run.owed_a if to == run.a else run.owed_b
            if owed & Owed.VERDICT:
                self._line.tell(run, to, again=again)
            if owed & Owed.GONE:
                self._line.gone(run, handshakes.gone(run, to))

    def ended(self, ended: Ended) -> None:
        """The time of a handshake was up, and its verdict is written."""
        self._over(ended)

    # --- coming and going -----------------------------------------------------------------

    def entered(self, name: str) -> None:
        """Give a terminal that signed in what it may have missed."""
        self._line.forget(name)
        self._spawn(self._catch_up(name))

    async def _catch_up(self, name: str) -> None:
        try:
            running, now = await self._writer.run(lambda: self._nodes.running(self._realm, name))
            for live in running:
                if now >= live.due:
                    continue
                found = Stepping(live, [], now)
                if name == live.b and not live.asked:
                    found = await self._make(Ask(self._realm, live.h, name))
                self._show(found, name, again=True)
            self._debts.begin(name)
            self._give_owed(name)
        except StoreTrouble:
            connection = self._connection_of(name)
            if connection is not None:
                connection.loop.call_later(RETRY_SECONDS, self.entered, name)

    def _give_owed(self, name: str) -> None:
        if self._connection_of(name) is not None:
            for ended in self._debts.next_owed(name):
                self._show(Stepping(ended, [], 0.0), name, again=True)

    def acked(self, name: str, ids: list[bytes]) -> None:
        """Take a terminal's word that it has these on its disk; ids of messages are not looked at."""
        self._debts.acked(name, ids)
        self._give_owed(name)

    def left(self, name: str) -> None:
        """A terminal is gone: what it has not acknowledged is given again when it comes back."""
        self._debts.forget(name)
        self._line.forget(name)

    def removed(self, name: str) -> None:
        """End the handshakes of a terminal that is no more as not finished; it is owed nothing itself."""
        self._spawn(self._end_all(name))

    async def _end_all(self, name: str) -> None:
        at = self._served()
        try:
            for ended in await self._writer.run(lambda: self._nodes.end_all(self._realm, name, at)):
                self._over(ended)
        except StoreTrouble:
            pass  # they end when their time is up

    def stop(self) -> None:
        """This node stops; the handshakes go on with the others."""

    def collect(self, _: Batch) -> Callable[[Outcome], None]:
        """Nothing waits here: each step is written by itself."""
        return lambda _: None

    # --- what is owed ------------------------------------------------------------------------

    def _owe(self, ended: Ended, side: str, more: Owed, less: Owed) -> None:
        self._spawn(self._owing(ended.h, side, more, less))

    async def _owing(self, h: bytes, side: str, more: Owed, less: Owed) -> None:
        with contextlib.suppress(StoreTrouble):  # told once more at the next sign-in
            await self._make(Owe(self._realm, h, side, more, less))
