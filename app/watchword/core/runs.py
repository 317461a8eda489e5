"""Runs of the exchange in motion: feeds the machine of `protocol.handshake` and performs what it asks.

Every write of one step goes into one transaction with what the list of requests shows of it; only after the
commit does the new state hold, and only then is anything sent, shown or stretched (see
`protocol.handshake.effects`). One lock a peer account. Rules of the exchange itself stand in the machine.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from watchword import log
from watchword.core import clock, guesses, ratchet_library, sessions
from watchword.core.desk import Desk
from watchword.core.tasks import situation_of
from watchword.crypto import passphrase
from watchword.crypto.secret import Secret
from watchword.model.chat import Notice
from watchword.model.errors import TroubleWith
from watchword.model.events import Event, RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.states import (
    Asked,
    Calling,
    Ended,
    Established,
    Idle,
    Live,
    Preparing,
    State,
)
from watchword.protocol.handshake.table import deadline, step
from watchword.store import guesses as kept_guesses
from watchword.store import requests, runs
from watchword.store import sessions as kept_sessions
from watchword.store.transaction import Tx
from watchword_wire.envelope import H8_BYTES
from watchword_wire.exchange import Kind as MessageKind
from watchword_wire.exchange import kind_of
from watchword_wire.frames import Step
from watchword_wire.ids import FullId

STORE_RETRY = 5.0
"""Seconds until a step is tried again that the store could not keep."""


class LiveRun:
    """One run and what the window is shown of it."""

    def __init__(self, request: SessionRequest, peer: FullId, state: State | None = None) -> None:
        self.request = request
        self.peer = peer
        self.state: State = Idle() if state is None else state
        self.h = b""
        self.phrase: Secret | None = None
        """The own phrase, while the peer's request may still take the place of this one."""
        self.first_t2_ends = 0.0
        """When T2 of the first run with this phrase is over."""
        self.retries = 0
        self.timer: asyncio.TimerHandle | None = None
        self.again: asyncio.TimerHandle | None = None
        """Set while the last word is to be said again, because the relay asked for a pause."""

    @property
    def is_live(self) -> bool:
        """Whether the run has not come to an end."""
        return isinstance(self.state, Live)

    def forget_phrase(self) -> None:
        """Overwrite the phrase."""
        if self.phrase is not None:
            self.phrase.wipe()
            self.phrase = None


