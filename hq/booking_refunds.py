"""Refunds, voids and releases against the right to refund (D30, sync.md Leases 11).

What came back is told to HQ whole: how it was before and how it is after. Where the right lay elsewhere meanwhile, the
two histories are added up, so that whoever has the right next knows of both.
"""

from __future__ import annotations

from typing import Any

from hq.accounts import POOL
from hq.booking import Booking
from hq.reasons import Reason
from hq.refund_rights import Right, SaleKey, Units, key_of, read_release, refunded_sale, units_back
from protocol.refund_detail import RefundDetailError, so_far_from

_SUMS = ("value", "money", "points_back", "points_taken", "expired", "cash", "bought", "bought_for")


def book_refund(booking: Booking) -> None:
    """What came back of a sale; also where the right to refund it lay elsewhere (Leases 11)."""
    operation = booking.operation
    sale = refunded_sale(operation)
    if sale is None:
        amount = operation.detail.get("unverified_minor", 0)
        shown = amount if isinstance(amount, int) else 0
        booking.judgement.flag(Reason.REFUND_UNVERIFIED, amount_minor=shown, store=operation.store)
        return
    key, name = key_of(sale), sale.name
    right, units = booking.rights.of(key), booking.rights.sold.get(key)
    if units is None:
        booking.judgement.flag(Reason.REFUND_OF_UNKNOWN_SALE, sale=name)
    if _is_told(booking, right):
        return
    if right.holder != booking.holder:
        holder = "HQ" if right.holder == POOL else right.holder
        booking.judgement.flag(Reason.REFUND_WITHOUT_RIGHT, sale=name, holder=holder)
    _take_over(booking, key, right, units)


def _is_told(booking: Booking, right: Right) -> bool:
    """Whether a restored HQ heard of this refund before it came again: the right went on, with all that had come
    back, and whoever had it next was heard first."""
    after = _read(booking, "after")
    if not right.retold or right.so_far is None or after is None:
        return False
    known = units_back(right.so_far)
    return all(back <= known.get(no, 0) for no, back in units_back(after).items())


def _take_over(booking: Booking, key: SaleKey, right: Right, units: Units | None) -> None:
    before, after = _read(booking, "so_far"), _read(booking, "after")
    if after is None:
        booking.judgement.flag(Reason.REFUND_UNREADABLE, sale=".".join(map(str, key)))
        return
    known = right.so_far or before or after
    if right.so_far is None or right.so_far == before:
        right.so_far = after
    else:
        right.so_far = _added(known, before, after)
    twice = [] if units is None else too_many(right, units)
    if twice:
        lines = ", ".join(map(str, twice))
        booking.judgement.flag(Reason.REFUND_TWICE, sale=".".join(map(str, key)), lines=lines)
    booking.rights.changed.add(key)


def too_many(right: Right, units: Units) -> list[int]:
    """The lines of which more came back than was sold; from now on no more has, so what is left can be refunded."""
    if right.so_far is None:
        return []
    twice = sorted(no for no, back in units_back(right.so_far).items() if back > units.get(no, 0))
    if twice:
        _cap(right.so_far, units)
    return twice


def _read(booking: Booking, name: str) -> dict[str, Any] | None:
    """The right to refund as the terminal wrote it, if that is what it is."""
    document = booking.operation.detail.get(name)
    if not isinstance(document, dict):
        return None
    try:
        so_far_from(document)
    except RefundDetailError:
        return None
    return dict(document)


def _added(known: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    """What HQ knew, and on top of it what this refund did."""
    base = before or {"lines": [], "tenders": []}
    lines, was = units_back(known), units_back(base)
    for no, back in units_back(after).items():
        lines[no] = lines.get(no, 0) + back - was.get(no, 0)
    sums = {name: known.get(name, 0) + after.get(name, 0) - base.get(name, 0) for name in _SUMS}
    merged = {**known, **sums, "above_cap": after.get("above_cap", 0)}
    merged["lines"] = [{"no": no, "back": back} for no, back in sorted(lines.items()) if back > 0]
    merged["tenders"] = _tenders(known["tenders"], base["tenders"], after["tenders"])
    return merged


def _tenders(known: list[Any], base: list[Any], after: list[Any]) -> list[Any]:
    """The same tenders stand at the same places; what a return collected follows after them."""
    longest = after if len(after) > len(known) else known
    return [{**side, "back": sum(_of(t, n) for t in (known, after)) - _of(base, n)} for n, side in enumerate(longest)]


def _of(tenders: list[Any], place: int) -> int:
    return int(tenders[place]["back"]) if place < len(tenders) else 0


def _cap(so_far: dict[str, Any], units: Units) -> None:
    so_far["lines"] = [{"no": no, "back": min(back, units.get(no, 0))} for no, back in units_back(so_far).items()]
    so_far["lines"] = [line for line in so_far["lines"] if line["back"]]


def book_release(booking: Booking) -> None:
    """Rights to refund come to HQ: of own sales up to a number, as far as they were born there, and of named sales."""
    operation, detail = booking.operation, read_release(booking.operation)
    if detail is None:
        return
    if detail.through is not None:
        through = min(detail.through, operation.seq)
        booking.rights.release_through(operation.device, operation.epoch, through)
    for sale in detail.sales:
        right = booking.rights.of(key_of(sale))
        if right.holder == booking.holder and operation.seq >= right.claimed:
            booking.rights.move(key_of(sale), POOL)
