"""A member by a code: a printed number, which proves nothing, or a dynamic code, which is good once (cards.md)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cards.member_code import CodeFault, MemberCodeError, verify
from protocol.directory import number_key, ref_key
from protocol.operation import ClockQuality
from terminal.counter.phrase import Refusal
from terminal.counter.shop import COPYABLE, Shop
from terminal.store.codes_used import CodeUse
from terminal.store.known_member import KnownMember

CLAIMED, ONE_TIME = "P0", "P3"
_FAULTS = {
    CodeFault.MALFORMED: "member_code_damaged",
    CodeFault.BAD_SIGNATURE: "member_code_damaged",
    CodeFault.UNKNOWN_KID: "member_code_foreign",
    CodeFault.FOREIGN_TENANT: "member_code_foreign",
    CodeFault.FROM_THE_FUTURE: "member_code_early",
    CodeFault.EXPIRED: "member_code_expired",
}


@dataclass(frozen=True)
class Identified:
    """A member, and how far it was proven (P0 to P4)."""

    member: KnownMember
    level: str


def by_number(shop: Shop, number: str) -> Identified:
    """Whose printed number this is. Raises Refusal as a card does."""
    return Identified(shop.holder(number_key(shop.lookup_key, number)), CLAIMED)


def by_code(shop: Shop, text: str) -> Identified:
    """Take a dynamic code: it is on the disk that it was used when this returns. P1 while no clock can be trusted.

    Raises Refusal member_code_expired, member_code_used, member_code_foreign, member_code_damaged, member_code_early or
    member_code_not_taken, and as a card does; StorageFull where it cannot be noted.
    """
    issuers = shop.configured().issuers
    if not issuers:
        raise Refusal("member_code_not_taken", 503)
    reading = shop.clock()
    trusted = reading.quality is ClockQuality.TRUSTED
    try:
        code = verify(text, issuers[0].tenant, issuers, reading.utc_ms // 1000 if trusted else None)
    except MemberCodeError as error:
        raise Refusal(_FAULTS[error.fault], 403) from None
    member = shop.holder(ref_key(shop.lookup_key, code.member_ref))
    surely_s = shop.ledger.surely_ms(reading.utc_ms) // 1000
    if surely_s > code.good_until_s:  # also where no clock can be trusted
        raise Refusal("member_code_expired", 403)
    use = shop.ledger.codes_used.use(hashlib.sha256(code.body()).digest(), code.good_until_s, surely_s)
    if use is not CodeUse.FIRST:
        raise Refusal("member_code_used" if use is CodeUse.AGAIN else "member_code_expired", 403)
    return Identified(member, ONE_TIME if trusted else COPYABLE)
