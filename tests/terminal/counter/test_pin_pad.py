"""The pad: whose keys it takes, what it shows, and where the rest of a PIN goes once it is closed."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest

from terminal.counter import pin_desk
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.pin_pad import DEAF_MS, IN_ORDER, MOST_DIGITS, shuffled
from terminal.counter.screens import Surroundings, counter_screen, look, member_screen
from tests.terminal.counter.desks import TAP, Ids, desk_of, refused_by
from tests.terminal.counter.pin_world import PIN, know_pins
from tests.terminal.shops import ADA, CY, TEA, TestShop


@pytest.fixture
def now() -> list[int]:
    return [0]


@pytest.fixture
def desk(test: TestShop, now: list[int]) -> Desk:
    """Ada is at the till, in a chain with PINs."""
    know_pins(test)
    desk = Desk(test.shop, Ids(), Attention(lambda: now[0]))
    desk.card(ADA, "uid", TAP)
    return desk


def press(desk: Desk, keys: str) -> None:
    for key in keys:
        desk.key(key)


def digits(desk: Desk) -> int:
    count: int = pin_desk.member_view(desk)["digits"]
    return count


def test_a_pin_is_offered_where_a_member_could_give_it(test: TestShop, desk: Desk) -> None:
    assert pin_desk.counter_view(desk) == {"state": "offered", "said": None}
    desk.clear_member()
    assert pin_desk.standing(desk) == "none"
    assert refused_by(lambda: pin_desk.ask(desk, True)).phrase.code == "pin_no_member"


def test_in_a_chain_without_pins_none_is_asked_for(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    assert pin_desk.standing(desk) == "none"
    assert refused_by(lambda: pin_desk.ask(desk, True)).phrase.code == "pin_not_here"


def test_while_it_is_open_keys_are_the_pins(desk: Desk) -> None:
    pin_desk.ask(desk, True)
    press(desk, PIN)
    assert (digits(desk), desk.entry, desk.shown_entry()) == (6, "", "")
    desk.key("back")
    assert digits(desk) == 5
    desk.key("clear")
    assert digits(desk) == 0
    press(desk, "1" * 40)
    assert digits(desk) == MOST_DIGITS


def test_a_scan_meanwhile_is_a_scan(desk: Desk) -> None:
    pin_desk.ask(desk, True)
    press(desk, "48")
    desk.scan(TEA)
    assert (len(desk.till.lines), digits(desk), pin_desk.standing(desk)) == (1, 2, "open")


def test_the_rest_of_a_pin_does_not_come_to_stand_where_the_cashier_sees_it(desk: Desk, now: list[int]) -> None:
    pin_desk.ask(desk, True)
    press(desk, "482")
    pin_desk.ask(desk, False)
    for digit in "915":
        now[0] += DEAF_MS - 1
        desk.key(digit)
        pin_desk.key(desk, digit)
    assert (desk.entry, digits(desk)) == ("", 0)
    now[0] += DEAF_MS
    desk.key("4")
    assert desk.entry == "4", "the hand has left the keypad"


def test_a_pad_that_was_never_open_takes_nothing(desk: Desk) -> None:
    pin_desk.key(desk, "4")
    press(desk, "69")
    assert (digits(desk), desk.entry) == (0, "69")


@pytest.mark.parametrize("event", ["another member", "cleared", "the next sale", "paid", "done", "cancelled"])
def test_it_closes_and_forgets(desk: Desk, event: str) -> None:
    desk.scan(TEA)
    pin_desk.ask(desk, True)
    press(desk, "482")
    events = {
        "another member": lambda: desk.card(CY, "uid", TAP),
        "cleared": desk.clear_member,
        "the next sale": desk.next,
        "paid": lambda: desk.pay(desk.till.intent, [("cash", 5000)]),
        "done": desk.member_done,
        "cancelled": lambda: pin_desk.ask(desk, False),
    }
    events[event]()
    assert (desk.pad.state(), digits(desk)) == ("closed", 0)


def test_the_same_card_again_leaves_it_open(desk: Desk) -> None:
    pin_desk.ask(desk, True)
    press(desk, "482")
    desk.card(ADA, "uid", TAP)
    assert (pin_desk.standing(desk), digits(desk)) == ("open", 3)


def test_it_closes_by_itself_also_beside_a_basket(desk: Desk, now: list[int]) -> None:
    desk.scan(TEA)
    pin_desk.ask(desk, True)
    press(desk, "482")
    assert not desk.tick()
    now[0] += 60_000
    assert desk.tick()
    assert (desk.pad.state(), digits(desk), len(desk.till.lines)) == ("closed", 0, 1)
    assert not desk.tick()


def test_too_few_digits_are_no_guess(test: TestShop, desk: Desk) -> None:
    pin_desk.ask(desk, True)
    press(desk, "123")
    desk.key("enter")
    said = {"code": "pin_length", "params": {"least": 6, "most": 8}}
    assert pin_desk.counter_view(desk) == {"state": "open", "said": said}
    assert test.shop.ledger.pin_attempts.count("m1").total == 0
    desk.key("1")
    assert desk.pad.said is None


def test_no_view_and_no_draft_has_a_digit_that_was_keyed_in(desk: Desk) -> None:
    """The member's view has all ten digits in the order of the keys, whatever was keyed in."""
    pin_desk.ask(desk, True)
    before = _shown(desk)
    press(desk, "4829")
    desk.keep()
    shown = _shown(desk)
    assert "4829" not in shown + json.dumps(desk.shop.ledger.noted("till"))
    assert shown == before.replace('"digits": 0', '"digits": 4')
    assert "4829" not in repr(vars(desk.pad)).replace("_digits='4829'", "").replace("'_digits': '4829'", "")


def _shown(desk: Desk) -> str:
    scene, attention = look(desk), desk.attention
    return json.dumps([counter_screen(scene), member_screen(scene, attention, Surroundings())])


def test_digits_stand_in_an_order_of_chance_or_in_that_of_a_telephone(desk: Desk) -> None:
    orders = set()
    for _ in range(20):
        pin_desk.ask(desk, True)
        orders.add(tuple(pin_desk.member_view(desk)["keys"]))
    assert len(orders) > 15
    assert all(sorted(order) == sorted(IN_ORDER) for order in orders)
    pin_desk.put_in_order(desk, True)
    assert tuple(pin_desk.member_view(desk)["keys"]) == IN_ORDER
    pin_desk.put_in_order(desk, False)
    assert tuple(pin_desk.member_view(desk)["keys"]) != IN_ORDER


def test_every_digit_comes_to_every_place() -> None:
    draw = Random(9).randbytes
    orders = [shuffled(draw) for _ in range(2000)]
    for place in range(10):
        counts = [sum(order[place] == digit for order in orders) for digit in IN_ORDER]
        assert min(counts) > 140
        assert max(counts) < 260


def test_a_shop_whose_pepper_went_says_so_at_once(test: TestShop, desk: Desk) -> None:
    pins = test.shop.pins
    assert pins is not None
    desk = Desk(replace(test.shop, pins=replace(pins, peppers=dict)), Ids(), Attention(lambda: 0))
    desk.card(ADA, "uid", TAP)
    assert refused_by(lambda: pin_desk.ask(desk, True)).phrase.code == "pin_not_here"
