"""Which offers a basket gets: proven best up to a declared number of competing offers, above it where it can (D26)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from loyalty.checkout import STEPS, Checkout, Contender
from loyalty.pipeline import Run, run
from loyalty.search import Known, OutOfNodes, best_run

PROVEN_BOUND = 12
NODES = 20_000  # of a search with so many offers: far more than any basket of a shop has needed
NODES_ABOVE = 2_000  # of a search with more offers; then it is best effort
ROUNDS = 4  # changes of one climb of best effort


class Combination(NamedTuple):
    run: Run
    proven: bool


def best_combination(checkout: Checkout, contenders: Sequence[Contender], known: Known | None = None) -> Combination:
    """The lawful combination with the lowest total, ties as D26 says; `contenders` in the order of the pipeline.

    `known` keeps what another shopper with the same basket can use.
    """
    try:
        nodes = NODES if len(contenders) <= PROVEN_BOUND else NODES_ABOVE
        return Combination(best_run(checkout, contenders, nodes, known), proven=True)
    except OutOfNodes as search:
        found = [_best_effort(checkout, contenders), *([search.best] if search.best else [])]
        return Combination(min(found, key=lambda each: each.preference), proven=False)


def _best_effort(checkout: Checkout, ordered: Sequence[Contender]) -> Run:
    """The best of several climbs: one with all offers, and one from each later step on."""
    firsts = sorted({STEPS[each.offer.step] for each in ordered})
    starts = [frozenset(each.offer.id for each in ordered if STEPS[each.offer.step] < first) for first in firsts]
    return min((_climb(checkout, ordered, left_out) for left_out in starts), key=lambda each: each.preference)


def _climb(checkout: Checkout, ordered: Sequence[Contender], left_out: frozenset[str]) -> Run:
    """Try all offers but those `left_out`, and change which are left out, one at a time, while it helps."""

    def tried(without: frozenset[str]) -> Run:
        return run(checkout, _lawful(each for each in ordered if each.offer.id not in without))

    best = tried(left_out)
    for _ in range(ROUNDS):
        changes = {change: tried(change) for change in (left_out ^ {each.offer.id} for each in ordered)}
        left_out = min(changes, key=lambda change: changes[change].preference)
        if changes[left_out].preference >= best.preference:
            break
        best = changes[left_out]
    return best


def _lawful(contenders: Iterable[Contender]) -> Iterator[Contender]:
    """Of each exclusion group the first."""
    groups: set[str] = set()
    for each in contenders:
        group = each.offer.group
        if group is None or group not in groups:
            groups |= {group} if group else set()
            yield each
