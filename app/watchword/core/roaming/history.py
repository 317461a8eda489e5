"""Roaming history: what came before this desktop was there is fetched page by page, and opened in order.

How far it got is kept with each page, so a restart, a lost connection or a wrong answer costs no more than
that page is asked for again. The next page is fetched once the last was opened, or tried: nothing heaps up.
See `docs/protocol/wire.md`, History, and `docs/protocol/rooms.md`, Late joiners.
"""

import asyncio
from collections.abc import Awaitable, Callable

from watchword import log
from watchword.core import clock
from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.core.roaming import pages
from watchword.core.roaming.questions import Questions, Unanswered
from watchword.core.tasks import situation_of
from watchword.model.errors import RefusedBy, TroubleWith
from watchword.model.events import HistoryChanged
from watchword.model.roaming import HistoryShown
from watchword.store import histories, received
from watchword.store.histories import EVERYTHING, Fetched
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError
from watchword_wire.frames import AskHistory, History, Share, Shared
from watchword_wire.limits import PAGE_ENTRIES

LEAST_PAUSE, MOST_PAUSE = 2.0, 600.0
"""Seconds until what went wrong, or is not there yet, is asked for again; doubled each time."""

NO_ROOM_PAUSE = 60.0
"""Seconds until more is asked for where too much waits here to be opened."""

MOST_KEPT_S = 10 * 366 * 24 * 3_600
"""No relay is believed to keep a message for longer."""

LATE_MS = 14 * 24 * 3_600 * 1_000
"""So long a room is looked at whose history somebody may still share."""


