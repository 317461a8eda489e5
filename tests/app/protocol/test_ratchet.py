"""Sealed messages of a session (handshake, Messages after it)."""

import pytest
from msgspec.structs import replace

from support.handshake import World
from support.vectors import RUNS
from watchword.crypto import primitives
from watchword.crypto.primitives import hmac_sha256
from watchword.crypto.secret import Secret
from watchword.model.requests import Role
from watchword.protocol import ratchet
from watchword.protocol.ratchet import Opened, Root, Session, TooFar
from watchword_wire.envelope import LEAST_PADDED
from watchword_wire.errors import PeerError
from watchword_wire.exchange import FIRST_ENVELOPE_BYTES, Kind

ROOT = Root(bytes(range(32)), b"\x22" * 32, Secret(b"\x33" * 32), Secret(b"\x44" * 32))
RK = Secret(b"\x55" * 32)


class Pair:
    """Two sides of a session; what one seals waits until the other opens it."""

    def __init__(self) -> None:
        self.a, self.m0 = ratchet.seal_first(ROOT, primitives.x25519_public(RK.expose()), b"x" * 96)
        self.b, _ = ratchet.open_first(ROOT, RK, self.m0)

    def seal(self, name: str, text: bytes = b"text") -> bytes:
        after, data = ratchet.seal(getattr(self, name), text)
        setattr(self, name, after)
        return data

    def open(self, name: str, data: bytes) -> Opened:
        opened = ratchet.unseal(getattr(self, name), data)
        assert isinstance(opened, Opened)
        setattr(self, name, opened.session)
        return opened

    def carry(self, sender: str, text: bytes = b"text") -> Opened:
        return self.open("b" if sender == "a" else "a", self.seal(sender, text))


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_m0_is_348_bytes_and_holds_96(pair: Pair) -> None:
    assert len(pair.m0) == FIRST_ENVELOPE_BYTES == 348


def test_messages_go_both_ways(pair: Pair) -> None:
    for number in range(20):
        for sender in ("a", "b", "b"):
            text = f"{sender} {number}".encode()
            opened = pair.carry(sender, text)
            assert (opened.text, opened.lost) == (text, 0)


@pytest.mark.parametrize("length", [0, 1, 255, 256, 4_000, 65_600])
def test_any_length_comes_back(pair: Pair, length: int) -> None:
    text = bytes(length)
    assert pair.carry("a", text).text == text
    assert ratchet.pad(text)[length] == 0x80
    assert len(ratchet.pad(text)) >= LEAST_PADDED


def test_messages_out_of_order_open_once(pair: Pair) -> None:
    sealed = [pair.seal("a", bytes([number])) for number in range(10)]
    for number in (9, 0, 5, 1, 8, 2, 7, 3, 6, 4):
        assert pair.open("b", sealed[number]).text == bytes([number])
    for data in sealed:
        with pytest.raises(PeerError):
            ratchet.unseal(pair.b, data)


def test_messages_of_older_chains_open_late(pair: Pair) -> None:
    early = pair.seal("a", b"early")
    pair.carry("a")
    pair.carry("b")
    pair.carry("a")
    assert pair.open("b", early).text == b"early"


@pytest.mark.parametrize("position", [0, 8, 39, 41, 45, 48, 60, 100, -17, -16, -1])
def test_an_altered_envelope_is_refused_and_changes_nothing(pair: Pair, position: int) -> None:
    data = bytearray(pair.seal("a"))
    data[position] ^= 1
    before = pair.b
    with pytest.raises(PeerError):
        ratchet.unseal(pair.b, bytes(data))
    assert pair.b is before


@pytest.mark.parametrize("position", [8, 39, 43, 47, 48, 60, 100, -17])
def test_what_the_code_covers_is_bound_by_the_aead_as_well(pair: Pair, position: int) -> None:
    """Someone with kenv alone forges the code, and still nothing opens and nothing changes."""
    data = bytearray(pair.seal("a"))
    data[position] ^= 1
    data[-16:] = hmac_sha256(pair.b.code_key.expose(), b"A" + bytes(data[:-16]))[:16]
    with pytest.raises(PeerError):
        ratchet.unseal(pair.b, bytes(data))
    assert pair.carry("a").text == b"text"


