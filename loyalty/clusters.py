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
from loyalty.pipeline import Applied, Run, unit_prices
from loyalty.taking import Taken, Takes, lowered_prices, take_price, take_units

Amounts = tuple[int, ...]
MOST_STATES = 5_000  # of one cluster


class Outcome(NamedTuple):
    """A result of a cluster: what was applied, in order, and what comes off each line in all."""

    applied: tuple[Applied, ...]
    takes: Takes

    groups: frozenset[str]


_NO_GROUPS: frozenset[str] = frozenset()
_NOTHING = Outcome((), (), _NO_GROUPS)


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
    return [
        each.contenders if len(each.contenders) == 1 else sorted(each.contenders, key=lambda one: one.order)
        for each in found.values()
    ]


class TooManyResults(Exception):
    """A cluster has more results than can be looked at while somebody waits."""


class _Cluster(NamedTuple):
    contenders: list[Contender]
    keys: list[int | str]


def outcomes(checkout: Checkout, cluster: Sequence[Contender]) -> list[Outcome]:
    """Every result of every lawful subset in every order, the one that takes most off first; of equal results the one
    that D26 prefers. The result without any offer is among them.

    Raises TooManyResults after MOST_STATES states, such as with a dozen offers on single units of the same goods.
    """
    if len(cluster) == 1 and isinstance(cluster[0].offer, PriceOffer):
        return _alone(checkout, cluster[0], cluster[0].offer)
    tree = _Tree(checkout, cluster)
    tree.prices(0, checkout.gross, ())
    return sorted(tree.found.values(), key=lambda each: -sum(take for _, take in each.takes))


def _alone(checkout: Checkout, contender: Contender, offer: PriceOffer) -> list[Outcome]:
    """The results of a price that no other offer looks at: the common case, and soon told."""
    taken = take_price(checkout, contender, offer, checkout.gross)
    if not taken.takes:
        return [_NOTHING]
    groups = frozenset({offer.group}) if offer.group else _NO_GROUPS
    return [Outcome((Applied(contender, taken),), taken.takes, groups), _NOTHING]


def together(checkout: Checkout, picked: Iterable[Outcome]) -> Run:
    """Results of different clusters as they are applied: prices first, then by rank, as far as the order inside each
    cluster lets them (D26)."""
    amounts = list(checkout.gross)
    prices: list[Applied] = []
    units: list[list[Applied]] = []
    for outcome in picked:
        for line, take in outcome.takes:
            amounts[line] -= take
        first = [each for each in outcome.applied if isinstance(each.offer, PriceOffer)]
        prices += first
        if len(first) < len(outcome.applied):
            units.append(list(outcome.applied[len(first) :]))
    prices.sort(key=lambda each: each.offer.rank)
    return Run((*prices, *merge(*units, key=lambda each: each.offer.rank)), tuple(amounts))


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
        self.states = 0
        self.seen: set[tuple[Amounts, Amounts, frozenset[int]]] = set()

    def prices(self, start: int, amounts: Sequence[int], done: tuple[Applied, ...]) -> None:
        """Every subset of the price offers from `start`; their order does not matter."""
        self._count()
        if self.units:
            self._pick(amounts, unit_prices(amounts, self.checkout.pieces), self.checkout.pieces, done)
        else:
            self._keep(amounts, done)
        for number in range(start, len(self.priced)):
            contender, lowered = self.priced[number]
            takes = tuple((place, amounts[place] - amount) for place, amount in lowered if amount < amounts[place])
            if takes and not _excluded(contender, done):
                after = list(amounts)
                for place, take in takes:
                    after[place] -= take
                self.prices(number + 1, after, (*done, Applied(contender, Taken(takes))))

    def _pick(
        self, amounts: Sequence[int], prices: Sequence[int], free: Sequence[int], done: tuple[Applied, ...]
    ) -> None:
        """Every subset of the unit offers in every order."""
        state = (
            tuple(amounts[line] for line in self.lines),
            tuple(free[line] for line in self.lines),
            frozenset(id(each.offer) for each in done),
        )
        if state in self.seen:
            return
        self.seen.add(state)
        self._count()
        self._keep(amounts, done)
        for contender, offer in self.units:
            if any(each.offer is offer for each in done) or _excluded(contender, done):
                continue
            taken = take_units(self.checkout, contender, offer, prices, free)
            if taken.takes:
                after, left = list(amounts), list(free)
                for place, take in taken.takes:
                    after[place] -= take
                for _, place, many in taken.used:
                    left[place] -= many
                self._pick(after, prices, left, (*done, Applied(contender, taken)))

    def _count(self) -> None:
        self.states += 1
        if self.states > MOST_STATES:
            raise TooManyResults

    def _keep(self, amounts: Sequence[int], done: tuple[Applied, ...]) -> None:
        gross = self.checkout.gross
        takes = tuple((line, gross[line] - amounts[line]) for line in self.lines if amounts[line] != gross[line])
        outcome = Outcome(done, takes, frozenset(each.offer.group for each in done if each.offer.group))
        key = (takes, outcome.groups)
        if key not in self.found or _liking(outcome) < _liking(self.found[key]):
            self.found[key] = outcome


def _excluded(contender: Contender, done: Iterable[Applied]) -> bool:
    group = contender.offer.group
    return group is not None and any(each.offer.group == group for each in done)


def _liking(outcome: Outcome) -> tuple[int, list[tuple[int, str]], list[tuple[int, str]]]:
    ranks = [each.offer.rank for each in outcome.applied]
    return (len(ranks), sorted(ranks), ranks)
