"""The pages' arithmetic, asked of the modules themselves: amounts, notes, scanners that type, money and times."""

from __future__ import annotations

import json
from typing import Any

import pytest

from terminal.codes.gs1 import CHARS_MAX
from terminal.languages import LANGUAGES, named, nearest
from tests.browser.conftest import Opener
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Opener) -> Screen:
    screen = opened("/")
    screen.show("member_idle")
    return screen


def ask(screen: Screen, module: str, expression: str) -> Any:
    """The value of `expression`, in which `m` is the module."""
    return screen.page.evaluate(f"async () => {{ const m = await import('/ui/js/{module}.js'); return {expression}; }}")


def test_typed_amounts_are_minor_units(page: Screen) -> None:
    typed = {"200": 20000, "0.5": 50, "12.34": 1234, "99999999.99": 9_999_999_999}
    for text, minor in typed.items():
        assert ask(page, "counter/amount", f"m.minorOf('{text}', 2)") == minor
    assert ask(page, "counter/amount", "m.minorOf('5000', 0)") == 5000
    assert ask(page, "counter/amount", "m.minorOf('', 2)") is None


def test_keys_that_make_no_amount_change_nothing(page: Screen) -> None:
    after = {
        "'12.34', '5', 2": "12.34",
        "'12', '.', 0": "12",
        "'1.2', '.', 2": "1.2",
        "'', '.', 2": "0.",
        "'0', '7', 2": "7",
        "'99999999', '1', 2": "99999999",
        "'12', 'x', 2": "12",
        "'12', 'Backspace', 2": "1",
    }
    for arguments, text in after.items():
        assert ask(page, "counter/amount", f"m.afterKey({arguments})") == text


def test_quick_amounts_are_round_and_more_than_is_due(page: Screen) -> None:
    assert ask(page, "counter/amount", "m.quickAmounts(14425, 'CNY', 2)") == [15000, 16000, 20000]
    assert ask(page, "counter/amount", "m.quickAmounts(20000, 'CNY', 2)") == [21000, 22000, 25000]
    assert ask(page, "counter/amount", "m.quickAmounts(1290, 'JPY', 0)") == [2000, 5000, 10000]


def test_a_burst_is_long_and_fast(page: Screen) -> None:
    def typed(characters: str, gap_ms: int) -> Any:
        presses = f"[...'{characters}'].forEach((c, at) => b.press(c, at * {gap_ms}))"
        return ask(page, "counter/burst", f"((b) => ({presses}, b.end({len(characters)} * {gap_ms})))(new m.Burst())")

    assert typed("6901234567892", 2) == "6901234567892"
    assert typed("690123", 35) == "690123"
    assert typed("690123", 36) is None
    assert typed("69012", 2) is None
    assert typed("%E?", 2) == "%E?"
    assert typed("%E?", 36) is None
    assert typed("20.5", 2) is None
    assert len(typed("0" * 5000, 2)) == CHARS_MAX


def test_money_is_exact_and_follows_its_currency(page: Screen) -> None:
    assert ask(page, "phrases", "m.decimal(900719925474099, 2)") == "9007199254740.99"
    assert ask(page, "phrases", "m.decimal(-5, 2)") == "-0.05"
    assert ask(page, "phrases", "m.money(999999999)") == "¥9,999,999.99"
    assert ask(page, "phrases", "m.money(-2000)") == "−¥20.00"