class _Outcome:
    """What a transaction found out that the machine is told next, and what the window is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.next: list[events.Event] = []
        self.uncertain: int | None = None


class Runs:
    """Every run in memory, by key and by h."""

    def __init__(self, desk: Desk, settled: Callable[[], None]) -> None:
        self._desk = desk
        self._settled = settled
        """Called after a session was opened or a run ended: envelopes may wait for that."""
        self._by_key: dict[str, LiveRun] = {}
        self._by_h: dict[bytes, LiveRun] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._stretcher = ThreadPoolExecutor(1, thread_name_prefix="stretch")

    # --- which there are ----------------------------------------------------------------

    def __iter__(self) -> Iterator[LiveRun]:
        return iter([*self._by_key.values()])

    def get(self, key: str) -> LiveRun | None:
        """A run by its request's key."""
        return self._by_key.get(key)

    def by_h(self, h: bytes) -> LiveRun | None:
        """A run by its handle."""
        return self._by_h.get(h)

    def live_with(self, account: str) -> LiveRun | None:
        """The one run with an account that has not ended."""
        return next((run for run in self if run.is_live and run.peer.account == account), None)

    def awaited(self) -> set[bytes]:
        """The first 8 bytes of each h that may still become a session."""
        return {run.h[:H8_BYTES] for run in self if run.is_live}

    def lock(self, account: str) -> asyncio.Lock:
        """Held while a run with this account takes a step."""
        return self._locks.setdefault(account, asyncio.Lock())

    def add(self, run: LiveRun) -> None:
        """Take up a run."""
        ratchet_library.bring_gently()  # it may become a session
        self._by_key[run.request.key] = run
        if run.h:
            self._by_h[run.h] = run

    def remember(self, run: LiveRun) -> None:
        """Keep at hand what the store knew of a run that ended; the list has it from there."""
        self._by_h[run.h] = run

    def forget(self, before: int) -> None:
        """Let go of runs that ended and began before (wall clock, ms); the store knows how they ended."""
        for run in {*self._by_key.values(), *self._by_h.values()}:
            if isinstance(run.state, Ended | Established) and run.request.at < before:
                self._by_key.pop(run.request.key, None)
                self._by_h.pop(run.h, None)

    def close(self) -> None:
        """Stop the timers, forget the phrases."""
        for run in self:
            for timer in (run.timer, run.again):
                if timer is not None:
                    timer.cancel()
            run.forget_phrase()
        self._stretcher.shutdown(wait=False, cancel_futures=True)

    # --- steps --------------------------------------------------------------------------

    async def feed(self, run: LiveRun, event: events.Event) -> bool:
        """Let a run take an event, and whatever follows from it at once; False if it was refused.

        Raises:
            TroubleWith: the store cannot be written; nothing happened.
        """
        async with self.lock(run.peer.account):
            return await self.feed_locked(run, event)

    async def insist(self, run: LiveRun, event: events.Event) -> None:
        """Do as `feed` does for an event that comes once: while the store cannot be written, try again."""
        while True:
            try:
                await self.feed(run, event)
            except TroubleWith as trouble:
                self._desk.report(trouble.situation)
                await asyncio.sleep(STORE_RETRY)
            else:
                return

    async def feed_locked(self, run: LiveRun, event: events.Event) -> bool:
        """Do as `feed` does, for a caller that holds the account's lock."""
        if isinstance(event, events.Received | events.Stretched):  # a step that may begin a session
            await ratchet_library.be_here()
        state, asked = step(run.state, event, clock.now())
        await self.perform(run, state, asked)
        return not any(isinstance(effect, effects.Ignore) for effect in asked)

    async def speak(self, run: LiveRun, asked: effects.Effects) -> None:
        """Perform the effects of a request that became no run: an answer, or nothing."""
        for effect in asked:
            if isinstance(effect, effects.Act):
                self._act(run, effect)

    async def perform(self, run: LiveRun, state: State, asked: effects.Effects) -> None:
        """Perform one step, and the steps that its transactions call for.

        Raises:
            TroubleWith: the step could not be kept; one that follows from it is tried again by itself.
        """
        outcome = await self._perform_one(run, state, asked)
        due = deque(outcome.next)
        while due:
            event = due.popleft()
            try:
                outcome = await self._perform_one(run, *step(run.state, event, clock.now()))
            except TroubleWith:
                self._desk.tasks.spawn("again", self.insist(run, event))
                return
            due += outcome.next

    async def _perform_one(self, run: LiveRun, state: State, asked: effects.Effects) -> _Outcome:
        outcome = await self._commit(run, state, asked)
        run.state = state
        self._index(run)
        self._desk.tell(*outcome.events)
        for effect in asked:
            if isinstance(effect, effects.Act):
                self._act(run, effect)
        if any(isinstance(effect, effects.OpenSession | effects.Erase) for effect in asked):
            self._settled()
        return outcome

    def _index(self, run: LiveRun) -> None:
        match run.state:
            case Idle():
                return
            case Ended(h=h):
                found = h
            case other:
                found = other.run.h
        if found and not run.h:
            run.h = found
            self._by_h[found] = run
        if isinstance(run.state, Established):
            self._by_h.pop(found, None)  # from here on the store knows the session, and when it ended
        gave_way = isinstance(run.state, Ended) and run.state.gave_way
        asked = isinstance(run.state, Asked)
        if not (isinstance(run.state, Preparing | Calling) or gave_way or asked):
            run.forget_phrase()

    async def _commit(self, run: LiveRun, state: State, asked: effects.Effects) -> _Outcome:
        """Write what the step asks for; tell what changed on the request."""
        writes = [effect for effect in asked if isinstance(effect, effects.Write)]
        concluded = any(isinstance(effect, effects.Conclude) for effect in asked)
        h = state.h if isinstance(state, Ended) else b"" if isinstance(state, Idle) else state.run.h
        shown = _shown_after(run, asked)
        outcome = _Outcome()
        if writes or concluded or (h and not run.h):
            at = clock.wall_ms()

            def work(tx: Tx) -> _Outcome:
                made = _Outcome()
                for effect in writes:
                    _write(tx, effect, at, made, self._desk)
                if run.request.key:
                    requests.keep(tx, shown, h or None)
                made.uncertain = guesses.count(tx, self._desk.me.account, run.peer.account, at)
                return made

            outcome = await self._desk.db.write(work)
        if outcome.uncertain is not None:
            shown = replace(shown, uncertain=outcome.uncertain)
            if concluded:
                shown = _with_retry(run, shown)
        if shown != run.request:
            run.request = shown
            if not (isinstance(state, Ended) and state.gave_way) and shown.key:
                outcome.events.append(RequestChanged(shown))
        return outcome

    # --- acts ---------------------------------------------------------------------------

    def _act(self, run: LiveRun, effect: effects.Act) -> None:
        match effect:
            case effects.Send(data):
                hint = run.request.hint if kind_of(data) is MessageKind.REQUEST else ""
                self._desk.link.send(Step(str(run.peer), data, hint))
            case effects.Stretch(phrase, salt):
                self._desk.tasks.spawn("stretch", self._stretch(run, phrase, salt))
            case effects.SetTimer(at):
                self._set_timer(run, at)
            case effects.Ignore(reason):
                log.note("handshake event ignored", reason=reason)
            case _:
                pass

    async def _stretch(self, run: LiveRun, phrase: Secret, salt: bytes) -> None:
        loop = asyncio.get_running_loop()
        try:
            w = await loop.run_in_executor(self._stretcher, passphrase.stretch, phrase, salt)
        except Exception as error:  # noqa: BLE001 - the border to the thread: there may be no 64 MiB to be had
            self._desk.report(situation_of("stretch", error))
            await self.insist(run, events.Unstretched())
        else:
            await self.insist(run, events.Stretched(w))
        finally:
            phrase.wipe()

    def _set_timer(self, run: LiveRun, at: float | None) -> None:
        if run.timer is not None:
            run.timer.cancel()
            run.timer = None
        if at is not None:
            loop = asyncio.get_running_loop()
            run.timer = loop.call_later(max(0.0, at - clock.now()), self._ring, run)

    def _ring(self, run: LiveRun) -> None:
        self._desk.tasks.spawn("tick", self.tick(run))

    async def tick(self, run: LiveRun) -> None:
        """Tell a run that time has passed, and look at the clock again when it wants to."""
        try:
            await self.feed(run, events.Tick())
        except TroubleWith as trouble:
            self._desk.report(trouble.situation)
            self._set_timer(run, clock.now() + STORE_RETRY)
        else:
            self.set_timer(run)

    def say_again(self, run: LiveRun, seconds: float) -> None:
        """Repeat a run's last word after the pause that the relay asks for."""
        if run.again is None:
            run.again = asyncio.get_running_loop().call_later(seconds, self._say_again, run)

    def _say_again(self, run: LiveRun) -> None:
        run.again = None
        if self._desk.link.is_online:
            self._desk.tasks.spawn("again", self._repeat(run))

    async def _repeat(self, run: LiveRun) -> None:
        await self.feed(run, events.Connected())

    def set_timer(self, run: LiveRun) -> None:
        """Look at the clock again when the run wants to."""
        self._set_timer(run, deadline(run.state))


