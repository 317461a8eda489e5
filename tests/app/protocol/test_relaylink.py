import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword.model.errors import Kind, Situation
from watchword.protocol import relaylink as rl
from watchword_wire import codec, login
from watchword_wire.frames import (
    Admitted,
    Applied,
    Apply,
    AskAvailable,
    Availability,
    Available,
    Deliver,
    FromRelay,
    Heard,
    Hello,
    Join,
    Presence,
    Probe,
    Probed,
    Refusal,
    RefusalCode,
    Register,
    Registration,
    SignIn,
    Welcome,
)
from watchword_wire.version import WIRE_VERSION

RELAY = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
RELAY_KEY = RELAY.public_key().public_bytes_raw()
CERTIFICATE = b"c" * 32
NONCE = b"n" * 32
SIGN_IN = rl.ToSignIn("ada/1")


def hello(**changes: object) -> Hello:
    fields: dict[str, object] = {
        "versions": [WIRE_VERSION],
        "relay_key": RELAY_KEY,
        "nonce": NONCE,
        "signature": RELAY.sign(login.relay_bytes(CERTIFICATE, NONCE)),
        "registration": Registration.OPEN,
        "t1_ms": 120_000,
        "t2_ms": 135_000,
    }
    return Hello(**(fields | changes))  # type: ignore[arg-type]  # one field is wrong on purpose


def play(
    purpose: rl.Purpose, *frames: FromRelay | rl.Event, pinned: bytes | None = None
) -> tuple[rl.State, list[rl.Effect]]:
    """Feed frames and events; a signature is given as soon as it is asked for."""
    state = rl.begin(purpose, pinned, CERTIFICATE, 0.0)
    effects: list[rl.Effect] = []
    for frame in frames:
        event = frame if isinstance(frame, rl.Event) else rl.Received(codec.encode(frame))
        state, more = rl.step(state, event, 0.0)
        effects += more
        if any(isinstance(effect, rl.Sign) for effect in more):
            state, more = rl.step(state, rl.Signed(b"s" * 64), 0.0)
            effects += more
    return state, effects


def problem(state: rl.State) -> Kind | None:
    assert isinstance(state, rl.Over)
    return None if state.problem is None else state.problem.kind


def test_a_known_terminal_signs_in() -> None:
    welcome = Welcome("ada/1", 120_000, 135_000, 3_600)
    state, effects = play(SIGN_IN, hello(), welcome)
    assert state == rl.Online("ada/1")
    assert effects == [
        rl.Met(hello()),
        rl.Sign(login.sign_in_bytes(RELAY_KEY, NONCE, "ada/1")),
        rl.Write(SignIn(WIRE_VERSION, "ada/1", b"s" * 64)),
        rl.WentOnline(welcome),
    ]


def test_a_new_account_registers_with_its_key_and_invite() -> None:
    state, effects = play(
        rl.ToRegister("bo/1", b"k" * 32, "come"), hello(), Welcome("bo/1", 120_000, 135_000, 3_600)
    )
    assert state == rl.Online("bo/1")
    assert rl.Sign(login.register_bytes(RELAY_KEY, NONCE, "bo/1")) in effects
    assert rl.Write(Register(WIRE_VERSION, "bo/1", b"k" * 32, b"s" * 64, "come")) in effects


def test_a_probe_ends_with_its_answer() -> None:
    probed = Probed("read", b"data")
    state, effects = play(rl.ToProbe(b"k" * 32, b"data"), hello(), probed)
    assert state == rl.Over(None)
    assert rl.Sign(login.probe_bytes(RELAY_KEY, NONCE)) in effects
    assert rl.Write(Probe(WIRE_VERSION, b"k" * 32, b"s" * 64, b"data")) in effects
    assert effects[-2:] == [rl.Answered(probed), rl.Close(None)]


