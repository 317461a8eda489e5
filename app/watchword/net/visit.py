"""A short connection for one question: is an id free, register, does the relay work.

See `docs/protocol/wire.md`, sections Sign-in and Registration.
"""

from collections.abc import Awaitable, Callable

import msgspec

from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith
from watchword.net.connection import Connection, Sign, Way
from watchword.protocol import relaylink
from watchword_wire.frames import Admitted, Availability, Available, Hello, Probed, Welcome

_REFUSED = {
    Kind.ID_TAKEN,
    Kind.ID_LOOKS_ALIKE,
    Kind.ID_FORM,
    Kind.INVITE_NEEDED,
    Kind.INVITE_WRONG,
    Kind.RELAY_CLOSED,
}


class Visited(msgspec.Struct, frozen=True):
    """What a visit brought: the relay's terms and its answer, where it came so far, and what went wrong."""

    hello: Hello | None
    answer: Welcome | Probed | Available | None
    problem: Situation | None


async def visit(way: Way, purpose: relaylink.Purpose, sign: Sign, now: Callable[[], float]) -> Visited:
    """Connect, ask, take the answer, leave."""
    hello: Hello | None = None
    answer: Welcome | Probed | Available | None = None
    connection = Connection(way, purpose, sign, now)

    async def serve(effect: relaylink.Effect) -> None:
        nonlocal hello, answer
        match effect:
            case relaylink.Met(met):
                hello = met
            case relaylink.Answered(frame):
                answer = frame
            case relaylink.WentOnline(welcome):
                answer = welcome
                await connection.close()
            case _:
                pass

    problem = await connection.run(serve)
    why = None if answer is not None or problem is None else relaylink.of_one_try(problem)
    return Visited(hello, answer, why)


async def register(
    way: Way, full_id: str, key: bytes, sign: Sign, invite: str | None, now: Callable[[], float]
) -> Hello:
    """Make an account with its first device; an exact repeat is answered like the first. Returns the terms.

    Raises:
        RefusedBy: ID_TAKEN, ID_LOOKS_ALIKE, ID_FORM, INVITE_NEEDED, INVITE_WRONG, RELAY_CLOSED.
        TroubleWith: the relay cannot be reached or does not play along.
    """
    visited = await visit(way, relaylink.ToRegister(full_id, key, invite), sign, now)
    if visited.hello is None or visited.answer is None:
        raise _error(visited.problem)
    return visited.hello


async def join(way: Way, purpose: relaylink.ToJoin, sign: Sign, now: Callable[[], float]) -> Hello:
    """Make another terminal of an account by a member's certificate; a repeat is answered like the first.

    Raises:
        RefusedBy: ID_TAKEN, the number is another terminal's; ID_FORM.
        TroubleWith: RELAY_SIGN_IN, the account does not know the member key; or the relay cannot be reached.
    """
    visited = await visit(way, purpose, sign, now)
    if visited.hello is None or visited.answer is None:
        raise _error(visited.problem)
    return visited.hello


async def apply(
    way: Way,
    purpose: relaylink.ToApply,
    sign: Sign,
    now: Callable[[], float],
    *,
    stands: Callable[[Hello], Awaitable[None]],
    approved: Callable[[Admitted], Awaitable[bool]],
) -> Situation | None:
    """Wait to be approved by another terminal of the account; why it ended, None once signed in.

    Args:
        way: where to.
        purpose: whose terminal.
        sign: by the new key.
        now: the clock.
        stands: the relay has the application.
        approved: takes what came with the approval; whether it is on the disk.
    """
    hello: Hello | None = None
    connection = Connection(way, purpose, sign, now)

    async def serve(effect: relaylink.Effect) -> None:
        nonlocal hello
        match effect:
            case relaylink.Met(met):
                hello = met
            case relaylink.Stands() if hello is not None:
                await stands(hello)
            case relaylink.Approved(frame):
                if await approved(frame):
                    await connection.stored()
                else:
                    await connection.close()
            case relaylink.WentOnline():
                await connection.close()
            case _:
                pass

    return await connection.run(serve)


async def availability(way: Way, account: str, invite: str | None, now: Callable[[], float]) -> Availability:
    """Ask whether an account id is free.

    Raises:
        RefusedBy: INVITE_NEEDED, INVITE_WRONG, RELAY_CLOSED.
        TroubleWith: the relay cannot be reached or does not play along.
    """
    visited = await visit(way, relaylink.ToAskAvailable(account, invite), _signs_nothing, now)
    if not isinstance(visited.answer, Available):
        raise _error(visited.problem)
    return visited.answer.availability


def _signs_nothing(_data: bytes) -> bytes:
    return b""


def _error(problem: Situation | None) -> RefusedBy | TroubleWith:
    situation = Situation(Kind.RELAY_NONSENSE) if problem is None else problem
    family = RefusedBy if situation.kind in _REFUSED else TroubleWith
    return family(situation.kind, **situation.facts)
