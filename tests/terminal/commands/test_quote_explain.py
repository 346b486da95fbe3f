"""The explanation of a quote: every cent, every point, every miss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.loyalty.material import NAME, document, offer, spend_and_save, tier_percent
from tests.terminal.commands.quote_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def explained(desk: Desk, *words: str, member: bool = True) -> dict[str, list[str]]:
    """The sentences under each heading."""
    result = desk.run("--explain", *words, member=member)
    assert result.exit_code == 0, result.output
    parts = [part.splitlines() for part in result.stdout.strip().split("\n\n")]
    return {heading: [each.removeprefix("- ") for each in lines] for heading, *lines in parts[2:]}


def test_every_step_says_what_it_found_and_what_it_took_off_which_line(desk: Desk) -> None:
    found = explained(desk)
    assert found["Step by step"] == [
        "lines 1, 2 at shelf price: 224.00",
        "1. item price: Name [member-price] (Member prices on 1 products) takes 4.20 off 24.00 (line 1 4.20); "
        "219.80 is left",
        "2. tier: Name [tier] (12% off for Name) takes 26.38 off 219.80 (line 1 2.38, line 2 24.00); 193.42 is left",
        "3. order: Name [save-20] (Spend 150.00, save 20.00) takes 20.00 off 193.42 (line 1 1.80, line 2 18.20); "
        "173.42 is left",
        "1000 points pay 10.00; 1050 asked, whole units only",
    ]
    assert found["Points"] == [
        "Name [base]: 24 points on 163.42 really paid for lines 1, 2; 1 point for 10.00, times 3/2 for Name, "
        "floored once"
    ]
    assert found["Missed"] == ["Name [save-1]: 915.43 more saves 1.00"]
    assert found["In the end"] == [
        "The best lawful combination, proven",
        "with membership 173.42, without 204.00: you save 30.58 today",
    ]
    assert set(found) == {"Step by step", "Points", "Missed", "In the end"}


def test_a_guest_is_told_the_price_alone(desk: Desk) -> None:
    found = explained(desk, "--points", "0", member=False)
    assert set(found) == {"What if                               as it was        now     change", "Step by step",
                          "Missed", "In the end"}  # fmt: skip
    assert found["In the end"] == ["The best lawful combination, proven"]


def test_membership_that_saves_nothing_is_said(desk: Desk) -> None:
    desk.change("member", lambda value: value.update(tier="regular"))
    desk.put("programme", document())
    assert explained(desk)["In the end"][-1] == "with membership 224.00, without 224.00: the same"


def test_a_basket_without_goods_has_no_steps(desk: Desk) -> None:
    desk.put(
        "basket", {"lines": [{"gtin": "10000000", "quantity": 1, "unit_price": 800, "category": "x", "kind": "tip"}]}
    )
    assert explained(desk)["Step by step"] == ["no goods", "tip is no goods: 8.00 as it is"]
    desk.put("basket", {"lines": [{"gtin": "10000000", "quantity": 1, "unit_price": 800, "category": "x"}]})
    assert explained(desk)["Step by step"][-1] == "no points were asked for; 300 could be used"


def test_cap_tax_rights_and_progress_are_told(desk: Desk) -> None:
    limit = {"scope": "terminal", "measure": "times", "most": 5, "period": "day"}
    programme = document(
        offer("member_price", "price", prices={"10000000": 19000}, limits=[limit]),
        tier_percent(),
        offer("stamp_card", "card", buys=10, categories=["snacks"]),
        offer("coupon_amount", "c", amount=1000),
        format=2,
        order_cap=[1, 5],
        coupons=[{"id": "r", "name": NAME, "issue": {"by": "hq"}, "offer": "c"}],
        tax={"mode": "inclusive", "rates": [{"id": "v13", "rate": [13, 100]}], "default": "v13"},
    )
    for tier, threshold in zip(programme["tiers"], (0, 100_00, 300_00), strict=True):
        tier["threshold"] = threshold
    programme["tier_policy"] = {"metric": "spend", "window": "calendar_year"}
    desk.put("programme", programme)
    desk.change("member", lambda value: value.update(qualifying=25000))
    state = desk.put("state", {"coupons": [{"code": "c1", "rule": "r"}], "stamps": {"card": 3}})
    found = explained(desk, "--state", state, "--coupon", "c1", "--coupon", "c2")
    assert "tier, order and coupon offers may take 42.80 in all, and take 35.68" in found["Step by step"]
    assert found["Tax"] == ["v13: 20.51 inside the price, beside 157.81 (lines 1, 2)"]
    assert found["Coupons, limits and stamps"] == [
        "Coupon c1 is used",
        "Coupon c2 is not known here",
        "uses 1 of the limit terminal:times:2026-03-01:price",
        "Name [card]: 2 stamps collected",
    ]
    assert found["In the end"][1] == "50.00 more to Name"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"points": 3, "per": 1000}, "3 points for 10.00, floored once"),
        ({"points": 5, "per": 1000}, "1 point for 2.00, floored once"),
        ({"kind": "each_full", "points": 5, "per": 10000}, "5 points for each full 100.00, floored once"),
        ({"kind": "per_unit", "points": 1}, "1 point for each unit, floored once"),
        (
            {"kind": "per_order", "points": 7, "by_tier": True},
            "7 points for the order, times 3/2 for Name, floored once",
        ),
    ],
)
def test_a_rule_says_what_it_gives_points_for(desk: Desk, rule: dict[str, Any], words: str) -> None:
    event = {"id": "double", "name": {"en": "Double points"}, "factor": [2, 1]}
    over = {**event, "id": "over", "until": "2026-02-28"}
    earning = [{"id": "base", "name": NAME, **rule}]
    desk.put("programme", document(spend_and_save(1, 1), earning=earning, earning_events=[event, over], format=2))
    found = explained(desk)["Points"]
    assert found[0].endswith(words)
    assert found[1:] == ["Double points [double]: times 2 on the goods that it covers"]
