"""Goods come back at the till that sold them: what is shown is what is done, once, and within the right (D30)."""

from __future__ import annotations

import pytest

from loyalty import Basket, Line
from protocol.feed import Bucket, RowKind
from protocol.operation import Kind, OperationKey
from protocol.signing import Signed
from terminal.counter.duties import perform
from terminal.counter.refund import ReturnWish, preview_refund, refund_goods
from terminal.counter.shop import PROGRAMME
from terminal.errors import IntentConflict, RefundOutdated
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.offer_documents import document, offer
from tests.terminal.counter.returns import Till, moved
from tests.terminal.shops import DAY_MS, DEVICE, NOON_MS, TRUST, TestShop, member_row

A = "a" * 32


def plain(test: TestShop, **changes: object) -> Till:
    """No offers; gold earns 3 points for 2.00."""
    test.programme(document(**{"version": 4, "cash_rounding": 0, **changes}))
    return Till(test, "m1")


def test_a_line_comes_back_and_what_it_earned_with_it(test: TestShop) -> None:
    till = plain(test)
    assert [each["points"] for each in till.sell(4000, 6000)["earned"]] == [150]
    receipt = till.refund((1, 1))
    assert (receipt["kind"], receipt["number"], receipt["sale"]) == (
        "refund",
        f"{DEVICE}-1-000002",
        f"{DEVICE}-1-000001",
    )
    assert (receipt["given"], receipt["points_taken"], receipt["debt"]) == (4000, 60, 0)
    assert [each["code"] for each in receipt["reasons"]] == ["refund_stored_net", "refund_claw_back"]
    assert receipt["left"] == [{"no": 2, "quantity": 1}]
    operation = till.newest()
    assert (operation.kind, operation.member) == (Kind.REFUND, "m1")
    lot = f"{DEVICE}.1.1"
    assert moved(operation) == [("lease", lot, -60), ("cancelled", lot, 60)]


