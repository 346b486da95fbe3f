"""Points at the desk: what the lease, the right to spend and the card allow."""

from terminal.counter.balance import balance_of
from tests.terminal.counter.desks import TAP, cash, desk_of, refused_by
from tests.terminal.shops import ADA, DAY_MS, NOON_MS, RICE, TestShop


def test_points_beyond_the_lease_are_refused_with_what_is_available(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(5):
        desk.scan(RICE)
    assert desk.points(900) == 300
    refused = refused_by(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "points_not_available"
    assert refused.phrase.params == {"asked": 900, "available": 600, "waiting": 0, "as_of_ms": NOON_MS}
    assert test.shop.ledger.next_seq() == 1


def test_a_lease_that_grew_meanwhile_is_used(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(5):
        desk.scan(RICE)
    desk.points(900)
    test.grant("m1", 300)
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 900


def test_after_the_right_to_spend_has_run_out_points_are_earned_and_not_spent(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    test.clock.utc_ms += 31 * DAY_MS
    desk.points(100)
    refused = refused_by(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "spending_stopped"
    desk.points(0)
    assert sum(part["points"] for part in cash(desk, 20000)["earned"]) > 0


def test_expired_points_are_neither_shown_nor_spent(test: TestShop) -> None:
    test.grant("m1", 50, "hq.2", expires_on="2026-10-27")
    assert balance_of(test.shop, test.shop.member("m1")).here == 600


def test_the_copyable_card_has_a_daily_cap(test: TestShop) -> None:
    """2,000 points a day with a card that anyone can copy (cards.md, P1)."""
    test.grant("m1", 5000)
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(8):
        desk.scan(RICE)
    desk.points(2000)
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 2000
    desk.card(ADA, "uid", TAP)
    for _ in range(8):
        desk.scan(RICE)
    desk.points(100)
    refused = refused_by(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "points_copyable_daily"
    test.clock.utc_ms += DAY_MS
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 100
