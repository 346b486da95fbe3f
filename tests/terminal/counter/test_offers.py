"""What today's offers promise whom: here, now, and as far as it is not used up."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import MemberFacts, Moment, TillState
from terminal.counter.offers import MOST_SHOWN, offer_views
from tests.terminal.counter.offer_documents import ONE_OF_EACH, SHARE, offer, programme
from tests.terminal.shops import NOON_MS

NOON = Moment(NOON_MS)  # a Wednesday
GOLD = MemberFacts("m1", "gold", birthday="1991-10-30", groups=frozenset({"staff"}), purchases=3)
NEW = MemberFacts("m3", "regular", purchases=0)
HERE = TillState(store="s01")


def shown(*offers: dict[str, Any], to: MemberFacts | None = None, state: TillState = HERE) -> list[str]:
    views = offer_views(programme(*offers), to, NOON, state)
    assert views[-1]["id"] == "points-as-money"
    return [view["id"] for view in views[:-1]]


def percent(**conditions: Any) -> dict[str, Any]:
    return offer("percent_off", **SHARE, **conditions)


def test_everybody_sees_what_is_for_all_and_nobody_sees_coupons() -> None:
    every = [document["id"] for document in ONE_OF_EACH]
    promised = [name for name in every if not name.startswith("coupon")]
    assert shown(*ONE_OF_EACH) == promised
    assert shown(*ONE_OF_EACH, to=GOLD) == promised


@pytest.mark.parametrize(
    ("conditions", "nobody", "gold", "new"),
    [
        ({}, True, True, True),
        ({"members_only": True}, True, True, True),
        ({"tiers": ["gold"]}, True, True, False),
        ({"tiers": ["regular"]}, False, False, True),
        ({"groups": ["staff"]}, False, True, False),
        ({"birthday": True}, False, True, False),
        ({"first_purchase": True}, True, False, True),
        ({"stores": ["s02"]}, False, False, False),
        ({"until": "2026-10-27"}, False, False, False),
        ({"weekdays": [1, 2]}, False, False, False),
        ({"hours": [["11:00", "13:00"]]}, True, True, True),
        ({"hours": [["17:00", "19:30"]]}, False, False, False),
    ],
)
def test_an_offer_is_shown_to_whom_it_is_for(conditions: dict[str, Any], nobody: bool, gold: bool, new: bool) -> None:
    document = percent(**conditions)
    assert [bool(shown(document, to=who)) for who in (None, GOLD, NEW)] == [nobody, gold, new]


def limited(scope: str, measure: str = "times") -> dict[str, Any]:
    return percent(limits=[{"scope": scope, "measure": measure, "most": 2}])


def test_what_is_used_up_here_is_not_promised_d29() -> None:
    assert shown(limited("terminal")) == ["percent_off-1"]
    assert shown(limited("terminal"), state=TillState(used={"terminal:times:ever:percent_off-1": 2})) == []


def test_what_only_hq_can_count_is_promised_with_a_lease_alone_d29() -> None:
    leased = TillState(leased={"member:times:ever:percent_off-1:m1": 1}, store="s01")
    assert shown(limited("member"), to=GOLD) == []
    assert shown(limited("member"), to=GOLD, state=leased) == ["percent_off-1"]
    assert shown(limited("member")) == ["percent_off-1"], "nobody has used anything yet"
    assert shown(limited("store")) == []


def test_a_screen_holds_only_so_many() -> None:
    many = [offer("percent_off", number, **SHARE) for number in range(1, 3 * MOST_SHOWN)]
    assert shown(*many) == [f"percent_off-{number}" for number in range(1, MOST_SHOWN + 1)]
