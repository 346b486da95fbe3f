"""A right to refund that went from shop to shop after HQ's backup lies where the terminal that has it says (D30,
sync.md Leases 10 and 11), in whatever order terminals come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from hq.accounts import POOL
from hq.headquarters import Headquarters
from hq.refund_rights import units_back
from protocol.lease import Grant
from protocol.operation import Kind, OperationKey
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import broken
from tests.hq.other_times import Times, compared, reported
from tests.hq.places import Place
from tests.hq.real_sales import ring_up
from tests.hq.rich import asked, rich
from tests.hq.test_refund_rights import NOODLES, TEA, holder, refund, release, so_far

SALE = OperationKey(device="s01-1", epoch=1, seq=1)
NOTHING, ONE, TWO = so_far({}), so_far({NOODLES: 1}, 871), so_far({NOODLES: 2}, 1742)
ORDERS = [(0, 1), (1, 0)]


@pytest.fixture
def tills(hq: Headquarters) -> tuple[Device, Device]:
    return join(hq, "s02", "1"), join(hq, "s02", "2")


@pytest.fixture
def times(
    hq: Headquarters, device: Device, tills: tuple[Device, Device], place: Place, clock: Clock
) -> Iterator[Times]:
    """A backup of HQ when the right has come to it: the seller released it."""
    ring_up(device)
    device.sell(None, kind=Kind.RELEASE, lots=(), postings=(), detail={"through": 1})
    acknowledged(hq, device.batch())
    made = Times(rich(hq), place, clock)
    yield made
    made.end()


Went = list[tuple[Device, tuple[Grant, ...], Sequence[OperationKey]]]


def went(times: Times, tills: tuple[Device, Device], *, refunding: bool = True) -> Went:
    """The first till refunds a unit and releases the right; then the second gets it. With what each tells later."""
    hq, (first, second) = times.again(), tills
    here, _ = asked(hq, first, sale=SALE)
    assert not refunding or refund(hq, first, NOTHING, ONE) == "applied"
    release(hq, first, sales=[SALE.model_dump()])
    there, _ = asked(hq, second, sale=SALE)
    back = [units_back(right.so_far) for grant in there for right in grant.refunds]
    assert back == [{NOODLES: 1} if refunding else {}]
    hq.close()
    return [(first, here, ()), (second, there, (SALE,))]


def back(hq: Headquarters, device: Device, told: Went, *, claiming: bool = True) -> None:
    """All come back, in this order, and only then send what they did."""
    for till, grants, rights in told:
        if claiming:
            compared(hq, till, grants, rights)
        reported(hq, till, grants)
    reported(hq, device, ())
    first = next(till for till, _, rights in told if not rights)
    said = outcomes(acknowledged(hq, first.batch()))
    assert not claiming or said == {}


@pytest.mark.parametrize("order", ORDERS)
def test_it_is_where_the_till_that_has_it_says(
    times: Times, device: Device, tills: tuple[Device, Device], order: Sequence[int]
) -> None:
    told = went(times, tills)
    hq = times.older()
    back(hq, device, [told[at] for at in order])
    assert holder(hq) == "s02-2:1"
    grants, held_by = asked(hq, device, sale=SALE)
    assert [right for grant in grants for right in grant.refunds] == []
    assert held_by is not None
    assert held_by.device == "s02-2"
    assert refund(hq, tills[1], ONE, TWO) == "applied", "and what came back elsewhere counts once"
    release(hq, tills[1], sales=[SALE.model_dump()])
    assert holder(hq) == POOL
    assert broken(hq) == []
    hq.close()


def test_by_grants_alone_it_would_be_at_two_tills(times: Times, device: Device, tills: tuple[Device, Device]) -> None:
    """The negative control: the till that gave it up comes last, and gives up what lies elsewhere. Nothing came back
    there, so HQ cannot see that its grant is the older one."""
    told = went(times, tills, refunding=False)
    hq = times.older()
    back(hq, device, told[::-1], claiming=False)
    grants, _ = asked(hq, device, sale=SALE)
    assert [right.sale for grant in grants for right in grant.refunds] == [SALE]
    hq.close()


def test_a_right_that_came_back_is_not_given_up_by_what_was_sent_before(
    times: Times, device: Device, tills: tuple[Device, Device]
) -> None:
    hq, first = times.again(), tills[0]
    grants, _ = asked(hq, first, sale=SALE)
    release(hq, first, sales=[SALE.model_dump()])
    again, _ = asked(hq, first, after=grants[-1].number, sale=SALE)
    assert again
    hq.close()
    hq = times.older()
    for till in (device, tills[1]):
        reported(hq, till, ())
    compared(hq, first, (*grants, *again), (SALE,))
    reported(hq, first, (*grants, *again))
    acknowledged(hq, first.batch())
    assert holder(hq) == "s02-1:1"
    assert refund(hq, first, NOTHING, so_far({TEA: 1}, 500)) == "applied"
    release(hq, first, sales=[SALE.model_dump()])
    assert holder(hq) == POOL
    hq.close()


@pytest.mark.parametrize("order", ORDERS)
def test_where_both_gave_it_up_nothing_that_came_back_is_forgotten(
    times: Times, device: Device, tills: tuple[Device, Device], order: Sequence[int]
) -> None:
    """Nobody claims it. Whichever till is heard first, HQ knows in the end of both units, each counted once."""
    told = given_up(times, tills)
    hq = times.older()
    said = [heard_whole(hq, *told[at]) for at in order]
    reported(hq, device, ())
    assert said == [{}, {}]
    assert holder(hq) == POOL
    grants, _ = asked(hq, device, sale=SALE)
    assert [units_back(right.so_far) for grant in grants for right in grant.refunds] == [{NOODLES: 2}]
    assert broken(hq) == []
    hq.close()


@pytest.mark.parametrize("order", ORDERS)
def test_grants_may_all_be_told_before_what_was_done_with_them(
    times: Times, device: Device, tills: tuple[Device, Device], order: Sequence[int]
) -> None:
    told = given_up(times, tills)
    hq = times.older()
    for till, grants in (told[at] for at in order):
        compared(hq, till, grants, ())
        reported(hq, till, grants)
    reported(hq, device, ())
    assert [outcomes(acknowledged(hq, told[at][0].batch())) for at in order] == [{}, {}]
    grants, _ = asked(hq, device, sale=SALE)
    assert [units_back(right.so_far) for grant in grants for right in grant.refunds] == [{NOODLES: 2}]
    hq.close()


def test_a_refund_without_the_right_is_flagged_once_headquarters_has_lent_it_again(
    times: Times, device: Device, tills: tuple[Device, Device]
) -> None:
    """The control of what counts as told: it ends with the next grant."""
    told = given_up(times, tills)
    hq = times.older()
    for till, grants in told:
        heard_whole(hq, till, grants)
    reported(hq, device, ())
    asked(hq, device, sale=SALE)
    assert refund(hq, tills[0], NOTHING, ONE) == "flagged refund_without_right"
    hq.close()


def given_up(times: Times, tills: tuple[Device, Device]) -> list[tuple[Device, tuple[Grant, ...]]]:
    """As `went`, and the second till refunds a unit too and gives the right up; with what each tells later."""
    hq, (first, second) = times.again(), tills
    here, _ = asked(hq, first, sale=SALE)
    assert refund(hq, first, NOTHING, ONE) == "applied"
    release(hq, first, sales=[SALE.model_dump()])
    there, _ = asked(hq, second, sale=SALE)
    assert refund(hq, second, ONE, TWO) == "applied"
    release(hq, second, sales=[SALE.model_dump()])
    hq.close()
    return [(first, here), (second, there)]


def heard_whole(hq: Headquarters, till: Device, grants: tuple[Grant, ...]) -> dict[int, str]:
    """One round of a till with a restored HQ; what did not simply go well in it."""
    compared(hq, till, grants, ())
    reported(hq, till, grants)
    return outcomes(acknowledged(hq, till.batch()))
