"""Every recorded screen, in every language and on two panels: nothing overflows, is cut, is faint or is too small."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.languages import LANGUAGES
from tests.browser.conftest import Opener
from tests.browser.recorded_views import names
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[2] / "artifacts" / "screens"
PANELS = [(1280, 800), (1024, 600)]
PRIMARY_READING = "h1, h2, .due strong, .total, .newest .product, .offers b, button.primary, .notice p"
COUNTER_PRIMARY = ".tenders button, .confirm button, .next"
PANES = {"cash": ["F2", "2", "0", "0"], "card": ["F3"], "part": ["F3", "5", "0", "Enter"], "points": ["F6"]}
each_panel = pytest.mark.parametrize("size", PANELS, ids=lambda size: f"{size[0]}x{size[1]}")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def look(screen: Screen, name: str, language: str, width: int) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    screen.page.screenshot(path=SHOTS / f"{name}.{language}.{width}.png")
    assert screen.measure("tooWide()") == []
    assert screen.measure("cut()") == []
    assert screen.measure("overlapping()") == []
    assert screen.measure("faint(7)") == []


@each_panel
@each_language
def test_member_screens(opened: Opener, size: tuple[int, int], language: str) -> None:
    screen = opened("/", size)
    for name in names("member"):
        screen.show(name, language)
        look(screen, name, language, size[0])
        assert screen.measure("small('button.primary', 20)") == [], name
        assert screen.measure("small('button', 15)") == [], name
        assert screen.measure(f"low({PRIMARY_READING!r}, 4.8)") == [], name


@each_panel
@each_language
def test_counter_screens(opened: Opener, size: tuple[int, int], language: str) -> None:
    screen = opened(f"/counter?lang={language}", size)
    for name in names("counter"):
        screen.show(name, language)
        look(screen, name, language, size[0])
        check_counter_targets(screen)


@each_panel
@each_language
@pytest.mark.parametrize("basket", ["counter_member", "counter_extreme", "counter_yen"])
def test_panes_of_the_counter(opened: Opener, size: tuple[int, int], language: str, basket: str) -> None:
    screen = opened(f"/counter?lang={language}", size)
    screen.show(basket, language)
    for pane, keys in PANES.items():
        screen.press(*keys)
        screen.wait_for(".pane .parts li" if pane == "part" else ".pane")
        look(screen, f"{basket}_{pane}", language, size[0])
        check_counter_targets(screen)
        screen.press("Escape")


def check_counter_targets(screen: Screen) -> None:
    assert screen.measure("small('button', 0, 44)") == []
    assert screen.measure(f"small({COUNTER_PRIMARY!r}, 15)") == []


def test_a_large_panel(opened: Opener) -> None:
    screen = opened("/", (1920, 1080))
    for name in names("member"):
        screen.show(name)
        look(screen, name, "zh-CN", 1920)
    screen = opened("/counter", (1920, 1080))
    for name in names("counter"):
        screen.show(name)
        look(screen, name, "zh-CN", 1920)


def test_the_millimetre_of_a_panel_can_be_told(opened: Opener) -> None:
    screen = opened("/?mm=4.2", (1280, 800))
    screen.show("member_greeting")
    assert screen.page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{4.2 * 2.712:.4f}px"
    assert screen.measure("small('button.primary', 20)") == []


FAULTS = [
    ("tooWide()", ".offers", "width: 3000px", "wide in"),
    ("cut()", ".offers b", "position: relative; left: 900px", "cut: 周末满减"),
    ("cut()", ".invitation h1", "height: 20px; overflow: hidden; display: block", "cut: 请刷会员卡"),
    ("overlapping()", ".offers span", "position: relative; top: -30px", "on each other"),
    ("faint(7)", ".offers span", "color: #777", "4.4"),
    ("small('button', 15)", ".languages button", "min-height: 0; height: 60px", "60 px"),
    ("low('h1', 4.8)", "h1", "font-size: 30px", "3.7 mm"),
]


@pytest.mark.parametrize(("call", "selector", "fault", "said"), FAULTS, ids=lambda value: value[:24])
def test_each_measure_finds_its_fault(opened: Opener, call: str, selector: str, fault: str, said: str) -> None:
    screen = opened("/")
    screen.show("member_idle")
    assert screen.measure(call) == []
    style = f"(style) => {{ document.querySelector({selector!r}).style.cssText = style; }}"
    screen.page.evaluate(style, fault)
    assert any(said in found for found in screen.measure(call)), screen.measure(call)


def test_a_request_to_elsewhere_is_found(opened: Opener) -> None:
    screen = opened("/")
    screen.show("member_idle")
    screen.page.evaluate("fetch('http://127.0.0.1:9/x').catch(() => 0)")
    assert any("left the terminal" in fault or "Content Security Policy" in fault for fault in screen.faults)
    screen.faults.clear()