def test_a_forged_code_costs_no_key_skipping(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(pair.seal("a"))
    data[44:48] = (200).to_bytes(4, "big")
    monkeypatch.setattr("watchword.protocol.ratchet_profile.load", lambda stored: pytest.fail("was opened"))
    with pytest.raises(PeerError, match="code"):
        ratchet.unseal(pair.b, bytes(data))


def test_an_own_envelope_is_refused(pair: Pair) -> None:
    """The role in the code: nothing is reflected."""
    data = pair.seal("a")
    with pytest.raises(PeerError, match="code"):
        ratchet.unseal(pair.a, data)


def test_another_sessions_envelope_is_refused(pair: Pair) -> None:
    other = replace(pair.b, h=bytes(32))
    with pytest.raises(PeerError):
        ratchet.unseal(other, pair.seal("a"))


def test_th2_is_bound(pair: Pair) -> None:
    data = pair.seal("a")
    with pytest.raises(PeerError, match="open"):
        ratchet.unseal(replace(pair.b, th2=bytes(32)), data)


def test_a_first_envelope_has_pn_and_n_zero(pair: Pair) -> None:
    second = pair.seal("a", b"x" * 96)
    with pytest.raises(PeerError, match="first"):
        ratchet.open_first(ROOT, RK, second)


@pytest.mark.parametrize("position", [0, 8, 47, 100, -1])
def test_an_altered_m0_is_refused(pair: Pair, position: int) -> None:
    data = bytearray(pair.m0)
    data[position] ^= 1
    with pytest.raises(PeerError):
        ratchet.open_first(ROOT, RK, bytes(data))


def test_m0_opens_with_the_second_key_only(pair: Pair) -> None:
    with pytest.raises(PeerError):
        ratchet.open_first(replace(ROOT, k2=Secret(bytes(32))), RK, pair.m0)


def test_a_repeated_m0_does_not_open_again(pair: Pair) -> None:
    with pytest.raises(PeerError):
        ratchet.unseal(pair.b, pair.m0)


def test_256_skipped_messages_open_and_257_do_not(pair: Pair) -> None:
    sealed = [pair.seal("a", bytes([number % 256])) for number in range(258)]
    before = pair.b
    assert ratchet.unseal(before, sealed[257]) == TooFar(unopened=False)
    opened = ratchet.unseal(before, sealed[256])
    assert isinstance(opened, Opened)
    assert opened.lost == 0
    assert pair.b is before


def test_beyond_256_an_empty_message_opens_a_new_chain(pair: Pair) -> None:
    for _ in range(300):
        pair.seal("a")
    assert isinstance(ratchet.unseal(pair.b, pair.seal("a")), TooFar)
    pair.carry("b", b"")
    opened = pair.carry("a", b"heard again")
    assert opened.text == b"heard again"
    assert opened.lost == 301
    assert pair.carry("a").lost == 0


def test_beyond_256_at_the_start_of_a_chain_nothing_opens_another(pair: Pair) -> None:
    pair.carry("b")
    for _ in range(300):
        pair.seal("a")
    assert ratchet.unseal(pair.b, pair.seal("a")) == TooFar(unopened=True)
    pair.carry("b", b"")
    assert ratchet.unseal(pair.b, pair.seal("a")) == TooFar(unopened=True)


def test_1000_skipped_keys_are_kept_and_the_oldest_are_lost_first(pair: Pair) -> None:
    kept: list[bytes] = []
    for _ in range(4):
        kept += [pair.seal("a") for _ in range(250)]
        assert pair.carry("a").lost == 0
        pair.carry("b")
    first, second = kept[0], kept[1]
    pair.seal("a")
    assert pair.carry("a").lost == 1
    with pytest.raises(PeerError):
        ratchet.unseal(pair.b, first)
    assert pair.open("b", second).text == b"text"


def test_a_skipped_message_that_comes_late_loses_nothing(pair: Pair) -> None:
    late = pair.seal("a")
    pair.carry("a")
    assert pair.open("b", late).lost == 0


def test_an_x25519_key_of_small_order_in_a_header_is_refused(pair: Pair) -> None:
    data = bytearray(pair.seal("a"))
    data[8:40] = bytes(32)
    data[-16:] = hmac_sha256(pair.b.code_key.expose(), b"A" + bytes(data[:-16]))[:16]
    with pytest.raises(PeerError):
        ratchet.unseal(pair.b, bytes(data))


def test_rk_b_of_small_order_is_refused() -> None:
    with pytest.raises(PeerError):
        ratchet.seal_first(ROOT, bytes(32), b"x" * 96)


def test_every_envelope_has_its_own_nonce(pair: Pair) -> None:
    """A restored backup uses a message key twice; the nonce keeps that from showing the texts."""
    one, two = ratchet.seal(pair.a, b"one")[1], ratchet.seal(pair.a, b"two")[1]
    assert one[40:48] == two[40:48]
    assert one[48:60] != two[48:60]


def test_a_session_comes_back_from_the_store(pair: Pair) -> None:
    for name in ("a", "b"):
        setattr(pair, name, ratchet.unpack(ratchet.pack(getattr(pair, name))))
    assert pair.carry("b", b"after a restart").text == b"after a restart"
    assert pair.carry("a", b"and back").text == b"and back"


@pytest.mark.parametrize("data", [b"", b"\xc0", b"\x86", b"\x00" * 50])
def test_bytes_that_are_no_session_are_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        ratchet.unpack(Secret(data))


def test_a_failed_commit_costs_nothing(pair: Pair) -> None:
    """The state before is still there: the same envelope opens again."""
    data = pair.seal("a", b"once more")
    assert isinstance(ratchet.unseal(pair.b, data), Opened)
    assert pair.open("b", data).text == b"once more"


@pytest.mark.parametrize(
    "padded", [b"", bytes(256), b"x" * 256, b"x" * 255 + b"\x80" + bytes(16), b"\x80" + bytes(271)]
)
def test_padding_that_is_never_made_is_refused(padded: bytes) -> None:
    with pytest.raises(PeerError):
        ratchet.unpad(padded)


def test_reprs_show_no_key(pair: Pair) -> None:
    for session in (pair.a, pair.b):
        assert isinstance(session, Session)
        assert session.exporter.expose().hex() not in repr(session)
        assert repr(session.exporter.expose())[2:-1] not in repr(session)


def test_roles_follow_the_handshake() -> None:
    world = World()
    world.meet()
    assert (world.a.session.role, world.b.session.role) == (Role.ASKING, Role.ASKED)
    assert world.relay.carried[-1][0] == Kind.CONFIRM


def test_the_library_is_not_imported_before_it_is_used() -> None:
    import subprocess  # noqa: PLC0415 a fresh interpreter is the only honest answer
    import sys  # noqa: PLC0415 as above

    code = (
        "import sys, watchword.protocol.handshake.table, watchword.protocol.ratchet;"
        "sys.exit('doubleratchet' in sys.modules or 'pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert len(RUNS) == 2