def test_asking_for_an_id_signs_nothing() -> None:
    free = Available("ada", Availability.FREE)
    state, effects = play(rl.ToAskAvailable("ada"), hello(), free)
    assert state == rl.Over(None)
    assert rl.Write(AskAvailable("ada", None)) in effects
    assert not any(isinstance(effect, rl.Sign) for effect in effects)


OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
MINE = b"k" * 32
APPLY = rl.ToApply("ada", MINE, b"p" * 48)


def admitted(
    name: str = "ada/2", by: str = "ada/1", signed: bytes | None = None, parcel: bytes = b""
) -> Admitted:
    approval = OTHER.sign(login.admit_bytes(RELAY_KEY, "ada/2", MINE) if signed is None else signed)
    return Admitted(name, by, OTHER.public_key().public_bytes_raw(), approval, parcel)


def test_a_new_desktop_joins_by_a_certificate() -> None:
    purpose = rl.ToJoin("ada/2", MINE, b"acme" * 4, b"c" * 64)
    state, effects = play(purpose, hello(), Welcome("ada/2", 120_000, 135_000, 3_600))
    assert state == rl.Online("ada/2")
    assert rl.Sign(login.register_bytes(RELAY_KEY, NONCE, "ada/2")) in effects
    assert rl.Write(Join(WIRE_VERSION, "ada/2", MINE, b"s" * 64, b"acme" * 4, b"c" * 64)) in effects


def test_a_new_desktop_is_approved_and_signs_in_once_that_is_stored() -> None:
    frame = admitted(parcel=bytes(65_536))
    state, effects = play(APPLY, hello(), Applied(), frame)
    assert isinstance(state, rl.LetIn)
    assert effects == [
        rl.Met(hello()),
        rl.Sign(login.apply_bytes(RELAY_KEY, NONCE, "ada")),
        rl.Write(Apply(WIRE_VERSION, "ada", MINE, b"s" * 64, b"p" * 48)),
        rl.Stands(),
        rl.Approved(frame),
    ]
    welcome = Welcome("ada/2", 120_000, 135_000, 3_600)
    state, effects = play(APPLY, hello(), Applied(), frame, rl.Stored(), welcome)
    assert state == rl.Online("ada/2")
    assert effects[-3:] == [
        rl.Sign(login.sign_in_bytes(RELAY_KEY, NONCE, "ada/2")),
        rl.Write(SignIn(WIRE_VERSION, "ada/2", b"s" * 64)),
        rl.WentOnline(welcome),
    ]


def test_nothing_is_signed_before_what_came_is_stored() -> None:
    _state, effects = play(APPLY, hello(), rl.Stored(), Applied(), rl.Stored(), admitted())
    assert sum(isinstance(effect, rl.Sign) for effect in effects) == 1


@pytest.mark.parametrize(
    "frame",
    [
        admitted(name="bo/2"),
        admitted(by="bo/1"),
        admitted(name="ada/3"),
        admitted(name="ada"),
        admitted(signed=login.admit_bytes(RELAY_KEY, "ada/2", b"x" * 32)),
        admitted(signed=login.admit_bytes(b"x" * 32, "ada/2", MINE)),
        Welcome("ada/2", 120_000, 135_000, 3_600),
        Applied(),
    ],
)
def test_an_approval_that_is_none_is_nonsense(frame: FromRelay) -> None:
    state, _effects = play(APPLY, hello(), Applied(), frame)
    assert problem(state) is Kind.RELAY_NONSENSE


def test_an_application_waits_ten_minutes_and_a_sign_in_after_it_five_seconds() -> None:
    state, _ = play(APPLY, hello(), Applied())
    assert rl.step(state, rl.Ticked(), 599.9) == (state, [])
    late, _ = rl.step(state, rl.Ticked(), 600.0)
    assert problem(late) is Kind.RELAY_SLOW
    approved, _ = rl.step(state, rl.Received(codec.encode(admitted())), 300.0)
    signing, _ = rl.step(approved, rl.Stored(), 301.0)
    assert rl.step(signing, rl.Ticked(), 305.9) == (signing, [])
    late, _ = rl.step(signing, rl.Ticked(), 306.0)
    assert problem(late) is Kind.RELAY_SLOW


