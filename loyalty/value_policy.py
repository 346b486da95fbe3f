"""The programme's policy for stored value: bonus by top-up step, limits, lifetime, and what it may pay (D24, D25)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from loyalty.assurance import read_level
from loyalty.basket import LineKind
from loyalty.money import half_up
from loyalty.sale import Tender, TenderKind
from loyalty.section import MAX_AMOUNT, Section, unique
from loyalty.value import Draw

LIMIT_NAMED = 500_000
LIMIT_UNNAMED = 100_000
MOST_BONUS = 10  # times the top-up; more is a slip of the hand
_TENDER = re.compile(r"cash|card|mobile|gift_card|third_party:[A-Za-z0-9._-]{1,40}")
_TENDER_SHAPE = 'such as ["cash", "card", "mobile", "gift_card", "third_party:lianhua"]'
_PAYS = frozenset(LineKind) - {LineKind.GIFT_CARD}  # value that buys a gift card would turn bonus into principal
_TENDERS = frozenset({"cash", "card", "mobile"})


@dataclass(frozen=True)
class TopUpStep:
    """From a top-up of `least` on, the member is given `bonus`, or `percent` of the top-up."""

    least: int
    bonus: int = 0
    percent: Fraction = Fraction(0)

    def given(self, amount: int) -> int:
        return self.bonus + half_up(amount, self.percent)


@dataclass(frozen=True)
class StoredValue:
    """Amounts in minor units. `least` and `most` bound one top-up, the limits the principal that is held (D25).

    `tenders` are what a top-up takes: a kind, or `third_party:` and the name of the other issuer's card. `pays` are
    the kinds of lines that stored value may pay. It is spent by a card that proves `assurance`, or with a PIN
    `with_pin`; without HQ at hand at most `offline_limit` of it in one sale. None is without limit.
    """

    draw: Draw = Draw.PROPORTIONAL
    steps: tuple[TopUpStep, ...] = ()
    least: int = 1
    most: int | None = None
    limit_named: int = LIMIT_NAMED
    limit_unnamed: int = LIMIT_UNNAMED
    bonus_lifetime_months: int | None = None
    bonus_earns: bool = False
    tenders: frozenset[str] = _TENDERS
    pays: frozenset[LineKind] = _PAYS
    assurance: str = "P4"
    with_pin: str = "P3"
    offline_limit: int | None = None

    def bonus_for(self, amount: int) -> int:
        """The bonus of the highest step that a top-up of `amount` reaches, half up once (F056)."""
        reached = [step for step in self.steps if step.least <= amount]
        return max(reached, key=lambda step: step.least).given(amount) if reached else 0

    def takes(self, tender: Tender) -> bool:
        """Whether a top-up may be paid with this kind of tender (F052 to F054)."""
        named = f"{tender.kind}:{tender.account}" if tender.kind is TenderKind.THIRD_PARTY else tender.kind.value
        return named in self.tenders

    @classmethod
    def read(cls, section: Section) -> StoredValue:
        """The programme's key `stored_value`; every key has a default."""
        lifetime = _optional(section, "bonus_lifetime_months", 1, 1200)
        policy = cls(
            draw=Draw(section.choice("draw", Draw) or Draw.PROPORTIONAL) if section.has("draw") else Draw.PROPORTIONAL,
            steps=_steps(section),
            least=_optional(section, "least", 1) or 1,
            most=_optional(section, "most", 1),
            limit_named=section.integer("limit_named", 0) if section.has("limit_named") else LIMIT_NAMED,
            limit_unnamed=section.integer("limit_unnamed", 0) if section.has("limit_unnamed") else LIMIT_UNNAMED,
            bonus_lifetime_months=lifetime,
            bonus_earns=section.flag("bonus_earns") if section.has("bonus_earns") else False,
            tenders=section.texts("tenders", _TENDER, _TENDER_SHAPE) if section.has("tenders") else _TENDERS,
            pays=_pays(section),
            assurance=read_level(section, "assurance", "P4"),
            with_pin=read_level(section, "with_pin", "P3"),
            offline_limit=_optional(section, "offline_limit", 0),
        )
        if policy.most is not None and policy.most < policy.least:
            section.fault("most", f"use at least 'least', {policy.least}")
        section.close()
        return policy


def _optional(section: Section, key: str, low: int, high: int = MAX_AMOUNT) -> int | None:
    return section.integer(key, low, high) if section.has(key) else None


def _pays(section: Section) -> frozenset[LineKind]:
    if not section.has("pays"):
        return _PAYS
    return frozenset(map(LineKind, section.choices("pays", list(LineKind))))


def _steps(section: Section) -> tuple[TopUpStep, ...]:
    if not section.has("steps"):
        return ()
    entries = section.sections("steps", 0, 50)
    steps = tuple(_step(entry) for entry in entries)
    unique(entries, "from", [step.least for step in steps])
    return steps


def _step(entry: Section) -> TopUpStep:
    has_bonus, has_percent = entry.has("bonus"), entry.has("percent")
    if has_bonus == has_percent:
        entry.fault("bonus", "give either 'bonus' or 'percent'")
    step = TopUpStep(
        least=entry.integer("from", 1),
        bonus=entry.integer("bonus", 1) if has_bonus else 0,
        percent=entry.fraction("percent", MOST_BONUS) if has_percent else Fraction(0),
    )
    entry.close()
    return step
