"""Dynamic codes and printed numbers of members of a test shop."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards.member_code import LIFE_S, MemberCode, issue, text_of
from protocol.control import CONFIGURATION, CodeIssuer, CodeIssuers, Configuration, ShopCodes
from protocol.directory import CardRow, CardState, member_ref, number_key, ref_key
from protocol.feed import Bucket, RowKind
from protocol.signing import Signed, private_from_hex, public_hex
from terminal.codes.gtin import with_check_digit
from tests.terminal.shops import LOOKUP, NOON_MS, TRUST, TestShop

KEY = private_from_hex("55" * 32)
TENANT = bytes(range(16))
ISSUERS = CodeIssuers(tenant=TENANT.hex(), keys=(CodeIssuer(kid=1, public_key=public_hex(KEY)),))
NUMBER = with_check_digit("69012345000000017")  # Ada's, as it is printed
SECRET = bytes.fromhex(LOOKUP)


def configure(test: TestShop, told: Configuration) -> None:
    """HQ's configuration reaches the directory."""
    body = Signed.make(CONFIGURATION, told.model_dump(mode="json"), TRUST).model_dump()
    test.tell(Bucket.CONFIG, (RowKind.CONFIGURATION, "current", body))


def know_codes(test: TestShop) -> None:
    """From now on the shop takes codes of m1 and m3, and knows m1's printed number."""
    configure(test, Configuration(version=1, issuers=ISSUERS, codes=ShopCodes(member_prefixes=("69012345",))))
    row = CardRow(member="m1", state=CardState.ACTIVE).model_dump(mode="json")
    keys = (ref_key(SECRET, member_ref(SECRET, "m1")), number_key(SECRET, NUMBER))
    test.tell_members(*((RowKind.CARD, key, row) for key in keys), (RowKind.CARD, *_of_m3()))


def code(
    member: str = "m1",
    at_s: int = NOON_MS // 1000,
    jti: int = 1,
    kid: int = 1,
    key: Ed25519PrivateKey = KEY,
    tenant: bytes = TENANT,
) -> str:
    """What a member's phone shows, issued at `at_s`."""
    made = MemberCode(kid, member_ref(SECRET, member), at_s, LIFE_S, jti.to_bytes(5, "big"))
    return text_of(issue(made, tenant, key))


def _of_m3() -> tuple[str, dict[str, str]]:
    return ref_key(SECRET, member_ref(SECRET, "m3")), {"member": "m3", "state": "active"}
