"""The pad on the member's screen by touch, by arrow keys and by a keyboard, and what the cashier can do with it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.fixture_server import Stage
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ORDER = list("3819047562")
PLACES = """() => [...document.querySelectorAll('.pin-keys button')].map((key) => {
  const { left, top } = key.getBoundingClientRect();
  return [key.textContent.trim(), Math.round(left), Math.round(top)];
})"""


@pytest.fixture
def pad(opened: Opener) -> Screen:
    screen = opened("/")
    screen.show("member_pin")
    return screen


def keys_of(stage: Stage, count: int) -> str:
    """The next keys that the terminal was told, in their order."""
    told = [stage.pressed() for _ in range(count)]
    assert {path for path, _ in told} == {"member/pin/key"}
    return " ".join(body["key"] for _, body in told)


def test_it_is_opened_and_closed(opened: Opener, stage: Stage) -> None:
    screen = opened("/")
    screen.show("member_basket")
    screen.page.get_by_role("button", name="输入密码").click()
    assert stage.pressed() == ("member/pin", {"open": True})
    screen.show("member_pin")
    screen.page.get_by_role("button", name="取消").click()
    assert stage.pressed() == ("member/pin", {"open": False})
    screen.press("Escape")
    assert stage.pressed() == ("member/pin", {"open": False})


def test_keys_stand_as_the_terminal_says_three_in_a_row(pad: Screen) -> None:
    places = pad.page.evaluate(PLACES)
    assert [label for label, _, _ in places] == [*ORDER, ""]
    by_row = sorted({top for _, _, top in places})
    assert [sum(top == row for _, _, top in places) for row in by_row] == [3, 3, 3, 2]
    assert places[9][1] == places[1][1], "the tenth is below the middle"


def test_quick_presses_come_in_their_order(pad: Screen, stage: Stage) -> None:
    """Also where the first of them waits for its answer."""
    stage.hold()
    for digit in "482915":
        pad.page.get_by_role("button", name=digit, exact=True).click()
    pad.page.get_by_role("button", name="确认").click()
    first = keys_of(stage, 1)
    stage.release()
    assert f"{first} {keys_of(stage, 6)}" == "4 8 2 9 1 5 enter"


def test_only_dots_are_drawn_and_said(pad: Screen) -> None:
    dots = pad.page.locator(".pin-dots")
    assert (dots.locator("i").count(), dots.locator("i.filled").count()) == (6, 3)
    assert dots.get_attribute("aria-label") == "已输入 3 位"
    pad.show("member_pin_looking")
    assert pad.text(".pin-said") == "正在核对…"
    pad.show("member_pin_refused", "en")
    assert pad.text(".pin-said").startswith("Too many wrong PINs")


def test_by_arrow_keys_and_enter_alone(pad: Screen, stage: Stage) -> None:
    pad.press("ArrowDown")
    assert pad.page.evaluate("document.activeElement.textContent") == "3"
    pad.press("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter")
    assert keys_of(stage, 3) == "3 8 0"


def test_a_keyboards_digits_are_the_pads_while_it_is_open(pad: Screen, stage: Stage) -> None:
    pad.press("ArrowDown")
    pad.press("4", "8", "Backspace", "Delete", "2", "Enter")
    assert keys_of(stage, 6) == "4 8 back clear 2 enter"
    pad.show("member_greeting")
    pad.press("4", "Enter", "Escape")
    assert stage.forget() == []


def test_digits_can_be_put_in_order(pad: Screen, stage: Stage) -> None:
    switch = pad.page.get_by_role("button", name="数字按顺序排列")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    assert stage.pressed() == ("member/pin/order", {"in_order": True})
    pad.show("member_pin_in_order")
    assert [label for label, _, _ in pad.page.evaluate(PLACES)] == [*"1234567890", ""]
    assert switch.get_attribute("aria-pressed") == "true"


def test_nothing_that_was_keyed_in_is_in_the_page(pad: Screen, stage: Stage) -> None:
    """The page has every digit as a key, and nowhere the order in which they were pressed."""
    for digit in "482915":
        pad.page.get_by_role("button", name=digit, exact=True).click()
    keys_of(stage, 6)
    assert "482915" not in pad.page.content()
    assert "482915" not in pad.page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    assert pad.page.locator("input").count() == 0, "no field that a browser may keep"


@pytest.mark.parametrize("how", ["button", "key", "notice"])
def test_the_cashier_asks_for_the_pin(opened: Opener, stage: Stage, how: str) -> None:
    screen = opened("/counter")
    screen.show("counter_pin_asked")
    if how == "key":
        screen.press("F10")
    else:
        screen.click(".member-box .pin button" if how == "button" else ".notice-bar.asked button")
    assert stage.pressed() == ("counter/pin", {"open": True})


def test_the_cashier_sees_that_it_is_entered_and_can_call_it_off(opened: Opener, stage: Stage) -> None:
    screen = opened("/counter")
    screen.show("counter_pin_open")
    assert screen.text(".member-box .pin").startswith("会员正在输入密码")
    screen.press("F10")
    assert stage.pressed() == ("counter/pin", {"open": False})
    screen.show("counter_pin_wrong")
    assert screen.text(".member-box .pin").startswith("密码错误次数过多。请在 15 分钟后再试")
    screen.show("counter_points")
    assert screen.text(".member-box .pin") == "密码已验证"
    screen.press("F10")
    assert stage.forget() == []
