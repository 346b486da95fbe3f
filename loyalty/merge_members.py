"""Two members who are one person: all that one has goes to the other, and what either owes is paid (D12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loyalty.ledger import Posting
from loyalty.pending import pay_debt
from loyalty.standing import Standing, after
from loyalty.transfer import SAME_KEYS, Holdings, Transfer, move_all


@dataclass(frozen=True)
class Merged:
    """`moved` is what went from one to the other; `debt_paid` are postings of the member who stays, after them."""

    moved: Transfer
    debt_paid: tuple[Posting, ...]
    standing: Standing


def merge_members(
    gone: Holdings, stays: Holdings, stays_id: str, day: str, keys: Mapping[str, str] = SAME_KEYS
) -> Merged:
    """Move all that `gone` has to `stays`; lots keep their dates. `day` (ISO, programme's zone) is that of the merge.

    The debts of both are paid at once from the lots of both that are good on `day`, by D17; pending points stay
    pending and pay when they become active. Leased points of `gone` stay good where they are and follow when they
    come back: merge again then. `keys` are the limits that name `gone`, each with its name for `stays`, so that what
    one of them used counts for both. `standing` is that of the member who stays, after all.
    """
    moved = move_all(gone, stays_id, keys)
    united = after(stays.standing, moved.into, moved.lots, moved.pending)
    debt_paid = pay_debt(united, day)
    return Merged(moved, debt_paid, after(united, debt_paid))
