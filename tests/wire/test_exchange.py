"""Layouts of 01–07 (handshake, Messages)."""

import pytest

from support.vectors import RUNS, Vector
from watchword_wire import exchange
from watchword_wire.errors import PeerError
from watchword_wire.exchange import (
    Abort,
    AbortCode,
    Challenge,
    Confirm,
    Kind,
    Proof,
    Request,
    Response,
    Verdict,
    VerdictStatus,
    handle,
    parse,
    run_of,
)

NAMES = ["request", "challenge", "proof", "response", "confirm"]
H = bytes(range(32))
runs = pytest.mark.parametrize("vector", RUNS, ids=repr)
messages = pytest.mark.parametrize("name", NAMES)


@runs
@messages
def test_every_message_of_the_vectors_is_read_and_written_back(vector: Vector, name: str) -> None:
    assert parse(vector[name]).encode() == vector[name]
    assert run_of(vector[name]) == vector["h"]


@runs
def test_fields_are_those_of_the_vectors(vector: Vector) -> None:
    h = vector["h"]
    assert handle(vector["request"]) == h
    expected = Request(vector.a, vector.b, vector["nA"], vector["pA"], vector["ek"])
    assert parse(vector["request"]) == expected
    expected_challenge = Challenge(h, vector["nB"], vector["pB"], vector["ct"], vector["rkB"])
    assert parse(vector["challenge"]) == expected_challenge
    assert parse(vector["proof"]) == Proof(h, vector["rA"], vector["cA"])
    assert parse(vector["response"]) == Response(h, vector["rB"], vector["cB"], vector["identity_box_B"])
    assert parse(vector["confirm"]) == Confirm(h, vector["m0"])


@runs
def test_sizes_are_those_of_the_table(vector: Vector) -> None:
    ids = len(vector.text("idA").encode()) + len(vector.text("idB").encode())
    assert len(vector["request"]) == 1259 + ids
    assert [len(vector[name]) for name in NAMES[1:]] == [1217, 97, 209, 381]
    assert len(Verdict(H, VerdictStatus.ESTABLISHED).encode()) == 34
    assert len(Abort(H, AbortCode.DIFFER).encode()) == 34


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_verdicts(status: VerdictStatus) -> None:
    data = b"\x06" + H + bytes([status])
    assert parse(data) == Verdict(H, status)
    assert Verdict(H, status).encode() == data


def test_statuses_and_codes_have_their_numbers() -> None:
    assert [(status.name, int(status)) for status in VerdictStatus] == [
        ("ESTABLISHED", 0),
        ("NO_CHALLENGE", 1),
        ("NOT_FINISHED", 2),
        ("ABORTED", 3),
    ]
    assert [(code.name, int(code)) for code in AbortCode] == [
        ("DIFFER", 0),
        ("DECLINED", 1),
        ("WITHDRAWN", 2),
        ("BROKEN_OFF", 3),
        ("NO_SUCH_SESSION", 4),
    ]


@pytest.mark.parametrize("code", list(AbortCode))
def test_aborts(code: AbortCode) -> None:
    data = b"\x07" + H + bytes([code])
    assert parse(data) == Abort(H, code)
    assert Abort(H, code).encode() == data


@messages
@pytest.mark.parametrize("cut", [1, -1])
def test_lengths_are_exact_and_nothing_trails(name: str, cut: int) -> None:
    data = RUNS[0][name]
    wrong = data + b"\x00" if cut > 0 else data[:-1]
    with pytest.raises(PeerError):
        parse(wrong)


@pytest.mark.parametrize(
    "data", [b"\x06" + H + b"\x04", b"\x07" + H + b"\x05", b"\x06" + H, b"\x07" + H + b"\x00\x00"]
)
def test_unknown_status_code_or_length_is_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        parse(data)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x08" + bytes(40), b"\xff"])
def test_unknown_types_are_refused(data: bytes) -> None:
    for read in (parse, run_of, exchange.kind_of):
        with pytest.raises(PeerError):
            read(data)


def test_another_suite_is_refused() -> None:
    data = bytearray(RUNS[0]["request"])
    data[1:3] = b"\x00\x11"
    with pytest.raises(PeerError):
        parse(bytes(data))


@pytest.mark.parametrize(
    "text",
    ["", "alice", "alice/", "alice/0", "alice/01", "alice/-1", "al/ice/1", "a b/1", "a\x07/1", "e\u0301/1"],
)
def test_ids_that_are_none_are_refused(text: str) -> None:
    data = RUNS[0]["request"]
    rest = data[3 + 4 + len(RUNS[0].text("idA")) :]
    named = text.encode()
    with pytest.raises(PeerError):
        parse(data[:3] + len(named).to_bytes(4, "big") + named + rest)


@pytest.mark.parametrize("length", [129, 2**32 - 1])
def test_an_id_longer_than_128_bytes_is_refused(length: int) -> None:
    data = RUNS[0]["request"]
    with pytest.raises(PeerError):
        parse(data[:3] + length.to_bytes(4, "big") + b"a" * 129 + data[7:])


def test_an_id_that_is_not_utf8_is_refused() -> None:
    data = RUNS[0]["request"]
    with pytest.raises(PeerError):
        parse(data[:7] + b"\xff" + data[8:])


def test_the_run_is_known_where_the_rest_is_malformed() -> None:
    assert run_of(RUNS[0]["challenge"][:33]) == RUNS[0]["h"]
    with pytest.raises(PeerError):
        run_of(RUNS[0]["challenge"][:32])
    assert exchange.kind_of(b"\x05") is Kind.CONFIRM
