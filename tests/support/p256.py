"""A P-256 for tests only, so that RFC 9382's own vectors run through the product's exchange."""

from Crypto.PublicKey import ECC
from Crypto.PublicKey._point import EccPoint

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def decode(data: bytes) -> EccPoint:
    """Read an uncompressed or compressed point (SEC 1, 2.3.4)."""
    x = int.from_bytes(data[1:33], "big")
    if data[0] == 4:
        return EccPoint(x, int.from_bytes(data[33:], "big"), "p256")
    square = (x**3 - 3 * x + _B) % _PRIME
    y = pow(square, (_PRIME + 1) // 4, _PRIME)
    return EccPoint(x, y if y % 2 == data[0] - 2 else _PRIME - y, "p256")


def encode(point: EccPoint) -> bytes:
    """Write an uncompressed point."""
    return b"\x04" + int(point.x).to_bytes(32, "big") + int(point.y).to_bytes(32, "big")


class P256:
    """`spake2.Group` over P-256; cofactor 1."""

    doublings = 0

    def is_valid(self, point: bytes) -> bool:
        try:
            return not decode(point).is_point_at_infinity()
        except (ValueError, IndexError):
            return False

    def add(self, one: bytes, other: bytes) -> bytes:
        return encode(decode(one) + decode(other))

    def subtract(self, one: bytes, other: bytes) -> bytes:
        return encode(decode(one) + -decode(other))

    def multiply(self, scalar: int, point: bytes) -> bytes | None:
        result = decode(point) * scalar
        return None if result.is_point_at_infinity() else encode(result)

    def multiply_base(self, scalar: int) -> bytes:
        return encode(ECC.construct(curve="p256", d=scalar).pointQ)
