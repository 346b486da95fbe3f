"""Every sentence about cards and proofs, and the longest of all, with long values, on the smallest panel."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import kiosk_ui
from terminal.languages import LANGUAGES
from tests.browser.conftest import Opener
from tests.browser.recorded_views import AT_MS
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

SMALLEST = (1024, 600)
LONGEST = 12
ABOUT_CARDS = re.compile(r"card_|proof_|pin_|member_code_|code_of_")
_PLACE = re.compile(r"\{(\w+)\}")


def sentences(language: str) -> dict[str, str]:
    """By code: those about cards, then the longest. The counter's own stand under the code that it is sent."""
    entries = json.loads((kiosk_ui.FOLDER / "i18n" / f"{language}.json").read_text("utf-8"))
    codes = [code for code in entries if not code.startswith(("ui_", "refund_")) and not code.endswith("_at_counter")]
    longest = sorted(codes, key=lambda code: len(entries[code]))[-LONGEST:]
    return {code: entries[code] for code in codes if code in longest or ABOUT_CARDS.match(code)}


def long_value(name: str) -> object:
    if name.endswith("_minor"):
        return 12_345_678
    if name.endswith("_ms"):
        return AT_MS
    texts = {"code": "6901234500015", "device": "usb-ACS_ACR1252_Dual_Reader", "number": "s01-7f3a-1-000123"}
    return texts.get(name, 12_345)


def notice(code: str, sentence: str) -> dict[str, Any]:
    return {"code": code, "params": {name: long_value(name) for name in _PLACE.findall(sentence)}}


def faults(screen: Screen) -> list[str]:
    return [fault for call in ("tooWide()", "cut()", "overlapping()") for fault in screen.measure(call)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "view"), [("/", "member_notice_long"), ("/counter?lang={}", "counter_troubles")])
def test_every_sentence_about_cards_and_the_longest_fit(opened: Opener, path: str, view: str, language: str) -> None:
    screen = opened(path.format(language), SMALLEST)
    shown = sentences(language)
    assert len(shown) > 30
    for code, sentence in shown.items():
        screen.show(view, language, notice=notice(code, sentence))
        assert faults(screen) == [], code


def test_a_sentence_that_does_not_fit_would_be_found(opened: Opener) -> None:
    screen = opened("/", SMALLEST)
    screen.show("member_notice_long", "en", notice={"code": "of_no_catalogue", "message": "Far too long. " * 60})
    assert any("cut" in fault for fault in faults(screen))
