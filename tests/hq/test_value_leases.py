"""Leases of everything but points: stored value (D24), room for top-ups (D25), counted limits (D29), coupons."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from hq.accounts import POOL, LotFacts
from hq.cli import main
from hq.headquarters import Headquarters
from hq.own_acts import issue_coupon
from hq.own_chain import perform
from hq.shared_rights import load_shared, save_shared
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.operation import Kind
from protocol.sale_records import CouponRecord
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import broken, row_of
from tests.hq.rich import (
    CHAIN_LIMIT,
    MEMBER_LIMIT,
    ROOM,
    STORE_LIMIT,
    account,
    asked,
    give_back,
    move,
    rich,
    shared,
    sized,
    top_up,
)

VALUE = (Asset.PRINCIPAL, Asset.BONUS)


@pytest.fixture
def hq(hq: Headquarters) -> Headquarters:
    return rich(hq)


@pytest.fixture
def sold(hq: Headquarters, device: Device) -> str:
    """m1 topped up 1,000.00 + 200.00, which lies at lane 1 of the home store whole (F051)."""
    sized(hq, device)
    lot = top_up(device, 100_000, 20_000)
    assert outcomes(acknowledged(hq, device.batch())) == {}
    return lot


def at_hq(hq: Headquarters, device: Device, lot: str) -> None:
    seq = len(device.operations) + 1
    give_back(device, (Asset.PRINCIPAL, lot, 100_000), (Asset.BONUS, lot, 20_000))
    assert outcomes(acknowledged(hq, device.batch(seq))) == {}


def told(hq: Headquarters, device: Device) -> str:
    seq = len(device.operations)
    return outcomes(acknowledged(hq, device.batch(seq, seq))).get(seq, "applied")


def test_a_top_up_lies_whole_at_its_terminal_and_uses_up_room_d25(hq: Headquarters, device: Device, sold: str) -> None:
    one = account(hq)
    assert one.held(device.holder, *VALUE) == 120_000
    assert one.holdings[device.holder, Asset.LIMIT, ROOM] == 200_000  # 60 % of 5,000.00 less the top-up
    assert row_of(hq, "member", "m1")["principal"] == 100_000
    assert broken(hq) == []


def test_what_is_too_much_is_recalled_and_then_shared_in_fresh_lots_d24(
    hq: Headquarters, device: Device, sold: str
) -> None:
    """5 to 1, as it was topped up: each lease is a lot of its own with the old one's dates."""
    at_hq(hq, device, sold)
    other = join(hq, "s02", "1")
    second = [grant for grant in sized(hq, other).grants if grant.value]
    (lot,) = second[0].value
    assert (lot.principal, lot.bonus, lot.spent, lot.topped_up_on) == (20_000, 4_000, 0, "2026-11-20")
    assert lot.id == f"s02-1.1.g{second[0].number}"
    (home,) = [grant.value[0] for grant in sized(hq, device).grants if grant.value]
    assert (home.principal, home.bonus) == (60_000, 12_000)
    assert account(hq).held(POOL, *VALUE) == 24_000
    assert broken(hq) == []


def test_value_is_asked_for_and_an_odd_amount_is_split_half_up(hq: Headquarters, device: Device, sold: str) -> None:
    at_hq(hq, device, sold)
    other = join(hq, "s02", "2")
    grants, _ = asked(hq, other, value=1_000)
    assert [(lot.principal, lot.bonus) for lot in grants[0].value] == [(833, 167)]
    assert asked(hq, other, value=1_000)[0] == grants  # on its way: nothing twice
    assert broken(hq) == []


def test_spent_value_leaves_the_lease_and_what_it_lacks_is_flagged(hq: Headquarters, device: Device, sold: str) -> None:
    device.sell("m1", postings=move(Role.LEASE, Role.REDEEMED, Asset.PRINCIPAL, sold, 100_000))
    assert told(hq, device) == "applied"
    device.sell("m1", postings=move(Role.LEASE, Role.REDEEMED, Asset.PRINCIPAL, sold, 500))
    assert told(hq, device) == "flagged value_lease_exceeded"
    assert account(hq).owed == {Asset.PRINCIPAL: 500}
    assert broken(hq) == []


