"""HQ is restored twice, and knows grants that its terminal never applied, under numbers of others (decision 0021)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest

from hq import terminals
from hq.accounts import POOL, Account, LotFacts
from hq.headquarters import Headquarters
from hq.own_acts import issue_coupon
from hq.refund_rights import load_rights
from hq.restoring import missing_reports
from hq.shared_rights import Shared, load_shared, save_shared
from loyalty.ledger import Asset
from protocol.lease import Grant
from protocol.operation import Kind, OperationKey
from protocol.sale_records import CouponRecord
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import balance, broken, held
from tests.hq.other_times import Times, compared, reported
from tests.hq.places import Place
from tests.hq.real_sales import ring_up
from tests.hq.rich import CHAIN_LIMIT, account, act, asked, give_back, rich, shared, sized, top_up

SALE = OperationKey(device="s01-1", epoch=1, seq=1)
OPEN = "open.m1"
Begin = Callable[[Headquarters], Times]


@pytest.fixture
def hq(hq: Headquarters) -> Headquarters:
    return rich(hq)


@pytest.fixture
def other(hq: Headquarters) -> Device:
    return join(hq, "s02", "1")


@pytest.fixture
def begin(place: Place, clock: Clock) -> Iterator[Begin]:
    """A copy is made of HQ as it is."""
    made: list[Times] = []

    def copy(hq: Headquarters) -> Times:
        made.append(Times(hq, place, clock))
        return made[-1]

    yield copy
    for times in made:
        times.end()


def asked_for(hq: Headquarters, device: Device, applied: Sequence[Grant], **wish: object) -> tuple[Grant, ...]:
    """What the device has applied once HQ has given it this as well."""
    new, _ = asked(hq, device, after=applied[-1].number, **wish)
    assert new, f"HQ gives no {wish}"
    return (*applied, *new)


@dataclass(frozen=True)
class Twice:
    """HQ after its second restore, and what its terminals have applied: `here` that of s01, `there` that of s02."""

    hq: Headquarters
    here: tuple[Grant, ...]
    there: tuple[Grant, ...]


@pytest.fixture
def twice(hq: Headquarters, device: Device, other: Device, begin: Begin) -> Iterator[Twice]:
    """Of m1's 1,000 points 600 lay here and 200 there. HQ gave 10 and 20 more, which never came here; what came under
    the number of the first is 150, from an HQ that was restored before."""
    common, there = sized(hq, device).grants, sized(hq, other).grants
    times = begin(hq)
    hq = times.again()
    asked_for(hq, device, asked_for(hq, device, common, points=10), points=20)
    hq.close()
    older = times.older()
    compared(older, device, common)
    reported(older, device, common)
    reported(older, other, there)
    here = asked_for(older, device, common, points=150)
    older.close()
    newer = times.newer()
    yield Twice(newer, here, there)
    newer.close()


def points(hq: Headquarters, device: Device) -> tuple[int, int]:
    """At HQ and at the device."""
    return held(hq, "m1"), held(hq, "m1", device.holder)


@pytest.mark.parametrize("comparing", [True, False])
def test_what_was_given_in_the_time_between_is_never_given_again(
    twice: Twice, device: Device, other: Device, comparing: bool
) -> None:
    """All that lies here is spent. By numbers alone HQ has 170 left to give to the other shop, and there are 50."""
    hq, here = twice.hq, twice.here
    assert points(hq, device) == (170, 630)
    if comparing:
        assert compared(hq, device, here) == here[-1].number - 1
    reported(hq, device, here)
    reported(hq, other, twice.there)
    more, _ = asked(hq, other, after=twice.there[-1].number, points=170)
    spent = 200 + sum(lot.points for grant in more for lot in grant.lots)
    other.sell("m1", use=[(OPEN, spent)])
    acknowledged(hq, other.batch())
    device.sell("m1", use=[(OPEN, 750)])
    said = outcomes(acknowledged(hq, device.batch()))
    if comparing:
        assert (spent, said, balance(hq, "m1"), points(hq, device)) == (200, {}, (50, 0), (50, 0))
    else:
        assert (spent, said, balance(hq, "m1")) == (370, {1: "flagged lease_exceeded"}, (-120, 120))
    assert broken(hq) == []


def test_a_terminal_that_comes_much_later_and_keeps_only_the_newest(
    twice: Twice, device: Device, other: Device
) -> None:
    """Until then HQ gives nothing to anybody, and not even here what it had given already."""
    hq, newest = twice.hq, twice.here[-1]
    reported(hq, other, twice.there)
    assert asked(hq, other, after=twice.there[-1].number, points=10)[0] == ()
    assert sized(hq, device, after=newest.number).grants == ()
    with hq.database.reading() as connection:
        assert missing_reports(connection) == [(device.name, 1)]
    assert compared(hq, device, [newest]) == newest.number - 1
    assert reported(hq, device, [newest]) == newest.number
    assert points(hq, device) == (50, 750)
    assert asked_for(hq, device, twice.here, points=50)[-1].number == newest.number + 1
    assert broken(hq) == []


def test_what_is_the_same_stays_and_nobody_is_believed_who_owes_no_report(
    twice: Twice, device: Device, other: Device
) -> None:
    hq, head = twice.hq, twice.here[-1].number
    assert compared(hq, device, twice.here[:-1]) == head + 1, "what it has not fetched yet waits for it"
    assert compared(hq, device, twice.here) == head - 1
    reported(hq, device, twice.here)
    reported(hq, other, twice.there)
    bent = [grant.model_copy(update={"lots": ()}) for grant in twice.here]
    assert compared(hq, device, bent) == head
    assert points(hq, device) == (50, 750)


def everything(hq: Headquarters, device: Device) -> tuple[Grant, ...]:
    """The terminal has points; HQ has value, coupons and a released right to refund. What the terminal has applied."""
    page = sized(hq, device)
    ring_up(device)
    device.sell(None, kind=Kind.RELEASE, lots=(), postings=(), detail={"through": 1})
    lot = top_up(device, 90_000)
    give_back(device, (Asset.PRINCIPAL, lot, 90_000))
    assert outcomes(acknowledged(hq, device.batch())) == {}
    act(hq, issue_coupon("m1", CouponRecord(code="K7Q2", rule="ten", holder="m1", expires_on="2026-12-31"), "sorry"))
    with hq.database.transaction() as connection:
        nobodys = load_shared(connection, [(Asset.COUPON, "B1")])
        nobodys.know(Asset.COUPON, LotFacts("B1", "2026-11-01", rule="ten"))
        nobodys.add(POOL, Asset.COUPON, "B1", 1)
        save_shared(connection, nobodys)
    return page.grants


def whole(account: Account) -> tuple[object, ...]:
    """Who holds how much of what: lots of value may have been split."""
    sums: dict[tuple[str, Asset, str], int] = {}
    for (holder, asset, lot), amount in account.holdings.items():
        key = (holder, asset, "" if asset in (Asset.PRINCIPAL, Asset.BONUS) else lot)
        sums[key] = sums.get(key, 0) + amount
    return sums, account.balance, account.debt, account.owed, account.limits


def nobodys(shared: Shared) -> tuple[object, ...]:
    return {key: n for key, n in shared.holdings.items() if n}, {key: n for key, n in shared.owed.items() if n}


def test_a_grant_of_each_kind_goes_back_whole(hq: Headquarters, device: Device, other: Device, begin: Begin) -> None:
    common = everything(hq, device)
    before, odd = (whole(account(hq)), nobodys(shared(hq))), broken(hq)  # the bearer's coupon came by no operation
    times = begin(hq)
    hq = times.again()
    mine = asked_for(hq, device, common, points=50, value=30_000, coupons=("K7Q2",))
    mine = asked_for(hq, device, mine, member=None, coupons=("B1",), limits={CHAIN_LIMIT: 100})
    mine = asked_for(hq, device, mine, sale=SALE)
    asked(hq, other, points=900)
    assert asked(hq, device, after=mine[-1].number)[0][0].recalls, "HQ wants back what another shop was short of"
    assert before != (whole(account(hq)), nobodys(shared(hq)))
    hq.close()
    older = times.older()
    reported(older, device, common)
    reported(older, other, ())
    applied = asked_for(older, device, common, value=20_000)
    older.close()
    hq = times.newer()
    reported(hq, other, ())
    assert compared(hq, device, applied) == common[-1].number
    assert (whole(account(hq)), nobodys(shared(hq))) == before
    assert reported(hq, device, applied) == applied[-1].number
    one = account(hq)
    fresh = applied[-1].value[0].id
    assert one.parts(device.holder, Asset.PRINCIPAL) == {fresh: 20_000}
    assert sum(one.parts(POOL, Asset.PRINCIPAL).values()) == 70_000
    assert not {fresh} & {record.id for grant in mine for record in grant.value}, "no name is given twice"
    with hq.database.transaction() as connection:
        right = load_rights(connection, [(SALE.device, SALE.epoch, SALE.seq)]).of((SALE.device, SALE.epoch, SALE.seq))
        assert (right.holder, terminals.lock(connection, device.name, 1).granted) == (POOL, applied[-1].number)
    assert broken(hq) == odd
    hq.close()
