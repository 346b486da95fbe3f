"""What HQ has held for 35 days goes, and nothing that anybody could still need (sync.md, Upload)."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty.value import ValueLot
from protocol import chain
from protocol.operation import Kind
from protocol.sale_records import CouponRecord
from terminal.errors import ChainDiverged, IntentConflict, LeaseShort
from terminal.store import pruning
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from terminal.store.pruning import DAY_MS, KEPT_MS
from tests.terminal.store.long_lives import LATER_MS, a_life, acknowledge, prune_all
from tests.terminal.store.material import (
    ADA,
    BEN,
    DEVICE,
    DIGEST,
    EPOCH,
    FOREVER_MS,
    NOON_MS,
    append,
    grants,
    intent,
    open_ledger,
)
from tests.terminal.store.material_rights import (
    PURSE,
    act,
    bought,
    grant,
    issued,
    key,
    moved,
    page,
    refund_detail,
    value_grant,
)
from tests.terminal.store.test_refund_rights import FRESH, granted, so_far_of
from tests.terminal.store.test_rights import move


def seen(ledger: Ledger) -> tuple[object, ...]:
    """All that a till asks its ledger for."""
    return (
        ledger.head(),
        ledger.held(ADA),
        ledger.held(BEN),
        ledger.bearer(),
        ledger.rights(ADA),
        dict(ledger.counted()),
        ledger.effects(ADA, 5),
        ledger.outbox(),
        ledger.grants_applied(),
        ledger.spend_until(),
        ledger.next_seq(),
    )


def test_after_35_days_it_goes_and_nothing_that_counts_has_changed(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        a_life(ledger)
        before = seen(ledger)
        assert prune_all(ledger, LATER_MS - 1) == 0, "a moment too early"
        assert prune_all(ledger, LATER_MS) == 5
        assert seen(ledger) == before
        assert ledger.anchor() == ledger.head()
        assert ledger.operation(3) is None
        assert ledger.grants_since(0).grants == ()
        assert audit(path) == []
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        assert seen(ledger) == before
        append(ledger, earn=2, draw={"g-1": 90})
        acknowledge(ledger)
        assert ledger.held(ADA).points[0].points == 2
    assert audit(path) == []


def test_what_hq_has_not_acknowledged_never_goes(ledger: Ledger, path: Path) -> None:
    a_life(ledger)
    append(ledger, earn=1)
    assert prune_all(ledger, LATER_MS + 1000 * DAY_MS) == 5
    assert ledger.operation(6) is not None
    assert ledger.outbox().depth == 1
    with OutboxReader(path) as reader:
        assert reader.position().anchor == 5
        pending = reader.pending(5, 10, 10**6)
        assert (pending.first, pending.previous_hash) == (6, ledger.anchor().hash)


def test_the_35_days_count_from_when_hq_was_known_to_have_it(ledger: Ledger) -> None:
    """Not from the sale: after 40 days in the dark all is old at once, and HQ's backup has nothing of it."""
    append(ledger, earn=1, at_ms=NOON_MS - 40 * DAY_MS)
    assert prune_all(ledger, NOON_MS) == 0
    acknowledge(ledger)
    assert prune_all(ledger, NOON_MS + DAY_MS) == 0
    assert prune_all(ledger, NOON_MS + DAY_MS + KEPT_MS - 1) == 0
    assert prune_all(ledger, NOON_MS + DAY_MS + KEPT_MS) == 1


def test_an_hq_that_went_back_is_waited_for_again(ledger: Ledger) -> None:
    a_life(ledger)
    acknowledge(ledger, 2)
    assert prune_all(ledger, LATER_MS) == 0, "what it lost must be there to be sent again"
    acknowledge(ledger)
    assert prune_all(ledger, LATER_MS + DAY_MS) == 0, "known since now, not since then"
    assert prune_all(ledger, LATER_MS + DAY_MS + KEPT_MS) == 5


def test_an_hq_restored_from_35_days_ago_gets_everything_back(path: Path) -> None:
    with open_ledger(path) as ledger:
        for day in range(80):
            append(ledger, earn=1)
            acknowledge(ledger)
            prune_all(ledger, NOON_MS + day * DAY_MS)
        known_35_days_ago = 79 - 35 + 1
        assert ledger.anchor().seq <= known_35_days_ago
        acknowledge(ledger, known_35_days_ago)
        assert ledger.outbox().depth == 80 - known_35_days_ago
    assert audit(path) == []


def test_an_hq_that_is_older_than_the_anchor_is_not_believed(ledger: Ledger, path: Path) -> None:
    a_life(ledger)
    prune_all(ledger, LATER_MS)
    with pytest.raises(ChainDiverged, match="HQ has 4 operations and this ledger keeps those above 5"):
        ledger.acknowledge(4, chain.genesis(DEVICE, EPOCH))
    with pytest.raises(ChainDiverged):
        ledger.acknowledge(0, chain.genesis(DEVICE, EPOCH))
    with OutboxReader(path) as reader, pytest.raises(ChainDiverged):
        reader.pending(0, 10, 10**6)


