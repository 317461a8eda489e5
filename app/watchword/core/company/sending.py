"""F7, sending: content is sealed as soon as the company's method can, kept, and only then posted (`posting`).

A provider that is down, slow, wrong or killed in mid-call leaves the message where it is, with the reason; it
is tried again after a pause and whenever something changed, and never goes in a weaker form. See
`docs/protocol/store.md`, Outbox.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

import msgspec

from watchword.core import clock, sessions
from watchword.core.company import message_data
from watchword.core.company.membership import Member
from watchword.core.company.message_data import Sealed
from watchword.core.company.posting import Posting, Terms, give_up, terms
from watchword.core.company.providers import Providers
from watchword.core.desk import Desk
from watchword.core.tasks import goes_well
from watchword.model.chat import Delivery
from watchword.model.company import Closed, Reason
from watchword.model.events import Event, MessageChanged
from watchword.model.room import Unreached
from watchword.protocol import content
from watchword.store import chats, messages, outbox, posts, rooms, sealings
from watchword.store.posts import Post
from watchword.store.transaction import Tx

PAGE = 16
"""So much content is read at once."""

RETRY = 5.0
"""Seconds until what the disk refused is tried again."""

LEAST_PAUSE, MOST_PAUSE = 1.0, 60.0
"""Seconds until a provider that failed is asked again; doubled each time."""

AHEAD = 64
"""So many envelopes of a session may be without the relay's OK before more is sealed in it: a newer company
file takes them back, and over 256 numbers that are left out a ratchet does not go."""

OF_ONE = frozenset({Reason.MEMBER_GONE, Reason.SESSION_WANTED})
"""Reasons that keep one conversation waiting; all others keep every one."""

BY_HAND = frozenset(
    {
        Reason.PIN_WANTED,
        Reason.PIN_WRONG,
        Reason.PIN_WRONG_FEW_LEFT,
        Reason.PIN_WRONG_LAST_TRY,
        Reason.PIN_LOCKED,
    }
)
"""Reasons after which nothing is tried by itself: nobody is asked for a PIN without having done something."""


class _Inside(msgspec.Struct, frozen=True):
    """Message data for one member, and the session that carries them."""

    target: str
    h: bytes
    sealed: Sealed


class Ready(NamedTuple):
    """Content of a company's room as it may be sealed now."""

    post: Post
    """With the people it is for, and the content that names list and people."""
    standing: bytes | None
    """By what it is sealed, which has to stand when it is kept; None for what the program itself says."""
    missed: tuple[str, ...]
    """Who is in the room and is not reached."""


class RoomsSide(Protocol):
    """What the company's rooms say of content of theirs."""

    def ready(self, post: Post) -> Ready | None:
        """As it may be sealed now; None while it has to wait."""
        ...

    def keep_s(self, room: bytes) -> int:
        """How long the relay is asked to keep a message; 0 for the policy's."""
        ...