def test_a_preview_writes_nothing(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    till.preview((1, 1))
    assert test.shop.ledger.next_seq() == 2


def test_the_balance_on_the_slip_is_the_one_after_it(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    said = till.refund((1, 1))["balance"]
    assert (said["total"], said["here"], said["debt"]) == (1000 + 90, 600 + 90, 0)
    assert test.shop.state(test.shop.member("m1")).lots != ()
    assert said["here"] == sum(lot.points for lot in test.shop.state(test.shop.member("m1")).lots)


def test_no_unit_comes_back_twice(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    till.refund((1, 1))
    refused = refused_by(lambda: till.preview((1, 1)))
    assert (refused.phrase.code, refused.phrase.params) == ("units_not_left", {"line": 1, "asked": 1, "left": 0})
    till.refund((2, 1))
    assert refused_by(lambda: till.preview()).phrase.code == "nothing_to_refund"


def test_without_lines_all_that_is_left_comes_back(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    till.refund((1, 1))
    receipt = till.refund()
    assert (receipt["given"], receipt["complete"], receipt["left"]) == (6000, True, [])


def test_the_same_intent_is_the_same_refund_and_another_body_is_a_conflict(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    first = refund_goods(test.shop, till.wish((1, 1)), A, {"body": 1})
    assert refund_goods(test.shop, till.wish((1, 1)), A, {"body": 1}) == first
    with pytest.raises(IntentConflict):
        refund_goods(test.shop, till.wish((2, 1)), A, {"body": 2})
    assert test.shop.ledger.next_seq() == 3


def test_a_refund_by_an_old_right_is_refused_by_the_ledger(test: TestShop) -> None:
    """The control of the right: worked out before another refund, it cannot be committed after it."""
    till = plain(test)
    till.sell(4000, 6000)
    till.refund((1, 1))
    stale = till.newest()
    second = stale.model_copy(update={"seq": 3, "intent": A})
    with pytest.raises(RefundOutdated):
        test.shop.ledger.append(second, "digest", {})
    assert test.shop.ledger.next_seq() == 3


def test_the_price_of_its_own_day_counts_not_todays(test: TestShop) -> None:
    """D11: by the programme of the sale's version, which the directory keeps."""
    till = plain(test)
    till.sell(10000)
    test.programme(document(offer("percent_off", percent=[1, 2]), version=5, cash_rounding=0))
    assert test.shop.programme().version == 5
    assert till.refund((1, 1))["given"] == 10000
    assert till.newest().detail["programme_version"] == 4


def test_without_the_programme_of_the_sale_nothing_is_guessed(test: TestShop) -> None:
    _replace_programme(test, 5)
    till = Till(test)
    till.sell(10000)
    _replace_programme(test, 6)
    assert refused_by(lambda: till.preview((1, 1))).phrase.code == "programme_missing"


def _replace_programme(test: TestShop, version: int) -> None:
    """As an HQ that keeps no older ones."""
    body = Signed.make(PROGRAMME, document(version=version), TRUST).model_dump()
    test.tell(Bucket.CONFIG, (RowKind.PROGRAMME, "current", body))


def test_a_sale_made_elsewhere_names_its_till(test: TestShop) -> None:
    there = OperationKey(device="s02-1", epoch=1, seq=7)
    refused = refused_by(lambda: preview_refund(test.shop, ReturnWish(there)))
    assert refused.phrase.code == "refund_elsewhere"
    assert refused.phrase.params == {"number": "s02-1-1-000007", "device": "s02-1"}


@pytest.mark.parametrize("seq", [2, 3, 999])
def test_what_was_never_sold_is_unknown(test: TestShop, seq: int) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    till.refund((1, 1))  # number 2 is no sale
    wish = ReturnWish(OperationKey(device=DEVICE, epoch=1, seq=seq))
    assert refused_by(lambda: preview_refund(test.shop, wish)).phrase.code == "sale_unknown"


def test_a_guest_gets_money_and_nobody_owes_points(test: TestShop) -> None:
    till = plain(test)
    till.member = None
    till.sell(4000, tenders=[("cash", 5000)])
    receipt = till.refund((1, 1))
    assert (receipt["given"], receipt["tenders"]) == (4000, [{"kind": "cash", "amount": 4000}])
    assert (receipt["member"], receipt["balance"], till.newest().postings) == (None, None, ())


def test_points_that_are_spent_already_are_owed(test: TestShop) -> None:
    """D12: what is not here goes to the debt, as an entry of its own, and nothing is redeemed below zero."""
    till = plain(test)
    till.sell(20000)
    sold = till.sold
    till.sell(2000, points=900)
    till.sold = sold
    receipt = till.refund((1, 1))
    assert (receipt["points_taken"], receipt["debt"]) == (300, 284)
    assert [each for each in moved(till.newest()) if each[0] == "debt"] == [("debt", f"{DEVICE}.1.1", -284)]
    assert (receipt["balance"]["here"], receipt["balance"]["debt"]) == (0, 284)


def test_points_that_have_ended_here_count_as_taken_and_are_not_owed(test: TestShop) -> None:
    """D12: only those that the sale itself earned."""
    till = plain(test)
    till.sell(4000, 6000)
    sold = till.sold
    (lot,) = (each for each in test.shop.ledger.lease("m1") if each.id == f"{DEVICE}.1.1")
    assert lot.expires_on is not None
    test.clock.utc_ms = NOON_MS + 3 * 365 * DAY_MS
    test.shop.ledger.note_spend_until(test.clock.utc_ms)
    assert perform(test.shop) == 1
    till.sold = sold
    first, second = till.refund((1, 1)), till.refund((2, 1))
    assert [(each["points_taken"], each["debt"]) for each in (first, second)] == [(60, 0), (90, 0)]
    assert "refund_expired" in [each["code"] for each in first["reasons"]]
    assert moved(till.newest()) == []


def test_after_too_long_without_hq_no_refund_is_made(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    test.clock.utc_ms = NOON_MS + 31 * DAY_MS
    assert refused_by(lambda: till.preview((1, 1))).phrase.code == "refund_stopped"


def test_a_member_whom_hq_has_blocked_meanwhile_gets_the_money(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    test.member(member_row("m1", "王小雨", 1000, state="blocked"))
    assert till.refund((1, 1))["given"] == 4000


def test_a_hundred_lines_come_back_in_one_operation(test: TestShop) -> None:
    till = plain(test)
    lines = tuple(Line(no, f"{10_000_000 + no}", 9, 199, "food") for no in range(1, 101))
    till.sell_basket(Basket(lines))
    receipt = till.refund()
    assert receipt["given"] == 100 * 9 * 199
    assert len(till.newest().encode()) < 32 * 1024
