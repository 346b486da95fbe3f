"""Moving what a member has from HQ's pool to a terminal, in memory: points, value, coupons, limits (Leases 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from hq.accounts import POOL, Account, LotFacts
from loyalty.ledger import Asset
from loyalty.lots import Lot
from loyalty.money import half_up
from loyalty.value import Draw
from protocol.lease import Grant, GrantLot, Recall, RefundRight
from protocol.sale_records import CouponRecord, ValueLotRecord


@dataclass
class Placed:
    """One grant to be: what is placed at one terminal of one member (None: of nobody), and what HQ wants back."""

    member: str | None
    lots: tuple[Lot, ...] = ()
    value: tuple[ValueLotRecord, ...] = ()
    coupons: tuple[CouponRecord, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    refunds: tuple[RefundRight, ...] = ()
    recalls: tuple[Recall, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.lots or self.value or self.coupons or self.limits or self.refunds or self.recalls)

    def grant(self, number: int) -> Grant:
        lots = tuple(
            GrantLot(lot=lot.id, points=lot.points, earned_on=lot.earned_on, expires_on=lot.expires_on)
            for lot in self.lots
        )
        return Grant(
            number=number,
            member=self.member,
            lots=lots,
            value=self.value,
            coupons=self.coupons,
            limits=dict(sorted(self.limits.items())),
            refunds=self.refunds,
            recalls=self.recalls,
        )


def value_in_pool(account: Account, today: str) -> int:
    """What HQ may give out of stored value: principal, and bonus that has not ended."""
    return sum(principal + bonus for _, principal, bonus in _value_lots(account, today))


def place_value(account: Account, holder: str, name: str, amount: int, today: str) -> tuple[ValueLotRecord, ...]:
    """`amount` of stored value as fresh lots called `name`, taken from the pool in the order of D17.

    A fresh lot has the dates and the draw of the lot it comes from, and principal and bonus by the ratio of what is
    left there, the principal half up. Raises ValueError if the pool has less.
    """
    if amount > value_in_pool(account, today):
        raise ValueError(f"the pool has less than {amount} of stored value")
    records: list[ValueLotRecord] = []
    for facts, principal, bonus in _value_lots(account, today):
        part = min(amount, principal + bonus)
        if not part:
            break
        amount -= part
        paid = half_up(part, Fraction(principal, principal + bonus))
        number = len(records) + 1
        record = _fresh(facts, name if number == 1 else f"{name}.{number}", paid, part - paid)
        _split(account, holder, facts.id, record)
        records.append(record)
    return tuple(records)


def _value_lots(account: Account, today: str) -> list[tuple[LotFacts, int, int]]:
    """Facts, principal and good bonus of what the pool has, soonest expiry first (D17)."""
    principal, bonus = account.parts(POOL, Asset.PRINCIPAL), account.parts(POOL, Asset.BONUS)
    found = []
    for lot in principal.keys() | bonus.keys():
        facts = account.lots[Asset.PRINCIPAL, lot]
        good = bonus.get(lot, 0) if facts.good(today) else 0
        if principal.get(lot, 0) + good:
            found.append((facts, principal.get(lot, 0), good))
    return sorted(found, key=lambda each: (each[0].expires_on is None, each[0].expires_on or "", *_age(each[0])))


def _age(facts: LotFacts) -> tuple[str, str]:
    return facts.earned_on, facts.id


def _fresh(facts: LotFacts, name: str, principal: int, bonus: int) -> ValueLotRecord:
    return ValueLotRecord(
        id=name,
        principal=principal,
        bonus=bonus,
        spent=0,
        topped_up_on=facts.earned_on,
        expires_on=facts.expires_on,
        draw=Draw(facts.draw or Draw.PROPORTIONAL),
    )


def _split(account: Account, holder: str, lot: str, fresh: ValueLotRecord) -> None:
    account.know(Asset.PRINCIPAL, LotFacts(fresh.id, fresh.topped_up_on, fresh.expires_on, draw=fresh.draw.value))
    for asset, amount in ((Asset.PRINCIPAL, fresh.principal), (Asset.BONUS, fresh.bonus)):
        account.add(POOL, asset, lot, -amount)
        account.add(holder, asset, fresh.id, amount)


def place_coupon(account: Account, holder: str, code: str) -> CouponRecord | None:
    """None where the pool does not have it."""
    facts = account.lots.get((Asset.COUPON, code))
    if facts is None or not account.holdings.get((POOL, Asset.COUPON, code)):
        return None
    account.add(POOL, Asset.COUPON, code, -1)
    account.add(holder, Asset.COUPON, code, 1)
    return coupon_record(facts, account.member)


def coupon_record(facts: LotFacts, member: str | None) -> CouponRecord:
    return CouponRecord(
        code=facts.id, rule=facts.rule or "", holder=member, starts_on=facts.starts_on, expires_on=facts.expires_on
    )


def place_limit(account: Account, holder: str, key: str, amount: int) -> None:
    """HQ's own part of a limit is not stored, so only the lease grows."""
    account.add(holder, Asset.LIMIT, key, amount)
