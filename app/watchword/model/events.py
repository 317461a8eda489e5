"""What the core tells upwards (law 1: commands go down, events come up)."""

import enum

import msgspec

from watchword.model.chat import Chat, Contact, Message
from watchword.model.company import Organisation, Reason
from watchword.model.errors import Kind, Situation
from watchword.model.requests import SessionRequest
from watchword.model.roaming import HistoryShown, RecallOutcome, TakenBack
from watchword.model.terminals import TerminalsShown


class LinkState(enum.StrEnum):
    """The connection to the relay."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    """Trying again by itself; `LinkChanged.problem` says what failed last."""
    REFUSED = "refused"
    """Not tried again by itself: another program signed in as this one, a key that does not fit, …"""


class LinkChanged(msgspec.Struct, frozen=True):
    """The connection changed."""

    state: LinkState
    problem: Situation | None = None


class ChatChanged(msgspec.Struct, frozen=True):
    """A chat is new or different (last line, unread count, session, draft, presence)."""

    chat: Chat


class MessageAdded(msgspec.Struct, frozen=True):
    """A message stands at the end of its chat. `notify` is False for own ones and for notices."""

    message: Message
    notify: bool


class MessageChanged(msgspec.Struct, frozen=True):
    """A message's delivery changed."""

    message: Message


class RequestChanged(msgspec.Struct, frozen=True):
    """A session request is new or different."""

    request: SessionRequest


class ContactChanged(msgspec.Struct, frozen=True):
    """A contact is new or different (name, listed, blocked, presence)."""

    contact: Contact


class RoomChanged(msgspec.Struct, frozen=True):
    """Who is listed in a room, who is in, or what this user may do there is different."""

    chat: int


class HistoryChanged(msgspec.Struct, frozen=True):
    """More of what came before this desktop was there has been fetched, or it is all there."""

    history: HistoryShown


class PastAdded(msgspec.Struct, frozen=True):
    """Messages of the past stand in a chat now, above those that it had."""

    chat: int


class RecallEnded(msgspec.Struct, frozen=True):
    """The relay answered a wish to take a message back."""

    message: Message
    outcome: RecallOutcome
    counted: TakenBack


class OrganisationChanged(msgspec.Struct, frozen=True):
    """The company joined, a newer file was taken, a method works or fails, or messages wait or opened."""

    organisation: Organisation


class TerminalsChanged(msgspec.Struct, frozen=True):
    """The account has other desktops, one came or went, or a computer asks to be added."""

    shown: TerminalsShown


class PinWanted(msgspec.Struct, frozen=True):
    """A token's PIN is asked for; the answer is `Company.answer_pin`. Nothing but what needs this PIN waits.

    Told again while it stands, where the person wants to answer now.
    """

    token: str
    """The token's label."""
    before: Reason | None = None
    """Why it asks again: one of PIN_WRONG…"""


class PinOver(msgspec.Struct, frozen=True):
    """Nobody waits for a token's PIN any more."""

    token: str
    fault: Reason | None = None
    """Why nothing came of it; None if it worked, or was given up."""


class TroubleMet(msgspec.Struct, frozen=True):
    """Something happened that no command was waiting for: disk full, or a relay that talks nonsense."""

    situation: Situation


class TroubleOver(msgspec.Struct, frozen=True):
    """What was told as `TroubleMet` with one of these causes has passed; a window may know more of them."""

    kinds: frozenset[Kind]


Event = (
    LinkChanged
    | ChatChanged
    | MessageAdded
    | MessageChanged
    | RequestChanged
    | ContactChanged
    | RoomChanged
    | HistoryChanged
    | PastAdded
    | RecallEnded
    | OrganisationChanged
    | TerminalsChanged
    | PinWanted
    | PinOver
    | TroubleMet
    | TroubleOver
)
