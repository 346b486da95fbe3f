"""Every flow works by arrow keys and Enter alone: whatever can be pressed is reached and pressed."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.recorded_views import names
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ARROWS = ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft")
SCROLLS_MOST = 40

NUMBER = """() => {
  const controls = [...document.querySelectorAll('button:not(:disabled), a[href], input, [tabindex="0"]')];
  const open = controls.filter((control) => !control.closest('[inert]') && control.getClientRects().length > 0);
  open.forEach((control, at) => { control.dataset.at = at; });
  return open.map((control) => control.getAttribute('aria-label') ?? control.textContent.trim());
}"""
PLACE = "[Number(document.activeElement?.dataset.at ?? -1), document.activeElement?.scrollTop ?? 0]"
FOCUS = f"(at) => {{ document.querySelector(`[data-at='${{at}}']`).focus(); return {PLACE}; }}"
FOCUSED = f"() => {PLACE}"
COUNT_CLICKS = """() => {
  window.clicked = [];
  addEventListener('click', (event) => {
    event.stopImmediatePropagation();
    window.clicked.push(Number(event.target.closest('[data-at]')?.dataset.at ?? -1));
  }, { capture: true });
}"""


def unreached(screen: Screen) -> list[str]:
    """Names of the controls that no way of arrow keys leads to."""
    controls = screen.page.evaluate(NUMBER)
    if not controls:
        return []
    screen.page.evaluate("() => document.activeElement?.blur()")
    screen.press("ArrowDown")
    waiting = [screen.page.evaluate(FOCUSED)[0]]
    reached = set(waiting)
    while waiting:
        at = waiting.pop()
        for arrow in ARROWS:
            for next_at in _after(screen, arrow, at) - reached:
                reached.add(next_at)
                waiting.append(next_at)
    return [name for at, name in enumerate(controls) if at not in reached]


def _after(screen: Screen, arrow: str, at: int) -> set[int]:
    """Where `arrow` leads from `at`; a list that has the focus scrolls first."""
    before = screen.page.evaluate(FOCUS, at)
    for _ in range(SCROLLS_MOST):
        screen.press(arrow)
        now = screen.page.evaluate(FOCUSED)
        if now[0] != at or now == before:
            return {now[0]} - {-1}
        before = now
    return set()


@pytest.mark.parametrize("name", [name for name in names("member") if "extreme" not in name])
def test_arrows_reach_everything_on_the_member_screen(opened: Opener, name: str) -> None:
    screen = opened("/", (1024, 600))
    screen.show(name)
    assert unreached(screen) == []


@pytest.mark.parametrize("name", [name for name in names("counter") if "extreme" not in name])
def test_arrows_reach_everything_at_the_counter(opened: Opener, name: str) -> None:
    screen = opened("/counter", (1280, 800))
    screen.show(name)
    assert unreached(screen) == []


@pytest.mark.parametrize("key", ["F2", "F3", "F6"])
def test_arrows_reach_everything_in_a_pane(opened: Opener, key: str) -> None:
    screen = opened("/counter", (1024, 600))
    screen.show("counter_member")
    screen.press(key)
    screen.wait_for(".pane")
    assert unreached(screen) == []


def test_arrows_walk_through_a_long_basket_and_out_of_it(opened: Opener) -> None:
    screen = opened("/counter")
    screen.show("counter_extreme")
    first = "[data-line='1'] button"
    screen.page.locator(first).first.focus()
    screen.press(*["ArrowDown"] * 59)
    line = "() => document.activeElement.closest('[data-line]')?.dataset.line"
    assert screen.page.evaluate(line) == "60"
    assert screen.page.evaluate("() => document.activeElement.getBoundingClientRect().bottom <= innerHeight")
    screen.press("ArrowRight", "ArrowRight")
    assert screen.page.evaluate(line) is None


def test_a_control_out_of_reach_is_found(opened: Opener) -> None:
    screen = opened("/")
    screen.show("member_greeting")
    screen.page.evaluate(
        """() => addEventListener('keydown', (event) => {
          if (event.key === 'ArrowLeft') event.stopImmediatePropagation();
        }, { capture: true })"""
    )
    screen.page.evaluate("() => document.querySelector('.languages').remove()")
    assert unreached(screen) == ["消费与积分"]


@pytest.mark.parametrize(
    ("path", "name"), [("/", "member_greeting"), ("/", "member_warning"), ("/counter", "counter_points")]
)
def test_enter_presses_what_has_the_focus(opened: Opener, path: str, name: str) -> None:
    screen = opened(path)
    screen.show(name)
    controls = screen.page.evaluate(NUMBER)
    screen.page.evaluate(COUNT_CLICKS)
    buttons = [at for at in range(len(controls)) if _is_button(screen, at)]
    for pressed, at in enumerate(buttons, start=1):
        screen.page.evaluate(FOCUS, at)
        screen.press("Enter")
        screen.page.wait_for_function("(pressed) => window.clicked.length >= pressed", arg=pressed)
    assert screen.page.evaluate("() => window.clicked") == buttons
    assert len(buttons) >= 2


def _is_button(screen: Screen, at: int) -> bool:
    return bool(screen.page.evaluate("(at) => document.querySelector(`[data-at='${at}']`).matches('button')", at))


def test_the_focus_can_be_seen(opened: Opener) -> None:
    screen = opened("/")
    screen.show("member_greeting")
    screen.press("ArrowDown")
    outline = screen.page.evaluate("() => getComputedStyle(document.activeElement).outline")
    assert "rgb(217, 72, 15) solid 4px" in outline


def test_a_warning_keeps_the_focus(opened: Opener) -> None:
    screen = opened("/")
    screen.show("member_warning")
    assert screen.page.evaluate("() => document.activeElement.textContent") == "我还需要时间"
    screen.press("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight")
    assert screen.page.evaluate("() => document.activeElement.closest('.warning') !== null")
