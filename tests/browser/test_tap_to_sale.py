"""A person at the bench, in a real browser: tap, scan, pay, lose the line, lose the power, go on."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from terminal.bench.browser import ARGUMENTS, PROGRAMS
from terminal.bench.layout import Ports
from terminal.bench.page import sample_cards, sample_products
from terminal.bench.sample_pin import WRONG
from terminal.store.card_keys import SEALED

pytestmark = pytest.mark.browser
ARTEFACTS = Path(__file__).parents[2] / "artifacts" / "tap-to-sale"
PATIENCE_MS = 30_000
LOOK_AGAIN_MS = 50


@dataclass
class Shop:
    """The bench and the two screens of one demo, each in a page of its own."""

    state: Path
    bench: Page
    member: Page
    counter: Page

    def picture(self, name: str) -> None:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        for part in ("bench", "member", "counter"):
            getattr(self, part).screenshot(path=ARTEFACTS / f"{name}-{part}.png")

    def tap(self, uid: str) -> None:
        self.bench.request.post(self.bench.url + "api/tap", data={"uid": uid})

    def tap_chip(self, card: str) -> None:
        """The card with a key in its chip, or its copy."""
        self.bench.request.post(self.bench.url + "api/tap", data={"card": card})

    def scan(self, code: str) -> None:
        self.bench.request.post(self.bench.url + "api/scan", data={"code": code})

    def wait_for_key(self) -> None:
        """Until a card's key has come from HQ and is on the terminal's disk."""
        kept = self.state / "terminal" / SEALED
        for _ in range(PATIENCE_MS // LOOK_AGAIN_MS):
            if kept.exists():
                return
            self.bench.wait_for_timeout(LOOK_AGAIN_MS)
        raise AssertionError("no key came")

    def switch(self, name: str) -> None:
        self.bench.get_by_role("switch", name=re.compile(name, re.IGNORECASE)).click()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A demo of its own, in a folder of its own, stopped as Ctrl-C stops it."""
    base = Ports.free().bench
    program = next(path for path in PROGRAMS if path.exists())
    with tempfile.TemporaryDirectory(prefix="sp-") as folder, sync_playwright() as playwright:
        program_of_ours = str(Path(sys.executable).with_name("stillpoint"))
        command = [program_of_ours, "demo", "--state", folder, "--port-base", str(base)]
        demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            assert demo.stdout is not None
            assert "Stillpoint is up" in demo.stdout.readline()
            addresses = [f"http://127.0.0.1:{base}/", f"http://127.0.0.1:{base + 1}/"]
            pages = [browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 800}) for _ in range(3)]
            for page, address in zip(pages, (*addresses, addresses[1] + "counter"), strict=True):
                page.set_default_timeout(PATIENCE_MS)
                page.goto(address)
            yield Shop(Path(folder), *pages)
        finally:
            browser.close()
            demo.send_signal(signal.SIGINT)
            assert demo.wait(60) == 0
            demo.stdout.close() if demo.stdout else None


def _cards_by_note() -> dict[str, str]:
    return {card["note"]["en"].lower(): card["uid"] for card in sample_cards()}


