"""The desktop's side of one connection to a relay, without I/O: hello, sign-in, then frames.

`step(state, event, now) -> (state, effects)`. Signatures are asked for by an effect and come back as
an event, so no key stands in a state. No message is read here. See `docs/protocol/wire.md`, section Sign-in.
"""

import msgspec

from watchword.model.errors import Kind, Situation
from watchword_wire import codec, login
from watchword_wire.errors import PeerError
from watchword_wire.frames import (
    Admitted,
    Applied,
    Apply,
    AskAvailable,
    Available,
    FromDesktop,
    FromRelay,
    Heard,
    Hello,
    Join,
    Partly,
    Probe,
    Probed,
    Refusal,
    RefusalCode,
    Register,
    SignIn,
    Welcome,
)
from watchword_wire.ids import parse_full_id
from watchword_wire.limits import FRAME_BYTES_BEFORE_SIGN_IN, KEY_BYTES, MESSAGE_ID_BYTES, NONCE_BYTES
from watchword_wire.timing import APPLICATION_KEPT, SIGN_IN_DEADLINE
from watchword_wire.version import WIRE_VERSION

# --- what a connection is for ------------------------------------------------------------


class ToSignIn(msgspec.Struct, frozen=True):
    """A known terminal wants its messages."""

    full_id: str


class ToRegister(msgspec.Struct, frozen=True):
    """A new account with its first device; signs in at once."""

    full_id: str
    key: bytes
    invite: str | None = None


class ToJoin(msgspec.Struct, frozen=True):
    """Another terminal of an account, by the certificate of its member key; signs in at once."""

    full_id: str
    key: bytes
    organisation: bytes
    certificate: bytes


class ToApply(msgspec.Struct, frozen=True):
    """Another terminal of an account, which one that it has approves; signs in once that is `Stored`."""

    account: str
    key: bytes
    proof: bytes
    """For who types its words (`second_desktop`)."""


class ToProbe(msgspec.Struct, frozen=True):
    """*Check*: have `data` written and read back under a throw-away key."""

    key: bytes
    data: bytes


class ToAskAvailable(msgspec.Struct, frozen=True):
    """Is an account id free?"""

    account: str
    invite: str | None = None


Purpose = ToSignIn | ToRegister | ToJoin | ToApply | ToProbe | ToAskAvailable

# --- states ------------------------------------------------------------------------------


class Opening(msgspec.Struct, frozen=True):
    """Connected; the relay's Hello is awaited until `deadline`."""

    purpose: Purpose
    relay_key: bytes | None
    """The pinned key, or None on first use."""
    certificate: bytes
    deadline: float


class Signing(msgspec.Struct, frozen=True):
    """The relay is who it should be; our own signature is being made."""

    purpose: Purpose
    deadline: float
    relay_key: bytes
    nonce: bytes


class Answering(msgspec.Struct, frozen=True):
    """Signed; the relay's answer is awaited."""

    purpose: Purpose
    deadline: float
    relay_key: bytes = b""
    nonce: bytes = b""


class Waiting(msgspec.Struct, frozen=True):
    """Applied: another terminal of the account is to approve this one, until `deadline`."""

    purpose: ToApply
    deadline: float
    relay_key: bytes
    nonce: bytes


class LetIn(msgspec.Struct, frozen=True):
    """Approved as this terminal; what came with that is being stored."""

    full_id: str
    deadline: float
    relay_key: bytes
    nonce: bytes


class Online(msgspec.Struct, frozen=True):
    """Signed in: frames flow."""

    full_id: str
    refusals: int = 0
    """How many about a message have come, those counted that are about some of its targets."""


class Over(msgspec.Struct, frozen=True):
    """This connection is of no more use; None when what it was for is done."""

    problem: Situation | None


State = Opening | Signing | Answering | Waiting | LetIn | Online | Over

# --- events ------------------------------------------------------------------------------


