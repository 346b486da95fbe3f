"""What the leases hold: what HQ has placed here and sales have earned here, less what was spent (sync.md, Leases)."""

from __future__ import annotations

from loyalty.coupon import Coupon
from loyalty.ledger import Asset
from loyalty.limits import Scope
from loyalty.lots import Lot, spending_order
from loyalty.value import value_order
from terminal.store.held import Held
from terminal.store.ledger_file import LedgerFile
from terminal.store.value_lots import lots_of

BEARER = ""  # the member of what belongs to whoever bears it
SHARED = (f"{Scope.STORE}:", f"{Scope.CHAIN}:")  # how the keys of limits begin that no member has
_POINTS = """SELECT lot, remaining, earned_on, expires_on FROM lease
WHERE member = ? AND asset = 'points' AND remaining > 0"""
_ALL = "SELECT asset, lot, remaining, earned_on, expires_on FROM lease WHERE member = ? AND remaining > 0"
_COUPONS = "SELECT code, rule, starts_on, expires_on FROM coupon WHERE member = ? ORDER BY code"
_COUPON = """SELECT coupon.member, rule, coupon.starts_on, coupon.expires_on FROM coupon JOIN lease ON lot = code
WHERE code = ? AND asset = 'coupon' AND remaining > 0"""
_VALUE = frozenset({Asset.PRINCIPAL, Asset.BONUS})


def points_of(file: LedgerFile, member: str) -> tuple[Lot, ...]:
    """The points that may be spent here of a member's balance, in spending order (D17)."""
    return tuple(sorted((Lot(*row) for row in file.rows(_POINTS, (member,))), key=spending_order))


def held_by(file: LedgerFile, member: str) -> Held:
    """Everything that lies here of a member, or of bearers."""
    rows = file.rows(_ALL, (member,))
    lots = (Lot(lot, left, earned, expires) for asset, lot, left, earned, expires in rows if asset == Asset.POINTS)
    counts: dict[str, dict[str, int]] = {}
    for asset, lot, left, _earned, _expires in rows:
        counts.setdefault(asset, {})[lot] = left
    codes = counts.get(Asset.COUPON, {})
    value = lots_of(file, member) if counts.keys() & _VALUE else []
    return Held(
        points=tuple(sorted(lots, key=spending_order)),
        value=tuple(sorted((lot for lot in value if lot.left), key=value_order)),
        coupons=_coupons(file, member, codes) if codes else (),
        limits=counts.get(Asset.LIMIT, {}),
        stamps=counts.get(Asset.STAMP, {}),
    )


def _coupons(file: LedgerFile, member: str, here: dict[str, int]) -> tuple[Coupon, ...]:
    return tuple(
        Coupon(code, rule, member or None, starts_on, expires_on)
        for code, rule, starts_on, expires_on in file.rows(_COUPONS, (member,))
        if code in here
    )


def coupon_here(file: LedgerFile, code: str) -> Coupon | None:
    """The coupon of this code, whoever's it is; None if it does not lie here."""
    rows = file.rows(_COUPON, (code,))
    if not rows:
        return None
    (member, rule, starts_on, expires_on) = rows[0]
    return Coupon(code, rule, member or None, starts_on, expires_on)


def owner_of_limit(key: str, member: str) -> str:
    """Whose lease holds room under the limit of this key: what the store or the chain counts is no member's."""
    return BEARER if key.startswith(SHARED) else member
