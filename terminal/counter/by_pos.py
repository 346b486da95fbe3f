"""A member as a POS names one: by a card's UID, or by a printed number with the proof that the PIN was given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from terminal.counter import pin_proof
from terminal.counter.by_card import by_card
from terminal.counter.by_code import Identified, by_number
from terminal.counter.phrase import Refusal
from terminal.counter.pin_check import Looking
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember


@dataclass(frozen=True)
class Named:
    """`uid` or `number` is there; `proof` is what `give_proof` gave."""

    uid: str | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)
    proof: str | None = field(default=None, repr=False)


def by_pos(shop: Shop, named: Named) -> Identified:
    """Raises Refusal as `by_card`, and pin_proof_over for a proof that is over or another's, or a number without one:
    without a proof nobody learns here whether a number is somebody's."""
    if named.proof is None and named.uid is not None:
        return by_card(shop, named.uid)
    owner = shop.pins.proofs.member(named.proof or "", pin_proof.now_ms(shop)) if shop.pins else None
    if owner is None:
        raise Refusal("pin_proof_over", 403)
    found = by_number(shop, named.number or "") if named.uid is None else by_card(shop, named.uid)
    if found.member.id != owner:
        raise Refusal("pin_proof_over", 403)
    return Identified(found.member, replace(found.proof, pin=True))


def begin_pin(shop: Shop, named: Named, pin: str) -> tuple[KnownMember | None, Looking]:
    """Count a guess at the PIN of whoever is named. Raises Refusal as `pin_proof.begin_of_member`, and for a UID as
    `by_card`."""
    if named.uid is None:
        return pin_proof.begin_of_number(shop, named.number or "", pin)
    member = by_card(shop, named.uid).member
    return member, pin_proof.begin_of_member(shop, member, pin)


def give_proof(shop: Shop, member: KnownMember | None, looking: Looking, right: bool) -> str:
    """The proof of a right PIN, for one act. Raises Refusal pin_wrong."""
    pin_proof.end(shop, looking, right)
    if member is None or shop.pins is None:
        raise Refusal("pin_wrong", 403)
    return shop.pins.proofs.give(member.id, pin_proof.now_ms(shop), shop.pins.draw)


def used(shop: Shop, proof: str | None) -> None:
    """An act that the proof came with is committed."""
    if proof is not None and shop.pins is not None:
        shop.pins.proofs.use(proof)
