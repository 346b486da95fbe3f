"""The paper of a till: printed by itself once, again as a copy, and never in the way of a sale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from terminal.counter.button import press
from terminal.counter.paper import Paper, PaperRules, Slip, original_job, takes_cash
from terminal.store.ledger import Ledger
from tests.terminal.counter.desks import TAP, Ids, cash, refused_by
from tests.terminal.paper.slips import Tray
from tests.terminal.shops import ADA, CY, RICE, TestShop


def fate(tray: Tray) -> object:
    view = tray.paper.view()
    return view and view["fate"]


def trouble(tray: Tray) -> object:
    view = tray.paper.view()
    return view and view["trouble"] and view["trouble"]["code"]


def test_a_sale_prints_once_and_a_second_click_nothing(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.scan(RICE)
    intent = desk.till.intent
    receipt = cash(desk, 10_000)
    assert desk.pay(intent, [("cash", 10_000)]) == receipt
    assert tray.done == ["drawer", "ok", "print"]
    assert (tray.newest.job, tray.newest.copy) == (original_job(receipt["number"]), False)


def test_only_cash_opens_the_drawer(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.scan(RICE)
    desk.pay(desk.till.intent, [("card", 10_000)])
    assert tray.done == ["ok", "print"]


@pytest.mark.parametrize(
    ("receipt", "moves"),
    [
        ({"tenders": [{"kind": "cash", "amount": 1}]}, True),
        ({"tenders": [{"kind": "cash", "amount": 0}]}, False),
        ({"tenders": [], "collected": {"kind": "cash", "amount": 5}}, True),
        ({"tenders": [], "collected": None}, False),
        ({"by": "cash", "amount": 5}, True),
        ({"by": "card", "amount": 5}, False),
    ],
)
def test_whether_cash_moves(receipt: dict[str, object], moves: bool) -> None:
    assert takes_cash(receipt) == moves


def test_a_receipt_speaks_the_members_language_and_a_guests_the_tills(test: TestShop) -> None:
    tray = Tray(language="en")
    desk = tray.desk(test)
    for card in (ADA, CY, None):
        if card:
            desk.card(card, "uid", TAP)
        desk.scan(RICE)
        desk.pay(desk.till.intent, [("card", desk.quote().due)])
        desk.next()
    assert [slip.language for slip in tray.slips] == ["zh-CN", "en", "en"]


def test_a_language_chosen_on_the_screen_is_that_of_the_paper_and_of_its_copy(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.language("en")
    desk.scan(RICE)
    cash(desk, 10_000)
    tray.paper.ended(tray.newest.job, "printed")
    desk.next()
    tray.paper.again(test.shop)
    assert [(slip.language, slip.copy) for slip in tray.slips] == [("en", False), ("en", True)]


@pytest.mark.parametrize(
    ("outcome", "said", "copy"),
    [("printed", None, True), ("unknown", "paper_unknown", True), ("not_printed", "paper_not_printed", False)],
)
def test_what_is_printed_again_is_a_copy_unless_none_was_printed(
    test: TestShop, outcome: str, said: str | None, copy: bool
) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.scan(RICE)
    cash(desk, 10_000)
    first = tray.newest
    assert fate(tray) == "waiting"
    tray.paper.ended(first.job, outcome)  # type: ignore[arg-type]  # a fate, from the table above
    assert (fate(tray), trouble(tray)) == (outcome, said)
    tray.paper.again(test.shop)
    assert (tray.newest.copy, tray.newest.receipt) == (copy, first.receipt)
    assert tray.newest.job != first.job
    assert (fate(tray), trouble(tray)) == ("waiting", None)


def test_while_it_is_with_the_printer_it_is_not_printed_again(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.scan(RICE)
    cash(desk, 10_000)
    assert refused_by(lambda: tray.paper.again(test.shop)).phrase.code == "paper_waiting"
    tray.paper.ended("a print of another life", "printed")
    assert fate(tray) == "waiting"
    assert len(tray.slips) == 1


def test_a_till_that_came_back_knows_nothing_of_the_paper_and_prints_a_copy(test: TestShop) -> None:
    desk = Tray().desk(test)
    desk.scan(RICE)
    receipt = cash(desk, 10_000)
    desk.keep()
    tray = Tray()
    again = tray.desk(test, Ids())
    assert again.till.receipt == receipt
    assert (tray.slips, trouble(tray)) == ([], "paper_unknown")
    tray.paper.again(test.shop)
    assert (tray.newest.copy, tray.newest.receipt) == (True, receipt)


class Hasty(Paper):
    """The control: prints what it finds when it comes back."""

    def restored(self, receipt: Mapping[str, Any]) -> None:
        super().restored(receipt)
        self.outlets.print(Slip("again", receipt, "en", "UTC", "CNY"))


@pytest.mark.parametrize(("kind", "originals"), [(Paper, 1), (Hasty, 2)])
def test_over_a_restart_a_sale_has_one_original(test: TestShop, kind: type[Paper], originals: int) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.scan(RICE)
    cash(desk, 10_000)
    desk.keep()
    tray.paper = kind(tray.paper.rules, tray.paper.outlets)
    tray.desk(test, Ids())
    tray.paper.again(test.shop)
    assert len([slip for slip in tray.slips if not slip.copy]) == originals


def test_after_the_next_sale_was_begun_the_last_receipt_can_still_be_had(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    desk.scan(RICE)
    number = cash(desk, 10_000)["number"]
    tray.paper.ended(tray.newest.job, "not_printed")
    desk.scan(RICE)
    assert desk.till.phase == "open"
    assert trouble(tray) == "paper_not_printed"
    tray.paper.again(test.shop)
    assert tray.newest.receipt["number"] == number


def test_before_the_first_sale_there_is_nothing_to_print(test: TestShop) -> None:
    tray = Tray()
    assert refused_by(lambda: tray.paper.again(test.shop)).phrase.code == "paper_nothing"
    assert tray.paper.view() == {"fate": "none", "trouble": None}


def test_without_a_printer_nothing_is_printed_and_nothing_said(test: TestShop) -> None:
    tray = Tray(printer=False)
    desk = tray.desk(test)
    desk.scan(RICE)
    cash(desk, 10_000)
    assert tray.done == ["drawer", "ok"]
    assert tray.paper.view() is None
    assert refused_by(lambda: tray.paper.again(test.shop)).phrase.code == "paper_no_printer"


def test_a_shop_that_prints_on_request_prints_an_original_on_request(test: TestShop) -> None:
    tray = Tray(counter=False)
    desk = tray.desk(test)
    desk.scan(RICE)
    cash(desk, 10_000)
    assert (tray.slips, fate(tray)) == ([], "none")
    tray.paper.again(test.shop)
    assert not tray.newest.copy


def test_what_a_pos_books_is_its_own_unless_the_till_prints_for_it(test: TestShop) -> None:
    desk = Tray().desk(test)
    desk.scan(RICE)
    receipt = cash(desk, 10_000)
    alone, prints = Tray(), Tray(pos=True, counter=False)
    alone.paper.booked(test.shop, receipt, pos=True)
    prints.paper.booked(test.shop, receipt, pos=True)
    assert (alone.done, prints.done) == ([], ["drawer", "ok", "print"])


def test_no_fault_of_the_paper_fails_a_sale(test: TestShop, caplog: pytest.LogCaptureFixture) -> None:
    tray = Tray()

    def broken(_slip: object) -> None:
        raise OSError("the printer is on fire")

    desk = tray.desk(test)
    desk.paper = Paper(PaperRules(printer=True), type(tray.paper.outlets)(print=broken))
    desk.scan(RICE)
    receipt = cash(desk, 10_000)
    assert test.shop.ledger.answer(receipt["intent"]) == receipt
    assert desk.till.phase == "paid"
    assert "could not be printed" in caplog.text


def test_the_newest_receipt_is_of_what_somebody_asked_for(test: TestShop) -> None:
    ledger: Ledger = test.shop.ledger
    assert ledger.newest_receipt() is None
    desk = Tray().desk(test)
    desk.scan(RICE)
    receipt = cash(desk, 10_000)
    assert ledger.newest_receipt() == receipt


def test_the_button_prints_again(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    assert refused_by(lambda: press(desk, "print_again")).phrase.code == "paper_nothing"
    desk.scan(RICE)
    cash(desk, 10_000)
    tray.paper.ended(tray.newest.job, "printed")
    press(desk, "print_again")
    assert tray.newest.copy


def test_the_button_closes_a_paid_sale_and_no_basket(test: TestShop) -> None:
    desk = Tray().desk(test)
    desk.scan(RICE)
    press(desk, "next")
    assert len(desk.till.lines) == 1
    cash(desk, 10_000)
    press(desk, "next")
    assert (desk.till.phase, desk.till.lines) == ("open", [])


def test_the_button_calls_somebody(test: TestShop) -> None:
    tray = Tray()
    desk = tray.desk(test)
    press(desk, "call_staff")
    assert tray.done == ["attention"]
    assert desk.till.notice is not None
    assert desk.till.notice.code == "staff_called"


def test_the_button_opens_the_drawer_and_the_log_knows(test: TestShop, caplog: pytest.LogCaptureFixture) -> None:
    tray = Tray()
    press(tray.desk(test), "open_drawer")
    assert tray.done == ["drawer"]
    assert "without a sale" in caplog.text


def test_a_button_that_means_nothing_does_nothing(test: TestShop) -> None:
    tray = Tray()
    press(tray.desk(test), "")
    assert tray.done == []
