"""NXP's originality signature: the chip with this UID left NXP's factory. Anybody can copy it, so it proves level P1.

ECDSA over the UID itself, without a hash, on secp128r1 (older chips) or secp224r1 (SEC 2, version 1.0 and 2.0). The
first is in no library that we use, so both are verified here over plain integers. All values are public: nothing is
lost by the time that it takes, and nothing is ever signed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Point = tuple[int, int] | None  # None is the point at infinity
UID_BYTES_MAX = 10
_UNCOMPRESSED = 0x04


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ - 3x + b over the integers modulo `p`, with base point (`x`, `y`) of prime order `n`."""

    name: str
    p: int
    b: int
    n: int
    x: int
    y: int

    @property
    def width(self) -> int:
        """Bytes of a coordinate, and of half a signature."""
        return (self.n.bit_length() + 7) // 8

    def holds(self, point: tuple[int, int]) -> bool:
        """Whether a point lies on the curve."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x + 3 * x - self.b) % self.p == 0


SECP128R1 = Curve(
    "secp128r1",
    p=0xFFFFFFFD_FFFFFFFF_FFFFFFFF_FFFFFFFF,
    b=0xE87579C1_1079F43D_D824993C_2CEE5ED3,
    n=0xFFFFFFFE_00000000_75A30D1B_9038A115,
    x=0x161FF752_8B899B2D_0C28607C_A52C5B86,
    y=0xCF5AC839_5BAFEB13_C02DA292_DDED7A83,
)
SECP224R1 = Curve(
    "secp224r1",
    p=0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_00000000_00000001,
    b=0xB4050A85_0C04B3AB_F5413256_5044B0B7_D7BFD8BA_270B3943_2355FFB4,
    n=0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFF16A2_E0B8F03E_13DD2945_5C5C2A3D,
    x=0xB70E0CBD_6BB4BF7F_321390B9_4A03C1D3_56C21122_343280D6_115C1D21,
    y=0xBD376388_B5F723FB_4C22DFE6_CD4375A0_5A074764_44D58199_85007E34,
)
CURVES: Mapping[str, Curve] = {curve.name: curve for curve in (SECP128R1, SECP224R1)}

# NXP's public keys by product, as its application notes and readers print them; uncompressed points without the 04.
PUBLIC_KEYS: Mapping[str, tuple[Curve, str]] = {
    "ultralight_ev1": (SECP128R1, "90933BDCD6E99B4E255E3DA55389A827564E11718E017292FAF23226A96614B8"),
    "ntag21x": (SECP128R1, "494E1A386D3D3CFE3DC10E5DE68A499B1C202DB5B132393E89ED19FE5BE8BC61"),
    "mifare_classic_ev1": (SECP128R1, "4F6D3F294DEA5737F0F46FFEE88A356EED95695DD7E0C27A591E6F6F65962BAF"),
    "desfire_ev2": (
        SECP224R1,
        "B304DC4C615F5326FE9383DDEC9AA892DF3A57FA7FFB3276192BC0EAA252ED45A865E3B093A3D0DCE5BE29E92F1392CE7DE321E3E5C52B3A",
    ),
    "desfire_ev3": (
        SECP224R1,
        "1DB46C145D0A36539C6544BD6D9B0AA62FF91EC48CBC6ABAE36E0089A46F0D08C8A715EA40A63313B92E90DDC1730230E0458A33276FB743",
    ),
    "desfire_light": (
        SECP224R1,
        "0E98E117AAA36457F43173DC920A8757267F44CE4EC5ADD3C54075571AEBBF7B942A9774A1D94AD02572427E5AE0A2DD36591B1FB34FCF3D",
    ),
    "ntag424": (
        SECP224R1,
        "8A9B380AF2EE1B98DC417FECC263F8449C7625CECE82D9B916C992DA209D68422B81EC20B65A66B5102A61596AF3379200599316A00A1410",
    ),
    "mifare_plus_ev1": (
        SECP224R1,
        "4409ADC42F91A8394066BA83D872FB1D16803734E911170412DDF8BAD1A4DADFD0416291AFE1C748253925DA39A5F39A1C557FFACD34C62E",
    ),
}


@dataclass(frozen=True, slots=True)
class FactoryKey:
    """What a factory's signatures are verified with; `point` is an uncompressed encoding."""

    curve: Curve
    point: bytes

    def signed(self, uid: bytes, signature: bytes) -> bool:
        """As `verify`."""
        return verify(self.curve, self.point, uid, signature)


Factory = Mapping[str, tuple[FactoryKey, ...]]  # by product; a chip is genuine that any of them signed


def nxp(*names: str) -> tuple[FactoryKey, ...]:
    """NXP's keys of these names."""
    found = (PUBLIC_KEYS[name] for name in names)
    return tuple(FactoryKey(curve, bytes((_UNCOMPRESSED,)) + bytes.fromhex(key)) for curve, key in found)


# By what a card says that it is (`cards.version.Product`). Of a DESFire EV1 none is known here, nor of an NTAG 424 DNA
# TagTamper; early DESFire EV2 were signed with the key of the NTAG 424 DNA.
NXP: Factory = {
    "ntag424": nxp("ntag424"),
    "desfire_ev2": nxp("desfire_ev2", "ntag424"),
    "desfire_ev3": nxp("desfire_ev3"),
    "desfire_light": nxp("desfire_light"),
}


def is_original(product: str, uid: bytes, signature: bytes) -> bool:
    """Whether NXP signed `uid` for a chip of `product` (a name of PUBLIC_KEYS; ValueError for another)."""
    if product not in PUBLIC_KEYS:
        raise ValueError(f"no signature key of NXP's for {product!r} is known; there are {', '.join(PUBLIC_KEYS)}")
    return nxp(product)[0].signed(uid, signature)


def verify(curve: Curve, public_key: bytes, uid: bytes, signature: bytes) -> bool:
    """ECDSA over `uid` as it stands. False also for keys and signatures of a shape that none has."""
    width = curve.width
    key = _point(curve, public_key)
    if key is None or len(signature) != 2 * width or not 0 < len(uid) <= UID_BYTES_MAX:
        return False
    r, s = int.from_bytes(signature[:width], "big"), int.from_bytes(signature[width:], "big")
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    inverse = pow(s, -1, curve.n)
    message = int.from_bytes(uid, "big")  # shorter than the order: nothing is cut off
    base = _times(curve, message * inverse % curve.n, (curve.x, curve.y))
    found = _sum(curve, base, _times(curve, r * inverse % curve.n, key))
    return found is not None and found[0] % curve.n == r


def _point(curve: Curve, encoded: bytes) -> Point:
    """The point of an uncompressed encoding, None for everything else."""
    width = curve.width
    if len(encoded) != 1 + 2 * width or encoded[0] != _UNCOMPRESSED:
        return None
    point = int.from_bytes(encoded[1 : 1 + width], "big"), int.from_bytes(encoded[1 + width :], "big")
    return point if curve.holds(point) else None


def _times(curve: Curve, factor: int, point: Point) -> Point:
    """`point` added to itself, by doubling."""
    total: Point = None
    for bit in bin(factor)[2:]:
        total = _sum(curve, total, total)
        if bit == "1":
            total = _sum(curve, total, point)
    return total


def _sum(curve: Curve, left: Point, right: Point) -> Point:
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    if x1 == x2 and (y1 + y2) % curve.p == 0:
        return None
    rise, run = (3 * x1 * x1 - 3, 2 * y1) if left == right else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, curve.p)
    x = (slope * slope - x1 - x2) % curve.p
    return x, (slope * (x1 - x) - y1) % curve.p
