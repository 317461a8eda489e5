"""F7, to the relay: message data that are sealed leave in order, and stay here until the relay has said OK.

The same bytes under the same id go again until then. Whoever has no room at the relay is sent nothing more
until there is some, then what waits for them alone, in order; everybody else goes on. No provider is asked
for anything here, so that nothing here waits for one. See `docs/protocol/store.md`, Outbox, and
`docs/protocol/wire.md`, Message data and Order.
"""

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple

from watchword import log
from watchword.core import clock, sessions
from watchword.core.answers import Answers
from watchword.core.desk import Desk
from watchword.core.outbox import LEAST_PAUSE, PUT_OFF, RETRY
from watchword.core.tasks import goes_well
from watchword.core.window import Window, fill
from watchword.model.chat import Delivery
from watchword.model.errors import Kind, Situation
from watchword.model.events import Event, MessageChanged
from watchword.protocol.company import receipt
from watchword.protocol.company.profile import Policy
from watchword.protocol.relaylink import refusal_situation
from watchword.store import messages, posts
from watchword.store.posts import Post
from watchword.store.transaction import Tx
from watchword_wire import frames
from watchword_wire import message_data as wire
from watchword_wire.frames import Partly, Refusal, RefusalCode
from watchword_wire.message_data import in_order, mark, marked

_NEVER = {RefusalCode.TOO_LARGE, RefusalCode.OUT_OF_TURN}


class _Leaving(NamedTuple):
    """Whom something on its way is for."""

    targets: tuple[str, ...]
    """All of its head."""
    left: frozenset[str]
    """Who has it not, by what the relay said."""
    meant: frozenset[str]
    """Those of them to whom it was sent, as far as the relay did not say that they have no room."""


class Terms(NamedTuple):
    """For how many seconds the relay is asked to keep a message; 0 leaves it to the relay, or is none."""

    keep_s: int
    """In the queues of those who do not fetch it."""
    roam_s: int
    """As history, for further desktops."""


