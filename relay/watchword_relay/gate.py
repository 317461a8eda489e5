"""What is taken at all: whose turn it is, how full the disk and the memory are, what an account may send.

What is refused is not stored: the client keeps it and says so. Nothing here knows mailboxes' contents.
`docs/protocol/wire.md`, Messages and Refusals.
"""

import math

from watchword_relay.letters import Letter
from watchword_relay.limits import MESSAGE_COST, DiskWatch, Limits
from watchword_relay.mailbox import Mailbox
from watchword_wire.frames import RefusalCode

RETRY_SECONDS = 1.0
IN_VAIN = 256
"""So many messages may be refused in a row; then nothing is read from their sender for a while, and again
after as many. A desktop has fewer under way when it is told, and waits."""

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
        if letter.too_large or len(letter.body) > self._limits.message_bytes:
            return RefusalCode.TOO_LARGE, 0
        held = me.turns.refusal(letter.targets if letter.organisation is None else (), now)
        if held is not None:
            if me.turns.in_vain % IN_VAIN == 0 and me.connection is not None:
                me.connection.rest(max(RETRY_SECONDS, held[1] / 1_000))
            return held
        assert me.bucket is not None  # noqa: S101 - set when it entered
        assert me.writes is not None  # noqa: S101 - set when it entered
        code, wait = RefusalCode.RETRY_LATER, 0.0
        if self.disk.low:
            code = RefusalCode.FULL
        elif unwritten_bytes > self._limits.unwritten_bytes:
            wait = RETRY_SECONDS
        elif me.writes.until > now:
            wait = me.writes.until - now
        else:
            wait = me.bucket.take(len(letter.targets) * (len(letter.body) + MESSAGE_COST), now)
            if not wait:
                me.turns.in_vain = 0
                return None
        me.turns.refused(code, now + wait)
        return code, math.ceil(wait * 1_000)
