"""What the event loop asks the store and does not wait for: a database may be long in answering."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from watchword_relay.store.nodes import Nodes

_T = TypeVar("_T")


async def asked(nodes: Nodes | None, question: Callable[[], _T]) -> _T:
    """Ask the store in the thread for that; where it is a file, which answers at once, here.

    Raises:
        StoreTrouble: nobody can say now.
    """
    if nodes is None:
        return question()
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_T] = loop.create_future()

    def tell(found: _T) -> None:
        if not answer.done():  # else nobody waits for it any more
            answer.set_result(found)

    def fail(error: Exception) -> None:
        if not answer.done():
            answer.set_exception(error)

    def read() -> None:
        try:
            found = question()
        except Exception as error:  # noqa: BLE001 - the thread's border: whoever asked hears of it
            loop.call_soon_threadsafe(fail, error)
        else:
            loop.call_soon_threadsafe(tell, found)

    nodes.read(read)
    return await answer
