"""The right to refund lives in one place at a time (D30, sync.md Leases 11), and what HQ does when it did not."""

from __future__ import annotations

from typing import Any

import pytest

from hq.headquarters import Headquarters
from hq.refund_rights import load_rights
from loyalty.refund_json import so_far_json
from loyalty.refund_sale import RefundsSoFar, TenderSide
from loyalty.sale import TenderKind
from protocol.lease import Grant
from protocol.operation import Kind, OperationKey
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import broken
from tests.hq.real_sales import ring_up
from tests.hq.rich import asked, sized

SALE = {"device": "s01-1", "epoch": 1, "seq": 1}
KEY = OperationKey(**SALE)
NOODLES, TEA = 1, 2  # the lines of the sale: three noodles, one tea


@pytest.fixture
def other(hq: Headquarters) -> Device:
    return join(hq, "s02", "1")


@pytest.fixture(autouse=True)
def sale(hq: Headquarters, device: Device) -> None:
    ring_up(device)
    acknowledged(hq, device.batch())


def so_far(units: dict[int, int], money: int = 0) -> dict[str, Any]:
    side = TenderSide(TenderKind.CASH, 4814, money)
    return so_far_json(RefundsSoFar(units=units, value=money, money=money, tenders=(side,), cash=money))


def refund(hq: Headquarters, device: Device, before: dict[str, Any], after: object, sale: object = SALE) -> str:
    """Take something back and send it; what HQ says."""
    seq = len(device.operations) + 1
    told = {"sale": sale, "so_far": before, "after": after}
    intent = f"{device.identity.epoch}{device.name.encode().hex():0>15}{seq:016x}"
    device.sell("m1", kind=Kind.REFUND, lots=(), postings=(), detail=told, intent=intent)
    return outcomes(acknowledged(hq, device.batch(seq))).get(seq, "applied")


def release(hq: Headquarters, device: Device, **detail: Any) -> None:
    seq = len(device.operations) + 1
    device.sell(None, kind=Kind.RELEASE, lots=(), postings=(), detail=detail)
    assert outcomes(acknowledged(hq, device.batch(seq))) == {}


def holder(hq: Headquarters) -> str:
    with hq.database.transaction() as connection:
        return load_rights(connection, [("s01-1", 1, 1)]).of(("s01-1", 1, 1)).holder


def rights(grants: tuple[Grant, ...]) -> list[dict[str, Any]]:
    return [right.so_far for grant in grants for right in grant.refunds]


def test_it_is_born_at_the_seller_without_a_row(hq: Headquarters, device: Device) -> None:
    assert holder(hq) == "s01-1:1"
    assert refund(hq, device, so_far({}), so_far({NOODLES: 1}, 871)) == "applied"
    assert refund(hq, device, so_far({NOODLES: 1}, 871), so_far({NOODLES: 2}, 1742)) == "applied"
    assert broken(hq) == []


def test_while_it_is_elsewhere_hq_names_the_till_and_calls_it_back(
    hq: Headquarters, device: Device, other: Device
) -> None:
    grants, held_by = asked(hq, other, sale=KEY)
    assert rights(grants) == []
    assert held_by is not None
    assert (held_by.device, held_by.store) == ("s01-1", "s01")
    asked(hq, other, sale=KEY)
    recalls = [recall for grant in sized(hq, device).grants for recall in grant.recalls]
    assert [recall.sale for recall in recalls] == [KEY]


@pytest.mark.parametrize("detail", [{"through": 1}, {"sales": [SALE]}])
def test_released_it_is_granted_online_to_one_terminal(
    hq: Headquarters, device: Device, other: Device, detail: dict[str, Any]
) -> None:
    refund(hq, device, so_far({}), so_far({NOODLES: 1}, 871))
    release(hq, device, **detail)
    assert holder(hq) == "pool"
    grants, held_by = asked(hq, other, sale=KEY)
    assert (rights(grants), held_by) == ([so_far({NOODLES: 1}, 871)], None)
    assert holder(hq) == "s02-1:1"
    assert asked(hq, other, sale=KEY)[0] == grants
    assert asked(hq, device, sale=KEY)[1] is not None
    assert refund(hq, other, so_far({NOODLES: 1}, 871), so_far({NOODLES: 2}, 1742)) == "applied"
    assert refund(hq, device, so_far({NOODLES: 1}, 871), so_far({NOODLES: 2}, 1742)) == "flagged refund_without_right"
    assert broken(hq) == []


