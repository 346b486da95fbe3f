"""Two members become one: balances and lots, cards, what is left at terminals, and what cannot be merged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from hq import control, erasure
from hq.accounts import PENDING, POOL
from hq.cli import main
from hq.headquarters import Headquarters
from hq.members import ERASED
from hq.own_acts import issue_coupon
from hq.problems import HqError
from hq.schema import card, feed_row, member, operation
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.feed import member_bucket
from protocol.operation import Kind, Operation
from protocol.sale_records import CouponRecord
from tests.hq.devices import Device, acknowledged
from tests.hq.looking import balance, broken, held, row_of
from tests.hq.mergers import WORD, merge, with_operator
from tests.hq.places import only
from tests.hq.rich import MEMBER_LIMIT, account, act, give_back, move, rich, sized

COUPON = CouponRecord(code="K7Q2", rule="birthday-cake", starts_on="2026-11-01", expires_on="2026-12-31")


@pytest.fixture
def hq(hq: Headquarters) -> Headquarters:
    return with_operator(rich(hq))


def test_all_that_one_has_goes_to_the_other_lot_by_lot(hq: Headquarters, device: Device) -> None:
    act(hq, issue_coupon("m1", COUPON, "birthday"))
    lot = f"{device.name}.1.1"
    waits = [p.model_copy(update={"account": Role.PENDING}) for p in _earned(lot, 30) if p.account is Role.LEASE]
    device.sell("m1", earn=30, postings=(*[p for p in _earned(lot, 30) if p.account is Role.ISSUED], *waits))
    acknowledged(hq, device.batch())
    before = account(hq, "m1")
    done = merge(hq, "m1", "m2", size=False)
    assert (done.gone, done.stays, done.balance, done.debt, done.leased) == ("m1", "m2", 1320, 0, 0)
    gone, stays = account(hq, "m1"), account(hq, "m2")
    assert (gone.holdings, gone.limits, gone.balance, gone.debt) == ({}, {}, 0, 0)
    assert stays.parts(POOL, Asset.POINTS) == {"open.m1": 1000, "open.m2": 320}
    assert stays.parts(POOL, Asset.COUPON) == {"K7Q2": 1}
    assert stays.parts(PENDING, Asset.POINTS) == {lot: 30}
    for key in ((Asset.POINTS, "open.m1"), (Asset.POINTS, lot), (Asset.COUPON, "K7Q2")):
        assert stays.lots[key] == before.lots[key], "with its dates"
    assert broken(hq) == []


def _earned(lot: str, points: int) -> tuple[Any, ...]:
    return move(Role.ISSUED, Role.LEASE, Asset.POINTS, lot, points)


def test_it_is_one_operation_of_hqs_own_signed_and_with_its_reason(hq: Headquarters) -> None:
    merge(hq, "m1", "m2", "two cards")
    with hq.database.reading() as connection:
        (data,) = connection.scalars(select(operation.c.data).where(operation.c.kind == Kind.MERGE.value))
    fact = Operation.decode(data)
    assert (fact.member, fact.detail["stays"], fact.detail["why"]) == ("m1", "m2", "two cards")
    assert fact.detail["operator"] == "ada"
    assert [(p.account, p.lot, p.amount) for p in fact.postings] == [
        ("pool", "open.m1", -1000),
        ("moved", "open.m1", 1000),
    ]


def test_what_either_owes_is_paid_at_once(hq: Headquarters, device: Device) -> None:
    device.sell("m2", use=[("open.m2", 100)])
    device.sell("m5", use=[("open.m5", 40)])
    acknowledged(hq, device.batch())
    assert balance(hq, "m5") == (-40, 40)
    merge(hq, "m5", "m2")
    assert (balance(hq, "m5"), balance(hq, "m2")) == ((0, 0), (180, 0))
    assert broken(hq) == []


def test_the_better_tier_stays_and_what_the_profile_lacks_is_filled(hq: Headquarters) -> None:
    merge(hq, "m1", "m2")
    stays = account(hq, "m2")
    assert (stays.name, stays.tier, stays.birthday) == ("Ada", "gold", "1991-05-17")
    assert (stays.phone, stays.home_store, stays.second_store) == ("13800001234", "s01", "s02")
    assert (stays.language, stays.last_seen) == ("en", "2026-11-18")


def test_cards_lead_to_who_stays_and_the_other_is_told_no_more(hq: Headquarters) -> None:
    with hq.database.reading() as connection:
        key = connection.scalar(select(card.c.key).where(card.c.member == "m1"))
    assert key is not None
    merge(hq, "m1", "m2")
    row = row_of(hq, "member", "m2")
    assert {lot["id"]: lot["points"] for lot in row["lots"]} == {"open.m1": 1000, "open.m2": 320}
    with hq.database.reading() as connection:
        where = (feed_row.c.kind == "member") & (feed_row.c.key == "m1")
        assert connection.scalars(select(feed_row.c.body).where(where)).all() == [None]
        cards = (feed_row.c.kind == "card") & (feed_row.c.key == key)
        rows = connection.execute(select(feed_row.c.bucket, feed_row.c.body).where(cards)).all()
    assert {bucket: body and json.loads(body)["member"] for bucket, body in rows} == {
        member_bucket("m1"): None,
        member_bucket("m2"): "m2",
    }


def test_leases_are_called_back_and_shown_with_the_other_until_then(hq: Headquarters, device: Device) -> None:
    first = sized(hq, device)
    assert (held(hq, "m1", device.holder), held(hq, "m2", device.holder)) == (600, 192)
    merge(hq, "m1", "m2")
    assert held(hq, "m1", device.holder) == 600
    assert sum(lot["points"] for lot in row_of(hq, "member", "m2")["lots"]) == 1320
    page = sized(hq, device, first.head)
    wanted = {recall.asset: recall.amount for g in page.grants if g.member == "m1" for recall in g.recalls}
    assert wanted[Asset.POINTS] == 600
    assert any(recall.lot == MEMBER_LIMIT for g in page.grants if g.member == "m1" for recall in g.recalls)
    give_back(device, (Asset.POINTS, "open.m1", 600), recall=page.grants[0].number)
    acknowledged(hq, device.batch())
    assert (held(hq, "m1", device.holder), balance(hq, "m1")) == (0, (0, 0))
    assert balance(hq, "m2") == (1320, 0)
    assert broken(hq) == []


def test_a_coupon_at_a_terminal_comes_back_too(hq: Headquarters, device: Device) -> None:
    act(hq, issue_coupon("m1", COUPON, "birthday"))
    control.place_rights(hq, at_home=True)
    first = sized(hq, device)
    assert account(hq, "m1").parts(device.holder, Asset.COUPON) == {"K7Q2": 1}
    merge(hq, "m1", "m2")
    recalls = [recall for grant in sized(hq, device, first.head).grants for recall in grant.recalls]
    assert [recall.lot for recall in recalls if recall.asset is Asset.COUPON] == ["K7Q2"]


def test_who_was_merged_before_stands_for_who_that_is_now(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    merge(hq, "m1", "m2")
    assert merge(hq, "m1", "m5").gone == "m2", "followed to the end"
    device.sell("m1", use=[("open.m1", 100)])
    give_back(device, (Asset.POINTS, "open.m1", 500))
    acknowledged(hq, device.batch())
    out = held(hq, "m2", device.holder)
    assert out >= 192, "m2's lease is out still"
    assert (balance(hq, "m1"), balance(hq, "m2"), balance(hq, "m5")) == ((0, 0), (out, 0), (1220 - out, 0))
    for pair in (("m5", "m1"), ("m1", "m2"), ("m2", "m5")):
        with pytest.raises(HqError, match="one member already"):
            merge(hq, *pair)
    with pytest.raises(HqError, match="m5 is that member"):
        merge(hq, "m5", "m5")
    assert broken(hq) == []


def test_what_cannot_be_merged_is_refused_with_a_way_out(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="HQ has no member 'nobody'"):
        merge(hq, "nobody", "m2")
    with pytest.raises(HqError, match="say why"):
        merge(hq, "m1", "m2", " ")
    control.change_deny_list(hq, "member", "m1", control.DENIED)
    with pytest.raises(HqError, match="deny 'm2' too, or lift it"):
        merge(hq, "m1", "m2")
    erasure.erase(hq, "m5")
    with pytest.raises(HqError, match="'m5' was erased"):
        merge(hq, "m5", "m2")
    assert balance(hq, "m2") == (320, 0)


def test_a_block_goes_with_the_one_who_was_blocked(hq: Headquarters) -> None:
    merge(hq, "m3", "m2")
    assert account(hq, "m2").state == "blocked"


def test_erasing_wipes_both_and_only_who_stays_can_be_erased(hq: Headquarters) -> None:
    merge(hq, "m1", "m2")
    with pytest.raises(HqError, match="erase 'm2', and both"):
        erasure.erase(hq, "m1")
    erasure.erase(hq, "m2")
    assert {one.member for one in erasure.erasures(hq)} == {"m1", "m2"}
    with hq.database.reading() as connection:
        rows = connection.execute(select(member.c.name, member.c.phone, member.c.birthday, member.c.state))
        assert ("", "", None, ERASED) in rows.all()
    assert (account(hq, "m1").name, account(hq, "m1").phone) == ("", "")
    assert broken(hq) == []


def test_the_audit_sees_points_that_got_lost_in_between(hq: Headquarters) -> None:
    """The control of every look at the books here."""
    merge(hq, "m1", "m2")
    with hq.database.transaction() as connection:
        connection.execute(update(member).where(member.c.id == "m2").values(balance=1319))
    assert broken(hq) == ["m2: balance 1319, but 1320 held less 0 debt"]


@only("sqlite")
def test_the_command(hq: Headquarters, device: Device) -> None:
    sized(hq, device)

    def run(*words: str) -> str:
        return CliRunner().invoke(main, [*words, "--state", str(hq.state)]).output

    signed = ("--why", "two cards", "--by", "ada", "--passphrase", WORD, "--yes")
    assert run("merge", "04A1B2C3D4E5F6", "m2", *signed) == (
        "m1 is m2 now: balance 720 points, debt 0\n600 points are at terminals under m1: called back, and m2's then\n"
    )
    assert "not the passphrase" in run("merge", "m5", "m2", *signed[:4], "--passphrase", "wrong words", "--yes")
    shown = json.loads(run("member", "13800001234", "--json"))
    assert (shown["member"]["id"], shown["member"]["merged"], shown["balance"]) == ("m2", ["m1"], 1320)
    assert "also known as m1" in run("member", "m1")
    assert run("audit") == "all invariants hold\n"
