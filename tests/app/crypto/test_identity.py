"""Identity: signatures bound to role, ids and run; B's box (handshake, Computation)."""

import pytest

from support.vectors import RUNS, Vector
from watchword.crypto import identity
from watchword.crypto.identity import ROLE_A, ROLE_B
from watchword.crypto.secret import Secret
from watchword_wire.errors import PeerError

runs = pytest.mark.parametrize("vector", RUNS, ids=repr)


def vouched(vector: Vector, role: bytes, seed: str) -> bytes:
    return identity.vouch(Secret(vector[seed]), role, vector.text("idA"), vector.text("idB"), vector["th2"])


@runs
def test_box_of_the_vectors(vector: Vector) -> None:
    box = identity.seal_box(
        Secret(vector["identity_key_B"]), vouched(vector, ROLE_B, "ikB_seed"), vector["th2"]
    )
    assert box == vector["identity_box_B"]
    opened = identity.open_box(Secret(vector["identity_key_B"]), box, vector["th2"])
    ids = vector.text("idA"), vector.text("idB")
    assert identity.accept(opened, ROLE_B, *ids, vector["th2"]) == vector["ikB"]


@runs
def test_m0_holds_what_a_vouches_for(vector: Vector) -> None:
    assert vector["m0_plaintext"][:96] == vouched(vector, ROLE_A, "ikA_seed")
    assert vector["m0_plaintext"][:32] == vector["ikA"]


@pytest.mark.parametrize("changed", ["role", "id_a", "id_b", "th2", "key", "signature"])
def test_a_signature_holds_for_this_role_these_ids_and_this_run_only(changed: str) -> None:
    vector = RUNS[0]
    data = bytearray(vouched(vector, ROLE_B, "ikB_seed"))
    said = {"role": ROLE_B, "id_a": vector.text("idA"), "id_b": vector.text("idB"), "th2": vector["th2"]}
    identity.accept(bytes(data), **said)  # type: ignore[arg-type]  # the four have their own types
    others = {"role": ROLE_A, "id_a": "alicia/1", "id_b": "bob/2", "th2": bytes(32)}
    if changed in others:
        said[changed] = others[changed]
    else:
        data[0 if changed == "key" else 40] ^= 1
    with pytest.raises(PeerError):
        identity.accept(bytes(data), **said)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("position", [0, 50, 111])
def test_an_altered_box_does_not_open(position: int) -> None:
    vector = RUNS[0]
    box = bytearray(vector["identity_box_B"])
    box[position] ^= 1
    with pytest.raises(PeerError):
        identity.open_box(Secret(vector["identity_key_B"]), bytes(box), vector["th2"])