def test_phrases_fill_in_what_they_are_given(page: Screen) -> None:
    def said(code: str, params: str) -> Any:
        return ask(page, "phrases", f"m.say({{ code: '{code}', params: {params} }})")

    assert said("below_threshold", "{distance_minor: 1200, saves_minor: 2000}") == "还差 ¥12.00，可减 ¥20.00"
    assert said("offer_tier_percent", "{name: {'zh-CN': '金卡'}, share: {'zh-CN': '8.8 折'}}") == "金卡享 8.8 折"
    assert said("points_not_available", "{asked: 12000, available: 320, waiting: 45, as_of_ms: null}").startswith(
        "想用 12,000 积分。本机确定可用 320，待确认 45，最近与总部核对：从未。"
    )
    assert said("offer_spend_and_save", "{threshold_minor: 15000, save_minor: 2050}") == "满 ¥150 减 ¥20.50"
    assert said("nobody_wrote_this", "{}") == "nobody_wrote_this"
    assert said("barcode_unknown", "{code: '{asked}<b>'}") == "没有找到商品 {asked}<b>。请核对条码，或换一件再扫。"


def test_a_tag_finds_its_language_and_a_name_the_nearest_that_it_has(page: Screen) -> None:
    tags = ["zh-CN", "zh", "zh-SG", "zh-Hans-TW", "zh-TW", "zh_HK", "zh-Hant", "en-GB", "fr", ""]
    assert ask(page, "phrases", f"{tags}.map(m.nearest)") == [nearest(tag) or "en" for tag in tags]
    names = {"en": "Tea", "zh-CN": "茶叶"}
    said = "((tag) => (m.language.value = tag, m.named({})))"
    for language in LANGUAGES:
        for known in (names, {**names, "zh-TW": "茶葉"}, {"fr": "Thé"}, {"zh-TW": "茶葉", "en": "Tea"}):
            assert ask(page, "phrases", f"{said.format(json.dumps(known))}('{language}')") == named(known, language)


NOON = "Date.parse('2026-11-22T12:00:00')"
FORMATTED = {
    "m.money(-1234567)": ["−¥12,345.67", "−¥12,345.67", "−¥12,345.67"],
    "m.number(12345)": ["12,345", "12,345", "12,345"],
    "m.day('2026-11-22')": ["2026年11月22日", "2026年11月22日", "November 22, 2026"],
    f"m.when({NOON} - 86400000, {NOON})": ["11月21日 12:00", "11月21日 12:00", "Nov 21, 12:00"],
    f"m.dated({NOON} - 60000, {NOON})": ["今天 11:59", "今天 11:59", "Today 11:59"],
    f"m.ago({NOON} - 180000, {NOON})": ["3分钟前", "3 分鐘前", "3 minutes ago"],
    f"m.ago({NOON} - 86400000, {NOON})": ["昨天", "昨天", "yesterday"],
}


@pytest.mark.parametrize("expression", FORMATTED)
def test_figures_and_times_are_written_as_in_their_language(page: Screen, expression: str) -> None:
    said = [ask(page, "phrases", f"(m.language.value = '{language}', {expression})") for language in LANGUAGES]
    assert said == FORMATTED[expression]


def test_times_are_short_today_and_dated_before(page: Screen) -> None:
    now = "Date.parse('2026-11-22T12:00:00')"
    assert ask(page, "phrases", f"m.when({now} - 60000, {now})") == "11:59"
    assert ask(page, "phrases", f"m.when({now} - 86400000, {now})") == "11月21日 12:00"
    assert ask(page, "phrases", f"m.dated({now} - 60000, {now})") == "今天 11:59"
    assert ask(page, "phrases", f"m.ago({now} - 180000, {now})") == "3分钟前"


def test_a_notice_is_divided_after_its_first_sentence(page: Screen) -> None:
    divided = {
        "没有找到这张会员卡。请到收银台。": ["没有找到这张会员卡。", "请到收银台。"],
        "12.00 is due. Take it.": ["12.00 is due.", "Take it."],
        "Only one.": ["Only one.", ""],
    }
    for text, parts in divided.items():
        assert ask(page, "phrases", f"m.firstSentence('{text}')") == parts


def test_a_page_knows_nothing_of_the_one_before(opened: Opener) -> None:
    opened("/counter").page.evaluate("() => localStorage.setItem('what was chosen', 'there')")
    assert opened("/counter").page.evaluate("() => localStorage.length") == 0