def test_who_waits_may_be_refused() -> None:
    state, _ = play(APPLY, hello(), Refusal(RefusalCode.RETRY_LATER, b"", 60_000))
    assert problem(state) is Kind.RELAY_BUSY


def test_an_answer_about_another_id_is_nonsense() -> None:
    state, _effects = play(rl.ToAskAvailable("ada"), hello(), Available("bo", Availability.FREE))
    assert problem(state) is Kind.RELAY_NONSENSE


def test_the_pinned_key_must_be_met() -> None:
    state, effects = play(SIGN_IN, hello(), pinned=b"x" * 32)
    assert problem(state) is Kind.RELAY_KEY
    assert not any(isinstance(effect, rl.Sign) for effect in effects)
    state, _effects = play(SIGN_IN, hello(), pinned=RELAY_KEY)
    assert isinstance(state, rl.Answering)


@pytest.mark.parametrize(
    "signed", [login.relay_bytes(b"d" * 32, NONCE), login.relay_bytes(CERTIFICATE, b"m" * 32)]
)
def test_the_relay_must_vouch_for_this_certificate_and_nonce(signed: bytes) -> None:
    state, effects = play(SIGN_IN, hello(signature=RELAY.sign(signed)))
    assert problem(state) is Kind.RELAY_KEY
    assert effects == [rl.Close(Situation(Kind.RELAY_KEY))]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"versions": [2, 3]}, Kind.RELAY_VERSION),
        ({"versions": []}, Kind.RELAY_VERSION),
        ({"relay_key": b"short"}, Kind.RELAY_NONSENSE),
        ({"nonce": b"short"}, Kind.RELAY_NONSENSE),
    ],
)
def test_a_hello_that_does_not_do(change: dict[str, object], kind: Kind) -> None:
    state, _effects = play(SIGN_IN, hello(**change))
    assert problem(state) is kind


@pytest.mark.parametrize(
    "events",
    [
        [rl.Received(b"")],
        [rl.Received(b"\xc1")],
        [rl.Received(b"[" * 3_000)],
        [rl.Received(bytes(5_000))],
        [rl.ReceivedText()],
        [Welcome("ada/1", 1, 1, 1)],
        [hello(), hello()],
        [hello(), Welcome("bo/1", 1, 1, 1)],
        [hello(), Deliver(1, b"i" * 16, "bo/1", b"")],
        [hello(), Welcome("ada/1", 1, 1, 1), hello()],
        [hello(), Welcome("ada/1", 1, 1, 1), rl.Received(b"\xc1")],
        [hello(), Welcome("ada/1", 1, 1, 1), rl.ReceivedText()],
    ],
)
def test_nonsense_ends_the_connection(events: list[FromRelay | rl.Event]) -> None:
    state, effects = play(SIGN_IN, *events)
    assert problem(state) is Kind.RELAY_NONSENSE
    assert effects[-1] == rl.Close(Situation(Kind.RELAY_NONSENSE))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (RefusalCode.VERSION, Kind.RELAY_VERSION),
        (RefusalCode.SIGNATURE, Kind.RELAY_SIGN_IN),
        (RefusalCode.UNKNOWN_TERMINAL, Kind.RELAY_SIGN_IN),
        (RefusalCode.ID_TAKEN, Kind.ID_TAKEN),
        (RefusalCode.ID_LOOKS_ALIKE, Kind.ID_LOOKS_ALIKE),
        (RefusalCode.ID_FORM, Kind.ID_FORM),
        (RefusalCode.INVITE_NEEDED, Kind.INVITE_NEEDED),
        (RefusalCode.INVITE_WRONG, Kind.INVITE_WRONG),
        (RefusalCode.CLOSED, Kind.RELAY_CLOSED),
        (RefusalCode.BLOCKED, Kind.RELAY_BLOCKED),
        (RefusalCode.TOO_LARGE, Kind.RELAY_TOO_LONG),
        (RefusalCode.FULL, Kind.RELAY_FULL),
        (RefusalCode.STOPPING, Kind.RELAY_STOPPING),
        (RefusalCode.REMOVED, Kind.DESKTOP_REMOVED),
        (99, Kind.RELAY_NONSENSE),
    ],
)
def test_each_refusal_has_its_own_cause(code: int, kind: Kind) -> None:
    state, _effects = play(SIGN_IN, hello(), Refusal(code))
    assert problem(state) is kind


