"""How a room begins on a desktop: founded, told of, read from the disk. Then `machine.step`.

See `docs/protocol/rooms.md`, The roster; Content.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms import own, people, standing, taking
from watchword.protocol.rooms.effects import Effects
from watchword.protocol.rooms.events import Around, Do
from watchword.protocol.rooms.roster import founded
from watchword.protocol.rooms.statement import (
    SAID_BYTES,
    Answer,
    Change,
    Founds,
    Invites,
    Keeps,
    Names,
    decode,
    root,
)
from watchword.protocol.rooms.states import About, Doubt, Room
from watchword_wire.errors import PeerError, Refused

_INVITATION_BYTES = 48
"""At most so much of an invitation is not its account."""
_CHANGE_BYTES = SAID_BYTES - 1_024


def found(
    author: Author, founding: Founds, name: str, keep: int, others: Iterable[str], around: Around
) -> tuple[Room, Effects]:
    """Found a room: its founder's first change, which invites the others.

    Raises:
        Refused: nobody or too many are invited, somebody twice, somebody whose key is not known, or a name
            that is none.
    """
    listed = tuple(others)
    if founding.account in listed or len(set(listed)) != len(listed):
        raise Refused("somebody invited twice")
    unknown = [account for account in listed if account not in around.keys]
    if unknown:
        raise Refused("somebody invited whose key is not known")
    first, *more = _batches(Invites(account, around.keys[account], 1) for account in listed)
    room = replace(_empty(founding, founding.account, around), listed=True)
    room, effects = own.do(room, Do(author, (founding, Names(name), Keeps(keep), *first)), 0.0)
    for batch in more:
        room, then = own.do(room, Do(author, batch), 0.0)
        effects += then
    return room, tuple(effects)


def _batches(invitations: Iterable[Invites]) -> list[tuple[Invites, ...]]:
    """As many changes as they need: one, unless it is very many with very long ids."""
    batches: list[list[Invites]] = [[]]
    length = 0
    for one in invitations:
        length += len(one.account.encode()) + _INVITATION_BYTES
        if length > _CHANGE_BYTES:
            batches.append([])
            length = 0
        batches[-1].append(one)
    return [tuple(batch) for batch in batches]


def invited(statements: Sequence[bytes], me: str, around: Around) -> tuple[Room, Effects]:
    """A room that others founded, by the first statements of it. Whether the own account is listed, it says.

    Raises:
        PeerError: the first of them founds no room.
    """
    if not statements:
        raise PeerError("a room without a founding")
    said = decode(statements[0]).said
    founding = said.acts[0] if isinstance(said, Change) and said.acts else None
    if not isinstance(founding, Founds) or not isinstance(said, Change) or said.after != root(founding):
        raise PeerError("a room without a founding")
    room, effects, _ = taking.take(_empty(founding, me, around), taking.read(statements))
    if not room.path:
        raise PeerError("a room without a founding")
    return room, tuple(effects)


def revived(
    founding: Founds,
    me: str,
    around: Around,
    kept: Iterable[bytes],
    late: frozenset[bytes],
    unknown: Mapping[str, bytes],
    now: float,
) -> Room:
    """The room as it was kept: changes in any order, answers, the digests of late changes, unknown heads."""
    statements = [decode(raw) for raw in kept]
    changes = [one for one in statements if isinstance(one.said, Change)]
    answers = {people.entry_of(one): one for one in statements if isinstance(one.said, Answer)}
    room = replace(_empty(founding, me, around), answers=answers, late=late)
    held = standing.held(changes, room.facts)
    listed = held.roster.entry(me) is not None or me in held.roster.past
    room = replace(room, path=held.path, roster=held.roster, listed=listed)
    doubts = {who: Doubt(head, b"", now, About.UNKNOWN) for who, head in unknown.items()}
    return replace(room, people=people.digest(room.answers, room.roster), doubts=doubts)


def _empty(founding: Founds, me: str, around: Around) -> Room:
    roster = founded(founding)
    return Room(founding, me, around, (), roster, {}, people.digest({}, roster))
