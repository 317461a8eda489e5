"""Questions about history, one at a time: a frame leaves, and its answer comes, or the connection goes.

See `docs/protocol/wire.md`, History: another question before the answer would break the connection.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from watchword import log
from watchword.core.desk import Desk
from watchword.core.outbox import LEAST_PAUSE, RETRY
from watchword_wire import codec
from watchword_wire.frames import AskHistory, History, Refusal, RefusalCode, Share, Shared

ANSWER = 60.0
"""Seconds that the relay is given for an answer."""

_Answer = TypeVar("_Answer", History, Shared)


class Unanswered(Exception):
    """No answer came; `pause` is in how many seconds it may be asked again, None once signed in anew."""

    def __init__(self, pause: float | None) -> None:
        super().__init__("no answer")
        self.pause = pause


class Questions:
    """The one question that is open."""

    def __init__(self, desk: Desk, renew: Callable[[], None]) -> None:
        """Ask nothing yet. `renew` ends the connection and makes another."""
        self._desk = desk
        self._renew = renew
        self._open: asyncio.Future[History | Shared] | None = None
        self._about = b""
        """What a refusal of it is about."""

    async def ask(self, frame: AskHistory | Share, kind: type[_Answer]) -> _Answer:
        """Ask, and wait for the answer.

        Raises:
            Unanswered: there is none.
        """
        if not self._desk.link.send(frame):
            raise Unanswered(None)
        self._open, self._about = asyncio.get_running_loop().create_future(), codec.number_of(type(frame))
        try:
            async with asyncio.timeout(ANSWER):
                answer = await self._open
        except TimeoutError as error:
            self._renew()  # whether the answer is still to come nobody knows
            raise Unanswered(None) from error
        finally:
            self._open = None
        if not isinstance(answer, kind):
            log.trouble("another answer than was asked for", frame=type(answer).__name__)
            raise Unanswered(RETRY)
        return answer

    def answered(self, frame: History | Shared) -> None:
        """Take the relay's answer; what nobody asked for is passed over."""
        if self._open is None or self._open.done():
            log.trouble("an answer that nobody asked for", frame=type(frame).__name__)
        else:
            self._open.set_result(frame)

    def refused(self, refusal: Refusal) -> bool:
        """Take the relay's *later*; False if it is about something else."""
        if (
            self._open is None
            or self._open.done()
            or refusal.about != self._about
            or refusal.code != RefusalCode.RETRY_LATER
        ):
            return False
        self._fail(max(refusal.retry_ms / 1000, LEAST_PAUSE))
        return True

    def disconnected(self) -> None:
        """Cut off: the answer will not come."""
        self._fail(None)

    def _fail(self, pause: float | None) -> None:
        if self._open is not None and not self._open.done():
            self._open.set_exception(Unanswered(pause))