class Fetching:
    """Fetches and shares the relay's history, for as long as the client is open."""

    def __init__(
        self,
        desk: Desk,
        questions: Questions,
        member: Callable[[], Member | None],
        *,
        came: Callable[[], None],
        tried: asyncio.Event,
        say_shared: Callable[[bytes, str], Awaitable[None]],
    ) -> None:
        """Fetch nothing yet.

        Args:
            desk: shared.
            questions: the way to the relay.
            member: by whose policy.
            came: message data were kept that wait to be opened.
            tried: set each time some of what waits was opened, or tried.
            say_shared: tells somebody that a room's history is at the relay for them now.
        """
        self._desk = desk
        self._say_shared = say_shared
        self._questions = questions
        self._member = member
        self._came = came
        self._stirred = asyncio.Event()
        self._tried = tried
        self._pause = LEAST_PAUSE
        self._found: set[bytes] = set()
        """Rooms of whose history some was found since the program began to look for it."""
        self._kept_s: int | None = None
        """Of a sign-in that is not noted yet."""
        self.shown = HistoryShown()

    def signed_in(self, kept_s: int) -> None:
        """Look again; `kept_s` is for how long the relay keeps a message for who is away."""
        self._kept_s = min(max(0, kept_s), MOST_KEPT_S)
        self.stir()

    def stir(self) -> None:
        """Look again: signed in, another company file, something to share, or more room."""
        self._pause = LEAST_PAUSE
        self._stirred.set()

    async def run(self) -> None:
        """Fetch and share what there is."""
        while True:
            self._stirred.clear()
            pause = await self._turn()
            try:
                async with asyncio.timeout(pause):
                    await self._stirred.wait()
            except TimeoutError:
                continue

    async def _turn(self) -> float | None:
        """Do all that can be done now; returns in how many seconds to look again, None for when stirred."""
        try:
            await self._begin()
            while await self._share():
                pass
            return await self._fetch_all()
        except Unanswered as unanswered:
            return unanswered.pause
        except PeerError as error:
            log.trouble("page of history refused", error)
        except (TroubleWith, RefusedBy) as trouble:
            self._desk.report(situation_of("history", trouble))
        pause, self._pause = self._pause, min(2 * self._pause, MOST_PAUSE)
        return pause

    def _policy_roams(self) -> Member | None:
        member = self._member()
        return member if member is not None and member.profile.policy.roaming else None

    async def _begin(self) -> None:
        """From when the policy first says so; and once more after a time that no message waits."""
        member, kept_s, at = self._policy_roams(), self._kept_s, clock.wall_ms()
        if member is None:
            return
        wanted = member.profile.policy.retention
        await self._desk.db.write(lambda tx: histories.begin(tx, EVERYTHING, at))
        if kept_s is not None:
            kept_ms = 1_000 * (min(wanted, kept_s) if wanted else kept_s)
            await self._desk.db.write(lambda tx: histories.signed_in(tx, at, kept_ms))
            self._kept_s = None

    # --- fetching -----------------------------------------------------------------------

    async def _fetch_all(self) -> float | None:
        member = self._policy_roams()
        if member is None or not self._desk.link.is_online:
            await self._tell()
            return None
        pause = None
        for fetched in await self._desk.db.read(histories.unfinished):
            found = await self._fetch(fetched)
            if not found and fetched.conversation != EVERYTHING:  # nobody has shared it, or not all of it
                pause, self._pause = self._pause, min(2 * self._pause, MOST_PAUSE)
        return pause

    async def _fetch(self, fetched: Fetched) -> bool:
        """Fetch one history to its end; whether that is all there will be."""
        found = 0
        while True:
            member = self._policy_roams()
            if member is None:
                return True
            conversation = fetched.conversation or None
            question = AskHistory(fetched.place, PAGE_ENTRIES, conversation)
            answer = await self._questions.ask(question, History)
            pages.check(fetched, answer)
            judged = await pages.judge(member, answer.entries)
            at, before = clock.wall_ms(), fetched

            def keep(tx: Tx) -> bool:
                return pages.keep(tx, before, answer, judged, at)  # noqa: B023 - awaited in the same round

            whole = await self._desk.db.write(keep)
            found += len(judged)
            self._came()
            await self._tell()
            await self._wait_until_opened()
            if not whole:  # until some of what waits here was opened
                raise Unanswered(NO_ROOM_PAUSE)
            if not answer.rest:
                break
            fetched = await self._desk.db.read(lambda tx: _again(tx, before))  # noqa: B023 - awaited here
        return await self._close(fetched, found)

    async def _close(self, fetched: Fetched, found: int) -> bool:
        """All that there is is here; of a room that was joined late more may come."""
        late = fetched.conversation != EVERYTHING
        waits = clock.wall_ms() - fetched.begun_at < LATE_MS
        if found:
            self._found.add(fetched.conversation)
        if late and waits and (found or fetched.conversation not in self._found):
            return False
        self._found.discard(fetched.conversation)
        await self._desk.db.write(lambda tx: histories.close(tx, fetched.conversation))
        await self._tell()
        return True

    async def _wait_until_opened(self) -> None:
        """Until everything that was fetched was tried: what cannot be opened stays, with its reason."""
        self._tried.clear()
        while await self._desk.db.read(lambda tx: received.past(tx, tried=False)):
            await self._tried.wait()
            self._tried.clear()
            await self._tell()

    async def _tell(self) -> None:
        shown = await self._desk.db.read(_shown) if self._policy_roams() else HistoryShown()
        if shown != self.shown:
            self.shown = shown
            self._desk.tell(HistoryChanged(shown))

    # --- sharing ------------------------------------------------------------------------

    async def _share(self) -> bool:
        """Share what is to be shared next; False if there is nothing, or it may not be."""
        member = self._policy_roams()
        if member is None or not member.profile.policy.late or not self._desk.link.is_online:
            return False
        next_one = await self._desk.db.read(histories.to_share)
        if next_one is None:
            return False
        conversation, account = next_one
        await self._questions.ask(Share(conversation, account, 0), Shared)
        await self._say_shared(conversation, account)
        await self._desk.db.write(lambda tx: histories.shared(tx, conversation, account))
        return True


def _again(tx: Tx, fetched: Fetched) -> Fetched:
    """The same history as it is in the store now."""
    found = [one for one in histories.unfinished(tx) if one.conversation == fetched.conversation]
    return found[0] if found else fetched


def _shown(tx: Tx) -> HistoryShown:
    unfinished = [one for one in histories.unfinished(tx) if one.rest or received.past(tx, tried=False)]
    total = sum(one.total for one in unfinished)
    missing = sum(one.rest for one in unfinished) + received.past(tx, tried=False)
    withheld = received.past(tx, tried=True)
    return HistoryShown(bool(unfinished), max(0, total - missing), total, withheld)
