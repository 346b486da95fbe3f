"""The one open basket of a till, and the rules of what may be done to it. Everything is undoable until it is paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from loyalty import Basket, Line
from loyalty.possession import Proof
from terminal.counter.barcode import Piece
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.shop import COPYABLE

MAX_LINES = 100  # an operation holds at most 64 KiB (sync.md); a line with ten offers takes some 450 bytes
MAX_QUANTITY = 999
MAX_POINTS = 10**9
MAX_COUPONS = 20
Phase = Literal["open", "paying", "paid"]


@dataclass
class Till:
    """`intent` names the sale to be: it is made with the basket and pays at most once (sync.md, Operations).

    `proof` is how the member was proven.
    """

    intent: str
    phase: Phase = "open"
    lines: list[Line] = field(default_factory=list)
    removed: frozenset[str] = frozenset()
    points: int = 0
    member: str | None = None
    receipt: dict[str, Any] | None = None
    notice: Phrase | None = None
    language: str | None = None
    coupons: tuple[str, ...] = ()
    proof: Proof = COPYABLE

    def basket(self) -> Basket:
        return Basket(tuple(self.lines), self.removed, self.points, self.coupons)

    def add(self, piece: Piece) -> Line:
        """One more of these goods, on their line if there is one; each weighed piece has its own (D01).

        Raises Refusal basket_full or quantity_invalid.
        """
        self._must_be_open()
        product, price = piece.product, piece.unit_price
        for line in self.lines:
            if (line.gtin, line.unit_price, line.grams, piece.grams) == (product.gtin, price, None, None):
                return self.set_quantity(line.no, line.quantity + 1)
        if len(self.lines) >= MAX_LINES:
            raise Refusal("basket_full", 422, limit=MAX_LINES)
        number = max((line.no for line in self.lines), default=0) + 1
        line = Line(number, product.gtin, 1, price, product.category, grams=piece.grams)
        self.lines.append(line)
        return line

    def set_quantity(self, number: int, quantity: int) -> Line:
        """0 takes the line away. Raises Refusal quantity_invalid, line_unknown, or weighed_alone for more of a weighed
        piece."""
        self._must_be_open()
        if not 0 <= quantity <= MAX_QUANTITY:
            raise Refusal("quantity_invalid", 422, quantity=quantity, limit=MAX_QUANTITY)
        for index, line in enumerate(self.lines):
            if line.no == number:
                if line.grams is not None and quantity > 1:
                    raise Refusal("weighed_alone", 422)
                changed = replace(line, quantity=quantity)
                self.lines[index : index + 1] = [changed] if quantity else []
                return changed
        raise Refusal("line_unknown", 404, line=number)

    def remove_offer(self, offer: str, removed: bool) -> None:
        """D28: what is taken out stays out for this basket until it is put back."""
        self._must_be_open()
        self.removed = self.removed | {offer} if removed else self.removed - {offer}

    def choose_coupon(self, code: str, chosen: bool) -> None:
        """A coupon joins the basket or leaves it; whether it is any good is for the price to say."""
        self._must_be_open()
        others = tuple(other for other in self.coupons if other != code)
        if chosen and len(others) >= MAX_COUPONS:
            raise Refusal("coupons_too_many", 422, limit=MAX_COUPONS)
        self.coupons = (*others, code) if chosen else others

    def use_points(self, points: int) -> None:
        self._must_be_open()
        if not 0 <= points <= MAX_POINTS:
            raise Refusal("amount_invalid", 422, value=points)
        if points and self.member is None:
            raise Refusal("points_not_a_member", 409)
        self.points = points

    def set_member(self, member: str | None, language: str | None, proof: Proof = COPYABLE) -> None:
        """A card during payment changes nothing: the sum on the screen was already agreed. Of several proofs of one
        member the strongest counts."""
        if self.phase == "paying" and member != self.member:
            raise Refusal("card_during_payment", 409)
        if self.phase == "open":
            if member != self.member:
                self.points = 0
            elif member is not None:
                proof = proof.joined(self.proof)
            self.member, self.language, self.proof = member, language, proof

    def start_paying(self, on: bool) -> None:
        if self.phase == "paid":
            return
        if on and not self.lines:
            raise Refusal("empty_basket", 409)
        self.phase = "paying" if on else "open"

    def paid(self, receipt: dict[str, Any]) -> None:
        self.phase, self.receipt, self.notice = "paid", receipt, None

    def _must_be_open(self) -> None:
        if self.phase == "paid":
            raise Refusal("sale_done", 409)
        self.phase = "open"


def draft(till: Till) -> dict[str, Any]:
    """What must survive a power cut: the basket with its intent. A PIN does not: it is asked for again."""
    return {
        "intent": till.intent,
        "lines": [
            [line.no, line.gtin, line.quantity, line.unit_price, line.category, line.grams] for line in till.lines
        ],
        "removed": sorted(till.removed),
        "points": till.points,
        "member": till.member,
        "language": till.language,
        "coupons": list(till.coupons),
        "assurance": till.proof.level,
        "key_at_hand": till.proof.key_at_hand,
        "proof": till.proof.kind,
    }


def restore(noted: dict[str, Any] | None, new_intent: Callable[[], str]) -> Till:
    """The till as it was noted, or a new one."""
    if noted is None:
        return Till(new_intent())
    return Till(
        noted["intent"],
        lines=[_line(*line) for line in noted["lines"]],
        removed=frozenset(noted["removed"]),
        points=noted["points"],
        member=noted["member"],
        language=noted["language"],
        coupons=tuple(noted.get("coupons", ())),
        proof=Proof(noted.get("assurance", COPYABLE.level), noted.get("proof", ""), noted.get("key_at_hand", True)),
    )


def _line(no: int, gtin: str, quantity: int, unit_price: int, category: str, grams: int | None = None) -> Line:
    """A basket that was noted by an older release has no weighed lines."""
    return Line(no, gtin, quantity, unit_price, category, grams=grams)
