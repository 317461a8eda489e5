"""Rooms as the core would tell of them, made up: for windows that are shown data."""

from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.room import Part, RoomKind, RoomMember, RoomShown, RoomSummary, Unreached

ADA = RoomMember("ada", "Ada", owner=True, part=Part.IN, mine=True, may_make_member=True)
BO = RoomMember("bo", "Bo", owner=False, part=Part.IN, may_take_out=True, may_make_owner=True)
CY = RoomMember("cy", "Cy", owner=False, part=Part.INVITED, may_take_out=True)
DEE = RoomMember("dee", "Dee", owner=False, part=Part.IN, unreached=Unreached.NO_SESSION)
EVE = RoomMember("eve", "Eve", owner=False, part=Part.LEFT, may_invite_anew=True)


def shown(*members: RoomMember, kind: RoomKind = RoomKind.COMPANY, owner: bool = True) -> RoomShown:
    """A room with these."""
    names = {one.account: one.name for one in members}
    return RoomShown(1, "Harvest", kind, Part.IN, owner, members, 1000, 0, 90 * 86_400, names)


def summary(kind: RoomKind = RoomKind.COMPANY, part: Part = Part.IN, **other: object) -> RoomSummary:
    """A room in the list of chats."""
    said: dict[str, object] = {"kind": kind, "part": part, "owner": True, "people": 3, **other}
    return RoomSummary(**said)  # type: ignore[arg-type]  # what a test asks for, by name


def room_chat(room: RoomSummary) -> Chat:
    """The chat of a room."""
    session = SessionState.OPEN if room.part is Part.IN else SessionState.NONE
    by_company = room.kind is RoomKind.COMPANY
    protection = Protection.COMPANY if by_company else Protection.SESSION
    return Chat(1, Contact("", "Harvest"), session, None, 0, protection=protection, room=room)
