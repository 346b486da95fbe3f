"""Two members become one, with all that both had."""

from __future__ import annotations

from loyalty import imbalance
from loyalty.ledger import Account, Asset
from loyalty.lots import Lot
from loyalty.merge_members import merge_members
from loyalty.standing import Standing
from loyalty.transfer import Holdings
from tests.loyalty.account_material import APRIL, OLD, WAITING, sums

DAY = "2026-03-05"


def test_merging_pays_the_debts_of_both_by_expiry() -> None:
    stays = Holdings(Standing(lease=(Lot("here", 9, "2026-01-01"),), debt=40))
    merged = merge_members(OLD, stays, "stays", DAY)
    assert [(each.account, each.lot, each.amount) for each in merged.debt_paid] == [
        ("pool", "apr", -50),
        ("debt", "apr", 50),
        ("pool", "dec", -10),
        ("debt", "dec", 10),
    ]
    assert merged.standing == Standing(
        (WAITING,), (Lot("here", 9, "2026-01-01"),), (Lot("dec", 90, "2026-01-01", "2026-12-31"),), 0
    )
    assert imbalance(merged.debt_paid) == {}


def test_merging_adds_to_a_lot_that_has_come_before() -> None:
    """The leased part of a lot follows when it has come back."""
    stays = Holdings(Standing((WAITING,), (), (APRIL,)))
    late = Holdings(Standing(pool=(Lot("apr", 8, "2026-01-01", "2026-04-30"),)))
    assert merge_members(late, stays, "stays", DAY).standing == Standing(
        (WAITING,), (), (Lot("apr", 58, "2026-01-01", "2026-04-30"),)
    )


def test_what_either_used_of_a_limit_counts_for_both() -> None:
    keys = {"member:times:ever:happy:old": "member:times:ever:happy:stays"}
    merged = merge_members(OLD, Holdings(), "stays", DAY, keys)
    assert sums(merged.moved.into, Account.USED) == {(Asset.LIMIT, "member:times:ever:happy:stays"): 2}
    assert sums(merged.moved.out, Account.USED) == {(Asset.LIMIT, "member:times:ever:happy:old"): -2}
    assert imbalance(merged.moved.into) == {}
    unnamed = merge_members(OLD, Holdings(), "stays", DAY)
    assert (Asset.LIMIT, "member:times:ever:happy:stays") not in sums(unnamed.moved.into, Account.USED)