class Posting:
    """Sealed message data, from the store to the relay's OK."""

    def __init__(self, desk: Desk, terms: Callable[[Post], Terms]) -> None:
        """Send nothing yet. `terms`: for how long the relay is asked to keep a message now."""
        self._desk = desk
        self._terms = terms
        self.handed: set[bytes] = set()
        """What the relay may have: it was given to the link, and no answer is in the store."""
        self.held: set[int] = set()
        """Texts that are just being taken back."""
        self._stirred = asyncio.Event()
        self._window = Window()
        self._answers = Answers(desk, self._window)
        self.not_before = 0.0
        """When the relay takes anything again."""
        self._leaving: dict[bytes, _Leaving] = {}
        """What was sent on this connection and is not settled."""
        self._had: dict[bytes, frozenset[str]] = {}
        """Of what the relay took for some: who has it. To be brought into the store."""
        self._paused: frozenset[str] = frozenset()
        """Accounts that are sent nothing in this turn."""

    # --- what the relay says ------------------------------------------------------------

    def online(self) -> None:
        """Signed in: everything without an OK is sent again."""
        self._window.start_over()
        self._window.take_all_in()
        self._leaving.clear()
        self.not_before = 0.0
        self.stir()

    def disconnected(self) -> None:
        """Cut off: what had no OK may be lost."""
        self._window.start_over()

    def acknowledged(self, ids: list[bytes]) -> list[bytes]:
        """Take the relay's OK for message data; returns the ids that are of something else."""
        mine = [one for one in ids if one in self._window]
        for one in mine:
            self._had.pop(one, None)
        if mine:
            self._answers.acknowledged += mine
            self.stir()
        return [one for one in ids if one not in self._window]

    def taken_for_some(self, partly: Partly) -> None:
        """The relay has it for all but some: it is kept for these, who are sent nothing more for a while.

        Raises:
            PeerError: what the relay says means nobody, or somebody whom it is not for.
        """
        leaving = self._leaving.get(partly.id)
        if leaving is None:
            return
        without = marked(leaving.targets, str(self._desk.me), partly.full)
        everybody = frozenset((*leaving.targets, self._desk.me.account))
        had = self._had.get(partly.id, everybody - leaving.left)
        self._had[partly.id] = had.union(everybody.difference(without))
        self._answers.acknowledged.append(partly.id)
        full = leaving.meant.intersection(without)
        self._leaving[partly.id] = leaving._replace(meant=leaving.meant - full)
        if full:
            self._no_room(full, clock.now() + RETRY)
        self.stir()

    def _no_room(self, accounts: Collection[str], again: float) -> None:
        """Send these nothing before that moment."""
        for account in accounts:
            self._window.pause(account, again)
        self._window.renew()
        self._desk.report(Situation(Kind.RELAY_QUOTA, {"account": min(accounts)}), lasting=True)

    def refused(self, refusal: Refusal) -> bool:
        """Keep what the relay would not store and try again later; False if it is of something else."""
        if refusal.about not in self._window:
            return False
        situation = refusal_situation(refusal)
        log.trouble("message data refused", kind=situation.kind.value, code=int(refusal.code))
        again = clock.now() + (max(refusal.retry_ms / 1000, LEAST_PAUSE) if refusal.retry_ms else RETRY)
        if refusal.code in _NEVER:
            self._answers.never.append(refusal.about)
        elif refusal.code == RefusalCode.QUOTA:
            self._window.settled(refusal.about)
            # Whether the own account has room is not said by this: it is asked alone.
            meant = self._leaving[refusal.about].meant
            self._no_room(meant - {self._desk.me.account} or meant, again)
        else:
            self.put_off(again)
        if refusal.code != RefusalCode.QUOTA:
            self._desk.report(situation, lasting=refusal.code not in _NEVER)
        self.stir()
        return True

    def put_off(self, until: float) -> None:
        """Send nothing before that moment, and then all that has no OK: the relay would refuse everything."""
        self.not_before = max(self.not_before, until)
        self._window.start_over()

    def under_way(self, post: Post) -> frozenset[str]:
        """To whom it may have been sent on this connection or another, without an answer that is here."""
        if post.id not in self.handed:
            return frozenset()
        leaving = self._leaving.get(post.id)
        return frozenset(post.targets) if leaving is None else leaving.meant

    # --- the task -----------------------------------------------------------------------

    def stir(self) -> None:
        """Look at the store again: something was put there."""
        self._stirred.set()

    def taken_back(self) -> None:
        """Message data are not in the store any more: what is being read leaves only if it still is."""
        self._window.renew()
        self.stir()

    async def run(self) -> None:
        """Send what is sealed, for as long as the client is open."""
        while True:
            await self._wait()
            self._stirred.clear()
            parts = self._settle, self._send_all
            if not all([await goes_well("company posting", part, self._desk.report) for part in parts]):
                await asyncio.sleep(RETRY)
                self.stir()

    async def _wait(self) -> None:
        late = await self._window.waits(
            self._stirred, online=self._desk.link.is_online, paused_to=self.not_before
        )
        if late:
            log.note("no OK in time for message data", count=late)

    async def _send_all(self) -> None:
        """Hand to the link what has no OK yet, in order."""
        self._window.take_in()
        if not self._desk.link.is_online or clock.now() < self.not_before:
            return
        self._window.sent_to = 0  # what waited for its own reason is sealed later than what was written later
        filled = await fill(self._window, self._read, self._leaves)
        if filled.more:
            self.stir()
        if filled.nothing_waits:
            self._desk.mended(*PUT_OFF)

    async def _read(self, after: int, limit: int, full: tuple[str, ...]) -> list[Post]:
        # Whoever is left out of something on its way is sent nothing later before that is answered.
        under_way = [one for post_id, one in self._leaving.items() if post_id in self._window]
        self._paused = frozenset(full).union(*(one.left - one.meant for one in under_way))
        without = tuple(self._paused)
        return await self._desk.db.read(
            lambda tx: posts.sealed(tx, after=after, limit=limit, without=without, me=self._desk.me.account)
        )

    def _leaves(self, post: Post) -> bool:
        if post.data is None or post.message in self.held or not self._window.fits(post.size):
            return False
        me, targets = self._desk.me, in_order(post.targets)
        everybody = frozenset((*targets, me.account))
        left = everybody if post.missing is None else everybody.intersection(post.missing)
        meant = left - self._paused
        only = b"" if meant == everybody else mark(targets, str(me), meant)
        if not self._desk.link.send(frames.Post(post.data, *self._terms(post), only=only)):
            return False
        self._window.left(post)
        self._leaving[post.id] = _Leaving(targets, left, meant)
        self.handed.add(post.id)
        return True

    async def _settle(self) -> None:
        answered = {*self._answers.acknowledged, *self._answers.never}
        had, self._had = self._had, {}
        try:
            settled = await self._answers.settle(partial(_settled, self._desk.me.account, had))
        except BaseException:
            for post_id, accounts in had.items():
                self._had[post_id] = self._had.get(post_id, accounts) | accounts
            raise
        if settled:
            for post_id in [post_id for post_id in self._leaving if post_id not in self._window]:
                del self._leaving[post_id]
            self.handed -= answered
            self.stir()  # there is room for more


def _settled(
    me: str, had: dict[bytes, frozenset[str]], tx: Tx, ids: list[bytes], never: list[bytes]
) -> list[Event]:
    events: list[Event] = []
    for post_id in ids:
        post = posts.get(tx, post_id)
        left: frozenset[str] = frozenset()
        if post is not None and post_id in had:  # it may be for others by now than when it was sent
            left = frozenset((*post.targets, me) if post.missing is None else post.missing) - had[post_id]
        if left:
            posts.lack(tx, post_id, in_order(left))
        else:
            posts.drop(tx, post_id)
        if post is None or post.message is None or (left and left.issuperset(post.targets)):
            continue
        moved = messages.advance(tx, post.message, Delivery.RELAYED)
        events += [] if moved is None else [MessageChanged(moved)]
        if moved is not None and post.closed is not None:  # taken back, while the relay had it already
            events += sessions.changed(tx, moved.chat)
    return events + [event for post_id in never for event in give_up(tx, post_id)]


def terms(policy: Policy, post: Post) -> Terms:
    """What the policy says. A receipt is nothing that somebody would look for later."""
    head = None if post.message is not None else wire.decode(post.data or b"").head
    roams = head is None or not receipt.is_one(head) or receipt.is_note(head)
    return Terms(policy.retention, policy.roaming if roams else 0)


def give_up(tx: Tx, post_id: bytes) -> list[Event]:
    """Take out what can never go; a text is offered as *Send again*."""
    post = posts.drop(tx, post_id)
    stranded = None if post is None or post.message is None else messages.give_up(tx, post.message)
    return [] if stranded is None else [MessageChanged(stranded), *sessions.changed(tx, stranded.chat)]
