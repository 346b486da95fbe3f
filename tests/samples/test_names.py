"""Every name of the sample chain is there in all the languages that a terminal speaks, each in its own words."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hq.chain import read_chain
from terminal.bench.page import chip_cards, sample_cards, sample_products
from terminal.languages import LANGUAGES
from tests.kiosk_ui.test_catalogues import of_the_mainland

CHAIN = Path(__file__).parents[2] / "samples" / "chain"


def localised(value: Any) -> Iterator[dict[str, str]]:
    """Every name in a document: an object with a text for some language."""
    if isinstance(value, dict):
        if set(LANGUAGES) & set(value):
            yield value
        value = list(value.values())
    for part in value if isinstance(value, list) else []:
        yield from localised(part)


def incomplete(names: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those that lack a language, or whose Chinese of Taiwan is not."""
    return [
        name
        for name in names
        if any(not name.get(language) for language in LANGUAGES) or of_the_mainland(name["zh-TW"])
    ]


def all_names() -> list[dict[str, str]]:
    documents = [json.loads((CHAIN / name).read_text("utf-8")) for name in ("chain.json", "programme.json")]
    shown = [sample_cards(), chip_cards(), sample_products()]
    return [
        *localised(documents),
        *localised([dict(product.name) for product in read_chain(CHAIN).products]),
        *localised(shown),
    ]


def test_every_name_is_there_in_all_languages() -> None:
    names = all_names()
    assert len(names) > 2 * 300 + 30
    assert incomplete(names) == []


def test_a_name_without_a_language_or_with_converted_words_would_be_found() -> None:
    missing, converted = {"zh-CN": "茶", "en": "Tea"}, {"zh-CN": "积分", "zh-TW": "積分", "en": "Points"}
    assert incomplete([*localised({"offers": [{"name": missing}, {"name": converted}]})]) == [missing, converted]


def test_goods_have_different_names_in_taiwan() -> None:
    """300 of them, and where all the characters are the same in both, the words are too."""
    with (CHAIN / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["name_zh_tw"] for row in rows}) == 300
    assert sum(row["name_zh_tw"] != row["name_zh"] for row in rows) > 250
