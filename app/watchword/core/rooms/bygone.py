"""What the history held for a room: which texts are shown, and what each says of when a statement was made.

See `docs/protocol/rooms.md`, The past. These are for a thread.
"""

from collections.abc import Iterable

from watchword.core.rooms.carrying import Telling
from watchword.protocol import content
from watchword.protocol.rooms import taking
from watchword.protocol.rooms.effects import Drop, Show
from watchword.protocol.rooms.past import Evidence, Past, PastText
from watchword.protocol.rooms.statement import Answer
from watchword.protocol.rooms.states import Room
from watchword.store.rooms import Arrival, token_of


def telling(me: str, told: Iterable[tuple[Arrival, content.Statements]]) -> tuple[Telling, ...]:
    """By which places statements were made."""
    found = []
    for row, said in told:
        if row.origin is None:
            continue
        for statement in taking.read(said.statements):
            if isinstance(statement.said, Answer) and statement.said.author != row.sender:
                continue  # comes with an invitation, whenever it was given
            evidence = Evidence(statement.digest, row.is_shared_with(me), row.origin.place)
            found.append(Telling(evidence, row.origin.digest, statement.raw))
    return tuple(found)


def judged(
    room: Room, evidence: Iterable[Evidence], texts: Iterable[tuple[Arrival, content.RoomMessage]]
) -> tuple[tuple[Show | Drop, ...], tuple[Telling, ...]]:
    """Which texts are shown, and the heads that these name."""
    past = Past(room, evidence)
    effects: list[Show | Drop] = []
    told = []
    for row, said in texts:
        if row.origin is None:
            continue
        shared = row.is_shared_with(room.me)
        if not past.counts(PastText(row.sender, said.head, shared, row.origin.place)):
            effects.append(Drop(token_of(row)))
            continue
        effects.append(Show(token_of(row)))
        named = Evidence(said.head, shared, row.origin.place)
        past.learn(named)
        told.append(Telling(named, row.origin.digest))
    return tuple(effects), tuple(told)
