"""The rewards of a programme: how they are read."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import ProgrammeError
from loyalty.limits import Limit, Measure, Scope
from loyalty.reward import Gives, Reward, RewardKind
from tests.loyalty.material import NAME
from tests.loyalty.rights_material import coupon_rule, reward, rules, the_reward

VALUE: dict[str, Any] = {"stored_value": {}, "gift_cards": {}}


def faults(*rewards: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    paid = coupon_rule("paid", issue={"by": "points", "cost": 10})
    with pytest.raises(ProgrammeError) as caught:
        rules(coupon_rule(), paid, rewards=rewards, **more)
    return [(fault.path, fault.remedy) for fault in caught.value.faults]


def test_all_that_is_optional_has_its_default() -> None:
    book = rules(rewards=({"id": "wash", "name": NAME, "cost": 100, "kind": "service"},))
    assert book.rewards == (Reward("wash", NAME, 100, Gives(RewardKind.SERVICE)),)
    assert book.reward("other") is None
    assert rules().rewards == ()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"kind": "goods", "product": "6901234567892"}, Gives(RewardKind.GOODS, 0, "6901234567892", 1)),
        (
            {"kind": "goods", "product": "12345670", "quantity": 6, "value": 1800},
            Gives(RewardKind.GOODS, 1800, "12345670", 6),
        ),
        ({"kind": "service", "value": 5000}, Gives(RewardKind.SERVICE, 5000)),
        ({"kind": "coupon", "coupon": "welcome"}, Gives(RewardKind.COUPON, coupon="welcome")),
        ({"kind": "gift_card", "money": 5000}, Gives(RewardKind.GIFT_CARD, 5000, money=5000)),
        ({"kind": "money_off", "money": 300}, Gives(RewardKind.MONEY_OFF, 300, money=300)),
    ],
)
def test_each_kind_gives_something_else(keys: dict[str, Any], expected: Gives) -> None:
    assert the_reward(rules(coupon_rule(), rewards=(reward(**keys),), **VALUE)).gives == expected


@pytest.mark.parametrize(("quantity", "value"), [(1, 0), (999, 10**12)])
def test_the_bounds_are_lawful(quantity: int, value: int) -> None:
    goods = reward(kind="goods", product="12345670", quantity=quantity, value=value)
    found = the_reward(rules(rewards=(goods,))).gives
    assert (found.quantity, found.value) == (quantity, value)


def test_one_unit_worth_nothing_is_handed_out_where_nothing_is_said() -> None:
    found = the_reward(rules(rewards=(reward(kind="goods", product="12345670"),))).gives
    assert (found.quantity, found.value, found.money) == (1, 0, 0)
    assert Gives(RewardKind.SERVICE).quantity == 1


def test_who_may_have_it_and_how_often_are_read() -> None:
    found = the_reward(rules(rewards=(reward(tiers=["gold"], stores=["s01"], most_per_member=1),)))
    assert (found.audience.tiers, found.audience.stores) == (frozenset({"gold"}), frozenset({"s01"}))
    assert found.limits == (Limit(Scope.MEMBER, Measure.TIMES, 1),)


@pytest.mark.parametrize(
    ("changes", "path", "remedy"),
    [
        ({"cost": 0}, "rewards[0].cost", "use a whole number from 1"),
        ({"kind": "car"}, "rewards[0].kind", "use one of coupon, gift_card, goods, money_off, service"),
        ({"kind": "goods"}, "rewards[0].product", "a GTIN has"),
        ({"kind": "goods", "product": "12345670", "money": 5}, "rewards[0].money", "use one of"),
        ({"kind": "coupon", "coupon": "none"}, "rewards[0].coupon", "use the id of a coupon that is not issued for"),
        ({"kind": "coupon", "coupon": "paid"}, "rewards[0].coupon", "use the id of a coupon that is not issued for"),
        ({"kind": "gift_card", "money": 0}, "rewards[0].money", "use a whole number from 1"),
        ({"kind": "gift_card", "money": 100001}, "rewards[0].money", "a gift card holds 1 to 100000"),
        ({"most_per_member": 0}, "rewards[0].most_per_member", "use a whole number from 1"),
    ],
)
def test_what_is_wrong_is_one_fault_with_its_way_out(changes: dict[str, Any], path: str, remedy: str) -> None:
    ((found, way_out),) = faults(reward(**changes), **VALUE)
    assert found == path
    assert way_out.startswith(remedy)


def test_what_is_handed_out_must_be_something_the_programme_has() -> None:
    gifts = (reward("a", kind="gift_card", money=100), reward("b", kind="money_off", money=100))
    assert faults(*gifts) == [
        ("rewards[0].kind", "add 'gift_cards' to the programme"),
        ("rewards[1].kind", "it is added to stored value: add 'stored_value' to the programme"),
    ]


def test_two_rewards_have_two_ids() -> None:
    assert faults(reward(), reward())[0][0] == "rewards[1].id"