def test_a_busy_relay_says_when() -> None:
    state, effects = play(SIGN_IN, Refusal(RefusalCode.RETRY_LATER, retry_ms=2_500))
    assert state == rl.Over(Situation(Kind.RELAY_BUSY, {"seconds": 3}))
    assert effects == [rl.RetryAfter(2.5), rl.Close(Situation(Kind.RELAY_BUSY, {"seconds": 3}))]


def test_a_relay_that_is_too_slow() -> None:
    state = rl.begin(SIGN_IN, None, CERTIFICATE, 100.0)
    state, effects = rl.step(state, rl.Ticked(), 104.9)
    assert effects == []
    state, effects = rl.step(state, rl.Ticked(), 105.0)
    assert effects == [rl.Close(Situation(Kind.RELAY_SLOW))]
    assert rl.step(state, rl.Ticked(), 200.0) == (state, [])


def test_online_frames_go_to_the_core_and_time_no_longer_matters() -> None:
    welcome = Welcome("ada/1", 1, 1, 1)
    about = Refusal(RefusalCode.QUOTA, b"h" * 32)
    state, effects = play(SIGN_IN, hello(), welcome, Presence("bo", True), about)
    assert effects[-2:] == [rl.Arrived(Presence("bo", True)), rl.Arrived(about)]
    assert rl.step(state, rl.Ticked(), 1e9) == (state, [])


def test_the_relay_hears_of_every_refusal_of_a_message_after_the_core_did() -> None:
    first, second = (Refusal(RefusalCode.QUOTA, bytes([number]) * 16) for number in (1, 2))
    _, effects = play(SIGN_IN, hello(), Welcome("ada/1", 1, 1, 1), first, second)
    told = [rl.Arrived(first), rl.Write(Heard(1)), rl.Arrived(second), rl.Write(Heard(2))]
    assert effects[-4:] == told


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (RefusalCode.REPLACED, Kind.SIGNED_IN_ELSEWHERE),
        (RefusalCode.REMOVED, Kind.DESKTOP_REMOVED),
        (RefusalCode.REALM_GONE, Kind.RELAY_REALM_GONE),
        (RefusalCode.STOPPING, Kind.RELAY_STOPPING),
        (RefusalCode.BLOCKED, Kind.RELAY_BLOCKED),
    ],
)
def test_the_relay_ends_a_signed_in_connection(code: RefusalCode, kind: Kind) -> None:
    state, effects = play(SIGN_IN, hello(), Welcome("ada/1", 1, 1, 1), Refusal(code))
    assert problem(state) is kind
    assert effects[-1] == rl.Close(Situation(kind))


def test_after_the_end_nothing_matters() -> None:
    state, _effects = play(SIGN_IN, Refusal(RefusalCode.FULL))
    assert rl.step(state, rl.Received(codec.encode(hello())), 0.0) == (state, [])
    assert rl.step(state, rl.Signed(b""), 0.0) == (state, [])


def test_who_tries_once_is_told_to_try_again() -> None:
    busy = Situation(Kind.RELAY_BUSY, {"seconds": 3})
    assert rl.of_one_try(busy) == Situation(Kind.TRY_LATER, {"seconds": 3})
    assert rl.of_one_try(Situation(Kind.RELAY_BUSY, {"seconds": 0})).facts == {"seconds": 1}
    assert rl.of_one_try(Situation(Kind.ID_TAKEN)) == Situation(Kind.ID_TAKEN)
