"""Whose turn it is: nothing that was sent later may overtake a message that was refused for now.

One `Turns` a connection. After a refusal that passes, all that follows meets the same refusal, until the
sender has heard of it and starts over. `docs/protocol/wire.md`, Messages, Order.
"""

from watchword_wire.frames import RefusalCode
from watchword_wire.limits import ID_BYTES

LAPSE_SECONDS = 30.0
"""A sender that starts over with something else altogether does not wait for longer."""

MOST_IDS = 64
MOST_BOXES = 256


class _Hold:
    """A refusal that stands, and what met it: any of that sent again means that it was heard of."""

    __slots__ = ("at", "code", "ids", "until")

    def __init__(self, code: RefusalCode, at: float, until: float) -> None:
        self.code = code
        self.at = at
        self.until = until
        self.ids: set[bytes] = set()

    def add(self, message_id: bytes) -> None:
        if len(self.ids) < MOST_IDS:
            self.ids.add(message_id)

    def is_over(self, message_id: bytes, now: float) -> bool:
        return message_id in self.ids or now - self.at >= LAPSE_SECONDS


class Turns:
    """What one connection may not send past. Times are monotonic seconds."""

    __slots__ = ("_boxes", "_everything")

    def __init__(self) -> None:
        self._everything: _Hold | None = None
        self._boxes: dict[str, _Hold] = {}

    def __len__(self) -> int:
        """How many ids are kept in memory."""
        holds = [*self._boxes.values(), *filter(None, [self._everything])]
        return sum(len(hold.ids) for hold in holds)

    def refusal(self, message_id: bytes, targets: list[str], now: float) -> tuple[RefusalCode, int] | None:
        """Why a message is out of its turn, with the milliseconds to wait; None if it may be looked at."""
        hold = self._everything
        if hold is not None and hold.is_over(message_id, now):
            self._everything = hold = None
        if hold is None and self._boxes:
            known = [self._boxes[name] for name in targets if name in self._boxes]
            hold = next((one for one in known if not one.is_over(message_id, now)), None)
            if hold is None:
                for name in targets:
                    self._boxes.pop(name, None)
            else:
                self.refused_for(targets, message_id, now)
        if hold is None:
            return None
        hold.add(message_id)
        return hold.code, max(0, round((hold.until - now) * 1_000))

    def refused(self, code: RefusalCode, message_id: bytes, now: float, wait: float) -> None:
        """Note that a message was refused for a reason that has nothing to do with where it goes."""
        if self._everything is None:
            self._everything = _Hold(code, now, now + wait)
        self._everything.add(message_id)

    def refused_for(self, targets: list[str], message_id: bytes, now: float) -> None:
        """Note that a message was refused because one of its targets has no room: it waits for all."""
        for name in targets:
            if len(name) > ID_BYTES:
                continue  # no id: to be seen as soon as it is looked at
            if name not in self._boxes and len(self._boxes) >= MOST_BOXES:
                del self._boxes[next(iter(self._boxes))]
            self._boxes.setdefault(name, _Hold(RefusalCode.QUOTA, now, now)).add(message_id)
