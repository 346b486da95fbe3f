"""A PIN at a till that works on meanwhile: what it proves, for whom, and what is on the disk before anybody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from terminal.counter import pin_desk
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.pin_check import Looking
from terminal.counter.pin_looker import PinLooker, look_here
from terminal.counter.screens import Surroundings
from terminal.counter.station import Outlets, Station
from terminal.store.ledger import Ledger
from terminal.store.pin_attempts import Guess
from tests.terminal.counter.desks import TAP, Ids, desk_of
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.pin_world import PIN, WRONG, Looker, key_in, know_pins
from tests.terminal.counter.shown_codes import NUMBER
from tests.terminal.shops import ADA, CY, DEVICE, RICE, TEA, TestShop, open_shop
from tests.terminal.store.power_cut import RememberingDisk

LIMIT_S = 30


@dataclass
class Till:
    station: Station
    test: TestShop
    looker: Looker
    views: list[dict[str, Any]] = field(default_factory=list)

    def do(self, work: Callable[[Desk], Any]) -> Any:
        return self.station.do(work).result(LIMIT_S)

    def pin(self) -> dict[str, Any]:
        """What the cashier sees after everything queued so far."""
        self.station.refresh().result(LIMIT_S)
        shown: dict[str, Any] = self.views[-1]["counter"]["counter"]["pin"]
        return shown

    def key_in(self, pin: str) -> None:
        self.do(lambda desk: pin_desk.ask(desk, True))
        key_in(self.station, pin)

    def wrong(self) -> int:
        return self.test.shop.ledger.pin_attempts.count("m1").total


@contextmanager
def serving(test: TestShop, looker: Looker, **outlets: Any) -> Iterator[Till]:
    know_pins(test)
    views: list[dict[str, Any]] = []
    attention = Attention(lambda: 0)
    how = {"look": looker.look, **outlets}
    out = Outlets(views.append, lambda _: None, lambda _: None, lambda: None, **how)
    station = Station(Desk(test.shop, Ids(), attention), attention, Surroundings(), out)
    station.start()
    try:
        station.card(ADA, "uid", TAP).result(LIMIT_S)
        yield Till(station, test, looker, views)
    finally:
        station.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    with open_shop(tmp_path) as test, serving(test, Looker()) as running:
        yield running


def test_a_right_pin_is_the_members_proof_until_the_sale_is_over(till: Till) -> None:
    till.key_in(PIN)
    assert till.pin() == {"state": "looking", "said": None}
    assert till.looker.answer()
    assert till.pin() == {"state": "given", "said": None}
    till.do(lambda desk: desk.scan(TEA))
    till.do(lambda desk: desk.pay(desk.till.intent, [("cash", 5000)]))
    assert till.test.shop.ledger.sales_of("m1", 1)[0].detail["state"]["pin"] is True
    till.do(Desk.next)
    till.do(lambda desk: desk.card(ADA, "uid", TAP))
    assert till.pin()["state"] == "offered"


def test_with_the_pin_a_copyable_card_redeems_more_than_its_day_and_that_is_not_counted(till: Till) -> None:
    till.test.programme(document(version=4, cash_rounding=0))
    till.test.grant("m1", 5000, lot="hq.2")
    for _ in range(8):
        till.do(lambda desk: desk.scan(RICE))
    till.do(lambda desk: desk.points(2500))
    assert till.do(lambda desk: desk.quote().use.limited_by) == "copyable_daily"
    till.key_in(PIN)
    till.looker.answer()
    receipt = till.do(lambda desk: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert receipt["points_used"] == 2500
    assert till.do(lambda desk: desk.shop.state(desk.shop.member("m1")).copyable_used) == 0


def test_a_scan_while_a_pin_is_looked_at_is_done_before_the_pin(till: Till) -> None:
    """By order, not by time: nobody has looked yet, and the goods are in the basket."""
    till.key_in(PIN)
    assert len(till.looker.begun) == 1
    till.do(lambda desk: desk.scan(TEA))
    assert till.views[-1]["counter"]["counter"]["basket"]["net"] > 0
    assert till.pin()["state"] == "looking"
    till.looker.answer()
    assert till.pin()["state"] == "given"


def test_a_till_that_looks_itself_would_be_found(tmp_path: Path) -> None:
    """The control: where the till's own thread looks, a scan has to wait for the PIN."""
    order: list[str] = []

    def look(guess: Any) -> Any:
        done = look_here(guess)
        order.append("looked")
        return done

    with open_shop(tmp_path) as test, serving(test, Looker(), look=look) as till:
        till.do(lambda desk: pin_desk.ask(desk, True))
        for digit in PIN:
            till.do(lambda desk, digit=digit: desk.key(digit))
        entered = till.station.do(lambda desk: desk.key("enter"))
        till.station.do(lambda desk: order.append("scanned")).result(LIMIT_S)
        entered.result(LIMIT_S)
    assert order == ["looked", "scanned"]


def test_who_looks_lets_others_go_on(tmp_path: Path) -> None:
    """The real looker: while it looks, the till's thread answers many times. (Were it to hold the interpreter, the till
    could not answer until it is done.)"""
    with open_shop(tmp_path) as test, PinLooker() as real:
        looks = []

        def look(guess: Any) -> Any:
            looks.extend(real.look(guess) for _ in range(4))
            return looks[-1]

        with serving(test, Looker(), look=look) as till:
            till.key_in(PIN)
            scans = 0
            while not looks[-1].done():
                till.do(lambda desk: desk.scan(TEA))
                scans += 1
            assert looks[-1].result(LIMIT_S)
            assert scans > 4
            assert till.pin()["state"] == "given"


