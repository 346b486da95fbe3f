"""Every sentence exists in every language, with the same values in it, and every code that is used has a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk_ui
from drivers.base import KINDS
from drivers.status import WORDS
from loyalty.quote import Miss
from loyalty.refund_note import Why
from loyalty.sale import TenderKind, Verdict
from terminal.languages import LANGUAGES
from tests.browser.recorded_views import names, phrase_codes, recorded

ROOT = Path(__file__).parents[2]
LIMITED_BY = ("whole_units", "cap", "order", "available", "copyable_daily", "not_a_member", "assurance")
OF_THE_LINE_TO_HQ = {
    "bundle_refused",
    "chain_diverged",
    "directory_failed",
    "directory_full",
    "hq_refused",
    "hq_wrong",
    "not_active",
    "not_authenticated",
    "quarantined",
    "suspended",
    "tls_mismatch",
}
NAMED_BY_VALUE = {
    "ui_${kind}": [f"ui_{kind.value}" for kind in TenderKind] + ["ui_points"],
    "ui_${part.kind}": [f"ui_{kind.value}" for kind in TenderKind],
    "ui_${tender.kind}": [f"ui_{kind.value}" for kind in TenderKind],
    "ui_${kind}_hint": ["ui_card_hint", "ui_mobile_hint"],
    "ui_kind_${device.kind}": [f"ui_kind_{kind}" for kind in KINDS],
}

_PLACE = re.compile(r"\{(\w+)\}")
_IN_PAGE = re.compile(r"text\(\s*[\"`]([^\"`]+)[\"`]|code: \"(\w+)\"|words=\$\{text\(\"(\w+)\"")
_CHOSEN_IN_PAGE = re.compile(r"text\([^()\"`]*\?\s*\"(\w+)\"\s*:\s*\"(\w+)\"")
_IN_TERMINAL = re.compile(r"(?:Phrase|Refusal)\(\s*\"(\w+)\"|HTTPException\(\d+,\s*\"(\w+)\"")
_WORDS_OF_THE_MAINLAND = re.compile(
    "[“”‘’]|積分|網絡|信息|屏幕|默認|軟件|硬件|打印|掃碼|二維碼|小票|門店|充值|聯網|數據|接口|插件|移動支付|文檔"
)
_HAN = re.compile("[一-鿿]+")
_WESTERN_MARK = re.compile(r"[一-鿿][,:;?!()]|[,:;?!()][一-鿿]")


def catalogue(language: str) -> dict[str, str]:
    entries: dict[str, str] = json.loads((kiosk_ui.FOLDER / "i18n" / f"{language}.json").read_text("utf-8"))
    return entries


def found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {code for match in pattern.finditer(text) for code in match.groups() if code}


def differing_values(catalogues: list[dict[str, str]]) -> set[str]:
    """The codes whose sentence has other values in one catalogue than in another."""
    values = ({code: set(_PLACE.findall(text)) for code, text in catalogue.items()} for catalogue in catalogues)
    first, *others = values
    return {code for code in first for other in others if other[code] != first[code]}


def of_the_mainland(text: str) -> str:
    """The first word or character of a text that nobody in Taiwan writes; its script is what Big5 can hold."""
    word = _WORDS_OF_THE_MAINLAND.search(text)
    if word is not None:
        return word[0]
    return next((han for han in "".join(_HAN.findall(text)) if not han.encode("big5", "ignore")), "")


def scripts() -> Iterator[str]:
    return (path.read_text("utf-8") for path in sorted((kiosk_ui.FOLDER / "js").rglob("*.js")))


def codes_in_page() -> set[str]:
    written = set().union(*(found(_IN_PAGE, text) | found(_CHOSEN_IN_PAGE, text) for text in scripts()))
    fixed = {code for code in written if "$" not in code}
    return fixed.union(*(NAMED_BY_VALUE[code] for code in written - fixed))


def codes_in_terminal() -> set[str]:
    files = sorted((ROOT / "terminal").rglob("*.py"))
    return set().union(*(found(_IN_TERMINAL, path.read_text("utf-8")) for path in files))


def test_the_languages_have_the_same_phrases_in_the_same_order() -> None:
    first, *others = (list(catalogue(language)) for language in LANGUAGES)
    assert len(first) > 100
    assert all(other == first for other in others)


def test_the_values_in_a_phrase_are_the_same_in_every_language() -> None:
    assert differing_values([catalogue(language) for language in LANGUAGES]) == set()


def test_a_missing_value_would_be_found() -> None:
    assert differing_values([{"a": "{x} and {y}", "b": "{z}"}, {"a": "{y}: {x}", "b": "z"}]) == {"b"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_empty_or_broken(language: str) -> None:
    for code, text in catalogue(language).items():
        assert text.strip() == text != "", code
        assert "{" not in _PLACE.sub("", text), code
        assert "}" not in _PLACE.sub("", text), code


def test_every_reason_of_the_core_has_a_sentence() -> None:
    core = {verdict.value for verdict in Verdict} | {miss.value for miss in Miss} | set(LIMITED_BY)
    core |= {f"refund_{why.value}" for why in Why}
    assert core - set(catalogue("en")) == set()


def test_every_code_of_the_terminal_and_of_the_devices_has_a_sentence() -> None:
    codes = codes_in_terminal() | set(WORDS) | OF_THE_LINE_TO_HQ
    assert codes - set(catalogue("en")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_devices_sentence_uses_only_values_that_its_status_has(language: str) -> None:
    entries = catalogue(language)
    for code, (_, words) in WORDS.items():
        assert set(_PLACE.findall(entries[code])) <= set(_PLACE.findall(words)) | {"device"}, code


def test_every_code_in_the_pages_and_the_recorded_views_has_a_sentence() -> None:
    shown = set().union(*(phrase_codes(recorded(name)) for name in names()))
    assert len(shown) > 10
    assert (codes_in_page() | shown) - set(catalogue("en")) == set()


def test_every_phrase_of_the_pages_is_used() -> None:
    own = {code for code in catalogue("en") if code.startswith("ui_")}
    assert own - codes_in_page() == set()


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_chinese_uses_chinese_marks(language: str) -> None:
    western = {code: text for code, text in catalogue(language).items() if _WESTERN_MARK.search(text)}
    assert western == {}
    assert _WESTERN_MARK.search("你好,世界")


def test_taiwan_reads_its_own_words() -> None:
    """Not the mainland's in other characters: neither its words, nor its quotes, nor its script."""
    assert {code: found for code, text in catalogue("zh-TW").items() if (found := of_the_mainland(text))} == {}


@pytest.mark.parametrize(
    ("converted", "found"),
    [
        ("請刷會員卡，用積分", "積分"),
        ("沒有網絡", "網絡"),
        ("「{device}”", "”"),
        ("会員", "会"),
        ("查不到這張會員卡。", ""),
    ],
)
def test_converted_words_would_be_found(converted: str, found: str) -> None:
    assert of_the_mainland(converted) == found


def test_a_missing_code_would_be_found() -> None:
    assert found(_IN_PAGE, 'text("ui_missing")') == {"ui_missing"}
    assert found(_CHOSEN_IN_PAGE, 'text(on ? "ui_a" : "ui_b")') == {"ui_a", "ui_b"}
    assert found(_IN_TERMINAL, 'raise Refusal("new_code", 404)\nHTTPException(401, "other")') == {"new_code", "other"}
