"""Looking for newer company files at the company's own address (`updates` of the profile).

At the start, every few hours, and sooner while a message waits for a newer file; each time all the company's
desktops ask for the same file and say nothing of themselves. What comes of it stands in `Organisation`, no
alarm is raised. See `docs/protocol/company.md`, Fetching.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine

import msgspec

from watchword.core import clock
from watchword.core.desk import Desk
from watchword.core.proxies import Proxies
from watchword.model.company import Closed, Lookout, Reason
from watchword.model.errors import RefusedBy, TroubleWith
from watchword.model.events import ChatChanged, Event, LinkChanged, LinkState
from watchword.net.download import download, parse_link
from watchword.protocol.company.company_file import FILE_BYTES
from watchword.store import posts, received
from watchword.store.transaction import Tx

PERIOD_S = 4 * 3600.0
JITTER = 0.25
"""Each wait is longer or shorter by up to this part, so that a company's desktops do not ask all at once."""
LEAST_GAP_S, MOST_GAP_S = 60.0, 3600.0
"""While a message waits for a newer file, or nothing could be fetched: doubled each time it was in vain."""

FOR_A_NEWER_FILE = frozenset(
    {
        Reason.UNKNOWN_SENDER,
        Reason.UNVOUCHED,
        Reason.UNKNOWN_TAG,
        Reason.KEY_UNKNOWN,
        Reason.RING_TOO_OLD,
        Reason.REVOKED,
        Reason.KEY_NOT_VALID,
    }
)
"""What waits for one of these reasons may open, or leave, by the next company file."""

Take = Callable[[bytes], Coroutine[object, object, bool]]
"""Takes a company file; whether it was newer. Raises RefusedBy COMPANY_FILE, TroubleWith."""


class Round(msgspec.Struct, frozen=True):
    """Where the looking stands. Times by `clock.now`."""

    address: str = ""
    """Which was looked at; another one is looked at at once."""
    looked: float = 0.0
    gap: float = LEAST_GAP_S
    period: float = PERIOD_S
    wanted: bool = False
    """Whether something waited for a newer file when that was last asked."""
    failed: bool = False


def due(state: Round, address: str) -> float:
    """When to look next; for an address that was not looked at yet that is the beginning of time."""
    if state.address != address:
        return 0.0
    return state.looked + (state.gap if state.wanted or state.failed else state.period)


def asked(state: Round, wanted: bool) -> Round:
    """Whether something waits now: what newly does need not wait as long as what did in vain."""
    gap = LEAST_GAP_S if wanted and not state.wanted else state.gap
    return msgspec.structs.replace(state, wanted=wanted, gap=gap)


def looked(state: Round, address: str, now: float, roll: float, *, took: bool, failed: bool) -> Round:
    """After a look. `roll` is drawn from 0 to 1."""
    in_vain = not took and address == state.address and (state.wanted or state.failed)
    gap = min(MOST_GAP_S, 2 * state.gap) if in_vain else LEAST_GAP_S
    period = PERIOD_S * (1 + JITTER * (2 * roll - 1))
    return Round(address, now, gap, period, state.wanted, failed)


class Updates:
    """Keeps looking for as long as the client is open."""

    def __init__(
        self,
        desk: Desk,
        proxies: Proxies,
        *,
        address: Callable[[], str],
        take: Take,
        changed: Callable[[], None],
    ) -> None:
        """Look at nothing yet.

        Args:
            desk: shared.
            proxies: the way out.
            address: the company's address for updates; empty where it has none, or there is no company.
            take: what becomes of a file.
            changed: `state` is another.
        """
        self._desk = desk
        self._proxies = proxies
        self._address = address
        self._take = take
        self._changed = changed
        self._round = Round()
        self._mark = ""
        self._stirred = asyncio.Event()
        self._looking = asyncio.Lock()
        self.state = Lookout()
        self._stop = desk.listen(self._heard)

    def stir(self) -> None:
        """The address may be another, or something waits for a newer file."""
        self._stirred.set()

    def close(self) -> None:
        """Hear no more."""
        self._stop()

    async def run(self) -> None:
        """Look whenever it is time to."""
        while True:
            self._stirred.clear()
            address = self._address()
            if not address:
                await self._stirred.wait()
                continue
            wanted = await self._wanted()  # meanwhile the round may have become another
            self._round = asked(self._round, wanted)
            wait = due(self._round, address) - clock.now()
            if wait <= 0:
                await self.look()
            else:
                await self._pause(wait)

    async def look(self) -> Lookout:
        """Look now; what came of it."""
        async with self._looking:
            address = self._address()
            if address:
                await self._look(address)
        return self.state

    async def _look(self, address: str) -> None:
        if address != self._round.address:
            self._mark = ""
        tried, took, trouble = clock.wall_ms(), False, None
        try:
            took = await self._fetch(address)
        except (RefusedBy, TroubleWith) as known:
            trouble = known.situation
        self.state = Lookout(tried, clock.wall_ms() if took else self.state.taken, trouble)
        roll = secrets.randbelow(1 << 20) / (1 << 20)
        failed = trouble is not None
        self._round = looked(self._round, address, clock.now(), roll, took=took, failed=failed)
        self._changed()

    async def _fetch(self, address: str) -> bool:
        """Whether something newer was taken."""
        link = parse_link(address)
        found = await download(link, self._proxies.towards, limit=FILE_BYTES, mark=self._mark)
        # Taken whole: whoever had it looked for may have gone by now.
        took = found.data is not None and await self._desk.tasks.finish(self._take(found.data))
        self._mark = found.mark  # only of what was understood: all else is fetched anew
        return took

    async def _wanted(self) -> bool:
        try:
            waiting = await self._desk.db.read(_waiting)
        except TroubleWith:
            return False  # whoever needs what cannot be read says so
        return any(closed.reason in FOR_A_NEWER_FILE for closed in waiting)

    async def _pause(self, wait: float) -> None:
        """Until it is time, or somebody stirs; suspend stops timers, so a long wait is not one timer."""
        try:
            async with asyncio.timeout(min(wait, MOST_GAP_S)):
                await self._stirred.wait()
        except TimeoutError:
            return

    def _heard(self, event: Event) -> None:
        match event:
            case LinkChanged(LinkState.ONLINE) if self._round.failed:
                # The network is there again: what failed without it need not wait.
                self._round = msgspec.structs.replace(self._round, gap=LEAST_GAP_S)
                self.stir()
            case ChatChanged(chat) if chat.unsent is not None and chat.unsent.reason in FOR_A_NEWER_FILE:
                self.stir()
            case _:
                pass


def _waiting(tx: Tx) -> list[Closed]:
    """Why messages of others and own ones wait."""
    return [*(one.closed for one in received.withheld(tx)), *posts.reasons(tx)]
