"""Every frame between desktop and relay. See `docs/protocol/wire.md`.

A frame is one binary WebSocket message: a msgpack array whose first element is the frame's
number. New fields are only ever appended; a reader ignores what it does not know.
"""

import enum
from typing import Annotated, NamedTuple

import msgspec

Int = Annotated[int, msgspec.Meta(le=2**63 - 1)]
"""What both sides can keep: 64 bits, one of them the sign."""


class Registration(enum.StrEnum):
    """Who may make an account on a relay."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class RefusalCode(enum.IntEnum):
    """Why a relay said no. What was refused was not stored."""

    VERSION = 1
    SIGNATURE = 2
    UNKNOWN_TERMINAL = 3
    ID_TAKEN = 4
    ID_LOOKS_ALIKE = 5
    ID_FORM = 6
    INVITE_NEEDED = 7
    INVITE_WRONG = 8
    RETRY_LATER = 9
    QUOTA = 10
    FULL = 11
    TOO_LARGE = 12
    OUT_OF_TURN = 13
    REPLACED = 14
    STOPPING = 15
    REMOVED = 16
    REALM_GONE = 17
    CLOSED = 18
    BLOCKED = 19


class Availability(enum.StrEnum):
    """Whether an account id can be registered."""

    FREE = "free"
    TAKEN = "taken"
    LOOKS_ALIKE = "looks-alike"
    FORM = "form"


# --- before sign-in -------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Relay → desktop, first on every connection.

    `signature` is the relay key's over `login.relay_bytes(SHA-256 of the served certificate, nonce)`.
    """

    versions: list[Int]
    relay_key: bytes
    nonce: bytes
    signature: bytes
    registration: Registration
    t1_ms: Int
    t2_ms: Int


