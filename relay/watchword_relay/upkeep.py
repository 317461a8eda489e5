"""What a relay does by itself while it runs: the disk, what is over, whom and what its operator took away."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from watchword_relay import log
from watchword_relay.histories import AT_ONCE
from watchword_relay.lasting import again_and_again
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.nodes.asking import asked
from watchword_relay.realm import Realms
from watchword_relay.router import Router
from watchword_relay.store.contract import Store
from watchword_relay.writer import Writer
from watchword_wire import timing

DISK_SECONDS = 5.0
REALMS_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 600.0
EXPIRE_AT_ONCE = 1_000


class Upkeep:
    """The lasting tasks of one relay. `served` tells for how long it has run in all."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        router: Router,
        realms: Realms,
        disk: DiskWatch,
        limits: Limits,
        served: Callable[[], int],
    ) -> None:
        self._store = store
        self._writer = writer
        self._router = router
        self._realms = realms
        self._disk = disk
        self._limits = limits
        self._served = served

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """What is to run for good."""
        return [
            again_and_again(self._look_at_disk, lambda: DISK_SECONDS),
            again_and_again(self._look_at_realms, lambda: REALMS_SECONDS),
            again_and_again(self._keep_house, lambda: HOUSEKEEPING_SECONDS),
        ]

    async def _look_at_disk(self) -> None:
        before = self._disk.low
        try:
            free = await asyncio.to_thread(self._disk.look, self._store.space())
        except OSError as error:
            log.warning("store-trouble", reason=f"the disk cannot be looked at: {error.strerror}")
            return
        if self._disk.low != before:
            name = "disk-low" if self._disk.low else "disk-ok"
            log.warning(name, free_mb=free // 1_048_576)

    async def _look_at_realms(self) -> None:
        """Leave and erase what an operator took away, and turn out whom they blocked."""
        nodes = self._store.nodes
        self._router.turn_out(await asked(nodes, self._store.blocked))
        taken_away = await asked(nodes, self._store.taken_away)
        await self._router.close_realms()
        for number in taken_away:
            if nodes is not None and await self._writer.run(partial(nodes.is_peopled, number)):
                # Each node tells its own people; of a realm that is erased they would be as if removed.
                continue
            while await self._writer.run(partial(self._store.erase, number, EXPIRE_AT_ONCE)):
                pass
            log.event("realm-erased")

    async def _keep_house(self) -> None:
        """Delete what is over."""
        now = self._served()
        await self._writer.run(lambda: self._store.keep_served(now))
        expired = False
        while levels := await self._writer.run(
            lambda: self._store.expire(now - self._limits.kept, now, EXPIRE_AT_ONCE)
        ):
            for realm in self._realms:
                realm.boxes.update(levels)
            expired = True
        while await self._writer.run(lambda: self._store.expire_history(now, AT_ONCE)):
            expired = True
        await self._writer.run(lambda: self._store.forget_recalls(now - int(timing.RECALL_KEPT)))
        await self._writer.run(lambda: self._store.forget_removed(now - timing.REMOVED_KEPT))
        forgotten = await self._writer.run(
            lambda: self._store.forget_verdicts(now - int(timing.VERDICT_KEPT))
        )
        if expired:
            log.event("expired")
        if forgotten:
            log.event("verdicts-forgotten", count=forgotten)
