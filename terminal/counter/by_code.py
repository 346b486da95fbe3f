"""A member by a code: a printed number, which proves nothing, or a dynamic code, which is good once (cards.md)."""

from __future__ import annotations

from dataclasses import dataclass

from cards.member_code import CodeFault, MemberCodeError
from loyalty.possession import Evidence, Proof, Token, possession
from protocol.directory import number_key
from terminal.counter.member_codes import take_code
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember

CLAIMED = possession(Evidence(Token.CLAIM)).proof
_FAULTS = {
    CodeFault.MALFORMED: "member_code_damaged",
    CodeFault.BAD_SIGNATURE: "member_code_damaged",
    CodeFault.UNKNOWN_KID: "member_code_foreign",
    CodeFault.FOREIGN_TENANT: "member_code_foreign",
    CodeFault.FROM_THE_FUTURE: "member_code_early",
    CodeFault.EXPIRED: "member_code_expired",
    CodeFault.USED: "member_code_used",
}


@dataclass(frozen=True)
class Identified:
    """A member, and how far it is that member."""

    member: KnownMember
    proof: Proof


def by_number(shop: Shop, number: str) -> Identified:
    """Whose printed number this is. Raises Refusal as a card does."""
    return Identified(shop.holder(number_key(shop.lookup_key, number)), CLAIMED)


def by_code(shop: Shop, text: str) -> Identified:
    """Take a dynamic code: it is on the disk that it was used when this returns. P1 while no clock can be trusted.

    Raises Refusal member_code_expired, member_code_used, member_code_foreign, member_code_damaged, member_code_early or
    member_code_not_taken, and as a card does; StorageFull where it cannot be noted.
    """
    told, reading, ledger = shop.configured().issuers, shop.clock(), shop.ledger
    if told is None:
        raise Refusal("member_code_not_taken", 503)
    surely_ms = ledger.surely_ms(reading.utc_ms)
    try:
        taken = take_code(text, told, shop.lookup_key, ledger.codes_used, reading, surely_ms)
    except MemberCodeError as error:
        raise Refusal(_FAULTS[error.fault], 403) from None
    return Identified(shop.holder(taken.card), possession(taken.evidence).proof)
