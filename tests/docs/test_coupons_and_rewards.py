"""docs/coupons-and-rewards.md: its tables are run."""

from __future__ import annotations

import re

import pytest

from loyalty import Account, Lot, Posting, Refused, TillState, Verdict
from loyalty.coupon import Coupon
from loyalty.coupon_issue import issue_coupon
from loyalty.rewards import Redemption, redeem_reward
from loyalty.stamps import stamp_result
from tests.docs.tables import table
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, coupon_rule, holding, reward, rules, the_reward

PAGE = "coupons-and-rewards.md"
DATES = table(PAGE, "| starts_after_days | lifetime_days | good_until | first day | last day |")
ANSWERS = table(PAGE, "| answer | when |")
LIFE = table(PAGE, "| step | function | from | to | and then |")
STAMPS = table(PAGE, "| held | units | buys | free | left |")
LOTS = table(PAGE, "| lots | cost | drawn | left |")
SALE = {"coupon_for_basket", "coupon_not_transferable"}  # of a coupon used alone or given
ISSUE = {"coupon_below_threshold", "coupon_not_for_member", "coupon_limit", "coupon_over"}


@pytest.mark.parametrize(("after", "lifetime", "until", "first", "last"), DATES)
def test_a_coupon_is_good_from_and_to_the_days_that_are_shown(
    after: str, lifetime: str, until: str, first: str, last: str
) -> None:
    days = {"lifetime_days": int(lifetime)} if lifetime else {}
    book = rules(coupon_rule(starts_after_days=int(after), good_until=until or None, **days))
    found = issue_coupon(book.coupons[0], "c", ANN, holding(), book, NOON)
    if first == "not issued":
        assert found == Refused(Verdict.COUPON_OVER)
    else:
        assert not isinstance(found, Refused)
        assert found.coupon == Coupon("c", "welcome", "ann", first, None if last == "open" else last)


def test_every_answer_is_explained() -> None:
    shown = {code for row in ANSWERS for code in re.findall(r"coupon_\w+", row[0])}
    assert shown == {verdict.value for verdict in Verdict if verdict.startswith("coupon_")} - SALE - ISSUE


def test_the_life_of_a_coupon_is_told_in_accounts() -> None:
    assert len(LIFE) == 8
    told = {word for row in LIFE for cell in row[2:4] for word in re.findall(r"[a-z]+", cell) if word in set(Account)}
    assert told == {"issued", "lease", "redeemed", "moved", "cancelled", "expired"}


@pytest.mark.parametrize("numbers", STAMPS, ids=" ".join)
def test_a_stamp_card_gives_what_is_shown(numbers: list[str]) -> None:
    held, units, buys, free, left = map(int, numbers)
    assert stamp_result(held, units, buys) == (free, left)


def test_the_lots_are_drawn_as_is_shown() -> None:
    assert LOTS == [["100 to 31 Dec, 50 to 30 Apr", "60", "50 to 30 Apr, 10 to 31 Dec", "90"]]
    lots = (Lot("31 Dec", 100, "2025-01-01", "2026-12-31"), Lot("30 Apr", 50, "2025-01-01", "2026-04-30"))
    book = rules(rewards=(reward(cost=60),))
    found = redeem_reward(the_reward(book), ANN, TillState(lots, "P4"), book, NOON, "new")
    assert isinstance(found, Redemption)
    drawn = [f"{-each.amount} to {each.lot}" for each in found.postings if _is_drawn(each)]
    assert ", ".join(drawn) == LOTS[0][2]


def _is_drawn(posting: Posting) -> bool:
    return posting.account is Account.LEASE
