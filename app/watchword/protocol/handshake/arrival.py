"""A request arrives: a new run, a repeat, or two requests that cross (handshake, Both dial at once).

One run at most is live per peer account. Looks at two runs, which `table.step` never does.
"""

import msgspec
from msgspec.structs import replace

from watchword.protocol.handshake.effects import Effects, RememberNonce
from watchword.protocol.handshake.events import Crossed, Incoming, Received
from watchword.protocol.handshake.states import Asked, Ended, Idle, Live, State
from watchword.protocol.handshake.table import step
from watchword_wire.exchange import handle


class Arrival(msgspec.Struct, frozen=True):
    """What a request led to: the live run after it (if there was one) and the new run (if there is one).

    Perform `live_effects` first, then `new_effects`.
    """

    live: State | None
    live_effects: Effects
    new: Asked | None
    new_effects: Effects


def arrive(live: Live | None, event: Incoming, now: float) -> Arrival:
    """Take a request that the relay brought.

    Args:
        live: the run with the asker's account that is live, if any.
        event: the request and what the core knows around it.
        now: the monotonic clock.
    """
    if live is None or event.silent:
        return _fresh(live, (), event, now)
    h = handle(event.data)
    if h == live.run.h:
        state, done = step(live, Received(event.data), now)
        return Arrival(state, done, None, ())
    checked, opened = step(Idle(), event, now)
    if not isinstance(checked, Asked):
        return Arrival(live, (), None, opened)
    state, done = step(live, Crossed(h, same_device=checked.run.peer == live.run.peer), now)
    if isinstance(state, Ended):
        return _fresh(state, done, replace(event, phrase_kept=True), now)
    remembered = tuple(effect for effect in opened if isinstance(effect, RememberNonce))
    return Arrival(state, done, None, remembered)


def _fresh(live: State | None, done: Effects, event: Incoming, now: float) -> Arrival:
    state, new_effects = step(Idle(), event, now)
    return Arrival(live, done, state if isinstance(state, Asked) else None, new_effects)