def test_an_untouched_sale_is_granted_as_it_was_born(hq: Headquarters, device: Device, other: Device) -> None:
    release(hq, device, through=1)
    (right,) = rights(asked(hq, other, sale=KEY)[0])
    assert (right["lines"], right["money"], right["tenders"][0]["kind"]) == ([], 0, "cash")


def test_a_release_of_everything_leaves_what_came_back_by_a_grant(
    hq: Headquarters, device: Device, other: Device
) -> None:
    """A grant and a release that cross must not leave two holders."""
    release(hq, device, through=1)
    asked(hq, device, sale=KEY)
    assert holder(hq) == "s01-1:1"
    release(hq, device, through=2)
    assert holder(hq) == "s01-1:1"
    release(hq, device, sales=[SALE])
    assert holder(hq) == "pool"


def test_a_receipt_that_was_carried_to_two_shops_is_flagged_with_who_bears_it_d30(
    hq: Headquarters, device: Device, other: Device
) -> None:
    assert refund(hq, device, so_far({}), so_far({TEA: 1}, 2200)) == "applied"
    told = refund(hq, other, so_far({}), so_far({TEA: 1}, 2200))
    assert told == "flagged refund_without_right,refund_twice"
    with hq.database.transaction() as connection:
        known = load_rights(connection, [("s01-1", 1, 1)]).of(("s01-1", 1, 1)).so_far
    assert known is not None
    assert known["lines"] == [{"no": TEA, "back": 1}]  # no more than was sold
    assert (known["money"], known["tenders"][0]["back"]) == (4400, 4400)  # and all the money that left


def test_two_histories_are_added_up_for_whoever_has_the_right_next(
    hq: Headquarters, device: Device, other: Device
) -> None:
    refund(hq, device, so_far({}), so_far({NOODLES: 1}, 871))
    assert refund(hq, other, so_far({}), so_far({TEA: 1}, 2200)) == "flagged refund_without_right"
    release(hq, device, through=1)
    (right,) = rights(asked(hq, other, sale=KEY)[0])
    assert right["lines"] == [{"no": NOODLES, "back": 1}, {"no": TEA, "back": 1}]
    assert right["money"] == 3071


def test_a_refund_without_a_receipt_is_the_shops_exposure(hq: Headquarters, device: Device) -> None:
    device.sell(None, kind=Kind.REFUND, lots=(), postings=(), detail={"sale": None, "unverified_minor": 2500})
    assert outcomes(acknowledged(hq, device.batch(2))) == {2: "flagged refund_unverified"}


@pytest.mark.parametrize(
    ("named", "after", "told"),
    [
        (SALE | {"seq": 99}, so_far({TEA: 1}), "flagged refund_of_unknown_sale"),
        (SALE, {"format": 1}, "flagged refund_unreadable"),
        (SALE, 7, "flagged refund_unreadable"),
        ("x", so_far({TEA: 1}), "flagged refund_unverified"),
    ],
    ids=["no such sale", "half a right", "no right", "no key"],
)
def test_odd_refunds_stand_and_are_flagged(
    hq: Headquarters, device: Device, named: object, after: object, told: str
) -> None:
    assert refund(hq, device, so_far({}), after, named) == told
    assert broken(hq) == []


def test_a_new_terminal_has_none_of_the_old_ones_rights(hq: Headquarters, device: Device) -> None:
    """Leases 12: rights bind to device and epoch."""
    again = join(hq, "s01", "1", seed=8)
    assert refund(hq, again, so_far({}), so_far({TEA: 1}, 2200)) == "flagged refund_without_right"
