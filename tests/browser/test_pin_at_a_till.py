"""From the glass to the proof: both pages of a real till, a PIN keyed in by touch, and points that it lets go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_screens import SHOTS
from tests.terminal.counter.desks import TAP
from tests.terminal.counter.pin_world import PIN, WRONG, know_pins
from tests.terminal.shops import ADA, RICE
from tests.terminal.web.served import Served, served_shop

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path, prepare=know_pins) as shop:
        yield shop


def opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(address)
    return page


def key_in(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()
    page.locator(f".pin-dots i:nth-child({len(pin)}).filled").wait_for()
    page.get_by_role("button", name="确认").click()


def test_a_pin_from_the_glass_to_the_proof(served: Served, browser: Browser) -> None:
    member, counter = opened(browser, served.url + "/"), opened(browser, served.url + "/counter?lang=zh-CN")
    served.station.card(ADA, "uid", TAP).result(20)
    served.station.do(lambda desk: desk.scan(RICE)).result(20)
    counter.locator(".member-box .pin button").click()
    member.locator(".pin-pad").wait_for()
    counter.get_by_text("会员正在输入密码").wait_for()
    key_in(member, WRONG)
    member.get_by_text("密码不正确").wait_for()
    counter.get_by_text("密码不正确").wait_for()
    key_in(member, PIN)
    counter.get_by_text("密码已验证").wait_for()
    member.get_by_text("密码已验证").wait_for()
    SHOTS.mkdir(parents=True, exist_ok=True)
    member.screenshot(path=SHOTS / "pin_given_at_a_till.member.png")
    counter.screenshot(path=SHOTS / "pin_given_at_a_till.counter.png")
    assert served.station.do(lambda desk: desk.till.proof.pin).result(20)
    for page in (member, counter):
        page.context.close()
