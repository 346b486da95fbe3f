"""`member_price`: lower unit prices for members (D06)."""

from __future__ import annotations

from loyalty.offers.price_table import PriceTable


class MemberPrice(PriceTable):
    """Lower unit prices for members."""

    kind = "member_price"
    since = 1
    for_members = True