class Received(msgspec.Struct, frozen=True):
    """One whole binary WebSocket message."""

    data: bytes


class ReceivedText(msgspec.Struct, frozen=True):
    """A text message, which no relay of ours sends."""


class Signed(msgspec.Struct, frozen=True):
    """The signature that `Sign` asked for."""

    signature: bytes


class Stored(msgspec.Struct, frozen=True):
    """What `Approved` brought is on the disk: sign in with it."""


class Ticked(msgspec.Struct, frozen=True):
    """Time may have run out."""


Event = Received | ReceivedText | Signed | Stored | Ticked

# --- effects -----------------------------------------------------------------------------


class Met(msgspec.Struct, frozen=True):
    """The relay showed its key (checked) and its terms."""

    hello: Hello


class Sign(msgspec.Struct, frozen=True):
    """Sign these bytes with the terminal's key (for a probe: a throw-away one), then tell `Signed`."""

    data: bytes


class Write(msgspec.Struct, frozen=True):
    """Send this frame."""

    frame: FromDesktop


class WentOnline(msgspec.Struct, frozen=True):
    """Signed in."""

    welcome: Welcome


class Stands(msgspec.Struct, frozen=True):
    """The application is made; nobody says whether there is such an account."""


class Approved(msgspec.Struct, frozen=True):
    """A terminal of the account approved this one: to be stored before it signs in (`Stored`)."""

    frame: Admitted


class Answered(msgspec.Struct, frozen=True):
    """The answer to ToProbe or ToAskAvailable."""

    frame: Probed | Available


class Arrived(msgspec.Struct, frozen=True):
    """A frame for the core."""

    frame: FromRelay


class Close(msgspec.Struct, frozen=True):
    """Close the connection."""

    problem: Situation | None


class RetryAfter(msgspec.Struct, frozen=True):
    """The relay asks not to be tried again for so long."""

    seconds: float


Effect = Met | Sign | Write | WentOnline | Stands | Approved | Answered | Arrived | Close | RetryAfter

_REFUSED: dict[int, Kind] = {
    RefusalCode.VERSION: Kind.RELAY_VERSION,
    RefusalCode.SIGNATURE: Kind.RELAY_SIGN_IN,
    RefusalCode.UNKNOWN_TERMINAL: Kind.RELAY_SIGN_IN,
    RefusalCode.ID_TAKEN: Kind.ID_TAKEN,
    RefusalCode.ID_LOOKS_ALIKE: Kind.ID_LOOKS_ALIKE,
    RefusalCode.ID_FORM: Kind.ID_FORM,
    RefusalCode.INVITE_NEEDED: Kind.INVITE_NEEDED,
    RefusalCode.INVITE_WRONG: Kind.INVITE_WRONG,
    RefusalCode.CLOSED: Kind.RELAY_CLOSED,
    RefusalCode.BLOCKED: Kind.RELAY_BLOCKED,
    RefusalCode.TOO_LARGE: Kind.RELAY_TOO_LONG,
    RefusalCode.QUOTA: Kind.RELAY_QUOTA,
    RefusalCode.FULL: Kind.RELAY_FULL,
    RefusalCode.REPLACED: Kind.SIGNED_IN_ELSEWHERE,
    RefusalCode.STOPPING: Kind.RELAY_STOPPING,
    RefusalCode.REMOVED: Kind.DESKTOP_REMOVED,
    RefusalCode.REALM_GONE: Kind.RELAY_REALM_GONE,
}
_ENDS_CONNECTION = {
    RefusalCode.REPLACED,
    RefusalCode.STOPPING,
    RefusalCode.REMOVED,
    RefusalCode.REALM_GONE,
    RefusalCode.BLOCKED,
}


def begin(purpose: Purpose, relay_key: bytes | None, certificate: bytes, now: float) -> State:
    """Return the state of a connection that has just opened."""
    return Opening(purpose, relay_key, certificate, now + SIGN_IN_DEADLINE)


