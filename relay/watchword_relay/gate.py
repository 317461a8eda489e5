"""What is taken at all: whose turn it is, how full the disk and the memory are, what an account may send.

Nothing here knows mailboxes' contents. `docs/protocol/wire.md`, Messages and Refusals.
"""

import math

from watchword_relay.letters import Letter
from watchword_relay.limits import MESSAGE_COST, DiskWatch, Limits
from watchword_relay.mailbox import Mailbox
from watchword_wire.frames import RefusalCode

RETRY_SECONDS = 1.0

Refused = tuple[RefusalCode, int]
"""Why, and the milliseconds to wait."""


class Gate:
    """Looks at each message before anything is done with it."""

    def __init__(self, disk: DiskWatch, limits: Limits) -> None:
        self.disk = disk
        self._limits = limits

    def refusal(self, me: Mailbox, letter: Letter, unwritten_bytes: int, now: float) -> Refused | None:
        """Why a message is not taken; None if it is.

        Args:
            me: its sender's.
            letter: the message.
            unwritten_bytes: what waits in memory for the disk.
            now: monotonic seconds.
        """
        if letter.too_large:
            return RefusalCode.TOO_LARGE, 0
        held = me.turns.refusal(letter.targets if letter.organisation is None else (), now)
        if held is not None:
            return held
        assert me.bucket is not None  # noqa: S101 - set when it entered
        code, wait = RefusalCode.RETRY_LATER, 0.0
        if self.disk.low:
            code = RefusalCode.FULL
        elif unwritten_bytes > self._limits.unwritten_bytes:
            wait = RETRY_SECONDS
        else:
            wait = me.bucket.take(len(letter.targets) * (len(letter.body) + MESSAGE_COST), now)
            if not wait:
                return None
        me.turns.refused(code, now + wait)
        return code, math.ceil(wait * 1_000)
