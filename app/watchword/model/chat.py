"""Contacts, chats and messages as the window shows them.

Rows of the store in plain form; `core` makes them, `ui` paints them. Times are milliseconds
since 1970 (UTC) by the wall clock and are for people only: no rule depends on them.
"""

import enum

import msgspec

from watchword.model.company import Closed, Withheld
from watchword.model.room import RoomLine, RoomSummary


class SessionState(enum.StrEnum):
    """Whether a chat can carry messages now (handshake, Flow 5 to 7; P11)."""

    NONE = "none"
    """No session was ever opened, or the last one ended: only a new exchange opens one."""
    OPEN = "open"
    HELD = "held"
    """Opened with another identity key than the pinned one; waits for this user's yes or no."""


class Protection(enum.StrEnum):
    """What a chat's messages are sealed by."""

    SESSION = "session"
    """The passphrase session."""
    COMPANY = "company"
    """The company's method."""
    BOTH = "both"
    """The company's method, inside a passphrase session with each member."""


class MessageKind(enum.StrEnum):
    """What a row of a chat is."""

    TEXT = "text"
    NOTICE = "notice"


class Notice(enum.StrEnum):
    """What the program has to say in a chat: a line of its own, or a note under a text."""

    ACCEPTED = "accepted"
    ENDED_BY_ME = "ended-by-me"
    ENDED_BY_PEER = "ended-by-peer"
    REPLACED = "replaced"
    """A new session with the same person ended the older one."""
    SESSION_LOST = "session-lost"
    """The peer no longer holds the session (code 04)."""
    MESSAGES_LOST = "messages-lost"
    """Messages that the peer sent cannot be opened any more."""
    IDENTITY_ACCEPTED = "identity-accepted"
    """This user accepted another key for this person."""
    IDENTITY_REFUSED = "identity-refused"
    ALTERED = "altered"
    """Message data came that are not as their sender made them: the only alarming one."""
    FORMER_KEY = "former-key"
    """Message data came under a member key from before their writer joined the company anew."""
    REVOKED = "revoked"
    """Of a text, under it: one of the keys it is sealed under was revoked when it was opened."""
    ROOM = "room"
    """Somebody changed a room: `Message.line` says what."""


class Delivery(enum.StrEnum):
    """How far an own message has come (the ticks)."""

    WAITING = "waiting"
    """Clock: saved here."""
    RELAYED = "relayed"
    """One tick: durable at the relay."""
    DELIVERED = "delivered"
    """Two ticks: durable on their computer, by their sealed receipt."""
    UNDELIVERED = "undelivered"
    """The session ended before it was acknowledged: *Send again* after the next one."""
    UNFETCHED = "unfetched"
    """No word came that it arrived while the relay kept it: *Send again*."""
    RECALLING = "recalling"
    """To be taken back; the relay has not answered."""
    FETCHED = "fetched"
    """Another desktop of the account sent it; what came of it the relay's history does not tell."""
    TAKEN_BACK = "taken-back"
    """Nobody has it, as far as is known."""
    PARTLY_TAKEN_BACK = "partly-taken-back"
    """Some have it, or are being given it; all others never will."""


class Message(msgspec.Struct, frozen=True):
    """One row of a chat. `id` grows with arrival and is unique in the store; order is (at, id)."""

    id: int
    chat: int
    kind: MessageKind
    mine: bool
    text: str
    """The text as its writer typed it (plain, never markup); empty for a notice."""
    at: int
    delivery: Delivery = Delivery.WAITING
    """Own texts only."""
    notice: Notice | None = None
    """What a line of the program's own says; of a text, what is said under it."""
    sender: str = ""
    """Account that wrote it, in a company chat or a room; empty for own ones and in passphrase chats."""
    line: RoomLine | None = None
    """Of a line with `Notice.ROOM`: what changed."""
    device: int = 0
    """Of an own text: the device of this account that wrote it; 0 for this one."""


class Contact(msgspec.Struct, frozen=True):
    """Somebody this user knows by an account id."""

    account: str
    name: str
    """The name this user gave; the account id where none was given."""
    listed: bool = True
    """In the contact list; False for someone who is only known by a chat or a request."""
    blocked: bool = False
    present: bool = False


class Chat(msgspec.Struct, frozen=True):
    """One conversation as the sidebar shows it."""

    id: int
    contact: Contact
    """Whom it is with. Of a company chat or a room no person: `account` is empty, `name` is the title."""
    session: SessionState
    """Whether it can be written to. A company chat is OPEN where nothing but the company's method is asked
    for, or every member has an open session; HELD and NONE say what the sessions lack."""
    last: Message | None
    unread: int
    draft: str = ""
    undelivered: int = 0
    """Own messages in state UNDELIVERED or UNFETCHED, to be offered as *Send again*."""
    unfetched: int = 0
    """How many of them are UNFETCHED."""
    protection: Protection = Protection.SESSION
    members: tuple[Contact, ...] = ()
    """Company chats: everybody but this user, by account id. Empty in a room: `RoomShown` has them."""
    unsent: Closed | None = None
    """Company chats: why own messages wait, where they do."""
    withheld: tuple[Withheld, ...] = ()
    """Company chats: what came and cannot be opened yet, one entry per reason."""
    moved: int = 0
    """When something happened in it last; its beginning while nothing did."""
    room: RoomSummary | None = None
    """A room's: then `contact` is no person, and its name is the room's. It is OPEN while this user is in."""


class Page(msgspec.Struct, frozen=True):
    """A run of messages, oldest first, and whether older or newer ones exist beyond it."""

    messages: list[Message]
    older: bool
    newer: bool
