"""Session requests (P1–P5) as the user commands them: ask, cancel, answer, decline, and the list.

Drives `runs`; what the relay brings is `arrivals`' business. Every refusal that a person can meet before
anything is sent stands here. See `docs/protocol/exchange.md`.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable

from msgspec.structs import replace

from watchword import log
from watchword.core import account_id, clock, guesses
from watchword.core.desk import Desk
from watchword.core.phrase import Rule
from watchword.core.runs import LiveRun, Runs, new_key
from watchword.crypto import passphrase
from watchword.crypto.secret import Secret
from watchword.model.chat import Contact
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ContactChanged, Event, OrganisationChanged, RequestChanged
from watchword.model.requests import Ending, GuessLimit, Phase, Role, SessionRequest
from watchword.protocol.handshake import events, states
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword.store import contacts, pins, requests, runs
from watchword.store import guesses as kept_guesses
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import FullId
from watchword_wire.limits import HINT_BYTES, HINT_CHARACTERS

PHRASE_CHARACTERS = 1_000
LISTED_MS = 30 * 24 * 3600 * 1000
_FIRST_DEVICE = 1


class Requests:
    """Every session request of one open client."""

    def __init__(
        self,
        desk: Desk,
        runs: Runs,
        rule: Callable[[str], Rule | None],
        barred: Callable[[str], RefusedBy | None],
    ) -> None:
        """`rule` is the company's about the phrase of a session with an account, if it has one.

        `barred` says why it allows no session with somebody, if it does not.
        """
        self._desk = desk
        self._runs = runs
        self._rule = rule
        self._barred = barred
        desk.listen(self._heard)

    async def start(self) -> None:
        """Take up pending runs of the last start; what was not pending ended with it (handshake, Flow 6)."""
        at = clock.wall_ms()

        def work(tx: Tx) -> tuple[list[tuple[runs.PendingRun, states.Pending]], list[requests.Kept]]:
            kept = requests.every(tx, at)
            pending = _revived(tx, at)
            alive = {run.h for run, _ in pending}
            for one in kept:
                if one.request.ending is None and one.h not in alive:
                    over = replace(one.request, ending=Ending.NOT_FINISHED, phase=Phase.ENDED)
                    requests.keep(tx, over, one.h)
            return pending, [one for one in kept if one.h in alive]

        pending, kept = await self._desk.db.write(work)
        by_h = {one.h: one.request for one in kept}
        for row, state in pending:
            self._take_up(row, state, by_h.get(row.h))

    def _take_up(self, row: runs.PendingRun, state: states.Pending, request: SessionRequest | None) -> None:
        peer = state.run.peer
        if request is None:
            request = SessionRequest(
                new_key(), state.run.role, peer.account, peer.account, False, Phase.RELAY_LOST, at=row.at
            )
        run = LiveRun(replace(request, phase=Phase.RELAY_LOST, ending=None), peer, state)
        run.h = row.h
        self._runs.add(run)
        self._runs.set_timer(run)

    def _heard(self, event: Event) -> None:
        if isinstance(event, ContactChanged):
            # Not at once: the same commit may have more to tell of the request.
            asyncio.get_running_loop().call_soon(self._name, event.contact)
        elif isinstance(event, OrganisationChanged):
            self._desk.tasks.spawn("withdraw requests", self._withdraw())

    def _name(self, contact: Contact) -> None:
        """Keep what a request says of a person true when their contact changes."""
        for run in self._runs:
            named = replace(run.request, name=contact.name, known=contact.listed)
            if run.request.account == contact.account and run.request != named:
                run.request = named
                self._desk.tell(RequestChanged(named))

    async def _withdraw(self) -> None:
        """An own request to somebody whom a newer company file allows no session with goes no further."""
        asking = [run for run in self._runs if run.is_live and run.request.role is Role.ASKING]
        for run in asking:
            if self._barred(run.request.account) is not None:
                await self._runs.feed(run, events.Cancel())

    # --- commands -----------------------------------------------------------------------

    async def every(self) -> list[SessionRequest]:
        """Every request that runs, and those of the last 30 days, latest first."""
        since = clock.wall_ms() - LISTED_MS
        kept = await self._desk.db.read(lambda tx: requests.every(tx, since))
        live = {run.request.key: run.request for run in self._runs}
        return [live.get(one.request.key, one.request) for one in kept]

    async def ask(self, typed: str, phrase: str, hint: str, retry_of: str) -> SessionRequest:
        """P1: ask an account for a session.

        Args:
            typed: an account id as a person types it.
            phrase: the words.
            hint: shown to the other side, unconfirmed; may be empty.
            retry_of: the key of the request that this one repeats, or empty.

        Raises:
            RefusedBy: id, phrase or hint will not do, the company's policy or the count of guesses keeps it,
                the contact is blocked, or a request runs.
            TroubleWith: it could not be saved.
        """
        account = account_id.fold(typed)
        if account == self._desk.me.account:
            raise RefusedBy(Kind.ID_MINE)
        self._see_allowed(account)
        words = normalised(phrase)
        check_strength(words, self._rule(account))
        check_hint(hint, words)
        async with self._runs.lock(account):
            if self._runs.live_with(account) is not None:
                raise RefusedBy(Kind.REQUEST_RUNNING, account=account)
            at = clock.wall_ms()
            await self.limit(account)
            peer, request = await self._desk.db.write(lambda tx: self._keep(tx, account, hint, retry_of, at))
            run = LiveRun(request, peer)
            run.phrase = Secret(words.expose())
            before = self._runs.get(retry_of)
            if before is not None and before.peer.account == account:
                run.retries, run.first_t2_ends = before.retries + 1, before.first_t2_ends
            self._runs.add(run)
            self._desk.tell(RequestChanged(request))
            dice = RequesterDice.roll(secrets.token_bytes)
            connected = self._desk.link.is_online
            dial = events.Dial(self._desk.me, peer, words, self._desk.identity, dice, connected)
            await self._runs.feed_locked(run, dial)
            return run.request

    def _keep(self, tx: Tx, account: str, hint: str, retry_of: str, at: int) -> tuple[FullId, SessionRequest]:
        contact = contacts.meet(tx, account)
        if contact.blocked:
            raise RefusedBy(Kind.CONTACT_BLOCKED)
        limit = guesses.limit(tx, self._desk.me.account, account, at)
        if limit is not None and limit.blocked:
            raise RefusedBy(Kind.GUESS_BLOCKED, account=account)
        if limit is not None:
            raise RefusedBy(Kind.GUESS_WAIT, account=account, count=limit.count, until=limit.wait_until)
        peer = _whom(account, [*pins.of_account(tx, account)], self._desk.devices.get(account, ()))
        request = SessionRequest(
            new_key(), Role.ASKING, account, contact.name, contact.listed, Phase.SENDING, hint, at=at,
            uncertain=guesses.count(tx, self._desk.me.account, account, at), replaces=retry_of,
        )  # fmt: skip
        requests.keep(tx, request)
        return peer, request

    async def cancel(self, key: str) -> None:
        """Withdraw an own request, until `proof` leaves."""
        await self._command(key, events.Cancel())

    async def answer(self, key: str, phrase: str | None) -> None:
        """P2: answer a prompt with what was typed, or with the phrase kept when both dialled.

        Raises:
            RefusedBy: the phrase will not do, none is kept, or the company's policy keeps it.
        """
        run = self._run(key)
        self._see_allowed(run.request.account)
        if phrase is None:
            if run.phrase is None:
                raise RefusedBy(Kind.PHRASE_EMPTY)
            words = Secret(run.phrase.expose())
        else:
            words = normalised(phrase)
        dice = ResponderDice.roll(secrets.token_bytes)
        await self._command(key, events.Answer(words, self._desk.identity, dice))
        run.forget_phrase()

    async def decline(self, key: str) -> None:
        """Refuse, until the phrase is typed."""
        await self._command(key, events.Decline())

    async def hush(self, account: str) -> None:
        """Close the prompt of an account that was blocked, without a word."""
        run = self._runs.live_with(account)
        if run is not None and run.request.role is Role.ASKED:
            await self._runs.feed(run, events.Hush())
            await self.mark_seen(run.request.key)  # nobody missed what they blocked

    async def mark_seen(self, key: str) -> None:
        """The user has looked at a missed request."""
        await self._desk.db.write(lambda tx: requests.mark_seen(tx, key))
        run = self._runs.get(key)
        if run is not None:
            run.request = replace(run.request, seen=True)
            self._desk.tell(RequestChanged(run.request))
            return
        kept = await self._desk.db.read(lambda tx: requests.get(tx, key))
        if kept is not None:
            self._desk.tell(RequestChanged(kept.request))

    async def limit(self, typed: str) -> GuessLimit | None:
        """Why an account cannot be asked now."""
        account, own, at = account_id.fold(typed), self._desk.me.account, clock.wall_ms()
        found = await self._desk.db.read(lambda tx: guesses.limit(tx, own, account, at))
        if found is not None:
            await self._desk.db.write(lambda tx: kept_guesses.set_right(tx, own, account, at / 1000))
        return found

    async def agreed_new_phrase(self, account: str) -> None:
        """The user says that a new phrase was agreed."""
        own = self._desk.me.account
        await self._desk.db.write(lambda tx: kept_guesses.agree_new_phrase(tx, own, account))

    def _see_allowed(self, account: str) -> None:
        """See that the company allows a session with somebody.

        Raises:
            RefusedBy: COMPANY_OUTSIDER.
        """
        why = self._barred(account)
        if why is not None:
            raise why

    def _run(self, key: str) -> LiveRun:
        run = self._runs.get(key)
        if run is None or not run.is_live:
            raise RefusedBy(Kind.REQUEST_OVER)
        return run

    async def _command(self, key: str, event: events.Event) -> None:
        if not await self._runs.feed(self._run(key), event):
            raise RefusedBy(Kind.REQUEST_OVER)


def _whom(account: str, known: list[FullId], there: tuple[int, ...]) -> FullId:
    """Which of somebody's desktops is asked: the one where they are, and of those rather a known one.

    Where nobody is, or it is not told, one that is known; else the first that an account ever has.
    """
    here = [peer for peer in known if peer.device in there]
    if here:
        return max(here)
    if there:
        return FullId(account, min(there))
    return max(known, default=FullId(account, _FIRST_DEVICE))


def _revived(tx: Tx, at: int) -> list[tuple[runs.PendingRun, states.Pending]]:
    """Every pending run that can be read; one that cannot is over, and its peer hears so with the verdict."""
    found = []
    for row in runs.every(tx):
        try:
            state = states.revive(row.packed, max(0.0, (at - row.at) / 1000), clock.now())
        except PeerError as error:
            log.bug("pending run is unreadable", error)
            runs.end(tx, row.h, Ending.NOT_FINISHED, at)
        else:
            found.append((row, state))
    return found


def normalised(phrase: str) -> Secret:
    """The bytes of a phrase that both sides agree on.

    Raises:
        RefusedBy: PHRASE_EMPTY, PHRASE_LONG or PHRASE_CHARACTER.
    """
    if len(phrase) > PHRASE_CHARACTERS:
        raise RefusedBy(Kind.PHRASE_LONG)
    try:
        return passphrase.normalise(phrase)
    except Refused as refused:
        kind = Kind.PHRASE_EMPTY if str(refused) == "empty" else Kind.PHRASE_CHARACTER
        raise RefusedBy(kind) from refused


def check_strength(words: Secret, rule: Rule | None) -> None:
    """See that a phrase is as strong as the company wants it.

    Raises:
        RefusedBy: PHRASE_WEAK.
    """
    if rule is not None and not rule.allows(words.expose().decode()):
        raise RefusedBy(Kind.PHRASE_WEAK, company=rule.company, least=rule.least)


def check_hint(hint: str, words: Secret) -> None:
    """See that a hint can be sent: short, and without the phrase in it.

    Raises:
        RefusedBy: HINT_LONG or HINT_SHOWS_PHRASE.
    """
    if len(hint) > HINT_CHARACTERS or len(hint.encode(errors="replace")) > HINT_BYTES:
        raise RefusedBy(Kind.HINT_LONG)
    if not hint.strip():
        return
    phrase = words.expose().decode().casefold()
    said = " ".join(unicodedata.normalize("NFKC", hint).split()).casefold()
    if phrase in said or phrase.replace(" ", "") in said.replace(" ", ""):
        raise RefusedBy(Kind.HINT_SHOWS_PHRASE)
