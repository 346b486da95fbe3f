"""The pricing bench measures what it says: sizes, competition and proof are those of its scenes. No time is judged."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import ENGINE, price, read_programme
from terminal.bench.price_bench import LINES, MEMBER, NOON, OFFERS, QUICK_LINES, QUICK_OFFERS, STATE, measure
from terminal.bench.price_bench_scenes import baskets, calm, document, idle, rivals
from terminal.commands.bench_price import render

SAMPLES = 20


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return measure(SAMPLES, 7, quick=True)


def test_the_figures_have_their_shape(result: dict[str, Any]) -> None:
    assert {key: result[key] for key in ("engine", "seed", "lines", "offers")} == {
        "engine": ENGINE,
        "seed": 7,
        "lines": LINES,
        "offers": OFFERS,
    }
    assert result["floor"]["samples"] == 4 * SAMPLES
    for scene in ("calm", "competing"):
        assert set(result[scene]) == {"member", "guest"}
        for row in result[scene].values():
            assert (row["samples"], row["proven"]) == (SAMPLES, SAMPLES)
            assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["most_ms"]
            assert row["ratio"] > 1


def test_the_scenes_are_what_they_are_called(result: dict[str, Any]) -> None:
    """All that can be applied without competition is; of twelve rivals only some are, and all are looked at."""
    calm_member, rival = result["calm"]["member"], result["competing"]["member"]
    assert calm_member["applied"] == calm_member["competing"]
    assert calm_member["applied"][0] > 12
    assert 11 <= rival["competing"][0] <= rival["competing"][1] == 12
    assert rival["applied"][1] < rival["competing"][0]


def test_every_size_is_measured_and_one_is_the_measure(result: dict[str, Any]) -> None:
    cells = {(cell["lines"], cell["offers"]): cell["relative"] for cell in result["growth"]}
    assert set(cells) == {(lines, offers) for lines in QUICK_LINES for offers in QUICK_OFFERS}
    assert cells[LINES, OFFERS] == 1
    assert all(cell["p50_ms"] > 0 for cell in result["growth"])


def test_compiling_is_measured_with_its_memory(result: dict[str, Any]) -> None:
    found = result["compile"]
    assert found["offers"] == 2000
    assert 0 < found["memory_kib"] <= found["peak_kib"]
    assert min(found["read_ms"], found["index_ms"]) > 0


def test_the_scenes_follow_the_seed() -> None:
    assert baskets(7, 60, 600, 3) == baskets(7, 60, 600, 3) != baskets(8, 60, 600, 3)
    (basket,) = baskets(7, 60, 600, 1)
    assert len({line.gtin for line in basket.lines}) == len(basket.lines) == 60
    assert len(calm(200)) == len([*rivals(), *idle(188)]) == 200


def test_the_price_bench_prices_the_programme_that_it_names() -> None:
    (basket,) = baskets(7, 60, 600, 1)
    rules = read_programme(document([*rivals(), *idle(10)]))
    quote = price(basket, MEMBER, rules, NOON, STATE)
    assert quote.proven
    assert {reason.offer.rpartition("-")[0] for reason in quote.reasons} >= {"special_price", "bundle"}
    assert len(quote.missed) + len(quote.reasons) == 22


def test_people_get_tables(result: dict[str, Any]) -> None:
    text = render(result).splitlines()
    assert text[0] == f"60 lines, 200 offers, engine {ENGINE}, seed 7"
    assert [row.split("  ")[0] for row in text[2:7]] == [
        "summing the lines",
        "no competition, member",
        "no competition, guest",
        "offers compete, member",
        "offers compete, guest",
    ]
    assert all(row.endswith(f"{SAMPLES}/{SAMPLES}") for row in text[3:7])
    assert text[9].split() == ["lines", "10", "offers", "200", "offers"]
    assert [row.split()[0] for row in text[10:12]] == ["10", "60"]
    assert text[13].startswith("A programme of 2000 offers, ")