def test_a_refund_of_value_goes_to_the_lease_of_the_refunding_terminal(
    hq: Headquarters, device: Device, sold: str
) -> None:
    device.sell("m1", postings=move(Role.LEASE, Role.REDEEMED, Asset.PRINCIPAL, sold, 500))
    assert told(hq, device) == "applied"
    other = join(hq, "s02", "1")
    other.sell(
        "m1",
        kind=Kind.REFUND,
        lots=(),
        postings=move(Role.REDEEMED, Role.LEASE, Asset.PRINCIPAL, sold, 500),
        detail={"sale": None, "unverified_minor": 500},
    )
    assert told(hq, other) == "flagged refund_unverified"
    assert account(hq).holdings[other.holder, Asset.PRINCIPAL, sold] == 500
    assert broken(hq) == []


def test_a_pay_out_takes_principal_and_cancels_the_bonus(hq: Headquarters, device: Device, sold: str) -> None:
    out = move(Role.LEASE, Role.PAID_OUT, Asset.PRINCIPAL, sold, 75_000)
    gone = move(Role.LEASE, Role.CANCELLED, Asset.BONUS, sold, 20_000)
    device.sell("m1", kind=Kind.PAY_OUT, lots=(), postings=(*out, *gone), detail={})
    assert told(hq, device) == "applied"
    assert account(hq).held(device.holder, *VALUE) == 25_000
    assert broken(hq) == []


def test_a_top_up_without_room_stands_and_is_flagged_d25(hq: Headquarters, device: Device) -> None:
    top_up(device, 600_000)
    assert told(hq, device) == "flagged top_up_without_room,top_up_over_limit"
    assert account(hq).total(Asset.PRINCIPAL) == 600_000
    assert [grant.limits for grant in sized(hq, device).grants if ROOM in grant.limits] == []
    assert broken(hq) == []


def test_exactly_the_limit_is_allowed_and_rooms_of_two_stores_never_exceed_it_d25(
    hq: Headquarters, device: Device
) -> None:
    other = join(hq, "s02", "1")
    sized(hq, device)
    grants, _ = asked(hq, other, after=99, limits={ROOM: 100_000})
    rooms = account(hq)
    assert rooms.holdings[device.holder, Asset.LIMIT, ROOM] == 300_000
    assert rooms.holdings[other.holder, Asset.LIMIT, ROOM] == 200_000
    assert asked(hq, other, after=99, limits={ROOM: 1})[0] == ()
    for one, amount in ((device, 300_000), (other, 200_000)):
        top_up(one, amount)
        assert told(hq, one) == "applied"
    assert account(hq).total(Asset.PRINCIPAL) == 500_000
    assert (grants, broken(hq)) == ((), [])


