"""What the relay brings of handshakes, and who may pop up a prompt (P2).

The limits of the prompt: one per account (the machine's rule), three in all, one from an unknown id at a
time; the rest collects quietly in the list. Blocked, contacts only, waits: silence. A message for a run that
is not in memory meets what the store knows of it. See `docs/protocol/exchange.md`, sections Flow and Silence.
"""

import contextlib

import msgspec
from msgspec.structs import replace

from watchword import log
from watchword.core import clock, guesses, sessions
from watchword.core.desk import Desk
from watchword.core.runs import LiveRun, Runs, new_key
from watchword.model.errors import Kind, Situation
from watchword.model.events import RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.protocol.handshake import events
from watchword.protocol.handshake.arrival import arrive
from watchword.protocol.handshake.states import Asked, Ended, Established, Idle, Live, Run, State
from watchword.protocol.handshake.timeout import clamped, started
from watchword.protocol.relaylink import refusal_situation
from watchword.store import contacts, requests, runs
from watchword.store import sessions as kept_sessions
from watchword.store.transaction import Tx
from watchword_wire import exchange
from watchword_wire.errors import PeerError
from watchword_wire.exchange import VerdictStatus
from watchword_wire.frames import Ack, Refusal, RefusalCode, StepFrom, StepNoted
from watchword_wire.ids import FullId, parse_full_id

MOST_PROMPTS = 3
MOST_QUIET = 32
"""Requests beyond the limits of the prompt that the list takes; what exceeds this meets silence."""

LEAST_PAUSE, MOST_PAUSE = 1.0, 60.0
"""Seconds until a step is said again that the relay would not take yet; a run has no longer to lose."""

_FOR_GOOD = {RefusalCode.OUT_OF_TURN, RefusalCode.TOO_LARGE}
"""Refusals that the same step will always meet; all others are a pause (wire.md, Refusals)."""

_NOBODY = FullId("", 0)


class _Asker(msgspec.Struct, frozen=True):
    """What the store knows of who asks."""

    name: str
    known: bool
    silent: bool
    uncertain: int
    seen: bytes | None


