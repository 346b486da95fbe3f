"""Postings that sum to zero."""

from __future__ import annotations

from loyalty import Account, Asset, Posting, imbalance


def test_balanced_postings_leave_nothing() -> None:
    assert imbalance([]) == {}
    assert imbalance([points(-5), points(5)]) == {}


def test_each_asset_is_balanced_for_itself() -> None:
    limit = Posting(Account.USED, Asset.LIMIT, "copyable:2026-03-01", 5)
    assert imbalance([points(-5), limit]) == {Asset.POINTS: -5, Asset.LIMIT: 5}


def points(amount: int) -> Posting:
    return Posting(Account.LEASE, Asset.POINTS, "lot", amount)
