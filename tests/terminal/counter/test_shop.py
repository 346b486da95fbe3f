"""What the till knows: HQ's rows, own operations on top, and no word of an unsigned programme."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.directory import CopyableUse
from protocol.feed import Bucket, RowKind
from protocol.signing import SignatureError, Signed, private_from_hex
from terminal.counter.attention import Attention
from terminal.counter.balance import balance_of
from terminal.counter.desk import Desk, Tap
from terminal.counter.phrase import Refusal
from terminal.store.known_member import known_member
from tests.terminal.shops import ADA, DAY_MS, PROGRAMME_DOCUMENT, RICE, TestShop, member_row, open_shop


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def _buy(test: TestShop) -> int:
    """Ada buys for 88.00; returns what she earned."""
    desk = Desk(test.shop, lambda: f"{test.shop.ledger.next_seq():032x}", Attention(lambda: 0))
    desk.card(ADA, "uid", Tap("t", 0))
    desk.scan(RICE)
    receipt = desk.pay(desk.till.intent, [("card", desk.quote().due)])
    return sum(part["points"] for part in receipt["earned"])


def test_own_operations_count_until_hq_has_booked_them(test: TestShop) -> None:
    earned = _buy(test)
    shop = test.shop
    assert balance_of(shop, shop.member("m1")).total == 1000 + earned
    booked = member_row("m1", "王小雨", 1000)
    lots = (*booked.lots, booked.lots[0].model_copy(update={"id": f"{shop.identity.device}.1.1", "points": earned}))
    test.member(booked.model_copy(update={"lots": lots}), applied_seq=1)
    after = balance_of(shop, shop.member("m1"))
    assert (after.total, after.waiting) == (1000 + earned, 0)


def test_what_a_restored_hq_has_of_an_own_lot_is_not_lost(test: TestShop) -> None:
    """Another terminal holds a part of the lot, and has told HQ, which does not know yet where the lot came from: it
    took that part from what it knows."""
    earned, part = _buy(test), 10
    row = member_row("m1", "王小雨", 1000 - part)
    lots = (*row.lots, row.lots[0].model_copy(update={"id": f"{test.shop.identity.device}.1.1", "points": part}))
    test.member(row.model_copy(update={"lots": lots}), applied_seq=0)
    assert balance_of(test.shop, test.shop.member("m1")).total == 1000 + earned


def test_without_applied_seq_the_same_points_would_count_twice(test: TestShop) -> None:
    """The negative control of the overlay: a row that has booked the sale, told as if it had not."""
    earned = _buy(test)
    test.member(member_row("m1", "王小雨", 1000 + earned), applied_seq=0)
    assert balance_of(test.shop, test.shop.member("m1")).total == 1000 + 2 * earned


def test_a_page_that_comes_in_the_middle_of_an_act_changes_nothing_in_it(test: TestShop) -> None:
    """The agent writes the directory while the till works with a row it has read."""
    earned = _buy(test)
    shop = test.shop
    row = shop.member("m1")
    test.member(member_row("m1", "王小雨", 1000 + earned), applied_seq=1)
    assert balance_of(shop, row).total == balance_of(shop, shop.member("m1")).total == 1000 + earned


def test_effects_above_another_row_than_the_one_in_hand_get_lost(test: TestShop) -> None:
    """The negative control: the older row, told that it holds what the newer one does."""
    earned = _buy(test)
    row = test.shop.member("m1")
    assert balance_of(test.shop, known_member(row, 1)).total == 1000 != 1000 + earned


def test_what_hq_knows_of_copyable_cards_counts_on_its_date_only(test: TestShop) -> None:
    used = CopyableUse(business_date="2026-10-28", points=700)
    test.member(member_row("m1", "王小雨", 1000, copyable_used=used))
    assert test.shop.state(test.shop.member("m1")).copyable_used == 700
    stale = CopyableUse(business_date="2026-10-27", points=700)
    test.member(member_row("m1", "王小雨", 1000, copyable_used=stale))
    assert test.shop.state(test.shop.member("m1")).copyable_used == 0


def test_a_programme_signed_by_another_is_never_used(test: TestShop) -> None:
    forged = Signed.make("programme", PROGRAMME_DOCUMENT, private_from_hex("ab" * 32)).model_dump()
    test.tell(Bucket.CONFIG, (RowKind.PROGRAMME, "current", forged))
    with pytest.raises(SignatureError):
        test.shop.programme()


def test_a_guest_has_no_rights(test: TestShop) -> None:
    state = test.shop.state(None)
    assert (state.lots, state.assurance) == ((), "P0")


def test_a_member_that_is_gone_is_unknown(test: TestShop) -> None:
    with pytest.raises(Refusal) as refused:
        test.shop.member("m9")
    assert refused.value.phrase.code == "card_unknown"


def test_over_seven_days_without_hq_rights_that_are_only_counted_rest(test: TestShop) -> None:
    """Leases 8: a birthday and a first purchase are counted here, and another shop may have counted them too."""
    row = member_row("m1", "王小雨", 1000, birthday="1991-10-28", purchases=0)
    test.member(row)
    facts = test.shop.known_facts(test.shop.member("m1"))
    assert (facts.birthday, facts.purchases) == ("1991-10-28", 0)
    test.clock.dark_ms = 7 * DAY_MS + 1
    facts = test.shop.known_facts(test.shop.member("m1"))
    assert (facts.birthday, facts.purchases) == (None, None)


def test_what_was_worked_out_is_not_kept_beyond_its_time(test: TestShop) -> None:
    """A new programme counts at once, also one that came with another file; so does what was sold since."""
    shop = test.shop
    assert shop.programme() is shop.programme()
    test.programme({**PROGRAMME_DOCUMENT, "version": 4})
    assert shop.programme().version == 4
    before = shop.effects(shop.member("m1"))
    assert shop.effects(shop.member("m1")) is before
    earned = _buy(test)
    assert shop.effects(shop.member("m1")).points == earned
    (test.folder / "directory.db").rename(test.folder / "gone.db")
    with pytest.raises(Refusal):
        shop.programme()
    (test.folder / "gone.db").rename(test.folder / "directory.db")
    assert shop.programme().version == 4
