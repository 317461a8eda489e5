"""Rooms as the window shows them: who is in, who may do what, and what changed.

Plain data; nothing here is secret. Which statements decide it: `docs/protocol/rooms.md`.
"""

import enum

import msgspec


class RoomKind(enum.StrEnum):
    """How a room's messages are sealed and sent."""

    COMPANY = "company"
    """By the company's method: one message data for all."""
    PHRASE = "phrase"
    """In the passphrase session with each: an envelope to each."""


class Part(enum.StrEnum):
    """What somebody has to do with a room."""

    INVITED = "invited"
    """Listed, and has not answered."""
    IN = "in"
    DECLINED = "declined"
    LEFT = "left"
    OUT = "out"
    """Taken out by an owner; of the own account only, others are not listed then."""


class Unreached(enum.StrEnum):
    """Why somebody who is in a room gets nothing from this desktop."""

    NO_SESSION = "no-session"
    """Phrase rooms: no passphrase session with them."""
    OTHER_KEY = "other-key"
    """Phrase rooms: their session is with another desktop of theirs than the one that is listed."""
    LAPSED = "lapsed"
    """Company rooms: the directory gives them another key, or does not list them (rooms.md)."""
    BLOCKED = "blocked"
    OUTSIDE = "outside"
    """Phrase rooms: outside the company, whose policy allows no conversations with people outside it."""


class RoomMember(msgspec.Struct, frozen=True):
    """Somebody who is listed in a room, and what this user may do about them."""

    account: str
    name: str
    """The name this user or the company's directory gives."""
    owner: bool
    part: Part
    mine: bool = False
    """Whether it is this user."""
    unreached: Unreached | None = None
    may_take_out: bool = False
    may_make_owner: bool = False
    may_make_member: bool = False
    may_invite_anew: bool = False
    """Has not answered, lapsed, declined or left: take out and invite again, in one step."""


class RoomShown(msgspec.Struct, frozen=True):
    """A room with everybody who is listed, as its details show it."""

    chat: int
    name: str
    kind: RoomKind
    part: Part
    """This user's."""
    owner: bool
    """Whether this user is one."""
    members: tuple[RoomMember, ...]
    """Owners first, by standing; then the others as they were invited."""
    most: int
    """So many may be listed."""
    keep_s: int = 0
    """How long the relay is asked to keep a message; 0 for the policy's or the relay's own."""
    keep_most_s: int = 0
    """The longest that may be chosen."""
    names: dict[str, str] = {}
    """By account, of everybody who was ever listed: for lines and for texts of who is no more."""


class RoomSummary(msgspec.Struct, frozen=True):
    """What the chat list and the head of a chat show of a room."""

    kind: RoomKind
    part: Part
    owner: bool
    people: int
    """How many are in, this user counted."""
    invited_by: str = ""
    """Name of who invited this user, while the invitation is open."""
    differing: tuple[str, ...] = ()
    """Names of those whose list differs: nothing is sent while there are any."""
    settling: bool = False
    """Somebody knows a change that this desktop does not have yet: nothing is sent until it comes."""
    unreached: int = 0
    """How many who are in get nothing from here."""


class RoomDeed(enum.StrEnum):
    """What a line in a room's chat tells."""

    FOUNDED = "founded"
    NAMED = "named"
    KEEPS = "keeps"
    INVITED = "invited"
    TOOK_OUT = "took-out"
    MADE_OWNER = "made-owner"
    MADE_MEMBER = "made-member"
    JOINED = "joined"
    DECLINED = "declined"
    LEFT = "left"
    HANDED_OVER = "handed-over"
    """An owner who gave it up and left."""
    SHARED = "shared"
    """What the relay kept was shared with somebody who joined."""


class RoomLine(msgspec.Struct, frozen=True):
    """One change of a room, as a line in its chat."""

    deed: RoomDeed
    by: str
    """Account of who did it; empty for this user."""
    whom: tuple[str, ...] = ()
    """Accounts it was done to, the first three; empty text for this user."""
    more: int = 0
    """How many besides."""
    name: str = ""
    """The new name, of NAMED and FOUNDED."""
    seconds: int = 0
    """Of KEEPS."""
    void: bool = False
    """What was done does not hold: another owner's change stands before it."""
