"""The desktops of the own account, on one that stands: listed, added by eight words, removed.

What the relay says of them is believed as far as a list goes; a key is signed only by the words that a person
typed, and the answer is known by them. See `docs/protocol/wire.md`, More terminals.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from watchword import log
from watchword.core import clock
from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.core.terminals import parcel, words
from watchword.crypto.primitives import ed25519_public, ed25519_sign
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.events import Event, OrganisationChanged, TerminalsChanged
from watchword.model.terminals import Newcomer, OwnDesktop, TerminalsShown
from watchword.net.address import parse_address
from watchword.protocol import relaylink, second_desktop
from watchword.protocol.second_desktop import Candidate, Digits
from watchword.store import account
from watchword.store.transaction import Tx
from watchword_wire import codec, frames, login
from watchword_wire.frames import RefusalCode, TerminalEntry
from watchword_wire.ids import FullId
from watchword_wire.limits import KEY_BYTES, MESSAGE_ID_BYTES, PROOF_BYTES, TERMINALS

_T = TypeVar("_T")

ANSWER_S = 10.0
"""So long an answer of the relay is awaited."""
LATEST = 253_402_300_799
"""The last second that a calendar of four-digit years has."""
_MOST_NEWCOMERS = 16
"""A relay lets fewer ask at a time; who asked last is kept."""
_TRIES = 3
"""So often a number is looked for that another desktop takes in the same moment."""


class Terminals:
    """What a window can ask of the account's desktops."""

    def __init__(self, desk: Desk, name: str, member: Callable[[], Member | None]) -> None:
        """Ask nothing yet. `name`: what the person is called, for a new desktop."""
        self._desk = desk
        self._name = name
        self._member = member
        self._turn = asyncio.Lock()
        self._listing: asyncio.Future[list[TerminalEntry]] | None = None
        self._listing_about = b""
        """What a refusal of it is about."""
        self._admitting: asyncio.Future[None] | None = None
        self._admitted_key = b""
        self._admitted_id = ""
        self._newcomers: dict[bytes, tuple[float, bytes]] = {}
        """By key: when it stops asking, and the proof that it came with."""
        self._desktops: tuple[OwnDesktop, ...] | None = None
        self._vouched = b""
        desk.listen(self._heard)

    @property
    def shown(self) -> TerminalsShown:
        """What is known now."""
        now = clock.now()
        waiting = (Newcomer(key.hex(), ends) for key, (ends, _) in self._newcomers.items() if ends > now)
        return TerminalsShown(self._desktops, tuple(waiting))

    async def refresh(self) -> None:
        """Ask the relay for the list.

        Raises:
            TroubleWith: OFFLINE, RELAY_*.
        """
        await self._listed(frames.AskTerminals())

    async def approve(self, typed: str) -> None:
        """Add the computer that shows these words, whatever list they are from.

        Raises:
            RefusedBy: DESKTOP_WORDS_FORM, DESKTOP_WORDS_OTHER, DESKTOP_GONE, DESKTOPS_MANY.
            TroubleWith: OFFLINE, RELAY_*.
        """
        digits = words.read(typed)
        if not self._desk.link.is_online:
            raise TroubleWith(Kind.OFFLINE)
        if not self.shown.newcomers:
            raise RefusedBy(Kind.DESKTOP_GONE)
        realm = await self._desk.db.read(_realm)
        asking = (
            (Candidate(self._desk.me.account, realm, key), proof)
            for key, (_, proof) in self._newcomers.items()
        )
        meant = (one for one, proof in asking if second_desktop.is_meant(one, digits, proof))
        candidate = next(meant, None)
        if candidate is None:
            raise RefusedBy(Kind.DESKTOP_WORDS_OTHER)
        await self._desk.tasks.finish(self._approve(candidate, digits))

    async def remove(self, desktop: OwnDesktop) -> None:
        """Take a desktop out of the account; nothing if it went since, whoever has its number now.

        Raises:
            TroubleWith: OFFLINE, RELAY_*.
        """
        await self._desk.tasks.finish(self._remove(desktop))

    async def _remove(self, desktop: OwnDesktop) -> None:
        entries = await self._listed(frames.AskTerminals())
        if any((entry.device, entry.key.hex()) == (desktop.device, desktop.key) for entry in entries):
            await self._listed(frames.Remove(desktop.device))

    # --- adding -------------------------------------------------------------------------

    async def _approve(self, candidate: Candidate, digits: Digits) -> None:
        key, tried = candidate.key, 0
        for _ in range(_TRIES):
            entries = await self._listed(frames.AskTerminals())
            if any(entry.key == key for entry in entries):
                break  # by another desktop in the same moment, or the relay's answer was lost
            device = _lowest_free(entries)
            if device is None:
                raise RefusedBy(Kind.DESKTOPS_MANY, limit=TERMINALS)
            if device == tried:
                raise RefusedBy(Kind.DESKTOP_GONE)  # the number was not why it was refused
            tried = device
            if await self._admit(FullId(self._desk.me.account, device), candidate, digits):
                break
        else:
            raise RefusedBy(Kind.DESKTOP_GONE)
        self._newcomers.pop(key, None)
        await self._listed(frames.AskTerminals())

    async def _admit(self, who: FullId, candidate: Candidate, digits: Digits) -> bool:
        """Sign and send; False where the relay says that it is not the time or not the number."""
        given = await self._desk.db.read(parcel.gather)
        if given.relay_key is None:
            raise TroubleWith(Kind.OFFLINE)
        seed, full_id, key = self._desk.identity, str(who), candidate.key
        answering = second_desktop.answer_key(candidate, digits, given.relay_key)
        signed = ed25519_sign(seed.expose(), login.admit_bytes(given.relay_key, full_id, key))
        packed = second_desktop.packed(
            seed, full_id, key, answering, self._name, given.contacts, given.company
        )
        async with self._turn:
            self._admitting, self._admitted_key = asyncio.get_running_loop().create_future(), key
            self._admitted_id = full_id
            try:
                await self._answered(frames.Admit(full_id, key, signed, packed), self._admitting)
            except RefusedBy:
                return False
            finally:
                self._admitting, self._admitted_key, self._admitted_id = None, b"", ""
        return True

    # --- asking the relay ---------------------------------------------------------------

    async def _listed(self, frame: frames.AskTerminals | frames.Remove | frames.Vouch) -> list[TerminalEntry]:
        async with self._turn:
            self._listing = asyncio.get_running_loop().create_future()
            self._listing_about = codec.number_of(type(frame))
            try:
                return await self._answered(frame, self._listing)
            finally:
                self._listing = None

    async def _answered(self, frame: frames.FromDesktop, answer: "asyncio.Future[_T]") -> _T:
        if not self._desk.link.send(frame):
            raise TroubleWith(Kind.OFFLINE)
        try:
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except TimeoutError as error:
            raise TroubleWith(Kind.RELAY_SLOW) from error

    # --- what the relay says ------------------------------------------------------------

    def online(self) -> None:
        """Signed in: tell whose member this is, each time; a removed desktop's word falls with it."""
        self._vouched = b""
        self._vouch()

    def disconnected(self) -> None:
        """Nothing is known any more of who is there and who asks."""
        self._newcomers.clear()
        self._desktops = None
        for awaited in (self._listing, self._admitting):
            if awaited is not None and not awaited.done():
                awaited.set_exception(TroubleWith(Kind.OFFLINE))
        self._tell()

    def takes(self, frame: frames.FromRelay) -> bool:
        """Take the relay's word; False where it is about something else."""
        match frame:
            case frames.Applicant(key, left_ms, proof):
                self._newcomers.pop(key, None)
                if left_ms > 0 and (len(key), len(proof)) == (KEY_BYTES, PROOF_BYTES):
                    self._newcomers[key] = clock.now() + left_ms / 1000, proof
                for oldest in [*self._newcomers][:-_MOST_NEWCOMERS]:
                    del self._newcomers[oldest]
                self._tell()
            case frames.Admitted(full_id):
                mine = full_id == self._admitted_id  # or the late answer to another, given up before
                if mine and self._admitting is not None and not self._admitting.done():
                    self._admitting.set_result(None)
            case frames.Terminals(entries) if not _can_be(entries):
                log.trouble("a list of desktops that cannot be")
                if self._listing is not None and not self._listing.done():
                    self._listing.set_exception(TroubleWith(Kind.RELAY_NONSENSE))
            case frames.Terminals(entries):
                self._desktops = tuple(map(self._desktop, entries))
                if self._listing is not None and not self._listing.done():
                    self._listing.set_result(entries)
                self._tell()
            case frames.Refusal():
                return self._refused(frame)
            case _:
                return False
        return True

    def _refused(self, frame: frames.Refusal) -> bool:
        answer: asyncio.Future[None] | asyncio.Future[list[TerminalEntry]] | None = None
        if frame.about == self._listing_about:
            answer = self._listing
        elif frame.about == self._admitted_key[:MESSAGE_ID_BYTES]:
            answer = self._admitting
        if answer is None or answer.done():
            return False
        if frame.code == RefusalCode.OUT_OF_TURN:
            answer.set_exception(RefusedBy(Kind.DESKTOP_GONE))
        else:
            said = relaylink.of_one_try(relaylink.refusal_situation(frame))
            answer.set_exception(TroubleWith(said.kind, **said.facts))
        return True

    def _desktop(self, entry: TerminalEntry) -> OwnDesktop:
        this = entry.device == self._desk.me.device
        return OwnDesktop(entry.device, this, entry.present, entry.made_at * 1000, entry.by, entry.key.hex())

    def _tell(self) -> None:
        self._desk.tell(TerminalsChanged(self.shown))

    # --- the company --------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        if isinstance(event, OrganisationChanged):
            self._vouch()

    def _vouch(self) -> None:
        """Have the relay know the member key: from then on the key owner's files add desktops, too."""
        member = self._member()
        if member is not None and self._desk.link.is_online and member.author.certificate != self._vouched:
            self._vouched = member.author.certificate
            self._desk.tasks.spawn("vouch", self._say_member(member))

    async def _say_member(self, member: Member) -> None:
        key = ed25519_public(member.membership.member.expose())
        vouch = frames.Vouch(member.profile.organisation, key, member.author.certificate)
        try:
            await self._listed(vouch)
        except (RefusedBy, TroubleWith) as known:  # said anew at the next sign-in
            if known.situation.kind is not Kind.OFFLINE:
                log.trouble("not vouched", known)
            self._vouched = b""


def _realm(tx: Tx) -> str:
    mine = account.get(tx)
    return "" if mine is None else parse_address(mine.relay).realm


def _can_be(entries: list[TerminalEntry]) -> bool:
    """Whether an account can have these desktops."""
    numbers = {entry.device for entry in entries}
    fits = numbers.issubset(range(1, TERMINALS + 1)) and len(numbers) == len(entries)
    return fits and all(0 <= entry.made_at <= LATEST and 0 <= entry.by <= TERMINALS for entry in entries)


def _lowest_free(entries: list[TerminalEntry]) -> int | None:
    taken = {entry.device for entry in entries}
    return next((number for number in range(1, TERMINALS + 1) if number not in taken), None)
