"""The lines of a room's chat: what each change and each answer looks like to who reads it.

See `docs/protocol/rooms.md`, The roster.
"""

from collections.abc import Iterable

from watchword.model.room import RoomDeed, RoomLine
from watchword.protocol.rooms.effects import Answered, Done
from watchword.protocol.rooms.statement import (
    DECLINES,
    JOINS,
    Founds,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    TakesOut,
)

NAMED = 3
"""So many people a line names; of the rest it says how many they are."""
_ANSWERED = {JOINS: RoomDeed.JOINED, DECLINES: RoomDeed.DECLINED}


def of_change(done: Done, me: str, *, void: bool = False) -> list[RoomLine]:
    """What somebody did, as one line or several."""
    acts = done.acts
    by = "" if done.author == me else done.author
    founds = any(isinstance(act, Founds) for act in acts)
    invited = [act.account for act in acts if isinstance(act, Invites)]
    out = [act.account for act in acts if isinstance(act, TakesOut) and act.account not in invited]
    raised = [act.account for act in acts if isinstance(act, MakesOwner)]
    lowered = [act.account for act in acts if isinstance(act, MakesMember)]
    names = [act.name for act in acts if isinstance(act, Names)]
    keeps = [act.seconds for act in acts if isinstance(act, Keeps) and (act.seconds or not founds)]
    goes = done.author in out
    lines = [RoomLine(RoomDeed.FOUNDED if founds else RoomDeed.NAMED, by, name=name) for name in names]
    lines += [RoomLine(RoomDeed.KEEPS, by, seconds=seconds) for seconds in keeps]
    for deed, whom in (
        (RoomDeed.INVITED, invited),
        (RoomDeed.TOOK_OUT, [account for account in out if account != done.author]),
        (RoomDeed.HANDED_OVER if goes else RoomDeed.MADE_OWNER, raised),
        (RoomDeed.MADE_MEMBER, lowered),
    ):
        lines += [_line(deed, by, whom, me)] if whom else []
    lines += [RoomLine(RoomDeed.LEFT, by)] if goes and not raised else []
    return [_voided(line) for line in lines] if void else lines


def of_answer(answered: Answered, me: str) -> RoomLine:
    """Somebody said for themselves that they join, decline or leave."""
    by = "" if answered.account == me else answered.account
    return RoomLine(_ANSWERED.get(answered.answer, RoomDeed.LEFT), by)


def of_invitation(by: str) -> RoomLine:
    """This user is invited."""
    return RoomLine(RoomDeed.INVITED, by, ("",))


def _line(deed: RoomDeed, by: str, whom: Iterable[str], me: str) -> RoomLine:
    told = ["" if account == me else account for account in whom]
    told.sort(key=bool)  # who reads it stands first
    return RoomLine(deed, by, tuple(told[:NAMED]), max(0, len(told) - NAMED))


def _voided(line: RoomLine) -> RoomLine:
    return RoomLine(line.deed, line.by, line.whom, line.more, line.name, line.seconds, void=True)