def test_a_sale_that_can_still_be_refunded_here_keeps_its_bytes_with_the_right(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        for _ in range(4):
            append(ledger, detail=bought())
        after = act(ledger, Kind.REFUND, detail=refund_detail(key(2), FRESH, 50)).detail["after"]
        act(ledger, Kind.RELEASE, member=None, detail={"sales": [key(3).model_dump()]})
        sold = ledger.operation(1)
        acknowledge(ledger)
        ledger.prune(NOON_MS)
        assert prune_all(ledger, LATER_MS) == 6
    assert audit(path) == []
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        assert [so_far_of(ledger, key(seq)) for seq in (1, 2, 3, 4)] == [FRESH, after, None, FRESH]
        right = ledger.refund_right(key(1))
        assert right is not None
        assert sold is not None
        assert right.operation.encode() == sold.encode()
        act(ledger, Kind.REFUND, detail=refund_detail(key(2), after, 50))
        act(ledger, Kind.RELEASE, member=None, detail={"through": 4})
        assert [so_far_of(ledger, key(seq)) for seq in (1, 2, 3, 4)] == [None] * 4
    assert audit(path) == []


def test_a_granted_right_to_an_own_sale_outlives_it(ledger: Ledger) -> None:
    append(ledger, detail=bought())
    act(ledger, Kind.RELEASE, member=None, detail={"through": 1})
    ledger.apply_grants(page(grant(1, None, refunds=(granted(1, key(1)),))))
    acknowledge(ledger)
    ledger.prune(NOON_MS)
    assert prune_all(ledger, LATER_MS) == 2
    assert ledger.refund_right(key(1)) == granted(1, key(1))
    assert ledger.rights_granted() == (key(1),)


def test_a_lot_that_went_and_comes_back_is_a_lot_again(ledger: Ledger) -> None:
    ledger.apply_grants(grants(30))
    append(ledger, draw={"g-1": 30})
    acknowledge(ledger)
    ledger.prune(NOON_MS)
    prune_all(ledger, LATER_MS)
    lot = {"id": "g-1", "points": 30, "earned_on": "2026-01-01"}
    returned = move("redeemed", "lease", "points", "g-1", 30)
    act(ledger, Kind.REFUND, postings=returned, lots=(lot,), detail={"sale": None})
    assert [(each.id, each.points, each.earned_on) for each in ledger.lease(ADA)] == [("g-1", 30, "2026-01-01")]


def test_a_pruned_intent_is_forgotten_and_a_kept_one_is_not(ledger: Ledger) -> None:
    a_life(ledger)
    append(ledger)
    prune_all(ledger, LATER_MS)
    assert ledger.answer(intent(5)) is None
    assert ledger.recorded(intent(6), DIGEST) == {"number": 6}


def test_an_intent_that_became_nothing_goes_with_the_operation_after_it(ledger: Ledger) -> None:
    a_life(ledger)
    ledger.begin_intent(intent(900), DIGEST)
    assert prune_all(ledger, LATER_MS) == 5
    assert ledger.begin_intent(intent(900), DIGEST) is None
    with pytest.raises(IntentConflict):
        ledger.recorded(intent(900), "0" * 64)
    append(ledger, earn=1)
    acknowledge(ledger)
    assert ledger.prune(LATER_MS + DAY_MS) == 0
    assert ledger.prune(LATER_MS + DAY_MS + KEPT_MS) == 1
    assert ledger.recorded(intent(900), "0" * 64) is None, "free again: HQ has had a later operation for 35 days"


def test_it_goes_in_steps(ledger: Ledger) -> None:
    for _ in range(7):
        append(ledger, earn=1)
    acknowledge(ledger)
    ledger.prune(NOON_MS)
    steps = []
    while step := pruning.prune(ledger._file, LATER_MS, at_once=3):
        steps.append(step)
    assert steps == [3, 3, 1]


def test_used_up_lots_do_not_stay_for_ever(ledger: Ledger) -> None:
    spent = PURSE.spend(PURSE.left)
    ledger.apply_grants(page(value_grant(1)))
    append(ledger, postings=moved(PURSE, spent))
    append(ledger, postings=issued(ValueLot("c", 5, 0, 0, "2026-01-01")))
    acknowledge(ledger)
    ledger.prune(NOON_MS)
    prune_all(ledger, LATER_MS)
    rows = ledger._file.rows("SELECT lot FROM value_lot")
    assert rows == [("c",)]
    assert ledger._file.rows("SELECT count(*) FROM lease WHERE remaining = 0") == [(0,)]


def test_a_coupon_that_was_granted_twice_is_one_after_pruning_too(path: Path) -> None:
    """The grants go, and so does what they said too much: the lease, its use and the audit stay right."""
    cake = CouponRecord(code="C-1", rule="cake", holder=ADA)
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        ledger.apply_grants(page(grant(1, coupons=(cake,))))
        ledger.apply_grants(page(grant(2, coupons=(cake, cake))))
        append(ledger, earn=1)
        acknowledge(ledger)
        prune_all(ledger, NOON_MS)
        assert prune_all(ledger, LATER_MS) == 1
        assert ledger.grants_since(0).grants == ()
        assert [coupon.code for coupon in ledger.held(ADA).coupons] == ["C-1"]
        append(ledger, postings=move("lease", "redeemed", "coupon", "C-1", 1))
        with pytest.raises(LeaseShort):
            append(ledger, postings=move("lease", "redeemed", "coupon", "C-1", 1))
    assert audit(path) == []
