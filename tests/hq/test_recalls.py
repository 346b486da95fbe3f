"""Recall and return (sync.md, Leases 5 to 7): what is too much, what another terminal asks for, and the answers."""

from __future__ import annotations

from hq.headquarters import Headquarters
from loyalty.ledger import Asset
from protocol.lease import GrantPage, Recall
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import balance, broken, held
from tests.hq.rich import asked, give_back, sized


def recalls(page: GrantPage) -> dict[int, tuple[Recall, ...]]:
    return {grant.number: grant.recalls for grant in page.grants if grant.recalls}


def points(amount: int) -> tuple[Recall, ...]:
    return (Recall(asset=Asset.POINTS, amount=amount),)


def test_earnings_far_above_the_target_are_recalled_once(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    device.sell("m1", earn=1000)
    acknowledged(hq, device.batch())
    assert recalls(sized(hq, device, after=2)) == {3: points(400)}  # 1,600 lie there, and 60 % of 2,000 is 1,200
    assert recalls(sized(hq, device, after=3)) == {}


def test_a_little_more_than_the_target_stays(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    device.sell("m1", earn=100)
    acknowledged(hq, device.batch())
    assert recalls(sized(hq, device, after=2)) == {}


def test_what_comes_back_is_in_the_pool_and_the_recall_is_answered(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    device.sell("m1", earn=1000)
    acknowledged(hq, device.batch())
    sized(hq, device)
    give_back(device, (Asset.POINTS, "open.m1", 400), recall=3)
    assert outcomes(acknowledged(hq, device.batch(2))) == {}
    assert (held(hq, "m1"), held(hq, "m1", device.holder), balance(hq, "m1")) == (800, 1200, (2000, 0))
    device.sell("m1", earn=2000)
    acknowledged(hq, device.batch(3))
    assert recalls(sized(hq, device, after=3)) == {4: points(800)}
    assert broken(hq) == []


def test_a_return_beyond_the_lease_moves_nothing_that_was_not_there(hq: Headquarters, device: Device) -> None:
    give_back(device, (Asset.POINTS, "open.m1", 400))
    assert outcomes(acknowledged(hq, device.batch())) == {1: "flagged lease_exceeded"}
    assert (held(hq, "m1"), balance(hq, "m1")) == (1000, (1000, 0))
    assert broken(hq) == []


def test_what_the_pool_lacks_is_called_back_for_the_one_who_asks(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    other = join(hq, "s02", "2")
    assert [g.lots for g in asked(hq, other, points=700)[0] if g.lots] == []
    assert recalls(sized(hq, device, after=2)) == {3: points(300)}
    asked(hq, other, points=700)
    assert recalls(sized(hq, device, after=3)) == {}  # not again before it is answered
    give_back(device, (Asset.POINTS, "open.m1", 300), recall=3)
    acknowledged(hq, device.batch())
    grants, _ = asked(hq, other, points=700)
    assert [lot.points for grant in grants for lot in grant.lots] == [700]
    assert broken(hq) == []


def test_what_was_asked_for_at_the_counter_is_not_called_back_at_once(
    hq: Headquarters, device: Device, clock: Clock
) -> None:
    sized(hq, device)
    asked(hq, device, after=99, points=400)
    assert recalls(sized(hq, device, after=2)) == {}
    clock.now_ms += 11 * 60 * 1000
    assert recalls(sized(hq, device, after=2)) == {4: points(400)}


def test_the_share_moves_to_the_lane_used_last_and_the_old_one_gives_back(
    hq: Headquarters, device: Device, clock: Clock
) -> None:
    """Leases 7: a quarter of an hour without use while another lane was used."""
    lane = join(hq, "s01", "2")
    device.sell(None)
    acknowledged(hq, device.batch())
    sized(hq, device)
    clock.forward(hours=1)
    lane.sell(None)
    acknowledged(hq, lane.batch())
    given = {grant.member: sum(lot.points for lot in grant.lots) for grant in sized(hq, lane).grants}
    assert given == {"m1": 200, "m2": 64}
    assert recalls(sized(hq, device, after=2)) == {3: points(600), 4: points(192)}
    give_back(device, (Asset.POINTS, "open.m1", 600), recall=3)
    acknowledged(hq, device.batch(2))
    assert held(hq, "m1", lane.holder) == 200
    clock.forward(hours=1)
    lane.sell(None)
    acknowledged(hq, lane.batch(2))
    assert sum(lot.points for grant in sized(hq, lane, after=2).grants for lot in grant.lots) == 400
    assert broken(hq) == []


def test_two_busy_lanes_do_not_pass_the_share_to_and_fro(hq: Headquarters, device: Device, clock: Clock) -> None:
    lane = join(hq, "s01", "2")
    device.sell(None)
    acknowledged(hq, device.batch())
    sized(hq, device)
    clock.now_ms += 10 * 60 * 1000
    lane.sell(None)
    acknowledged(hq, lane.batch())
    assert [grant.member for grant in sized(hq, lane).grants] == []
    assert recalls(sized(hq, device, after=2)) == {}


def test_where_nothing_is_left_the_same_is_not_asked_for_again(hq: Headquarters, device: Device) -> None:
    """A disk that was put back, beside an HQ that was restored: neither knows of the other's loss."""
    sized(hq, device)
    device.sell("m1", earn=1000)
    acknowledged(hq, device.batch())
    assert recalls(sized(hq, device, after=2)) == {3: points(400)}
    give_back(device, recall=3)
    assert outcomes(acknowledged(hq, device.batch(2))) == {}
    assert recalls(sized(hq, device, after=3)) == {}
    device.sell("m1", earn=1000)
    acknowledged(hq, device.batch(3))
    assert recalls(sized(hq, device, after=3)) == {4: points(800)}  # when something has changed it is
