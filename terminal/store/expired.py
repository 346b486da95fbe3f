"""Whose leased lots are past their date, and what has ended: only the holder's own EXPIRE operation ends them (sync.md,
Leases 13)."""

from __future__ import annotations

from terminal.store.ledger_file import LedgerFile

_MEMBERS = """SELECT member FROM lease WHERE asset = 'points' AND remaining > 0 AND expires_on < ?1
UNION SELECT coupon.member FROM coupon JOIN lease ON lease.member = coupon.member AND asset = 'coupon' AND lot = code
  WHERE remaining > 0 AND coupon.expires_on < ?1
UNION SELECT value_lot.member FROM value_lot JOIN lease USING (member, lot)
  WHERE remaining > 0 AND value_lot.expires_on < ?1 AND (asset = 'bonus' OR member = '')
ORDER BY 1 LIMIT ?2"""
_ENDED = """SELECT coalesce(sum(amount), 0) FROM operation JOIN posting USING (seq)
WHERE member = ? AND kind = 'expire' AND asset = 'points' AND account = 'expired' AND lot = ?"""


def with_expired(file: LedgerFile, day: str, most: int) -> tuple[str, ...]:
    """At most so many members who have something here whose last good day was before `day` (ISO).

    Points, coupons and the bonus of stored value; of gift cards, which are a bearer's (""), the principal too.
    """
    return tuple(member for (member,) in file.rows(_MEMBERS, (day, most)))


def ended_points(file: LedgerFile, member: str, lot: str) -> int:
    """How many points of a member's lot have ended here by their date, as far as the ledger reaches."""
    return int(file.rows(_ENDED, (member, lot))[0][0])
