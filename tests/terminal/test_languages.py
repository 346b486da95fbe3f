"""Which language a tag stands for, and a name where one is missing."""

from __future__ import annotations

import pytest

import kiosk_ui
from terminal.counter.phrase import Phrase
from terminal.languages import INSTEAD, LANGUAGES, named, nearest
from terminal.web.sentences import preferred, sentence

TAGS = {
    "zh-CN": "zh-CN",
    "zh": "zh-CN",
    "ZH-sg": "zh-CN",
    "zh-Hans-TW": "zh-CN",
    "zh-TW": "zh-TW",
    " zh_hk ": "zh-TW",
    "zh-Hant": "zh-TW",
    "zh-Hant-CN": "zh-TW",
    "zh-MO": "zh-TW",
    "en": "en",
    "en-GB": "en",
    "eng": None,
    "zhx": None,
    "fr": None,
    "": None,
}


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_stands_for_a_language(tag: str) -> None:
    assert nearest(tag) == TAGS[tag]


def test_every_language_has_a_catalogue_and_an_order_in_which_names_are_looked_for() -> None:
    assert {path.stem for path in (kiosk_ui.FOLDER / "i18n").glob("*.json")} == set(LANGUAGES) == set(INSTEAD)
    assert all(order[0] == language and set(order) == set(LANGUAGES) for language, order in INSTEAD.items())


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({"en": "Tea", "zh-CN": "茶叶", "zh-TW": "茶葉"}, ["茶叶", "茶葉", "Tea"]),
        ({"en": "Tea", "zh-CN": "茶叶"}, ["茶叶", "茶叶", "Tea"]),
        ({"en": "Tea", "zh-TW": "茶葉"}, ["茶葉", "茶葉", "Tea"]),
        ({"en": "Tea", "zh-TW": ""}, ["Tea", "Tea", "Tea"]),
        ({"zh-TW": "茶葉"}, ["茶葉", "茶葉", "茶葉"]),
        ({"fr": "Thé"}, ["Thé", "Thé", "Thé"]),
        ({}, ["", "", ""]),
    ],
)
def test_a_missing_name_is_taken_from_the_nearest_language(names: dict[str, str], found: list[str]) -> None:
    assert [named(names, language) for language in LANGUAGES] == found


def test_a_language_that_is_not_spoken_here_reads_english_names() -> None:
    assert named({"zh-CN": "茶叶", "en": "Tea"}, "fr") == "Tea"


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh-TW,zh;q=0.9", "zh-TW"), ("fr, zh-HK;q=0.5", "zh-TW"), ("fr", "en"), (None, "en"), ("en-GB,zh-TW", "en")],
)
def test_the_first_language_of_a_request_that_is_spoken_here_is_taken(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_a_sentence_names_things_in_the_nearest_language() -> None:
    phrase = Phrase("tier_by_visits", {"count": 3, "name": {"zh-CN": "金卡", "en": "Gold"}})
    assert [sentence(phrase, language) for language in LANGUAGES] == [
        "再来 3 次升级金卡",
        "再來 3 次升級為金卡",
        "Visits to Gold: 3 more",
    ]