def test_a_members_limit_is_shared_by_the_stores_d29(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    sized(hq, device)
    one = account(hq)
    leased = [one.holdings[holder, Asset.LIMIT, MEMBER_LIMIT] for holder in (device.holder, other.holder)]
    assert leased == [6, 2]
    assert asked(hq, other, after=99, limits={MEMBER_LIMIT: 3})[0] == ()
    device.sell("m1", postings=move(Role.LEASE, Role.USED, Asset.LIMIT, MEMBER_LIMIT, 6))
    assert told(hq, device) == "applied"
    device.sell("m1", postings=move(Role.LEASE, Role.USED, Asset.LIMIT, MEMBER_LIMIT, 1))
    assert told(hq, device) == "flagged right_not_given"
    assert account(hq).limits[MEMBER_LIMIT] == 7
    assert broken(hq) == []


def test_limits_of_the_store_and_the_chain_d29(hq: Headquarters, device: Device) -> None:
    """80 % of the store's own, and of the chain's this store's part of 80 %; the rest can be asked for."""
    limits = [grant.limits for grant in sized(hq, device).grants if grant.member is None]
    assert limits == [{CHAIN_LIMIT: 4_000, STORE_LIMIT: 80}]
    lane = join(hq, "s01", "2")
    assert asked(hq, lane, member=None, limits={STORE_LIMIT: 20, CHAIN_LIMIT: 7_000})[0][0].limits == {STORE_LIMIT: 20}
    lane.sell(None, postings=move(Role.LEASE, Role.USED, Asset.LIMIT, STORE_LIMIT, 20))
    assert told(hq, lane) == "applied"
    lane.sell(None, postings=move(Role.LEASE, Role.USED, Asset.LIMIT, STORE_LIMIT, 1))
    assert told(hq, lane) == "flagged right_not_given"
    assert shared(hq).limits[STORE_LIMIT] == 21
    assert broken(hq) == []


def issue(hq: Headquarters, code: str = "K7Q2") -> None:
    with hq.database.transaction() as connection:
        coupon = CouponRecord(code=code, rule="ten", holder="m1", starts_on="2026-11-20", expires_on="2026-12-31")
        perform(connection, [issue_coupon("m1", coupon, "sorry")], hq.rules())


def test_a_coupon_stays_at_hq_until_it_is_asked_for(hq: Headquarters, device: Device) -> None:
    issue(hq)
    assert [grant.coupons for grant in sized(hq, device).grants if grant.coupons] == []
    grants, _ = asked(hq, device, after=99, coupons=("K7Q2",))
    (coupon,) = sized(hq, device, after=len(sized(hq, device).grants) - 1).grants[0].coupons
    assert (coupon.code, coupon.rule, coupon.holder, coupon.expires_on) == ("K7Q2", "ten", "m1", "2026-12-31")
    other = join(hq, "s02", "1")
    assert [g for g in asked(hq, other, coupons=("K7Q2",))[0] if g.coupons] == []
    recalls = [recall for grant in sized(hq, device).grants for recall in grant.recalls if recall.lot == "K7Q2"]
    assert len(recalls) == 1  # it is called back for the one who asks
    device.sell("m1", postings=move(Role.LEASE, Role.REDEEMED, Asset.COUPON, "K7Q2"))
    assert told(hq, device) == "applied"
    other.sell("m1", postings=move(Role.LEASE, Role.REDEEMED, Asset.COUPON, "K7Q2"))
    assert told(hq, other) == "flagged coupon_twice"
    assert (grants, broken(hq)) == ((), [])


def place(hq: Headquarters, where: str) -> Result:
    return CliRunner().invoke(main, ["configure", "--coupons-at", where, "--state", str(hq.state)])


def test_by_setting_a_coupon_lies_at_the_home_store(hq: Headquarters, device: Device) -> None:
    issue(hq)
    assert [c.code for grant in sized(hq, device).grants for c in grant.coupons] == []  # the control: it stays at HQ
    assert place(hq, "home").output == "coupons lie at the home store\n"
    assert [c.code for grant in sized(hq, device).grants for c in grant.coupons] == ["K7Q2"]


def test_by_setting_a_coupon_stays_at_hq_again(hq: Headquarters, device: Device) -> None:
    for where in ("home", "hq"):
        assert place(hq, where).exit_code == 0
    issue(hq)
    assert [c.code for grant in sized(hq, device).grants for c in grant.coupons] == []
    assert place(hq, "moon").exit_code == 2


def test_a_bearers_coupon_is_bound_to_one_store(hq: Headquarters, device: Device) -> None:
    with hq.database.transaction() as connection:
        one = load_shared(connection, [(Asset.COUPON, "B1")])
        one.know(Asset.COUPON, LotFacts("B1", "2026-11-20", None, rule="ten", store="s02"))
        one.add(POOL, Asset.COUPON, "B1", 1)
        save_shared(connection, one)
    other = join(hq, "s02", "1")
    assert asked(hq, device, member=None, coupons=("B1",))[0] == ()
    assert [c.code for grant in sized(hq, other).grants for c in grant.coupons] == ["B1"]
