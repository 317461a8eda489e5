"""Work that a relay does again and again until it stops, whatever becomes of one time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from watchword_relay import log
from watchword_relay.store.contract import StoreTrouble


async def again_and_again(work: Callable[[], Coroutine[Any, Any, None]], pause: Callable[[], float]) -> None:
    """Do some work, wait, do it again, for good.

    A store that has a trouble is asked again later; that is logged once until it is over. A mistake of ours
    is logged each time and ends nothing: a relay that looks at its disk no more seems well until it is full.

    Args:
        work: one time of it.
        pause: seconds until the next, asked each time.
    """
    said = False
    while True:
        try:
            await work()
            said = False
        except StoreTrouble as trouble:
            if not said:
                log.warning("store-trouble", reason=str(trouble))
            said = True
        except Exception as error:  # noqa: BLE001 - the task's border: it must outlive a mistake of ours
            log.bug(error)
        await asyncio.sleep(pause())
