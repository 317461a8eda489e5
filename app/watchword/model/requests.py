"""A session request as the dialogs show it, on either side (P1 to P5, the six endings of `ux`)."""

import enum

import msgspec


class Role(enum.StrEnum):
    """Which side of the request this desktop is."""

    ASKING = "asking"
    ASKED = "asked"


class Phase(enum.StrEnum):
    """Where a request stands, in words a dialog can show."""

    SENDING = "sending"
    """Asking: not taken by the relay yet (the phrase is being stretched, or no connection)."""
    WAITING = "waiting"
    """Asking: the ring runs until T1. Asked: the prompt is open, the ring runs until T1 − 5 s."""
    CHECKING = "checking"
    """Both: "Checking…", from the phrase typed (asked) or the challenge arrived (asking) to the verdict."""
    RELAY_LOST = "relay-lost"
    """The sixth ending: a state that the verdict replaces."""
    ENDED = "ended"


class Ending(enum.StrEnum):
    """How a request ended; the same on both screens once both are reachable."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    NO_ANSWER = "no-answer"
    NOT_FINISHED = "not-finished"
    DIFFER = "differ"


class SessionRequest(msgspec.Struct, frozen=True):
    """One request. `key` is this desktop's own name for it and never changes."""

    key: str
    role: Role
    account: str
    name: str
    """The contact's name, or the account id."""
    known: bool
    """Whether the account is in the contact list; if not, the dialog says so."""
    phase: Phase
    hint: str = ""
    """Unauthenticated: shown as an unconfirmed note, never as the program's words."""
    ring_s: float = 0.0
    """The whole length of the ring in seconds."""
    ring_ends: float = 0.0
    """When it runs out, on `Client.now()`."""
    ending: Ending | None = None
    at: int = 0
    """Wall clock, milliseconds, when it began."""
    quiet: bool = False
    """Asked: collected in the list, without a pop-up (limits of the pop-up)."""
    uncertain: int = 0
    """Guesses counted for this account and not taken back; from 3 on the notice is shown."""
    may_retry: bool = False
    """Asking: *Try again* may start a new run now. Asked: "{contact} may try again"."""
    phrase_kept: bool = False
    """Asked, after both dialled at once: the phrase of the own request still counts; one click answers.
    Asking, ended: the phrase may stay in its box, to be corrected (handshake, Retry)."""
    kept_until: float = 0.0
    """Asking, ended with `phrase_kept`: when it has to go, on `Client.now()` (T2 of its first run)."""
    replaces: str = ""
    """The key of the own request that this one takes the place of (both dialled at once, or a retry)."""
    seen: bool = False
    """A missed request the user has looked at."""


class GuessLimit(msgspec.Struct, frozen=True):
    """Why an account cannot be asked, or asks in vain, right now (handshake, Guesses)."""

    account: str
    count: int
    wait_until: int
    """Wall clock, milliseconds; 0 when blocked for good."""
    blocked: bool