@pytest.mark.parametrize("event", ["another member", "cleared", "cleared and back", "cancelled", "the next sale"])
def test_what_changed_meanwhile_drops_the_proof_and_the_guess_is_taken_back(till: Till, event: str) -> None:
    till.key_in(PIN)
    if event == "another member":
        till.do(lambda desk: desk.card(CY, "uid", TAP))
    elif event == "cancelled":
        till.do(lambda desk: pin_desk.ask(desk, False))
    elif event == "the next sale":
        till.do(Desk.next)
    else:
        till.do(Desk.clear_member)
        if event == "cleared and back":
            till.do(lambda desk: desk.card(ADA, "uid", TAP))
    assert till.wrong() == 1
    till.looker.answer()
    assert till.pin()["state"] in ("offered", "none")
    assert not till.do(lambda desk: desk.till.proof.pin)
    assert till.wrong() == 0


def test_a_pin_that_was_begun_anew_waits_for_its_own_answer(till: Till) -> None:
    till.key_in(PIN)
    till.do(lambda desk: pin_desk.ask(desk, False))
    till.key_in(WRONG)
    till.looker.answer()
    assert till.pin() == {"state": "looking", "said": None}
    till.looker.answer()
    assert till.pin() == {"state": "open", "said": {"code": "pin_wrong", "params": {}}}


def test_keys_while_it_is_looked_at_go_nowhere(till: Till) -> None:
    till.key_in(PIN)
    key_in(till.station, WRONG)
    till.looker.answer()
    assert till.pin()["state"] == "given"
    assert till.do(lambda desk: desk.entry) == ""


def test_where_nobody_could_look_the_guess_counts_and_that_is_said(till: Till) -> None:
    till.key_in(PIN)
    till.looker.begun.pop()[1].set_exception(MemoryError())
    assert till.pin() == {"state": "open", "said": {"code": "pin_unchecked", "params": {}}}
    assert till.wrong() == 1


def test_wrong_ones_are_said_until_it_waits(till: Till) -> None:
    for _ in range(3):
        till.key_in(WRONG)
        till.looker.answer()
        assert till.pin()["said"]["code"] == "pin_wrong"
    till.key_in(PIN)
    assert till.looker.begun == []
    assert till.pin()["said"] == {"code": "pin_wait", "params": {"seconds": 60}}


def test_of_somebody_by_number_it_is_a_pin_and_no_more(till: Till) -> None:
    """P0 with the PIN: the table lets it see no more than P0."""
    till.do(Desk.next)
    till.do(lambda desk: desk.scan(f"8018{NUMBER}", "]C1"))
    till.key_in(PIN)
    till.looker.answer()
    assert till.do(lambda desk: (desk.till.proof.level, desk.till.proof.pin)) == ("P0", True)
    assert till.views[-1]["member"]["member_screen"]["member"]["balance"] is None


def test_it_goes_with_the_basket_that_is_emptied_and_comes_back_for_the_same_member(till: Till) -> None:
    till.key_in(PIN)
    till.looker.answer()
    till.do(lambda desk: desk.scan(TEA))
    till.do(Desk.empty)
    assert till.pin()["state"] == "given"
    till.do(Desk.bring_back)
    assert till.pin()["state"] == "given"
    till.do(Desk.empty)
    till.do(Desk.clear_member)
    till.do(Desk.bring_back)
    assert till.pin()["state"] == "none", "who left is asked for nothing"


def count_on(folder: Path) -> int:
    with Ledger.open(folder / "ledger.db", DEVICE, 1) as ledger:
        return ledger.pin_attempts.count("m1").total


def cut_when_looked_at(folder: Path) -> int:
    """The power goes at the moment in which somebody begins to look: what the disk has counted then."""
    folder.mkdir()
    with RememberingDisk("pin", lambda: None) as disk, open_shop(folder, disk.name) as test:
        know_pins(test)
        desk = desk_of(test)
        desk.card(ADA, "uid", TAP)
        pin_desk.ask(desk, True)
        for key in (*PIN, "enter"):
            desk.key(key)
        assert desk.pad.to_look_at() is not None
        disk.cut(folder / "cut", Random(3))
    return count_on(folder / "cut")


def test_the_guess_is_on_the_disk_before_anybody_looks(tmp_path: Path) -> None:
    assert cut_when_looked_at(tmp_path / "shop") == 1


def test_a_guess_that_is_counted_later_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a till that counts in memory what it looks at, and writes it down after."""

    def unwritten(*_: object) -> Guess:
        return Guess("m1", 1, (1, 0))

    monkeypatch.setattr("terminal.store.pin_attempts.PinAttempts.begin", unwritten)
    assert cut_when_looked_at(tmp_path / "shop") == 0


def test_what_is_looked_at_says_nothing_of_itself(till: Till) -> None:
    till.key_in(PIN)
    guess = till.looker.begun[0][0]
    looking = Looking.__dataclass_fields__
    assert repr(guess) == "PinGuess()"
    assert not looking["counted"].repr
