"""The item steps: offers that share goods are tried together, and every result they can have is kept once.

A cluster is a set of price and unit offers connected by lines that they cover, or by an exclusion group. Clusters do
not touch each other's goods, so the results of one are the same whatever the others do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge
from typing import NamedTuple

from loyalty.checkout import Checkout, Contender
from loyalty.offers import PriceOffer, UnitOffer
from loyalty.pipeline import unit_prices
from loyalty.taking import Takes, lowered_prices, take_price, take_units

Amounts = tuple[int, ...]


class Outcome(NamedTuple):
    """A result of a cluster: the offers applied, in order, and what comes off each line."""

    chosen: tuple[Contender, ...]
    takes: Takes

    groups: frozenset[str]


def clusters(contenders: Iterable[Contender]) -> list[list[Contender]]:
    """The price and unit offers, connected by lines or exclusion groups; each cluster in the order given."""
    home: dict[int | str, _Cluster] = {}
    for contender in contenders:
        keys: list[int | str] = list(contender.places)
        if contender.offer.group:
            keys.append(contender.offer.group)
        met = {id(home[key]): home[key] for key in keys if key in home}
        joined = _Cluster([], keys)
        for cluster in met.values():
            joined.contenders.extend(cluster.contenders)
            joined.keys.extend(cluster.keys)
        joined.contenders.append(contender)
        home.update(dict.fromkeys(joined.keys, joined))
    found = {id(cluster): cluster for cluster in home.values()}
    return [sorted(cluster.contenders, key=lambda each: each.order) for cluster in found.values()]


class _Cluster(NamedTuple):
    contenders: list[Contender]
    keys: list[int | str]


def outcomes(checkout: Checkout, cluster: Sequence[Contender]) -> list[Outcome]:
    """Every result of every lawful subset in every order, the one that takes most off first; of equal results the one
    that D26 prefers. The result without any offer is among them."""
    if len(cluster) == 1 and isinstance(cluster[0].offer, PriceOffer):
        return _alone(checkout, cluster[0], cluster[0].offer)
    tree = _Tree(checkout, cluster)
    tree.prices(0, checkout.gross, ())
    return sorted(tree.found.values(), key=lambda each: -sum(take for _, take in each.takes))


def _alone(checkout: Checkout, contender: Contender, offer: PriceOffer) -> list[Outcome]:
    """The results of a price that no other offer looks at: the common case, and soon told."""
    takes = take_price(checkout, contender, offer, checkout.gross).takes
    group = contender.offer.group
    without = Outcome((), (), frozenset())
    return [Outcome((contender,), takes, frozenset({group} if group else ())), without] if takes else [without]


def in_order(picked: Iterable[Outcome]) -> tuple[Contender, ...]:
    """The offers of results of different clusters as they are applied: prices first, then by rank, as far as the order
    inside each cluster lets them (D26)."""
    prices: list[Contender] = []
    units: list[list[Contender]] = []
    for outcome in picked:
        first = sum(isinstance(each.offer, PriceOffer) for each in outcome.chosen)
        prices += outcome.chosen[:first]
        units.append(list(outcome.chosen[first:]))
    prices.sort(key=lambda each: each.offer.rank)
    return (*prices, *merge(*units, key=lambda each: each.offer.rank))


class _Tree:
    """Depth first over prices, then units; offers in rank order, so the preferred order is met first."""

    def __init__(self, checkout: Checkout, cluster: Sequence[Contender]) -> None:
        self.checkout = checkout
        self.priced = [
            (each, lowered_prices(checkout, each.offer, each.places))
            for each in cluster
            if isinstance(each.offer, PriceOffer)
        ]
        self.units = [(each, each.offer) for each in cluster if isinstance(each.offer, UnitOffer)]
        self.lines = sorted({place for each in cluster for place in each.places})
        self.found: dict[tuple[Takes, frozenset[str]], Outcome] = {}
        self.seen: set[tuple[Amounts, Amounts, frozenset[int]]] = set()

    def prices(self, start: int, amounts: Sequence[int], chosen: tuple[Contender, ...]) -> None:
        """Every subset of the price offers from `start`; their order does not matter."""
        if self.units:
            self._pick(amounts, unit_prices(amounts, self.checkout.pieces), self.checkout.pieces, chosen)
        else:
            self._keep(amounts, chosen)
        for number in range(start, len(self.priced)):
            contender, lowered = self.priced[number]
            if _excluded(contender, chosen):
                continue
            after = list(amounts)
            for place, amount in lowered:
                after[place] = min(after[place], amount)
            if after != list(amounts):
                self.prices(number + 1, after, (*chosen, contender))

    def _pick(
        self, amounts: Sequence[int], prices: Sequence[int], free: Sequence[int], chosen: tuple[Contender, ...]
    ) -> None:
        """Every subset of the unit offers in every order."""
        state = (
            tuple(amounts[line] for line in self.lines),
            tuple(free[line] for line in self.lines),
            frozenset(map(id, chosen)),
        )
        if state in self.seen:
            return
        self.seen.add(state)
        self._keep(amounts, chosen)
        for contender, offer in self.units:
            if contender in chosen or _excluded(contender, chosen):
                continue
            taken = take_units(self.checkout, contender, offer, prices, free)
            if taken.takes:
                after, left = list(amounts), list(free)
                for place, take in taken.takes:
                    after[place] -= take
                for _, place, many in taken.used:
                    left[place] -= many
                self._pick(after, prices, left, (*chosen, contender))

    def _keep(self, amounts: Sequence[int], chosen: tuple[Contender, ...]) -> None:
        gross = self.checkout.gross
        takes = tuple((line, gross[line] - amounts[line]) for line in self.lines if amounts[line] != gross[line])
        outcome = Outcome(chosen, takes, frozenset(each.offer.group for each in chosen if each.offer.group))
        key = (takes, outcome.groups)
        if key not in self.found or _liking(outcome) < _liking(self.found[key]):
            self.found[key] = outcome


def _excluded(contender: Contender, chosen: Iterable[Contender]) -> bool:
    group = contender.offer.group
    return group is not None and any(each.offer.group == group for each in chosen)


def _liking(outcome: Outcome) -> tuple[int, list[tuple[int, str]], list[tuple[int, str]]]:
    ranks = [each.offer.rank for each in outcome.chosen]
    return (len(ranks), sorted(ranks), ranks)
