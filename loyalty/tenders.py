"""How a sale is paid: everything but cash exactly, cash last, rounded, with change (D09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.cash import round_cash
from loyalty.sale import Refused, Tender, TenderKind, Verdict

MAX_TENDER = 10**12
MAX_CHANGE = 10_000_000  # minor units; more is a slip of the hand, such as a barcode scanned into the amount


_NAMED = frozenset({TenderKind.GIFT_CARD, TenderKind.THIRD_PARTY})
_DRAWN = frozenset({TenderKind.GIFT_CARD, TenderKind.STORED_VALUE})


@dataclass(frozen=True)
class Payment:
    """`kept` sums to what was due plus `rounding`; `change` goes back in cash."""

    kept: tuple[Tender, ...]
    rounding: int
    change: int


def pay(due: int, tenders: Sequence[Tender], cash_unit: int) -> Payment | Refused:
    """Pay `due` with `tenders`. Only the part left for cash, which comes once and last, is rounded to `cash_unit`.

    Nothing due needs no tender. Refused: TENDER_INVALID, TENDER_SHORT, TENDER_OVER, with the amounts.
    """
    wrong = _first_invalid(due, tenders)
    if wrong is not None:
        return Refused(Verdict.TENDER_INVALID, {"kind": wrong.kind.value, "amount": wrong.amount})
    cash = [tender.amount for tender in tenders if tender.kind is TenderKind.CASH]
    recorded = [tender for tender in tenders if tender.kind is not TenderKind.CASH]
    paid, given = sum(tender.amount for tender in recorded), sum(tender.amount for tender in tenders)
    if paid > due:
        return Refused(Verdict.TENDER_OVER, {"due_minor": due, "given_minor": given})
    left = round_cash(due - paid, cash_unit) if cash else due - paid
    if given - paid < left:
        return Refused(Verdict.TENDER_SHORT, {"due_minor": paid + left, "given_minor": given})
    if left and cash:
        recorded.append(Tender(TenderKind.CASH, left))
    return Payment(tuple(recorded), rounding=paid + left - due, change=given - paid - left)


def _first_invalid(due: int, tenders: Sequence[Tender]) -> Tender | None:
    """The first tender that cannot be: no amount, an absurd one, cash that is not last, value without its purse."""
    last = len(tenders) - 1
    for place, tender in enumerate(tenders):
        is_cash = tender.kind is TenderKind.CASH
        least, most = (0, due + MAX_CHANGE) if is_cash else (1, MAX_TENDER)
        if not least <= tender.amount <= most or (is_cash and place < last) or _names_wrongly(tender, tenders[:place]):
            return tender
    return None


def _names_wrongly(tender: Tender, before: Sequence[Tender]) -> bool:
    """Whether it names no card where it must, one where it must not, or a purse that was drawn on before."""
    if bool(tender.account) is not (tender.kind in _NAMED) and tender.kind in _NAMED | _DRAWN:
        return True
    return tender.kind in _DRAWN and any((tender.kind, tender.account) == (each.kind, each.account) for each in before)
