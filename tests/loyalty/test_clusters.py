"""Item offers that share goods, and every result they can have."""

from __future__ import annotations

from typing import Any

from loyalty.clusters import clusters, outcomes, together
from tests.loyalty.material import line, newest, offer
from tests.loyalty.till_material import checkout, contenders

MILK, TEA, CAKE = "10000001", "10000002", "10000003"
LINES = [line(1, 1000, 2, MILK, "dairy"), line(2, 600, 2, TEA, "drinks"), line(3, 900, 1, CAKE, "cakes")]


def price(id: str, *gtins: str, to: int = 500, **more: Any) -> dict[str, Any]:
    return offer("special_price", id, prices=dict.fromkeys(gtins, to), **more)


def grouped(*entries: dict[str, Any]) -> list[list[str]]:
    found = clusters(contenders(newest(*entries), LINES))
    return sorted([each.offer.id for each in cluster] for cluster in found)


def test_offers_on_other_goods_are_apart() -> None:
    assert grouped(price("a", MILK), price("b", TEA)) == [["a"], ["b"]]


def test_shared_goods_connect_also_by_way_of_others() -> None:
    assert grouped(price("a", MILK), price("b", TEA), price("c", CAKE), price("d", MILK, TEA)) == [
        ["a", "b", "d"],
        ["c"],
    ]


def test_an_exclusion_group_connects() -> None:
    assert grouped(price("a", MILK, group="g"), price("b", TEA, group="g"), price("c", CAKE)) == [["a", "b"], ["c"]]


def results(*entries: dict[str, Any]) -> list[tuple[list[str], tuple[tuple[int, int], ...]]]:
    rules = newest(*entries)
    (cluster,) = clusters(contenders(rules, LINES))
    found = outcomes(checkout(rules, LINES), cluster)
    return [([each.offer.id for each in one.applied], one.takes) for one in found]


def test_a_price_alone_is_had_or_left() -> None:
    assert results(price("a", MILK)) == [(["a"], ((0, 1000),)), ([], ())]
    assert results(price("a", MILK, to=2000)) == [([], ())]


def test_of_equal_results_the_one_with_fewer_offers_is_kept() -> None:
    assert results(price("a", MILK, to=700), price("b", MILK, to=500)) == [
        (["b"], ((0, 1000),)),
        (["a"], ((0, 600),)),
        ([], ()),
    ]


def test_offers_of_one_group_are_not_had_together() -> None:
    both = results(price("a", MILK, group="g"), price("b", TEA, group="g"))
    assert (["a", "b"], ((0, 1000), (1, 200))) not in both
    assert [ids for ids, _ in both] == [["a"], ["b"], []]


def test_units_are_tried_in_every_order_after_the_prices() -> None:
    half = offer("nth_unit", "half", 1, categories=["dairy"], nth=2, percent=[1, 2])
    free = offer("cheapest_free", "free", 2, categories=["dairy", "cakes"], of=2)
    found = results(half, free, price("low", MILK, to=800))
    assert found[0] == (["low", "free"], ((0, 400 + 512), (2, 288)))
    ids = [each for each, _ in found]
    assert ["low", "half"] in ids
    assert ["half"] in ids
    assert ["low", "half", "free"] not in ids  # one cake is too few once the milk has taken part
    assert ids[-1] == []


def test_different_clusters_are_applied_by_rank_prices_first() -> None:
    rules = newest(
        price("p9", CAKE, priority=9),
        offer("nth_unit", "u2", 2, categories=["dairy"], nth=2, percent=[1, 2]),
        offer("nth_unit", "u1", 1, categories=["drinks"], nth=2, percent=[1, 2]),
    )
    till = checkout(rules, LINES)
    best = [outcomes(till, cluster)[0] for cluster in clusters(contenders(rules, LINES))]
    assert [each.offer.id for each in together(till, best).applied] == ["p9", "u1", "u2"]
    assert [each.offer.id for each in together(till, reversed(best)).applied] == ["p9", "u1", "u2"]
