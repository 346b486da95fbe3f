"""What the programme decides about refunds: the optional key `refunds`, with the defaults of the domain rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from loyalty.sale import TenderKind
from loyalty.section import Section

MAX_GRACE_DAYS = 3650


class Threshold(StrEnum):
    """What a return does to the offers of the sale (D05)."""

    KEEP = "keep"  # the stored net of the line is given back; no threshold is tested again
    TEST_AGAIN = "test_again"  # what the rest costs under the sale's rules is kept


class CouponBack(StrEnum):
    """When a used coupon comes back, with its old expiry (D05)."""

    FULL_RETURN = "full_return"
    NEVER = "never"


@dataclass(frozen=True)
class RefundPolicy:
    """`tender_order` names kinds of tender, first to be refunded first; empty is the reverse of the order of use (D15).

    Kinds that it leaves out follow in the reverse of the order of use. `debt_cap` is the most points that one member
    may owe after a claw-back (D30), None is no cap. Points whose lot has expired come back for `grace_days` (D14).
    """

    threshold: Threshold = Threshold.KEEP
    tender_order: tuple[TenderKind, ...] = ()
    debt_cap: int | None = None
    coupon_back: CouponBack = CouponBack.FULL_RETURN
    grace_days: int = 14

    @classmethod
    def read(cls, section: Section) -> RefundPolicy:
        """The keys `threshold`, `tender_order`, `debt_cap`, `coupon_back`, `grace_days`, each optional."""
        policy = cls(
            threshold=Threshold(_choice(section, "threshold", Threshold)),
            tender_order=_tender_order(section),
            debt_cap=section.integer("debt_cap", 0) if section.has("debt_cap") else None,
            coupon_back=CouponBack(_choice(section, "coupon_back", CouponBack)),
            grace_days=section.integer("grace_days", 0, MAX_GRACE_DAYS) if section.has("grace_days") else 14,
        )
        section.close()
        return policy


def _choice(section: Section, key: str, known: type[Threshold] | type[CouponBack]) -> str:
    """The choice made; what is absent or wrong counts as the first."""
    first = next(iter(known)).value
    return (section.choice(key, list(known)) or first) if section.has(key) else first


def _tender_order(section: Section) -> tuple[TenderKind, ...]:
    if not section.has("tender_order"):
        return ()
    return tuple(TenderKind(kind) for kind in section.choices("tender_order", list(TenderKind)))
