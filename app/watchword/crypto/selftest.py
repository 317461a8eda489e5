"""The program tests its own cryptography at start and does not run where it fails.

Points that old libsodium wrappers let through, and one whole exchange with known answers, without Argon2id:
a few milliseconds. The values are those of the published vectors. See `docs/protocol/exchange.md`, Vectors.
"""

from base64 import b64decode
from typing import Final

from watchword.crypto import identity, primitives, schedule, spake2
from watchword.crypto.primitives import lv
from watchword.crypto.secret import Secret
from watchword.crypto.spake2 import EDWARDS25519
from watchword_wire.errors import PeerError, Trouble


class SelfTestFailed(Trouble):
    """The cryptography of this computer gives wrong answers; the text names the part, never a value."""


_REFUSED: Final = (
    "40a4cf5c611d737a2f1c6fcca84d9cabfed80987f186a5a6c57e629bff1af27f",
    "feaf9d07b868cc52786305312c376563c622b0386a10d105e3c1501b28d65f7e",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
"""Points of mixed and of small order."""
_ACCEPTED: Final = ("ef4f62f8479733ad879cfaced3c89a9c39dd4fc795ef2efa1c3eafe4d729a081",)

_ID_A: Final = "alice/1"
_ID_B: Final = "bob/1"
_SUITE: Final = b"\x00\x01"
_N_A: Final = bytes.fromhex("3f20216d7a9f6c845c074332b507d411a95434c1b034d1831e46e23a2af283df")
_N_B: Final = bytes.fromhex("88237521001e308be5e1e4c558d9130c14dc6d720940d6c62a64184fdf8a47db")
_R_A: Final = bytes.fromhex("4cf0c5970da9a675b5bf26441331d9b02bbf36021e2c4213b1dc64fc145a8048")
_R_B: Final = bytes.fromhex("2cd0ad364fd030f2af827dd8f5031979884a475ff3f3b289bfba28def4a42955")
_X: Final = bytes.fromhex("a99d0a2e6c6e36bfdf98c7bc1b3cf48e4d20a6b6bf7a4c0badcaeff04a19420d")
_Y: Final = bytes.fromhex("6e18bae7317b389b845315f271d45a1a30bc91bcfbcd06c3d07005fc86b27609")
_W: Final = bytes.fromhex("8614b39880f501d68644660332fce667b03330cd0fcee4318fd9ba8997314804")
_RK_B: Final = bytes.fromhex("76a5c47cffef201a2bb7732801f466ae19fcaaea1c7df627b954fbe32cb76814")
_SEED_B: Final = bytes.fromhex("388e3ed2e362e0ebb87b8ee3ae93ad553a701732007ded13ebef1cd329a24eae")
_KEM_SEED: Final = bytes.fromhex(
    "444a36b5bc23f08bd6c20c6d0e70e21168b3d5fb5ab302ee8591e342498948e3"
    "e250650d98a62be289904dc63567a9807d7b0cc93ed7972bf96836329a2e82d5"
)
_CT: Final = b64decode(
    "vAheARPmy1GsD+1BSGUDFIHnpcd0nBSAPLGZHYiCfUCjz8/OacqbXnxfTkbe7mrBkWCNktaj3Iu+LRrFm5OULIT7uvqx0GJt/FWw"
    "EL1qD2EXmHRdzBICTWF3g668vjwpkka9cBbKV4haJSYjm8V8BnQSOsnxlBDpUNITufIkfE1UoOyWhinnqXEiioTwNYrhjcpkxL+U"
    "ocLp2O99884ZjOdmjloVUjoVRAIF9SwG2xIAqVCK+ecVaeObwTczW6EJY0ER1zJkS8IR8RA3eVL3LEziwQ5C3b0aK5tZOjJTfXAJ"
    "1x9IGX4CUlU0OS8HujRdrk9JbuUWI7Sc3hjc0xAaL5qHh4ts4tMC4QVryGF+7PmEICQLzj5fvEaRuGb0jdz0TcSAwb+ADVNPd3wO"
    "HMN1YSdU7npMgT/RqYsOgTAFoOfxrfEQ6qNWp+q6naF3lBOZPJJwtR11zMtfM1bEky8tHjsqWLSXDUtdaNgbB8Pf8jbF/2y9HvQs"
    "0mjBLxBo7WyzpnV8aPVF0jqSKQDhl6S4igTMKRe7TlCQWGsZdca0BCes4qmp+0hC3pH9CAtYSuWoisc8gM4fax7asxD/IkG7Q0Ax"
    "jS0nsqdQ02zGrXRkJb32HijyY8mABDIal/H+jgPxz276998KQq+AysVvEpWmSFT0us//hIjRTWAs+mDjTnWp+Fn6XH89ZhNVjN7F"
    "Rc9oQFusk1EBXEcyNcsJM4JNeDbI2xsWKikdv/d/eiSvKVMG+E6M8qG9K3CoIv1xFzBnop7Rb+0Sqfw9RHLIg/bv5mDvaFQG6H3N"
    "LZcpxt67kd9c7HY2lMz54F53wS+MAtwOYm8M5OYOsSSejEbIfg2ywlrYr+ZrvcoAXMMZ5SqS6Lu77nJ1JYE9kiGI6XfXorrrryuC"
    "fWb1aZk0C8K3LB4rNPNJsyp58rwgEFwRWR06AACWRMITDvdn7epeblzN3yePOtcY6iF0urFGAJvBXFkO2MElFzt7WTcLbDc4ygiX"
    "bP/t0ZinRTYOioy3CWLs9ige5ko/vz86eDiT4z0jyD19tpsDiT+Y68sCoI65+D067IwAMe5tzp2p1F89JvwlXBP2UoJEEdcsS53/"
    "XzP5s3a/yjqC0gCNZRI6M9AaEY/wPDZDbgYhKQk47x/5IJwACNwzPdu6hx065QwMdEa8F4h1NcAcfPk5vnh30YQsseN4s2TpAmIG"
    "S1CjQ7NabHNSwS1aV6uHWnmi3RJOUO5KKVfImwa5BIzn7WAldSI+e6RoDsj5cwB1ysuk+U34pKSJMox6B8BcZO7LK9T7rt7mFEzt"
    "Dh5+AY2ttfAMuuyY+MjABM3Cis+f/P25bGF7dYK7eH+JE4zghCHn687Zg5SgBuRFTOJghqIXgTgGqxm76gY9Nr6+BbD6sOsg57/8"
    "/VC9KX+eA87vQJDy96VLa1FHsVr965aS/JZdU8C0TJkTf5vpqSU="
)

_P_A: Final = bytes.fromhex("ef6d66ec6531a73dcba0f40c6ede24c221a6ed0bcbe2867c6966d9c2908753da")
_P_B: Final = bytes.fromhex("56ef807a9c810dfcfbd760cfa47ebe2f63f814589d4cbc9cbb6e073c643afc0c")
_H: Final = bytes.fromhex("82266176d22e047ecab5dcc21f7390d0545c9d0234614e6a6eab3329037ff23e")
_TH1: Final = bytes.fromhex("f71adf0eac46a2c3eaeec03581d717572990554633f84db30f60fdda9e151770")
_C_A: Final = bytes.fromhex("b1f4fd750df111c60fbda6d9cb6893e538b36ae97467c4ef25f4e933f7b348ad")
_C_B: Final = bytes.fromhex("1d889b90bb0c06ee7bf8c478d624635ac373730e3fd0a3b62b664aaedb7c58d3")
_TH2: Final = bytes.fromhex("632506358488f415432a39fd2aa91de3be9f7b863fe6fbde4ed68e13bf232661")
_K2: Final = bytes.fromhex("718b3901788ad955c2c58beec29d1ed39ec3044db85d5fb25db79e019f18eeb1")
_BOX_B: Final = bytes.fromhex(
    "5bd44958a3593e1ce9eac2d37375b099482382913c0f655b577a24ebde7a7d9685eb5d6a3c7295179228704c41cb11d4"
    "12a9039069b22fcfccf30e1b58e496f833abecbefce9c01043d95b2a922f861e19042e68acbfa93ad3f919ac48e4e87f"
    "8ff01cecb9ea06bbf87527b8532fd8eb"
)


def run() -> None:
    """Run the self-test.

    Raises:
        SelfTestFailed: an answer is wrong.
    """
    _expect(not any(EDWARDS25519.is_valid(bytes.fromhex(point)) for point in _REFUSED), "points to refuse")
    _expect(all(EDWARDS25519.is_valid(bytes.fromhex(point)) for point in _ACCEPTED), "points to accept")
    try:
        _exchange()
    except (PeerError, ValueError, TypeError, RuntimeError) as error:
        raise SelfTestFailed("the exchange") from error


def _exchange() -> None:
    w, x, y = (int.from_bytes(scalar, "little") for scalar in (_W, _X, _Y))
    mask_a, mask_b = spake2.masks(_SUITE, _ID_A, _ID_B, _N_A)
    _expect(spake2.encrypt_public_key(EDWARDS25519, w, mask_a, x) == _P_A, "pA")
    _expect(spake2.encrypt_public_key(EDWARDS25519, w, mask_b, y) == _P_B, "pB")
    shared = spake2.shared_point(EDWARDS25519, w, mask_b, _P_B, x, b"")
    _expect(shared == spake2.shared_point(EDWARDS25519, w, mask_a, _P_A, y, b""), "K")
    ke = spake2.confirmation_secret(spake2.transcript(_ID_A.encode(), _ID_B.encode(), _P_A, _P_B, shared, w))
    ss = primitives.decapsulate(_KEM_SEED, _CT)
    ids = lv(_ID_A.encode()) + lv(_ID_B.encode())
    request = b"\x01" + _SUITE + ids + _N_A + _P_A + primitives.kem_public(_KEM_SEED)
    first = schedule.first_keys(request, b"\x02" + _H + _N_B + _P_B + _CT + _RK_B, ke, ss)
    _expect(first.th1 == _TH1, "th1")
    c_a = schedule.code_a(first, _R_A)
    _expect(primitives.equal(c_a, _C_A), "cA")
    c_b = schedule.code_b(first, c_a, _R_A, _R_B)
    _expect(primitives.equal(c_b, _C_B), "cB")
    second = schedule.second_keys(first, c_a, _R_A, c_b, _R_B)
    _expect(second.th2 == _TH2 and second.k2 == Secret(_K2), "second key")
    vouched = identity.open_box(second.k_id, _BOX_B, _TH2)
    _expect(identity.vouch(Secret(_SEED_B), identity.ROLE_B, _ID_A, _ID_B, _TH2) == vouched, "identity")
    identity.accept(vouched, identity.ROLE_B, _ID_A, _ID_B, _TH2)


def _expect(right: bool, part: str) -> None:
    if not right:
        raise SelfTestFailed(part)
