"""Count cards (计次): so many uses of a product or service, paid at once; also the packages of a salon (F046)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from loyalty.assurance import read_level
from loyalty.goods import Goods
from loyalty.money import half_up
from loyalty.section import Section, unique


@dataclass(frozen=True)
class CountCard:
    """A kind of card that is sold: `price` in minor units for `uses` uses of what `gives` covers.

    It is good for `lifetime_months`, the last day included; None never expires. `assurance` is how far a card must
    prove itself to use it.
    """

    id: str
    name: Mapping[str, str]
    price: int
    uses: int
    gives: Goods
    lifetime_months: int | None = None
    assurance: str = "P1"


@dataclass(frozen=True)
class CountLot:
    """One card that was sold. `card` is the id of its `CountCard`; `paid` is its price then, in minor units.

    Dates are ISO; `expires_on` is the last good day. Raises ValueError where more is used and refunded than there is,
    and for a card without uses.
    """

    id: str
    card: str
    uses: int
    paid: int
    bought_on: str
    expires_on: str | None = None
    used: int = 0
    refunded: int = 0

    def __post_init__(self) -> None:
        if self.uses < 1 or min(self.paid, self.used, self.refunded, self.left) < 0:
            raise ValueError(f"count lot {self.id} goes below zero: {self}")

    @property
    def left(self) -> int:
        return self.uses - self.used - self.refunded

    def use(self, count: int) -> CountLot:
        return replace(self, used=self.used + count)

    def refund(self, count: int) -> tuple[CountLot, int]:
        """The lot without `count` of its unused uses, and what they are worth, in minor units.

        The last uses go back first, and k uses are worth half up(paid × k / uses), so that parts sum to the whole.
        """
        kept = self.uses - self.refunded
        return replace(self, refunded=self.refunded + count), self._worth(kept) - self._worth(kept - count)

    def _worth(self, uses: int) -> int:
        return half_up(self.paid, Fraction(uses, self.uses))


def count_order(lot: CountLot) -> tuple[bool, str, str, str]:
    """The lot that expires soonest first, then the older, then the lower id; undated last (D17)."""
    return (lot.expires_on is None, lot.expires_on or "", lot.bought_on, lot.id)


def read_count_cards(section: Section) -> tuple[CountCard, ...]:
    """The optional key `count_cards`: what each card gives is said by the keys of `Goods`."""
    if not section.has("count_cards"):
        return ()
    entries = section.sections("count_cards", 0, 500)
    cards = tuple(_card(entry) for entry in entries)
    unique(entries, "id", [card.id for card in cards])
    return cards


def _card(entry: Section) -> CountCard:
    card = CountCard(
        id=entry.identifier("id"),
        name=entry.names("name"),
        price=entry.integer("price", 0),
        uses=entry.integer("uses", 1, 10_000),
        gives=Goods.read(entry),
        lifetime_months=entry.integer("lifetime_months", 1, 1200) if entry.has("lifetime_months") else None,
        assurance=read_level(entry, "assurance", "P1"),
    )
    entry.close()
    return card
