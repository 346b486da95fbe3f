"""What the use of coupons, counted limits and stamps does to the accounts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Account, Asset, Posting, imbalance
from loyalty.quote import RightUse
from loyalty.right_postings import right_postings

KEYS = st.sampled_from(["member:times:ever:o:m1", "terminal:units:2026:o", "chain:money:ever:o", "copyable:2026-03-01"])
USES = st.one_of(
    st.builds(RightUse, st.just("limit"), KEYS, st.integers(0, 1000)),
    st.builds(RightUse, st.just("stamp"), st.just("tea"), st.integers(-20, 20)),
    st.builds(RightUse, st.just("coupon"), st.sampled_from(["a", "b"]), st.just(1)),
)


def test_each_kind_has_its_accounts() -> None:
    rights = [
        RightUse("coupon", "c1", 1),
        RightUse("limit", "member:times:ever:o:m1", 2),
        RightUse("limit", "terminal:times:ever:o", 3),
        RightUse("stamp", "tea", 10),
        RightUse("stamp", "cake", -4),
    ]
    assert right_postings(rights) == (
        Posting(Account.LEASE, Asset.COUPON, "c1", -1),
        Posting(Account.REDEEMED, Asset.COUPON, "c1", 1),
        Posting(Account.LEASE, Asset.LIMIT, "member:times:ever:o:m1", -2),  # out of the lease, like points
        Posting(Account.USED, Asset.LIMIT, "member:times:ever:o:m1", 2),
        Posting(Account.LIMIT, Asset.LIMIT, "terminal:times:ever:o", -3),
        Posting(Account.USED, Asset.LIMIT, "terminal:times:ever:o", 3),
        Posting(Account.REDEEMED, Asset.STAMP, "tea", 10),
        Posting(Account.LEASE, Asset.STAMP, "tea", -10),
        Posting(Account.ISSUED, Asset.STAMP, "cake", -4),
        Posting(Account.LEASE, Asset.STAMP, "cake", 4),
    )


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(USES, max_size=8))
def test_they_balance_and_nothing_of_a_right_posts_nothing(rights: list[RightUse]) -> None:
    postings = right_postings(rights)
    assert imbalance(postings) == {}
    assert len(postings) == 2 * sum(1 for right in rights if right.amount)
    assert all(posting.amount for posting in postings)


def test_a_right_of_an_unknown_kind_is_no_right() -> None:
    with pytest.raises(ValueError, match="use coupon, limit or stamp"):
        right_postings([RightUse("voucher", "x", 1)])
