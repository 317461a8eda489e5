"""Both sides from pending to open, and what is stored on the way (handshake, Flow 3 to 5)."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from support.handshake import PHRASE, Terminal, World
from support.steps import calls_of
from support.vectors import suite1
from watchword.crypto import primitives, spake2
from watchword.model.requests import Ending
from watchword.protocol import ratchet
from watchword.protocol.handshake import events
from watchword.protocol.handshake.states import Calling, Challenging, Ended, State
from watchword.protocol.handshake.table import step
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Abort, AbortCode, Kind, Proof, Response

REFUSE = [point for points in suite1()["points"]["refuse"].values() for point in points]
IDENTITY = b"\x01" + bytes(31)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("field", ["c_b", "box_b"])
def test_a_wrong_c_b_and_a_wrong_box_end_as_a_wrong_c_a_does(world: World, field: str) -> None:
    world.relay.drops = {Kind.RESPONSE}
    world.meet()
    response = world.b.sent()[-1]
    assert isinstance(response, Response)
    value = getattr(response, field)
    world.a.hear(replace(response, **{field: bytes([value[0] ^ 1]) + value[1:]}).encode())
    assert world.a.sent()[-1] == Abort(response.h, AbortCode.DIFFER)
    assert world.a.concluded() == [(Ending.DIFFER, False)]
    assert world.a.count(world.b) == 1
    assert not world.a.pending


def verified(spoil: Callable[[Response], Response]) -> tuple[list[str], Ended]:
    """What A does from the response to its word, and where that leads."""
    world = World()
    world.relay.drops = {Kind.RESPONSE}
    world.meet()
    response = world.b.sent()[-1]
    assert isinstance(response, Response)
    proving, heard = world.a.state, events.Received(spoil(response).encode())
    over: list[State] = []
    calls = calls_of(lambda: over.append(step(proving, heard, world.now)[0]))
    [ended] = over
    assert isinstance(ended, Ended)
    return calls, ended


def test_a_wrong_c_b_costs_the_same_wherever_it_is_wrong() -> None:
    """Alike in time: the same calls in the same order, and a comparison that reads all of it."""

    def turned(at: int) -> Callable[[Response], Response]:
        return lambda response: replace(
            response, c_b=response.c_b[:at] + bytes([response.c_b[at] ^ 1]) + response.c_b[at + 1 :]
        )

    first, ended = verified(turned(0))
    spoils = (
        turned(31),
        lambda found: replace(found, c_b=bytes(32)),
        lambda found: replace(found, r_b=bytes(32)),
    )
    assert "primitives: compare_digest" in first
    for spoil in spoils:
        calls, other = verified(spoil)
        assert calls == first
        assert len(other.said) == len(ended.said) == 34


def test_a_bad_signature_in_the_box_is_broken_off_and_takes_the_guess_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since cB and boxB hold, B knows the phrase: the count goes back; only the signature is wrong."""
    world.relay.drops = {Kind.PROOF}
    world.meet()
    state = world.b.state
    assert isinstance(state, Challenging)
    own = primitives.ed25519_sign
    monkeypatch.setattr("watchword.crypto.identity.ed25519_sign", lambda seed, data: own(seed, data + b"x"))
    world.relay.drops = {Kind.RESPONSE}
    world.a.cut()
    world.a.join()
    response = world.b.sent()[-1]
    monkeypatch.undo()
    world.a.hear(response.encode())
    assert world.a.sent()[-1] == Abort(state.run.h, AbortCode.BROKEN_OFF)
    assert world.a.ending is Ending.NOT_FINISHED
    assert world.a.count(world.b) == 0
    assert not world.a.pending


def test_codes_are_compared_in_constant_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    own = primitives.equal

    def watched(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return own(one, other)

    monkeypatch.setattr(primitives, "equal", watched)
    world.meet()
    proof = next(message for message in world.a.sent() if isinstance(message, Proof))
    response = next(message for message in world.b.sent() if isinstance(message, Response))
    assert {proof.c_a, response.c_b} <= set(compared)


def test_what_is_stored_holds_neither_phrase_nor_scalars(world: World) -> None:
    """Pending: th2, k2, kx, rkB's private key (B); th2, ratchet state, kx, m0 (A); no phrase, w, x, y."""
    secrets: dict[str, bytes] = {}
    world.relay.drops = {Kind.CONFIRM}
    world.a.dial(world.b)
    calling = world.a.state
    assert isinstance(calling, Calling)
    secrets |= {"w": calling.w.expose(), "x": calling.dice.x.expose(), "dk": calling.dice.kem_seed.expose()}
    secrets["x reduced"] = spake2.scalar(secrets["x"]).to_bytes(32, "little")
    world.settle()
    world.b.answer()
    world.settle()
    secrets |= {"phrase": PHRASE.encode(), "identity a": world.a.identity.expose()}
    secrets["identity b"] = world.b.identity.expose()
    for terminal in (world.a, world.b):
        ((packed, _),) = terminal.pending.values()
        for name, value in secrets.items():
            assert value not in packed.expose(), name
            assert value.hex() not in packed.expose().hex(), name


def test_nothing_opens_with_the_first_key(world: World) -> None:
    """Same k1, another R: another k2; no message opens with k1 (P9)."""
    world.relay.drops = {Kind.PROOF}
    world.meet()
    state = world.b.state
    assert isinstance(state, Challenging)
    first_key = state.first.k1
    world.relay.drops = set()
    world.a.cut()
    world.a.join()
    confirm = next(data for data in world.relay.carried if data[0] == Kind.CONFIRM)
    session = world.b.session
    root = ratchet.Root(session.h, session.th2, first_key, session.exporter)
    with pytest.raises(PeerError):
        ratchet.open_first(root, state.rk, confirm[33:])


@pytest.mark.parametrize("other", [Kind.CHALLENGE, Kind.PROOF, Kind.RESPONSE])
@pytest.mark.parametrize("side", ["a", "b"])
def test_nothing_out_of_turn_ends_a_pending_run(world: World, other: Kind, side: str) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    terminal: Terminal = getattr(world, side)
    state = terminal.state
    ((h, _),) = terminal.pending.items()
    sizes = {Kind.CHALLENGE: 1217, Kind.PROOF: 97, Kind.RESPONSE: 209}
    terminal.hear((bytes([other]) + h).ljust(sizes[other], b"\x01"))
    terminal.hear(bytes([other]) + h)
    assert terminal.state is state
