"""A member by a code: a printed number, which proves nothing, or a dynamic code, which is good once (cards.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cards.member_code import CodeFault, MemberCodeError
from loyalty.possession import Evidence, Proof, Token, possession
from protocol.directory import number_key
from protocol.links import CodeAnswer, CodeVerdict
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


def by_code(shop: Shop, text: str, said: CodeAnswer | None = None) -> Identified:
    """Take a dynamic code: it is on the disk that it was used when this returns. `said` is what HQ said of it just now,
    None where it was silent: then the code is taken once here. P1 while no clock, and not HQ, can tell its time.

    Raises Refusal member_code_expired, member_code_used, member_code_foreign, member_code_damaged, member_code_early or
    member_code_not_taken, and as a card does; StorageFull where it cannot be noted.
    """
    told, reading, ledger = shop.configured().issuers, shop.clock(), shop.ledger
    if told is None:
        raise Refusal("member_code_not_taken", 503)
    taken_by_hq = said is not None and _taken_by_hq(said)
    surely_ms = ledger.surely_ms(reading.utc_ms)
    try:
        taken = take_code(text, told, shop.lookup_key, ledger.codes_used, reading, surely_ms)
    except MemberCodeError as error:
        raise Refusal(_FAULTS[error.fault], 403) from None
    evidence = replace(taken.evidence, trusted_clock=True) if taken_by_hq else taken.evidence
    return Identified(shop.holder(taken.card), possession(evidence).proof)


def _taken_by_hq(said: CodeAnswer) -> bool:
    """Whether HQ has taken it for this till. Raises Refusal where HQ has not because of the code: the reference in it
    may be blocked, and the till not know of it yet."""
    if said.verdict is CodeVerdict.AGAIN:
        raise Refusal("member_code_used", 403)
    if said.verdict is CodeVerdict.UNKNOWN:
        raise Refusal("card_unknown", 404)
    if said.verdict is CodeVerdict.REFUSED and said.fault in _FAULTS:
        raise Refusal(_FAULTS[CodeFault(said.fault)], 403)
    return said.verdict is CodeVerdict.TAKEN
