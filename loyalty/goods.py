"""Which goods a rule covers: by product, category and price band."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.basket import Line, LineKind
from loyalty.section import GTIN, GTIN_SHAPE, Section

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Goods:
    """A product or category named here is covered; where none is named, all goods are. What is excluded never is.

    The band `price_from` ≤ shelf price < `price_below` is in minor units of the unit price; None is open (F076).
    """

    products: frozenset[str] = NONE
    categories: frozenset[str] = NONE
    excluded_products: frozenset[str] = NONE
    excluded_categories: frozenset[str] = NONE
    price_from: int | None = None
    price_below: int | None = None

    @property
    def is_named(self) -> bool:
        """Whether products or categories are named, so that an index finds the rule."""
        return bool(self.products or self.categories)

    def covers(self, line: Line) -> bool:
        if line.kind is not LineKind.GOODS or line.unit_price < 0:
            return False
        if self.is_named and line.gtin not in self.products and line.category not in self.categories:
            return False
        if line.gtin in self.excluded_products or line.category in self.excluded_categories:
            return False
        if self.price_from is not None and line.unit_price < self.price_from:
            return False
        return self.price_below is None or line.unit_price < self.price_below

    @classmethod
    def read(cls, section: Section, named: frozenset[str] | None = None) -> Goods:
        """The keys `products`, `categories`, `price_from`, `price_below` and those of what is excluded.

        `named` are the products of a rule that names them in another way, such as a table of prices; then it has no
        `products` and `categories` of its own.
        """
        low = section.integer("price_from", 0) if section.has("price_from") else None
        high = section.integer("price_below", 1) if section.has("price_below") else None
        if low is not None and high is not None and high <= low:
            section.fault("price_below", f"use more than 'price_from', {low}")
        return cls(
            products=_set(section, "products", gtins=True) if named is None else named,
            categories=_set(section, "categories") if named is None else NONE,
            excluded_products=_set(section, "excluded_products", gtins=True),
            excluded_categories=_set(section, "excluded_categories"),
            price_from=low,
            price_below=high,
        )


def _set(section: Section, key: str, *, gtins: bool = False) -> frozenset[str]:
    if not section.has(key):
        return NONE
    return section.texts(key, GTIN, GTIN_SHAPE) if gtins else section.identifiers(key)