def test_a_day_at_the_counter(shop: Shop) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    gold = next(uid for note, uid in _cards_by_note().items() if "gold" in note and "english" not in note)
    english = next(uid for note, uid in _cards_by_note().items() if "english" in note)
    blocked = next(uid for note, uid in _cards_by_note().items() if "blocked card" in note or "card blocked" in note)
    product = sample_products()[0]

    expect(shop.counter.locator("body")).to_contain_text("扫商品")
    shop.tap(gold)
    expect(shop.member.locator("body")).to_contain_text("您好")
    shop.picture("1-greeting")

    for _ in range(3):
        shop.scan(product["gtin"])
    expect(shop.counter.locator("[data-line]")).to_have_count(1)
    expect(shop.counter.locator("[data-line]")).to_contain_text(product["name"]["zh-CN"])
    expect(shop.member.locator("body")).to_contain_text(product["name"]["zh-CN"])
    shop.picture("2-basket")
    shop.counter.keyboard.press("F9")
    expect(shop.counter.locator("[data-line]")).to_have_count(0)
    shop.counter.keyboard.press("F9")
    expect(shop.counter.locator("[data-line]")).to_have_count(1)

    shop.switch("line")
    expect(shop.counter.locator("body")).to_contain_text("离线营业")
    shop.counter.keyboard.press("F2")
    shop.counter.keyboard.press("Enter")
    expect(shop.counter.locator("body")).to_contain_text("找零")
    expect(shop.member.locator("body")).to_contain_text("谢谢")
    shop.picture("3-receipt-offline")

    shop.tap(english)
    expect(shop.member.locator("body")).to_contain_text("Hello")
    shop.tap(blocked)
    expect(shop.counter.locator("body")).to_contain_text("已")
    shop.picture("4-blocked-card")

    shop.scan(product["gtin"])
    expect(shop.counter.locator("[data-line]")).to_have_count(1)
    shop.switch("power")
    expect(shop.counter.locator("body")).to_contain_text("正在连接")
    expect(shop.bench.get_by_role("switch").nth(1)).to_have_attribute("aria-checked", "false")
    shop.picture("5-power-off")
    shop.switch("power")
    expect(shop.bench.get_by_role("switch").nth(1)).to_have_attribute("aria-checked", "true")
    expect(shop.counter.locator("[data-line]")).to_have_count(1)

    shop.switch("line")
    expect(shop.counter.locator("body")).not_to_contain_text("离线营业")
    shop.picture("6-online-again")


def test_a_card_proves_its_key_and_a_copy_of_its_number_does_not(shop: Shop) -> None:
    """The key comes from HQ while the card lies there; from then on what has the same number alone is refused."""
    expect.set_options(timeout=PATIENCE_MS)
    shop.tap_chip("chip")
    expect(shop.member.locator("h1")).to_contain_text("您好")
    shop.wait_for_key()
    shop.bench.request.post(shop.bench.url + "api/remove")
    shop.counter.keyboard.press("F8")
    expect(shop.member.locator("h1")).to_contain_text("请刷会员卡")
    shop.tap_chip("copy")
    expect(shop.member.locator("h1")).to_contain_text("需要证明自己是真卡")
    expect(shop.counter.locator(".notice-bar.asked")).to_contain_text("请会员把卡平放在读卡器上")
    shop.picture("7-copy-refused")
    shop.tap_chip("chip")
    expect(shop.member.locator("h1")).to_contain_text("您好")
    shop.picture("8-proven")


def test_the_sample_pin_lets_points_go_that_a_copyable_card_does_not(shop: Shop) -> None:
    """The bench tells it; HQ set it, and it came by sync."""
    expect.set_options(timeout=PATIENCE_MS)
    card = next(card for card in sample_cards() if card["pin"])
    expect(shop.bench.locator(".card .pin")).to_contain_text(card["pin"])
    shop.tap(card["uid"])
    for lines, product in enumerate(sample_products()[:8], start=1):
        shop.scan(product["gtin"])
        expect(shop.counter.locator("[data-line]")).to_have_count(lines)
    shop.counter.keyboard.press("F6")
    shop.counter.keyboard.type("2100", delay=60)
    shop.counter.keyboard.press("Enter")
    expect(shop.counter.locator(".till")).to_contain_text("这种卡每天可用的积分有上限，现在可用 2,000")
    shop.counter.keyboard.press("F10")
    _key_in(shop, WRONG)
    expect(shop.member.locator("body")).to_contain_text("密码不正确")
    expect(shop.counter.locator(".member-box")).to_contain_text("密码不正确，会员可以再试一次")
    shop.picture("9-pin-wrong")
    _key_in(shop, card["pin"])
    expect(shop.counter.locator(".member-box")).to_contain_text("密码已验证")
    expect(shop.counter.locator(".till")).to_contain_text("2,100")
    shop.picture("10-pin-right")


def _key_in(shop: Shop, pin: str) -> None:
    """On the glass, wherever the keys stand."""
    for count, digit in enumerate(pin, start=1):
        shop.member.get_by_role("button", name=digit, exact=True).click()
        shop.member.locator(f".pin-dots i:nth-child({count}).filled").wait_for()
    shop.member.get_by_role("button", name="确认").click()