def new_key() -> str:
    """A name for a request."""
    return secrets.token_hex(8)


def _shown_after(run: LiveRun, asked: effects.Effects) -> SessionRequest:
    request = run.request
    for effect in asked:
        match effect:
            case effects.Show(phase, ring_ends):
                ring_s = request.ring_s
                if ring_ends != request.ring_ends:
                    ring_s = max(0.0, ring_ends - clock.now()) if ring_ends else 0.0
                request = replace(request, phase=phase, ring_ends=ring_ends, ring_s=ring_s)
            case effects.Prompt(phrase_kept=kept):
                request = replace(request, phrase_kept=kept)
            case effects.Conclude(ending):
                request = replace(request, phase=Phase.ENDED, ending=ending, ring_ends=0.0, phrase_kept=False)
            case _:
                pass
    return request


def _with_retry(run: LiveRun, request: SessionRequest) -> SessionRequest:
    """Say whether *Try again* can start a new run, and whether the phrase may stay in its box."""
    kept = guesses.phrase_may_be_kept(
        request.uncertain, run.retries, inside_first_t2=clock.now() < run.first_t2_ends
    )
    asking = request.role is Role.ASKING
    again = request.ending in (_ASKER_MAY_RETRY if asking else _ASKED_AGAIN)
    few = request.uncertain < guesses.NOTICE_AT
    stays = asking and again and kept
    until = run.first_t2_ends if stays else 0.0
    return replace(request, may_retry=again and few, phrase_kept=stays, kept_until=until)


_ASKER_MAY_RETRY = {Ending.DIFFER, Ending.NOT_FINISHED, Ending.NO_ANSWER}
_ASKED_AGAIN = {Ending.DIFFER, Ending.NOT_FINISHED}


def _write(tx: Tx, effect: effects.Write, at: int, made: _Outcome, desk: Desk) -> None:
    """Perform one effect on the store."""
    own = desk.me.account
    match effect:
        case effects.CountGuess(h, account):
            counted = guesses.count_one(tx, own, account, h, at)
            made.next.append(events.GuessCounted() if counted else events.GuessRefused())
        case effects.TakeGuessBack(h, account):
            kept_guesses.take_back(tx, own, account, h)
        case effects.RememberNonce(n_a, h):
            runs.keep_nonce(tx, n_a, h, at)
        case effects.StorePending(h, packed):
            runs.keep(tx, h, packed, at)
        case effects.OpenSession():
            made.events += sessions.begin(tx, effect, at)
        case effects.Erase(h, ending):
            session = kept_sessions.by_h(tx, h)
            if session is not None:
                made.events += sessions.end(tx, session, Notice.ENDED_BY_PEER, at)
            runs.end(tx, h, ending, at)
        case effects.MarkUndelivered(h):
            session = kept_sessions.by_h(tx, h)
            if session is not None:
                made.events += sessions.lose(tx, session, at)
