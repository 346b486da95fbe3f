"""`special_price`: lower unit prices for everyone whom the audience allows; of several the lowest stands (D06)."""

from __future__ import annotations

from loyalty.offers.price_table import PriceTable


class SpecialPrice(PriceTable):
    """Lower unit prices, for guests too unless its conditions say otherwise."""

    kind = "special_price"
