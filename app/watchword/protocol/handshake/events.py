"""What the core tells a run. Everything a run does not know by itself arrives here, randomness included.

All times in milliseconds are the relay's; `step` takes the monotonic clock beside the event.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword_wire.ids import FullId

# --- from the user ---------------------------------------------------------------------


class Dial(msgspec.Struct, frozen=True):
    """P1: this user asks `peer`. Only in `Idle`, only while no run with the peer's account is live.

    `phrase` is `passphrase.normalise`d; `identity` is the seed of this device's Ed25519 key. The core has
    looked at `guesses.standing` before (no request to an account that must wait or is blocked).
    """

    me: FullId
    peer: FullId
    phrase: Secret
    identity: Secret
    dice: RequesterDice
    connected: bool
    """Whether this terminal is signed in to the relay now."""


class Cancel(msgspec.Struct, frozen=True):
    """The requester's user takes it back; possible until `proof` leaves (code 02)."""


class Answer(msgspec.Struct, frozen=True):
    """P2: the responder's user typed this phrase (or clicked, with the phrase kept when both dialled)."""

    phrase: Secret
    identity: Secret
    dice: ResponderDice


class Decline(msgspec.Struct, frozen=True):
    """The responder's user says no; possible until the phrase is typed (code 01)."""


class Hush(msgspec.Struct, frozen=True):
    """The responder's user blocks the asker: the prompt goes, nothing is sent, the asker sees *no answer*."""


# --- from the core ---------------------------------------------------------------------


class Stretched(msgspec.Struct, frozen=True):
    """The answer to `Stretch`: w as `passphrase.stretch` gave it, 32 bytes little-endian."""

    w: Secret


class Unstretched(msgspec.Struct, frozen=True):
    """The other answer to `Stretch`: it could not be done, for want of memory."""


class GuessCounted(msgspec.Struct, frozen=True):
    """The answer to `CountGuess`: one was added, and the transaction is committed."""


class GuessRefused(msgspec.Struct, frozen=True):
    """The answer to `CountGuess`: the limit was reached; nothing was added."""


class Noted(msgspec.Struct, frozen=True):
    """The relay has taken the request (StepNoted for step 1): from here A's clock runs."""

    t1_ms: int
    t2_ms: int


class Rejected(msgspec.Struct, frozen=True):
    """The relay refused to take the request (Refusal about this h); nobody saw it."""


class Connected(msgspec.Struct, frozen=True):
    """Signed in to the relay. To be told to every run that is not `Established`, on each sign-in."""


class Disconnected(msgspec.Struct, frozen=True):
    """The connection is down. To be told to every run that is not `Established`."""


class Tick(msgspec.Struct, frozen=True):
    """The moment of the last `SetTimer` has come. Early or needless ticks do nothing."""


# --- from the wire ---------------------------------------------------------------------


class Incoming(msgspec.Struct, frozen=True):
    """A request (01) came and no run with the asker's account is live: see `arrival.arrive`."""

    data: bytes
    me: FullId
    t1_ms: int
    t2_ms: int
    hint: str = ""
    seen: bytes | None = None
    """The h under which this nA was seen within 24 h, or None (`RememberNonce`)."""
    silent: bool = False
    """Blocked, contacts only, limits, waits: nothing is sent, the asker sees *no answer*."""
    own_device_expected: bool = False
    """Whether this user asked for a session with another device of the own account."""
    phrase_kept: bool = False
    """Set by `arrival.arrive` when both dialled at once and the own request gave way."""


class Received(msgspec.Struct, frozen=True):
    """A handshake message 02–07, or a repeated request, for this run (`exchange.run_of` says which)."""

    data: bytes


class Crossed(msgspec.Struct, frozen=True):
    """Another request of the same account came while this run is live; made by `arrival.arrive`."""

    h: bytes
    same_device: bool


Event = (
    Dial
    | Cancel
    | Answer
    | Decline
    | Hush
    | Stretched
    | Unstretched
    | GuessCounted
    | GuessRefused
    | Noted
    | Rejected
    | Connected
    | Disconnected
    | Tick
    | Incoming
    | Received
    | Crossed
)