class Sending:
    """The way out of a company's conversations."""

    def __init__(
        self,
        desk: Desk,
        providers: Providers,
        member: Callable[[], Member | None],
        put_out: Callable[[], None],
        rooms: RoomsSide,
    ) -> None:
        """Send nothing yet. `put_out` stirs the outbox of the passphrase sessions."""
        self._rooms = rooms
        self._desk = desk
        self._providers = providers
        self._member = member
        self._put_out = put_out
        self.posting = Posting(desk, self._terms)
        self._stirred = asyncio.Event()
        self._at_it = False
        self._again = 0.0
        """When content that waits is tried again; 0 while none waits for a time."""
        self._pause = LEAST_PAUSE
        self._due = True
        """Whether content may be tried now: not while a provider that failed is given time."""
        self._wakes = 0
        self._stuck: dict[bytes, Closed] = {}
        """Conversations that wait for a reason of their own, not tried until something changed."""

    @property
    def busy(self) -> bool:
        """Whether there is something to seal now."""
        return self._at_it or self._stirred.is_set()

    # --- what others say ----------------------------------------------------------------

    def stir(self) -> None:
        """Look at the store again: something was put there."""
        self._stirred.set()

    def wake(self) -> None:
        """Try all that waits now: ring, profile, a provider or a session changed, or somebody acted."""
        self._due, self._pause = True, LEAST_PAUSE
        self._wakes += 1
        self._stuck.clear()
        self.stir()

    # --- the task -----------------------------------------------------------------------

    async def run(self) -> None:
        """Seal for as long as the client is open; `posting` sends beside it."""
        while True:
            await self._wait()
            self._stirred.clear()
            self._at_it = True
            well = await goes_well("company sending", self._seal_all, self._desk.report)
            self._at_it = False
            await self._providers.rest()
            if not well:
                await asyncio.sleep(RETRY)
                self.stir()

    async def _wait(self) -> None:
        left = max(0.0, self._again - clock.now()) if self._again else MOST_PAUSE
        try:
            async with asyncio.timeout(left):
                await self._stirred.wait()
        except TimeoutError:
            if self._again:
                self._due, self._again = True, 0.0
                self._stuck.clear()

    # --- sealing ------------------------------------------------------------------------

    async def _seal_all(self) -> None:
        """Seal what waits, in order; a reason that keeps every message waiting is noted with each, once."""
        if not self._due:
            return
        wakes = self._wakes
        down: Closed | None = None
        behind: set[bytes] = (
            set()
        )  # conversations in which something stays: nothing may overtake it in this turn
        after = 0
        while found := await self._desk.db.read(partial(_unsealed, after)):
            for post in found:
                after, woken = post.seq, self._wakes
                closed = down or self._stuck.get(post.conversation)
                ready = self._ready(post)
                if closed is None and (
                    ready is None or post.conversation in behind or await self._is_ahead(ready.post)
                ):
                    behind.add(post.conversation)
                    continue
                if closed is None and ready is not None:
                    closed = await self._seal(ready)
                if closed is None:
                    continue
                if closed.reason in OF_ONE:
                    behind.add(post.conversation)
                    if woken == self._wakes:  # else what it waits for may have come meanwhile
                        self._stuck[post.conversation] = closed
                else:
                    down = closed
                await self._note(post, closed)
        self._due = down is None or wakes != self._wakes  # woken meanwhile: tried again at once
        if down is None:
            self._pause = LEAST_PAUSE
        elif down.reason not in BY_HAND:
            self._again = clock.now() + self._pause
            self._pause = min(2 * self._pause, MOST_PAUSE)

    def _ready(self, post: Post) -> Ready | None:
        return Ready(post, None, ()) if post.room is None else self._rooms.ready(post)

    async def _is_ahead(self, post: Post) -> bool:
        """Whether enough is under way inside the sessions that this one would go in."""
        member = self._member()
        if member is None or not member.profile.policy.session:
            return False
        return await self._desk.db.read(partial(_ahead, post))

    async def _seal(self, ready: Ready) -> Closed | None:
        """Seal one content by the newest company file and keep it, or say why not.

        A provider may take long: what came of an older file by then is dropped.
        """
        member, post = self._member(), ready.post
        if member is None:
            return Closed(Reason.NOT_JOINED)
        if not post.targets:  # everybody left the room meanwhile
            self._desk.tell(*await self._desk.db.write(lambda tx: give_up(tx, post.id)))
            return None
        if member.profile.policy.session:
            return await self._seal_inside(member, ready)
        sealed = await _assembled(member, self._providers, post)
        if self._member() is not member:
            return await self._once_more(post)
        if isinstance(sealed, Closed):
            return await self._give_up_if_hopeless(post, sealed)

        def keep(tx: Tx) -> list[Event]:
            if not _stands(tx, ready):
                return []
            events: list[Event] = []
            if posts.seal(tx, post, sealed.data):
                events += _addressed(tx, ready)
                if post.message is not None:
                    sealings.keep(tx, post.message, sealed.sealing)
            return events if post.closed is None else [*events, *_changed(tx, post)]

        self._desk.tell(*await self._desk.db.write(keep))
        self.posting.stir()
        return None

    async def _once_more(self, post: Post) -> Closed | None:
        """Another company file came while it was sealed."""
        ready = self._ready(post)
        if ready is None:
            self.stir()
        return None if ready is None else await self._seal(ready)

    async def _seal_inside(self, member: Member, ready: Ready) -> Closed | None:
        """Policy "both": for each member message data of their own, in the envelope of their session."""
        post = ready.post

        def look(tx: Tx) -> dict[str, bytes]:
            found = {target: sessions.open_with(tx, target) for target in post.targets}
            return {target: session.h for target, session in found.items() if session is not None}

        carriers = await self._desk.db.read(look)
        if message_data.is_gone(member, post.targets):
            return Closed(Reason.MEMBER_GONE)
        if any(target not in carriers for target in post.targets):  # before anybody is asked for a PIN
            return Closed(Reason.SESSION_WANTED)
        inside: list[_Inside] = []
        for target in post.targets:
            sealed = await _assembled(member, self._providers, post, carriers[target])
            if self._member() is not member:
                return await self._once_more(post)
            if isinstance(sealed, Closed):
                return await self._give_up_if_hopeless(post, sealed)
            inside.append(_Inside(target, carriers[target], sealed))
        events = await self._desk.db.write(partial(_put_inside, ready, inside))
        if events is None:
            return Closed(Reason.SESSION_WANTED)
        self._desk.tell(*events)
        self._put_out()
        return None

    async def _give_up_if_hopeless(self, post: Post, closed: Closed) -> Closed | None:
        """A message that can never be sealed makes way for those behind it."""
        if closed.reason is not Reason.TOO_LONG:
            return closed
        self._desk.tell(*await self._desk.db.write(lambda tx: give_up(tx, post.id)))
        return None

    async def _note(self, post: Post, closed: Closed) -> None:
        if post.closed != closed:
            self._desk.tell(*await self._desk.db.write(partial(_noted, post, closed)))

    def _terms(self, post: Post) -> Terms:
        member = self._member()
        found = Terms(0, 0) if member is None else terms(member.profile.policy, post)
        wished = 0 if post.room is None else self._rooms.keep_s(post.room)
        if not wished:
            return found
        found = found._replace(keep_s=min(wished, found.keep_s) if found.keep_s else wished)
        if post.said is not None:  # without what was signed a further desktop would not know the room
            return found
        return found._replace(roam_s=min(wished, found.roam_s))


