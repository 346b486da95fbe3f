"""`percent_off`: a percentage off the order, for a birthday, a holiday, happy hours, a first purchase, members."""

from __future__ import annotations

from loyalty.offers.percent import Percent
from loyalty.quote import Step


class PercentOff(Percent):
    """Its conditions say for whom and when."""

    kind = "percent_off"
    step = Step.ORDER