def step(state: State, event: Event, now: float) -> tuple[State, list[Effect]]:
    """Take one event; whatever a relay sends ends in a state, never in an exception."""
    if isinstance(state, Over):
        return state, []
    match event:
        case Ticked():
            late = not isinstance(state, Online) and now >= state.deadline
            return _over(Kind.RELAY_SLOW) if late else (state, [])
        case ReceivedText():
            return _over(Kind.RELAY_NONSENSE)
        case Signed():
            return _signed(state, event)
        case Stored():
            return _stored(state, now)
        case Received(data):
            return _received(state, data, now)


def _received(state: State, data: bytes, now: float) -> tuple[State, list[Effect]]:
    if not isinstance(state, Online | Waiting) and len(data) > FRAME_BYTES_BEFORE_SIGN_IN:
        return _over(Kind.RELAY_NONSENSE)
    try:
        frame = codec.decode_from_relay(data)
    except PeerError:
        return _over(Kind.RELAY_NONSENSE)
    match state:
        case Opening():
            return _opening(state, frame)
        case Answering():
            return _answering(state, frame, now)
        case Waiting():
            return _waiting(state, frame)
        case Online():
            return _online(state, frame)
        case _:
            return _over(Kind.RELAY_NONSENSE)


def _opening(state: Opening, frame: FromRelay) -> tuple[State, list[Effect]]:
    if isinstance(frame, Refusal):
        return _refused(frame)
    if not isinstance(frame, Hello):
        return _over(Kind.RELAY_NONSENSE)
    if len(frame.relay_key) != KEY_BYTES or len(frame.nonce) != NONCE_BYTES:
        return _over(Kind.RELAY_NONSENSE)
    if WIRE_VERSION not in frame.versions:
        return _over(Kind.RELAY_VERSION)
    if state.relay_key is not None and state.relay_key != frame.relay_key:
        return _over(Kind.RELAY_KEY)
    signed = login.relay_bytes(state.certificate, frame.nonce)
    if not login.signature_is_good(frame.relay_key, frame.signature, signed):
        return _over(Kind.RELAY_KEY)
    met = Met(frame)
    match state.purpose:
        case ToAskAvailable(account, invite):
            ask = Write(AskAvailable(account, invite))
            return Answering(state.purpose, state.deadline), [met, ask]
        case ToSignIn(full_id):
            data = login.sign_in_bytes(frame.relay_key, frame.nonce, full_id)
        case ToRegister(full_id) | ToJoin(full_id):
            data = login.register_bytes(frame.relay_key, frame.nonce, full_id)
        case ToApply(account):
            data = login.apply_bytes(frame.relay_key, frame.nonce, account)
        case ToProbe():
            data = login.probe_bytes(frame.relay_key, frame.nonce)
    signing = Signing(state.purpose, state.deadline, frame.relay_key, frame.nonce)
    return signing, [met, Sign(data)]


def _signed(state: State, event: Signed) -> tuple[State, list[Effect]]:
    if not isinstance(state, Signing):
        return state, []
    match state.purpose:
        case ToSignIn(full_id):
            frame: FromDesktop = SignIn(WIRE_VERSION, full_id, event.signature)
        case ToRegister(full_id, key, invite):
            frame = Register(WIRE_VERSION, full_id, key, event.signature, invite)
        case ToJoin(full_id, key, organisation, certificate):
            frame = Join(WIRE_VERSION, full_id, key, event.signature, organisation, certificate)
        case ToApply(account, key, proof):
            frame = Apply(WIRE_VERSION, account, key, event.signature, proof)
        case ToProbe(key, data):
            frame = Probe(WIRE_VERSION, key, event.signature, data)
        case ToAskAvailable():
            return state, []
    answering = Answering(state.purpose, state.deadline, state.relay_key, state.nonce)
    return answering, [Write(frame)]


