"""The bench page: cards, goods, keys and the two switches, with both screens beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Opener
from tests.browser.fixture_server import Stage
from tests.browser.recorded_views import recorded
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[2] / "artifacts" / "screens"


@pytest.fixture
def bench(opened: Opener, stage: Stage) -> Screen:
    stage.show(recorded("member_greeting"))
    stage.show(recorded("counter_member"))
    screen = opened("/bench/", (1440, 900))
    screen.wait_for(".cards li")
    return screen


def asked(bench: Screen) -> tuple[str, dict[str, Any]]:
    """What the bench process was asked for last."""
    what, body = bench.page.evaluate("async () => (await (await fetch('/api/asked')).json()).at(-1)")
    return what, body


def press(bench: Screen, selector: str) -> tuple[str, dict[str, Any]]:
    with bench.page.expect_response(lambda answer: answer.request.method == "POST"):
        bench.page.locator(selector).first.click()
    return asked(bench)


def test_everything_can_be_done(bench: Screen) -> None:
    assert press(bench, ".cards li:nth-child(2) button") == ("tap", {"uid": "04A1B2C3D4E5F7"})
    assert press(bench, ".cards > button") == ("remove", {})
    assert press(bench, ".products li:nth-child(3) button") == ("scan", {"code": "6901234500002"})
    assert press(bench, ".keypad .enter") == ("key", {"key": "enter"})
    assert press(bench, ".keypad button") == ("key", {"key": "7"})
    bench.page.locator(".products form input").fill("123")
    assert press(bench, ".products form button") == ("scan", {"code": "123"})


def test_products_are_found_by_name_code_and_category(bench: Screen) -> None:
    for words, found in (("鲜牛奶 17 号", 1), ("6901234500005", 1), ("DAIRY", 41), ("no such thing", 0)):
        bench.page.locator("input[type=search]").fill(words)
        bench.page.wait_for_function("(n) => document.querySelectorAll('.products li').length === n", arg=found)


def test_the_switches_switch(bench: Screen) -> None:
    for what in ("line", "power"):
        switch = bench.page.locator(".switch").nth(("line", "power").index(what))
        for on in (False, True):
            with bench.page.expect_response(f"**/api/{what}"):
                switch.click()
            assert asked(bench) == (what, {"on": on})
            bench.page.wait_for_selector(f".switch[aria-checked='{str(on).lower()}']")


def test_it_looks_right_in_every_language(bench: Screen) -> None:
    for name in ("en", "zh-CN", "zh-TW"):
        bench.wait_for(f"html[lang={name}]")
        bench.page.frame_locator("iframe").nth(0).locator(".greeting").wait_for()
        bench.page.frame_locator("iframe").nth(1).locator(".tenders").wait_for()
        assert bench.measure("tooWide()") == []
        assert bench.measure("cut()") == []
        assert bench.measure("overlapping()") == []
        assert bench.measure("faint(4.5)") == []
        SHOTS.mkdir(parents=True, exist_ok=True)
        bench.page.screenshot(path=SHOTS / f"bench.{name}.1440.png")
        bench.click("header .plain")


def test_the_newest_receipt_is_there(bench: Screen) -> None:
    bench.page.wait_for_function("() => document.querySelector('.paper img')?.naturalWidth > 0")
    assert bench.page.locator(".paper img").get_attribute("alt") == "Receipt"


def test_a_card_that_nobody_knows_is_shown_as_such(bench: Screen) -> None:
    assert bench.text(".cards li:nth-child(4)") == "? A card that nobody knows"