async def _assembled(
    member: Member, providers: Providers, post: Post, h: bytes | None = None
) -> Sealed | Closed:
    said = post.content or b""
    now = time.time()
    return await message_data.assemble(member, providers, post.id, post.targets, said, now, h, post.room)


def _unsealed(after: int, tx: Tx) -> list[Post]:
    return posts.unsealed(tx, PAGE, after)


def _ahead(post: Post, tx: Tx) -> bool:
    found = [sessions.open_with(tx, target) for target in post.targets]
    return any(session is not None and outbox.count(tx, session.h) >= AHEAD for session in found)


def _noted(post: Post, closed: Closed, tx: Tx) -> list[Event]:
    return _changed(tx, post) if posts.close(tx, post, closed) else []


def _stands(tx: Tx, ready: Ready) -> bool:
    """Whether a text of a room still is for the people that it was sealed for."""
    room = ready.post.room
    return room is None or ready.standing is None or rooms.stands(tx, room, ready.standing)


def _addressed(tx: Tx, ready: Ready) -> list[Event]:
    """Note for whom content of a room is, now that it is sealed; what all of them have does not leave."""
    post = ready.post
    if post.room is None:
        return []
    lacks = posts.address(tx, post.id, post.targets)
    if not lacks:
        posts.drop(tx, post.id)
    if post.message is None:
        return []
    sealings.address(tx, post.message, post.id, post.targets)
    rooms.miss(tx, post.message, dict.fromkeys(ready.missed, Unreached.LAPSED))
    moved = None if lacks else messages.advance(tx, post.message, Delivery.RELAYED)
    return [] if moved is None else [MessageChanged(moved)]


def _put_inside(ready: Ready, inside: list[_Inside], tx: Tx) -> list[Event] | None:
    """Seal message data in their sessions, all or none; None if a session is another one meanwhile."""
    post = ready.post
    if not _stands(tx, ready):
        return []
    carriers = [(one, sessions.open_with(tx, one.target)) for one in inside]
    found = posts.get(tx, post.id)
    if found is None or found.data is not None or not posts.is_next(tx, post):
        return []
    if any(session is None or session.h != one.h for one, session in carriers):
        return None
    _addressed(tx, ready)
    for one, session in carriers:
        assert session is not None  # noqa: S101 - looked at just above
        sessions.seal(tx, session, content.encode(content.Data(one.sealed.data)), message=post.message)
        if post.message is not None:
            sealings.keep(tx, post.message, one.sealed.sealing)
            sealings.inside(tx, post.message, one.target, one.h)
    if post.message is None:
        posts.drop(tx, post.id)  # what the program said to a room
    else:
        posts.seal(tx, post, inside[0].sealed.data, inside=True)
    return [] if post.closed is None else _changed(tx, post)


def _changed(tx: Tx, post: Post) -> list[Event]:
    chat = chats.find_company(tx, post.conversation)
    return [] if chat is None else sessions.changed(tx, chat)