def _answering(state: Answering, frame: FromRelay, now: float) -> tuple[State, list[Effect]]:
    match state.purpose, frame:
        case _, Refusal():
            return _refused(frame)
        case ((ToSignIn(full_id) | ToRegister(full_id) | ToJoin(full_id)), Welcome()) if frame.id == full_id:
            return Online(full_id), [WentOnline(frame)]
        case ToApply() as purpose, Applied():
            waiting = Waiting(purpose, now + APPLICATION_KEPT, state.relay_key, state.nonce)
            return waiting, [Stands()]
        case ToProbe(), Probed():
            return Over(None), [Answered(frame), Close(None)]
        case ToAskAvailable(account), Available() if frame.account == account:
            return Over(None), [Answered(frame), Close(None)]
        case _:
            return _over(Kind.RELAY_NONSENSE)


def _waiting(state: Waiting, frame: FromRelay) -> tuple[State, list[Effect]]:
    """Take the approval, whose signature is by the key that it names; the core judges by the parcel."""
    if isinstance(frame, Refusal):
        return _refused(frame)
    if not isinstance(frame, Admitted):
        return _over(Kind.RELAY_NONSENSE)
    try:
        accounts = {parse_full_id(frame.id).account, parse_full_id(frame.by).account}
    except PeerError:
        return _over(Kind.RELAY_NONSENSE)
    signed = login.admit_bytes(state.relay_key, frame.id, state.purpose.key)
    good = login.signature_is_good(frame.by_key, frame.approval, signed)
    if accounts != {state.purpose.account} or not good:
        return _over(Kind.RELAY_NONSENSE)
    return LetIn(frame.id, state.deadline, state.relay_key, state.nonce), [Approved(frame)]


def _stored(state: State, now: float) -> tuple[State, list[Effect]]:
    if not isinstance(state, LetIn):
        return state, []
    data = login.sign_in_bytes(state.relay_key, state.nonce, state.full_id)
    purpose = ToSignIn(state.full_id)
    return Signing(purpose, now + SIGN_IN_DEADLINE, state.relay_key, state.nonce), [Sign(data)]


def _online(state: Online, frame: FromRelay) -> tuple[State, list[Effect]]:
    match frame:
        case Hello() | Welcome() | Probed() | Available() | Applied():
            return _over(Kind.RELAY_NONSENSE)
        case Refusal() if frame.code in _ENDS_CONNECTION and not frame.about:
            return _refused(frame)
        case Refusal() if len(frame.about) != MESSAGE_ID_BYTES:
            return state, [Arrived(frame)]
        case Refusal() | Partly():
            # Told first: what the core sends from then on starts over.
            heard = state.refusals + 1
            return Online(state.full_id, heard), [Arrived(frame), Write(Heard(heard))]
        case _:
            return state, [Arrived(frame)]


def refusal_situation(refusal: Refusal) -> Situation:
    """Say in the model's words why a relay said no."""
    if refusal.code == RefusalCode.RETRY_LATER:
        return Situation(Kind.RELAY_BUSY, {"seconds": -(-refusal.retry_ms // 1000)})
    kind = _REFUSED.get(refusal.code, Kind.RELAY_NONSENSE)
    return Situation(kind, {"why": "form"} if kind is Kind.ID_FORM else {})


def of_one_try(situation: Situation) -> Situation:
    """The same of something that is not tried again by itself."""
    if situation.kind is not Kind.RELAY_BUSY:
        return situation
    return Situation(Kind.TRY_LATER, {"seconds": max(1, int(situation.facts["seconds"]))})


def _refused(refusal: Refusal) -> tuple[State, list[Effect]]:
    situation = refusal_situation(refusal)
    effects: list[Effect] = []
    if refusal.retry_ms > 0:
        effects.append(RetryAfter(refusal.retry_ms / 1000))
    return Over(situation), [*effects, Close(situation)]


def _over(kind: Kind) -> tuple[State, list[Effect]]:
    situation = Situation(kind)
    return Over(situation), [Close(situation)]
