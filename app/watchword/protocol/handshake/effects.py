"""What a run asks of the core.

The core performs the list of one `step` so: first **every `Write` of the list in one transaction**, and
commit; only then the others, in order (write, then speak). If the transaction fails the core drops the
whole list and keeps the old state; the event may be fed again. Only after the commit does the new state
replace the old one. No effect's `repr` shows a secret.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.requests import Ending, Phase, Role
from watchword.protocol.handshake.states import State
from watchword_wire.ids import FullId


class Write(msgspec.Struct, frozen=True):
    """An effect on the store; all of one list go into one transaction, before anything is sent."""


class Act(msgspec.Struct, frozen=True):
    """An effect outside the store, after the commit."""


# --- the store -------------------------------------------------------------------------


class CountGuess(Write, frozen=True):
    """Load this peer account's tally, check `guesses.standing`, add one (`guesses.counted`), save.

    Always alone among the writes of its list. After the commit feed `GuessCounted`, or `GuessRefused` when
    the standing is not open (then nothing is added). Whatever happens later, only `TakeGuessBack` undoes it.
    """

    h: bytes
    account: str


class TakeGuessBack(Write, frozen=True):
    """Remove the one guess counted for this h (`guesses.taken_back`)."""

    h: bytes
    account: str


class RememberNonce(Write, frozen=True):
    """Keep nA with its h for 24 h: `Incoming.seen` is looked up here."""

    n_a: bytes
    h: bytes


class StorePending(Write, frozen=True):
    """Insert or replace the pending run of this h; keep the time of the first insertion (wall clock).

    After a restart `states.revive` reads `packed`. Encrypted at rest like all of the store.
    """

    h: bytes
    packed: Secret


class OpenSession(Write, frozen=True):
    """The session stands: own check and verdict 00 both hold.

    In the same transaction:

    1. delete the pending run of h;
    2. end an older session with the same full id `peer` (erase its ratchet, kx and kenv; its own queued
       messages that were not acknowledged become UNDELIVERED);
    3. compare `peer_key` with the pins of `peer.account` by `pinning.standing`: FIRST and SAME open it,
       FIRST pins the key; NEW_DEVICE and OTHER_KEY make it *held*: nothing is shown or sent and envelopes
       wait unacknowledged until the user answers; yes pins the key, no sends a sealed `end`, keeps the old
       pin;
    4. store the session; the chat and its line ("proved that you know the same phrase") unless held.
    """

    h: bytes
    role: Role
    me: FullId
    peer: FullId
    peer_key: bytes
    session: Secret
    """`ratchet.Session`, packed: give it to `ratchet.unpack`."""
    spoken: str
    """Twenty digits for an optional comparison by voice."""


class Erase(Write, frozen=True):
    """Delete whatever is stored of this h (pending run or session); keep h and the ending for 24 h.

    Repeated with another ending when the verdict corrects the own one.
    """

    h: bytes
    ending: Ending


class MarkUndelivered(Write, frozen=True):
    """The peer no longer holds this session (code 04).

    Keep everything, mark what the peer did not acknowledge as UNDELIVERED, add the chat's line, offer a
    new run. Repeats change nothing.
    """

    h: bytes


# --- the rest --------------------------------------------------------------------------


class Stretch(Act, frozen=True):
    """Run `passphrase.stretch(phrase, salt)` off the loop and feed `Stretched`; then forget the phrase.

    Feed `Unstretched` where it fails.
    """

    phrase: Secret
    salt: bytes


class Send(Act, frozen=True):
    """Hand one message 01–05 or 07 to the relay for the run's peer; in `Idle`, for who sent the message.

    While cut off it is dropped: a run repeats its last message by itself on `Connected`.
    """

    data: bytes


class Prompt(Act, frozen=True):
    """Pop up the passphrase dialog (P2); a `Show` with its ring follows in the same list."""

    h: bytes
    peer: FullId
    hint: str
    phrase_kept: bool


class Show(Act, frozen=True):
    """What the dialogs show changed. `ring_ends` is on the monotonic clock; 0 where there is no ring."""

    phase: Phase
    ring_ends: float


class Conclude(Act, frozen=True):
    """The run ended, or the verdict replaced the ending that was shown (`final`).

    ACCEPTED comes after `OpenSession`. With `gave_way` nothing is shown: the crossing request's prompt takes
    the dialog's place.
    """

    ending: Ending
    final: bool
    gave_way: bool


class SetTimer(Act, frozen=True):
    """Feed `Tick` at this moment of the monotonic clock, instead of any earlier one; None: no timer."""

    at: float | None


class Ignore(Act, frozen=True):
    """A stated refusal: the event changes nothing in this state, and why.

    A user's command that gets it is told that the request is over.
    """

    reason: str


Effect = (
    CountGuess
    | TakeGuessBack
    | RememberNonce
    | StorePending
    | OpenSession
    | Erase
    | MarkUndelivered
    | Stretch
    | Send
    | Prompt
    | Show
    | Conclude
    | SetTimer
    | Ignore
)
Effects = tuple[Effect, ...]
Step = tuple[State, Effects]
"""What a handler and `table.step` return."""
