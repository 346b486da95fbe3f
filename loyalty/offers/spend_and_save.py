"""`spend_and_save`: so much off from so much on, once, in steps or for every full threshold (满减)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from loyalty.offers.offer import SumOffer, common
from loyalty.quote import Step
from loyalty.section import Section
from loyalty.tiers import Tier


@dataclass(frozen=True)
class SpendAndSave(SumOffer):
    """When the covered goods cost at least `threshold` after all earlier discounts, `save` comes off.

    `further` are higher steps as pairs (threshold, save); the best one reached holds. `repeat` takes `save` off for
    every full threshold instead.
    """

    kind = "spend_and_save"
    step = Step.ORDER
    since = 1

    threshold: int
    save: int
    further: tuple[tuple[int, int], ...]
    repeat: bool

    @property
    def needs(self) -> int:
        return self.threshold

    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        if total < self.threshold:
            return 0
        if self.repeat:
            return total // self.threshold * self.save
        return max((save for threshold, save in self.further if total >= threshold), default=self.save)

    def ahead(self, low: int) -> Sequence[int]:
        ahead = [threshold for threshold, _ in self.further if threshold > low]
        if self.repeat or low < self.threshold:
            ahead.append((low // self.threshold + 1) * self.threshold)
        return ahead

    @classmethod
    def read(cls, section: Section) -> Self:
        steps = _steps(section)
        repeat = section.flag("repeat") if section.has("repeat") else False
        if repeat and len(steps) > 1:
            section.fault("repeat", "it goes with one threshold, not with steps")
        (threshold, save), *further = steps
        return cls(**common(section, cls), threshold=threshold, save=save, further=tuple(further), repeat=repeat)


def _steps(section: Section) -> list[tuple[int, int]]:
    if not section.has("steps"):
        return [_step(section)]
    steps = []
    for entry in section.sections("steps", 1, 50):
        steps.append(_step(entry))
        entry.close()
        if len(steps) > 1 and not (steps[-2][0] < steps[-1][0] and steps[-2][1] < steps[-1][1]):
            entry.fault("threshold", "each step must need more and save more than the one before")
    return steps or [(1, 1)]


def _step(section: Section) -> tuple[int, int]:
    threshold, save = section.integer("threshold", 1), section.integer("save", 1)
    if save > threshold:
        section.fault("save", f"use at most the threshold, {threshold}")
    return threshold, save
