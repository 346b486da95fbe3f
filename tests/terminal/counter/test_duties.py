"""What the till does unasked: each duty once, whatever happens between (sync.md, Leases 5, 6, 11 and 13)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from loyalty.ledger import Asset
from loyalty.value import ValueLot
from protocol.lease import Grant, GrantLot, GrantPage, Recall, RefundRight
from protocol.operation import ClockQuality, Kind, Operation, OperationKey
from protocol.sale_records import CouponRecord, ValueLotRecord
from terminal.counter import duties
from terminal.counter.act import digest, operation_of
from terminal.counter.duties import perform
from terminal.counter.recalls import answer_to
from terminal.counter.shop import Shop
from terminal.store.audit import audit
from terminal.store.directory import Directory
from terminal.store.grants import recall_intent
from terminal.store.ledger import Ledger
from tests.terminal.shops import DAY_MS, DEVICE, IDENTITY, NOON_MS, TestShop, ToldClock, empty_shop, open_shop
from tests.terminal.store.material import sale
from tests.terminal.store.material_rights import bought
from tests.terminal.store.test_refund_rights import FRESH

PURSE = ValueLot("g-v", 10_000, 2_000, 0, "2026-03-01", "2026-12-31")
ROOM = "member:top_up:m1"


def give(test: TestShop, member: str | None = "m1", **gives: Any) -> int:
    test.granted += 1
    grant = Grant(number=test.granted, member=member, **gives)
    test.shop.ledger.apply_grants(GrantPage(device=DEVICE, epoch=1, grants=(grant,), head=test.granted))
    return test.granted


def sell(shop: Shop, **more: Any) -> OperationKey:
    seq = shop.ledger.next_seq()
    fields: dict[str, Any] = {"device": DEVICE, "at_ms": NOON_MS, "business_date": "2026-10-28", "detail": bought()}
    shop.ledger.append(sale(seq, "m1", **{**fields, **more}), "0" * 64, {})
    return OperationKey(device=DEVICE, epoch=1, seq=seq)


def done(shop: Shop, count: int) -> list[Operation]:
    """The newest operations, oldest first."""
    head = shop.ledger.head().seq
    found = [shop.ledger.operation(seq) for seq in range(head - count + 1, head + 1)]
    return [operation for operation in found if operation is not None]


@contextmanager
def restarted(folder: Path) -> Iterator[Shop]:
    """The same terminal after a restart."""
    directory = Directory(folder / "directory.db")
    with Ledger.open(folder / "ledger.db", DEVICE, 1) as ledger:
        try:
            yield Shop(ledger, directory, IDENTITY, ToldClock())
        finally:
            directory.close()


def moves(operation: Operation) -> list[tuple[str, str, str, int]]:
    return [(p.account.value, p.asset.value, p.lot, p.amount) for p in operation.postings]


def whole_shop(folder: Path) -> list[str]:
    return audit(folder / "ledger.db")


def test_nothing_is_due_in_a_quiet_shop(test: TestShop) -> None:
    assert perform(test.shop) == 0
    assert test.shop.ledger.head().seq == 0


def test_without_a_directory_nothing_can_be_done_yet(tmp_path: Path) -> None:
    with empty_shop(tmp_path) as test:
        give(test, recalls=(Recall(asset=Asset.POINTS, lot="hq.1", amount=1),))
        assert perform(test.shop) == 0
        assert len(test.shop.ledger.recalls()) == 1


@pytest.mark.parametrize(("asked", "left"), [(150, 450), (600, 0), (9_999, 0)])
def test_a_recall_of_points_takes_what_is_here(test: TestShop, asked: int, left: int) -> None:
    number = give(test, recalls=(Recall(asset=Asset.POINTS, lot="hq.1", amount=asked),))
    assert perform(test.shop) == 1
    (answer,) = done(test.shop, 1)
    assert (answer.kind, answer.member, answer.detail) == (Kind.LEASE_RETURN, "m1", {"recall": number})
    assert answer.intent == recall_intent(DEVICE, 1, number, 0)
    assert moves(answer) == [("lease", "points", "hq.1", left - 600), ("pool", "points", "hq.1", 600 - left)]
    assert sum(lot.points for lot in test.shop.ledger.lease("m1")) == left
    assert perform(test.shop) == 0, "once"


def test_what_is_gone_is_answered_with_nothing(test: TestShop) -> None:
    number = give(test, recalls=(Recall(asset=Asset.POINTS, lot="other", amount=5),))
    perform(test.shop)
    (answer,) = done(test.shop, 1)
    assert (answer.postings, answer.detail) == ((), {"recall": number})
    assert test.shop.ledger.recalls() == ()


def test_value_goes_back_by_whole_lots_and_counted_rights_by_their_key(test: TestShop) -> None:
    give(
        test,
        value=(ValueLotRecord.of(PURSE),),
        limits={ROOM: 700},
        coupons=(CouponRecord(code="C-1", rule="cake", holder="m1"),),
        recalls=(
            Recall(asset=Asset.PRINCIPAL, lot="g-v", amount=1),
            Recall(asset=Asset.LIMIT, lot=ROOM, amount=300),
            Recall(asset=Asset.COUPON, lot="C-1", amount=1),
        ),
    )
    assert perform(test.shop) == 3
    purse, room, coupon = done(test.shop, 3)
    assert moves(purse) == [
        ("lease", "principal", "g-v", -10_000),
        ("pool", "principal", "g-v", 10_000),
        ("lease", "bonus", "g-v", -2_000),
        ("pool", "bonus", "g-v", 2_000),
    ]
    assert moves(room) == [("lease", "limit", ROOM, -300), ("pool", "limit", ROOM, 300)]
    assert moves(coupon) == [("lease", "coupon", "C-1", -1), ("pool", "coupon", "C-1", 1)]
    held = test.shop.ledger.held("m1")
    assert (held.value, held.limits, held.coupons) == ((), {ROOM: 400}, ())
    assert whole_shop(test.folder) == []


def test_a_recall_of_what_bearers_have(test: TestShop) -> None:
    give(test, None, limits={"chain:times:ever:mug": 5})
    give(test, None, recalls=(Recall(asset=Asset.LIMIT, lot="chain:times:ever:mug", amount=5),))
    perform(test.shop)
    assert done(test.shop, 1)[0].member is None
    assert test.shop.ledger.bearer().limits == {}


def test_a_recall_of_a_right_to_refund_releases_it(test: TestShop) -> None:
    sold = sell(test.shop)
    number = give(test, None, recalls=(Recall(sale=sold),))
    perform(test.shop)
    (answer,) = done(test.shop, 1)
    assert (answer.kind, answer.detail) == (Kind.RELEASE, {"recall": number, "sales": [sold.model_dump()]})
    assert test.shop.ledger.refund_right(sold) is None
    again = give(test, None, recalls=(Recall(sale=sold),))
    perform(test.shop)
    assert done(test.shop, 1)[0].detail == {"recall": again}, "it is not here any more"


def test_a_crash_between_the_recall_and_its_answer_answers_once(tmp_path: Path) -> None:
    with open_shop(tmp_path) as test:
        give(test, recalls=tuple(Recall(asset=Asset.POINTS, lot="hq.1", amount=10) for _ in range(3)))
    with restarted(tmp_path) as shop:
        first = shop.ledger.recalls()[0]
        act = answer_to(shop, first)
        shop.ledger.append(operation_of(shop, act), digest(act.detail), {})
    with restarted(tmp_path) as shop:
        assert perform(shop) == 2
        assert perform(shop) == 0
        assert sum(lot.points for lot in shop.ledger.lease("m1")) == 570
    assert whole_shop(tmp_path) == []


def test_yesterdays_rights_go_back_while_hq_can_hear_of_it(test: TestShop) -> None:
    """After the business date (Leases 11); a till in the dark keeps them, since nobody could use them elsewhere."""
    shop = test.shop
    first, second = sell(shop), sell(shop)
    test.clock.dark_ms = 0
    assert perform(shop) == 0, "the day is not over"
    test.clock.utc_ms += DAY_MS
    today = sell(shop, business_date="2026-10-29", at_ms=test.clock.utc_ms)
    test.clock.dark_ms = duties.RECENT_MS + 1
    assert perform(shop) == 0, "nobody would hear of it"
    test.clock.dark_ms = 1000
    assert perform(shop) == 1
    (release,) = done(shop, 1)
    assert (release.kind, release.detail) == (Kind.RELEASE, {"through": second.seq})
    assert [shop.ledger.refund_right(each) is None for each in (first, second, today)] == [True, True, False]
    assert perform(shop) == 0
    assert whole_shop(test.folder) == []


def test_rights_that_hq_granted_go_back_with_them_by_name(test: TestShop) -> None:
    foreign = OperationKey(device="s02-1-bb", epoch=3, seq=7)
    text = sale(7, device=foreign.device, epoch=foreign.epoch, detail=bought()).encode().decode()
    give(test, None, refunds=(RefundRight(sale=foreign, operation=text, so_far=FRESH),))
    test.clock.dark_ms = 0
    assert perform(test.shop) == 1
    assert done(test.shop, 1)[0].detail == {"sales": [foreign.model_dump()]}
    assert test.shop.ledger.refund_right(foreign) is None


def test_leased_lots_end_after_their_date_by_a_trusted_clock(test: TestShop) -> None:
    """Points, the bonus of stored value and coupons; principal never (D18, Leases 13)."""
    shop = test.shop
    give(
        test,
        lots=(GrantLot(lot="old", points=40, earned_on="2025-01-01", expires_on="2026-12-31"),),
        value=(ValueLotRecord.of(PURSE),),
        coupons=(CouponRecord(code="C-1", rule="cake", holder="m1", expires_on="2026-12-31"),),
    )
    assert perform(shop) == 0, "the last good day counts"
    test.clock.utc_ms = NOON_MS + 65 * DAY_MS
    test.clock.quality = ClockQuality.HELD
    assert perform(shop) == 0, "nobody vouches for the date"
    test.clock.quality = ClockQuality.TRUSTED
    assert perform(shop) == 1
    (ended,) = done(shop, 1)
    assert (ended.kind, ended.member, ended.detail) == (Kind.EXPIRE, "m1", {"day": "2027-01-01"})
    assert moves(ended) == [
        ("lease", "points", "old", -40),
        ("expired", "points", "old", 40),
        ("lease", "coupon", "C-1", -1),
        ("expired", "coupon", "C-1", 1),
        ("lease", "bonus", "g-v", -2_000),
        ("expired", "bonus", "g-v", 2_000),
    ]
    held = shop.ledger.held("m1")
    assert [lot.id for lot in held.points] == ["hq.1"]
    assert [(lot.principal_left, lot.bonus_left) for lot in held.value] == [(10_000, 0)]
    assert perform(shop) == 0
    assert whole_shop(test.folder) == []


def test_of_a_gift_card_the_principal_ends_too(test: TestShop) -> None:
    card = ValueLot("card.1", 5_000, 0, 0, "2026-03-01", "2026-12-31")
    give(test, None, value=(ValueLotRecord.of(card),))
    test.clock.utc_ms = NOON_MS + 65 * DAY_MS
    assert perform(test.shop) == 1
    (ended,) = done(test.shop, 1)
    assert ended.member is None
    assert moves(ended) == [("lease", "principal", "card.1", -5_000), ("expired", "principal", "card.1", 5_000)]
    assert test.shop.ledger.bearer().value == ()


def test_many_members_end_in_steps_so_that_no_sale_waits_long(test: TestShop) -> None:
    lot = GrantLot(lot="old", points=1, earned_on="2025-01-01", expires_on="2026-10-01")
    for number in range(duties.AT_ONCE + 5):
        give(test, f"x{number:03}", lots=(lot,))
    assert perform(test.shop) == duties.AT_ONCE
    assert perform(test.shop) == 5
    assert perform(test.shop) == 0


def test_more_lots_than_one_operation_holds_end_in_several(test: TestShop) -> None:
    lots = [GrantLot(lot=f"old{n:04}", points=1, earned_on="2025-01-01", expires_on="2026-10-01") for n in range(400)]
    give(test, lots=tuple(lots))
    assert perform(test.shop) == 3
    assert [len(operation.postings) for operation in done(test.shop, 3)] == [300, 300, 200]
    assert [lot.id for lot in test.shop.ledger.held("m1").points] == ["hq.1"]


def test_old_operations_are_pruned_in_idle_moments_by_a_trusted_clock(test: TestShop) -> None:
    shop = test.shop
    sell(shop)
    shop.ledger.acknowledge(1, shop.ledger.head().hash)
    perform(shop)
    test.clock.utc_ms += 36 * DAY_MS
    test.clock.quality = ClockQuality.HELD
    perform(shop)
    assert shop.ledger.operation(1) is not None
    test.clock.quality = ClockQuality.TRUSTED
    perform(shop)
    assert shop.ledger.operation(1) is None
    assert shop.ledger.anchor().seq == 1