class Arrivals:
    """Takes handshake frames from the relay."""

    def __init__(self, desk: Desk, runs_: Runs) -> None:
        self._desk = desk
        self._runs = runs_

    async def noted(self, frame: StepNoted) -> None:
        """Take the relay's word that it has a request: from here the requester's clock runs."""
        run = self._runs.by_h(frame.h)
        if run is None or frame.step != exchange.Kind.REQUEST:
            return
        if not run.first_t2_ends:
            run.first_t2_ends = clock.now() + clamped(frame.t2_ms)
        await self._runs.feed(run, events.Noted(frame.t1_ms, frame.t2_ms))

    async def refused(self, frame: Refusal) -> None:
        """Take the relay's no to a handshake message."""
        run = self._runs.by_h(frame.about)
        if run is None:
            return
        ended = await self._runs.feed(run, events.Rejected())
        if frame.code in _FOR_GOOD:
            return
        if ended:
            said = refusal_situation(frame)
            busy = said.kind is Kind.RELAY_BUSY  # nobody but the person asks again
            self._desk.report(Situation(Kind.ASK_LATER, said.facts) if busy else said)
        else:
            self._runs.say_again(run, min(max(frame.retry_ms / 1000, LEAST_PAUSE), MOST_PAUSE))

    async def connected(self) -> None:
        """Signed in: every run repeats what it said last."""
        for run in self._runs:
            if not isinstance(run.state, Established):
                await self._runs.feed(run, events.Connected())

    async def disconnected(self) -> None:
        """Stop the clocks that count connected time."""
        for run in self._runs:
            if not isinstance(run.state, Established):
                await self._runs.feed(run, events.Disconnected())

    async def arrived(self, frame: StepFrom) -> None:
        """Take one handshake message."""
        try:
            kind, h = exchange.kind_of(frame.body), exchange.run_of(frame.body)
        except PeerError as error:
            log.trouble("handshake message refused", error)
            return
        if kind is exchange.Kind.REQUEST and self._runs.by_h(h) is None:
            await self._request(frame)
            return
        run = self._runs.by_h(h) or await self._recalled(h, frame.sender)
        if run is not None:
            await self._runs.feed(run, events.Received(frame.body))
        self._acknowledge(frame.body)

    def _acknowledge(self, taken: bytes) -> None:
        """Tell the relay that a verdict, or a late abort 04, is on the disk: until then it is given again."""
        with contextlib.suppress(PeerError):
            ack = exchange.ack_of(exchange.parse(taken))
            if ack is not None:
                self._desk.link.send(Ack([ack]))

    # --- requests -----------------------------------------------------------------------

    async def _request(self, frame: StepFrom) -> None:
        try:
            request = exchange.parse(frame.body)
            sender = parse_full_id(frame.sender)
        except PeerError as error:
            log.trouble("request refused", error)
            return
        if not isinstance(request, exchange.Request) or request.id_a != sender:
            log.trouble("request of somebody else refused")
            return
        at = clock.wall_ms()
        async with self._runs.lock(sender.account):
            asker = await self._desk.db.read(lambda tx: self._look(tx, sender.account, request.n_a, at))
            quiet = self._must_be_quiet(asker)
            silent = asker.silent or (quiet and self._quiet_ones() >= MOST_QUIET)
            event = events.Incoming(
                frame.body, self._desk.me, frame.t1_ms, frame.t2_ms, frame.hint, asker.seen, silent
            )
            own = self._runs.live_with(sender.account)
            before = own.state if own is not None and isinstance(own.state, Live) else None
            arrival = arrive(before, event, clock.now())
            if own is not None and arrival.live is not None:
                await self._runs.perform(own, arrival.live, arrival.live_effects)
            gave_way = own is not None and isinstance(own.state, Ended) and own.state.gave_way
            shown = SessionRequest(
                new_key(),
                Role.ASKED,
                sender.account,
                asker.name,
                asker.known,
                Phase.WAITING,
                frame.hint,
                at=at,
                quiet=quiet and not gave_way,
                uncertain=asker.uncertain,
                replaces=self._replaced(sender.account, own if gave_way else None),
            )
            run = LiveRun(shown, sender)
            if arrival.new is None:
                await self._runs.speak(run, arrival.new_effects)
                return
            if own is not None and gave_way:
                run.phrase, own.phrase = own.phrase, None
            await self._runs.perform(run, arrival.new, arrival.new_effects)
            self._runs.add(run)
            if own is not None and gave_way:
                self._desk.tell(RequestChanged(own.request))

    def _look(self, tx: Tx, account: str, n_a: bytes, at: int) -> _Asker:
        contact = contacts.get(tx, account)
        known = contact is not None and contact.listed
        own = self._desk.me.account
        silent = (
            (contact is not None and contact.blocked)
            or (self._desk.contacts_only and not known)
            or guesses.limit(tx, own, account, at) is not None
        )
        return _Asker(
            account if contact is None else contact.name,
            known,
            silent,
            guesses.count(tx, own, account, at),
            runs.nonce_seen(tx, n_a),
        )

    def _must_be_quiet(self, asker: _Asker) -> bool:
        prompts = [run for run in self._runs if isinstance(run.state, Asked) and not run.request.quiet]
        return len(prompts) >= MOST_PROMPTS or (
            not asker.known and any(not run.request.known for run in prompts)
        )

    def _quiet_ones(self) -> int:
        return sum(run.request.quiet for run in self._runs if isinstance(run.state, Asked))

    def _replaced(self, account: str, own: LiveRun | None) -> str:
        """The key of the request that a new one takes the place of: an own one, or one tried again."""
        if own is not None:
            return own.request.key
        again = [
            run.request
            for run in self._runs
            if run.peer.account == account and run.request.role is Role.ASKED and run.request.may_retry
        ]
        return again[-1].key if again else ""

    # --- runs that are not in memory ------------------------------------------------------

    async def _recalled(self, h: bytes, sender: str) -> LiveRun | None:
        """A run as the store knows it: a session, an ending, or nothing."""
        session, ended, kept = await self._desk.db.read(
            lambda tx: (kept_sessions.by_h(tx, h), runs.ended(tx, h), requests.by_h(tx, h))
        )
        state: State = Idle()
        try:
            peer = parse_full_id(sender)
        except PeerError:
            peer = _NOBODY
        if session is not None:
            peer, role = session.peer, sessions.role_of(session)
            state = Established(Run(role, self._desk.me, peer, started(clock.now(), connected=True), h))
        elif ended is not None:
            accepted = ended.ending is Ending.ACCEPTED
            state = Ended(h, ended.ending, VerdictStatus.ESTABLISHED if accepted else None)
        elif kept is not None and kept.request.ending is not None:
            state = Ended(h, kept.request.ending)
        if session is None and kept is not None:
            peer = FullId(kept.request.account, max(1, peer.device))
        if peer == _NOBODY:
            return None
        if kept is None:
            nothing = SessionRequest("", Role.ASKED, peer.account, peer.account, False, Phase.ENDED)
            run = LiveRun(nothing, peer, state)
        else:
            run = LiveRun(replace(kept.request, phase=Phase.ENDED), peer, state)
        run.h = h
        if isinstance(state, Ended):
            self._runs.remember(run)  # the abort, and then the verdict that it belongs to
        return run