class SignIn(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Desktop → relay: a known terminal signs in."""

    version: Int
    id: str
    signature: bytes


class Register(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Desktop → relay: a new account with its first device; signs in at once.

    An exact repeat (same id and key, a good signature) is answered like the first: the answer may
    have been lost.
    """

    version: Int
    id: str
    key: bytes
    signature: bytes
    invite: str | None = None


class Probe(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Desktop → relay: write `data` durably, read it back, forget it. Shows that the relay works."""

    version: Int
    key: bytes
    signature: bytes
    data: bytes


class Probed(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """Relay → desktop: what was read back, and how far it got ("sign-in", "write", "read")."""

    reached: str
    data: bytes


class AskAvailable(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """Desktop → relay: is this account id free? Answered only to who may register."""

    account: str
    invite: str | None = None


class Available(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """Relay → desktop: the answer to AskAvailable."""

    account: str
    availability: Availability


class Welcome(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """Relay → desktop: signed in. What waits follows by itself.

    The times are T1, T2 in milliseconds, the seconds an unacknowledged message is kept, and the most of
    `Post.roam_s`.
    """

    id: str
    t1_ms: Int
    t2_ms: Int
    kept_s: Int
    roam_s: Int = 0
    gap: bool = False
    """Whether the terminal's mailbox had no room for some message data since it was told so last."""


class Refusal(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """Relay → desktop: no. `about` is a message's id, an h, the beginning of a key, or a frame's number."""

    code: Int
    about: bytes = b""
    retry_ms: Int = 0


# --- more terminals -------------------------------------------------------------------


class Apply(msgspec.Struct, frozen=True, array_like=True, tag=10):
    """Desktop → relay, before sign-in: a new terminal with this key asks to be one of an account.

    `proof` shows who was told its words that this key was meant by them, and nobody else anything.
    """

    version: Int
    account: str
    key: bytes
    signature: bytes
    proof: bytes


class Applied(msgspec.Struct, frozen=True, array_like=True, tag=11):
    """Relay → desktop: the answer to Apply, whether there is such an account or not."""


class Applicant(msgspec.Struct, frozen=True, array_like=True, tag=12):
    """Relay → desktop: a new terminal asks to be one of the own account; over if `left_ms` is 0.

    `proof` is its Apply's, empty where it is over.
    """

    key: bytes
    left_ms: Int
    proof: bytes = b""


class Admit(msgspec.Struct, frozen=True, array_like=True, tag=13):
    """Desktop → relay: the applicant with this key is to be terminal `id`.

    `approval` is the own signature over `login.admit_bytes`; `parcel` is for the new terminal, sealed.
    """

    id: str
    key: bytes
    approval: bytes
    parcel: bytes


class Admitted(msgspec.Struct, frozen=True, array_like=True, tag=14):
    """Relay → desktop: a terminal was added; to the new one with its parcel, to who approved it without."""

    id: str
    by: str
    by_key: bytes
    approval: bytes
    parcel: bytes


class Vouch(msgspec.Struct, frozen=True, array_like=True, tag=15):
    """Desktop → relay: the own person is a member of an organisation, with this terminal's certificate."""

    organisation: bytes
    member_key: bytes
    certificate: bytes


class Join(msgspec.Struct, frozen=True, array_like=True, tag=16):
    """Desktop → relay, before sign-in: another terminal of an account that showed whose member it is."""

    version: Int
    id: str
    key: bytes
    signature: bytes
    organisation: bytes
    certificate: bytes


class AskTerminals(msgspec.Struct, frozen=True, array_like=True, tag=17):
    """Desktop → relay: which terminals has the own account?"""


class TerminalEntry(NamedTuple):
    """A terminal of the own account: made when (seconds since 1970), by which device, if it is here."""

    device: Int
    key: bytes
    made_at: Int
    by: Int
    present: bool


class Terminals(msgspec.Struct, frozen=True, array_like=True, tag=18):
    """Relay → desktop: the own account's terminals, the lowest device first."""

    terminals: list[TerminalEntry]


class Remove(msgspec.Struct, frozen=True, array_like=True, tag=19):
    """Desktop → relay: take a terminal of the own account away."""

    device: Int


# --- messages -------------------------------------------------------------------------


class Send(msgspec.Struct, frozen=True, array_like=True, tag=20):
    """Desktop → relay: keep `body` for every target (full ids) until acknowledged or expired.

    `id` is 16 random bytes. Targets are taken or refused together, and nobody learns which of them exist.
    Without an answer it is unknown: send the same id again; the relay answers OK again.
    """

    id: bytes
    targets: list[str]
    body: bytes


class Ok(msgspec.Struct, frozen=True, array_like=True, tag=21):
    """Relay → desktop, after COMMIT (PostgreSQL: after the quorum's flush), or after the recipient's ack."""

    ids: list[bytes]


class Deliver(msgspec.Struct, frozen=True, array_like=True, tag=22):
    """Relay → desktop: one message of this terminal's mailbox; `seq` counts per mailbox from 1."""

    seq: Int
    id: bytes
    sender: str
    body: bytes


class Ack(msgspec.Struct, frozen=True, array_like=True, tag=23):
    """Desktop → relay, after the client's own COMMIT of message and ratchet state: the relay may delete."""

    ids: list[bytes]


class Post(msgspec.Struct, frozen=True, array_like=True, tag=24):
    """Desktop → relay: keep message data of company encryption for every terminal of every target.

    And for every other terminal of the sender's own account.

    Targets, which are accounts, and the message's id stand in the data's head (`message_data.decode`).
    Answered, repeated, delivered and acknowledged like a Send. `keep_s` is for how many seconds they are kept
    if nobody fetches them; 0, and whatever is more than the relay's own, leaves it to the relay. `roam_s` is
    for how many seconds they are kept as history besides; 0 for none. `only` says for which accounts this
    repeat is (`message_data.mark`); empty for all.
    """

    data: bytes
    keep_s: Int = 0
    roam_s: Int = 0
    only: bytes = b""


class DeliverData(msgspec.Struct, frozen=True, array_like=True, tag=25):
    """Relay → desktop: message data of this terminal's mailbox; `id` and `sender` are the head's."""

    seq: Int
    id: bytes
    sender: str
    data: bytes


class Heard(msgspec.Struct, frozen=True, array_like=True, tag=26):
    """Desktop → relay: of how many refusals about a message it has heard on this connection.

    Once that is all of them, the relay looks at messages again that would have overtaken what it refused.
    """

    refusals: Int


class Recall(msgspec.Struct, frozen=True, array_like=True, tag=27):
    """Desktop → relay: take back a message that this terminal sent, wherever it was not delivered yet."""

    id: bytes


class Recalled(msgspec.Struct, frozen=True, array_like=True, tag=28):
    """Relay → desktop: from how many terminals' queues it was taken, and in how many it stays.

    `left` counts those to which it is on its way. With `taken_back` 0 nothing could be recalled.
    """

    id: bytes
    taken_back: Int
    left: Int


class Partly(msgspec.Struct, frozen=True, array_like=True, tag=29):
    """Relay → desktop: these message data are durable, or acknowledged, for all but some.

    `full` says for whom not (`message_data.mark`): those without room, and those not meant. Counts as a
    refusal about the id.
    """

    id: bytes
    full: bytes


# --- handshakes -----------------------------------------------------------------------


class Step(msgspec.Struct, frozen=True, array_like=True, tag=30):
    """Desktop → relay: one handshake message 01–05 or 07 for `target`.

    A request (01) goes to an account, given as the full id in its idB; `hint` goes with a request only
    and is not authenticated.
    """

    target: str
    body: bytes
    hint: str = ""


class StepNoted(msgspec.Struct, frozen=True, array_like=True, tag=31):
    """Relay → desktop: message number `step` of this h is taken; milliseconds left of T1 and T2."""

    h: bytes
    step: Int
    t1_ms: Int
    t2_ms: Int


class StepFrom(msgspec.Struct, frozen=True, array_like=True, tag=32):
    """Relay → desktop: one handshake message 01–07; `sender` is empty for a verdict (06).

    `t1_ms` and `t2_ms` are what is left of T1 and T2, never negative.
    """

    sender: str
    body: bytes
    t1_ms: Int
    t2_ms: Int
    hint: str = ""


# --- presence -------------------------------------------------------------------------


class Watch(msgspec.Struct, frozen=True, array_like=True, tag=40):
    """Desktop → relay: the accounts whose presence this one wants and to whom it shows its own.

    The list replaces the one before. A is told of B only while each watches the other.
    """

    accounts: list[str]


class Presence(msgspec.Struct, frozen=True, array_like=True, tag=41):
    """Relay → desktop: a watched account that watches back is present, with these devices, or no longer."""

    account: str
    present: bool
    devices: list[Int] = []


# --- history --------------------------------------------------------------------------


class AskHistory(msgspec.Struct, frozen=True, array_like=True, tag=50):
    """Desktop → relay: the next `most` entries of the own account's history, above a place.

    With a conversation only those of it.
    """

    after: Int
    most: Int
    conversation: bytes | None = None


class Entry(NamedTuple):
    """One entry of a history: its place, who sent the message data (full id), and these."""

    place: Int
    sender: str
    data: bytes


class History(msgspec.Struct, frozen=True, array_like=True, tag=51):
    """Relay → desktop: the answer to AskHistory.

    `rest` is how many follow after these, `total` how many there are in all.
    """

    after: Int
    total: Int
    rest: Int
    entries: list[Entry]


class Share(msgspec.Struct, frozen=True, array_like=True, tag=52):
    """Desktop → relay: give an account what the own history holds of a conversation.

    `since` is in seconds before now, 0 for all.
    """

    conversation: bytes
    account: str
    since: Int


class Shared(msgspec.Struct, frozen=True, array_like=True, tag=53):
    """Relay → desktop: the answer to Share; so many entries of the own history were meant."""

    conversation: bytes
    account: str
    entries: Int


FromDesktop = (
    SignIn
    | Register
    | Probe
    | AskAvailable
    | Apply
    | Admit
    | Vouch
    | Join
    | AskTerminals
    | Remove
    | Send
    | Ack
    | Post
    | Heard
    | Recall
    | Step
    | Watch
    | AskHistory
    | Share
)
FromRelay = (
    Hello
    | Probed
    | Available
    | Welcome
    | Refusal
    | Applied
    | Applicant
    | Admitted
    | Terminals
    | Ok
    | Deliver
    | DeliverData
    | Recalled
    | Partly
    | StepNoted
    | StepFrom
    | Presence
    | History
    | Shared
)
