"""`coupon_percent`: a percentage off the order, for a coupon."""

from __future__ import annotations

from loyalty.offers.percent import Percent
from loyalty.quote import Step


class CouponPercent(Percent):
    """Used only with a coupon that was chosen."""

    kind = "coupon_percent"
    step = Step.COUPON
