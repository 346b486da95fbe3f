"""What can go wrong in an enrolment: a code to say on the telephone, one sentence, one action (appliance.md)."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Failure(Enum):
    """Sentence and action; `{…}` are filled from the params."""

    P01 = ("This code is not one of our claims: {what}.", "Scan the claim that HQ made for this terminal.")
    P02 = (
        "HQ does not accept this claim's secret; {tries_left} tries are left.",
        "Scan the claim again from HQ's page.",
    )
    P03 = ("This claim has expired.", "Ask HQ for a new claim.")
    P04 = ("Another device has used this claim.", "Ask HQ for a new claim for this device.")
    P05 = ("This claim is for {claimed}, and this terminal belongs to {here}.", "Scan the claim of the right store.")
    P10 = (
        "HQ was not reached at {hq}: {stage} failed.",
        "Check the network cable or Wi-Fi, then scan the claim again.",
    )
    P11 = ("What answered at {hq} is not the HQ that made this claim.", "Stop, and tell HQ: someone may be in between.")
    P12 = (
        "This terminal's clock is wrong: it is {hours} hours from HQ's.",
        "Set the clock, then scan the claim again.",
    )
    P21 = ("HQ's answer was lost on the way.", "Scan the same claim again: nothing is used up.")

    @property
    def sentence(self) -> str:
        return self.value[0]

    @property
    def action(self) -> str:
        return self.value[1]


class EnrolError(Exception):
    """An enrolment that did not succeed. It can be tried again: what is on disk stays good."""

    def __init__(self, failure: Failure, **params: Any) -> None:
        self.failure, self.params = failure, params
        self.sentence = failure.sentence.format_map(params)
        super().__init__(f"{failure.name}: {self.sentence} {failure.action}")
