"""One receipt goes from shop to shop after HQ's backup, and the right to refund with it; then HQ is restored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from loyalty import Return
from terminal.bench.simulation.counter import Act, Wish
from terminal.bench.simulation.people import Receipt
from terminal.bench.simulation.schedule import HOUR_MS, MINUTE_MS
from terminal.bench.simulation.terminal_node import TerminalNode

if TYPE_CHECKING:
    from terminal.bench.simulation.faults import Faults

SHOPS = 3
STAY_MS = 10 * MINUTE_MS  # in a shop: to ask, to hear where the right is, and to ask again
MEET_MS = 2 * MINUTE_MS  # until all have met HQ


def receipt_carried(faults: Faults, _node: TerminalNode) -> None:
    """A unit comes back at each shop on the way. HQ is restored from a backup of before, hears of all this again in any
    order, and then everything is brought back wherever somebody takes it."""
    world, chance = faults.world, faults.chance("receipt_carried")
    receipt = faults.people.receipt(chance)
    older = world.hq.back_up() if receipt else None
    if receipt is None or older is None:
        return
    units = [Return(line.no, 1) for line in receipt.wish.lines]
    shops = chance.sample(faults.nodes, min(SHOPS, len(faults.nodes)))
    for turn, shop in enumerate(shops):
        bring = partial(_bring, faults, receipt, shop, (units[turn % len(units)],))
        world.schedule.after(turn * STAY_MS, bring)

    def lose() -> None:
        world.hq.restore(older)
        world.say("world", "HQ is restored from a backup of before a receipt went round")
        order = chance.sample(faults.nodes, len(faults.nodes))
        _meet(faults, order)
        for turn, shop in enumerate(order[:SHOPS]):
            world.schedule.after(MEET_MS + turn * STAY_MS, partial(_bring, faults, receipt, shop, ()))

    world.schedule.after(chance.randint(SHOPS * STAY_MS, 2 * HOUR_MS), lose)


def _bring(faults: Faults, receipt: Receipt, shop: TerminalNode, units: tuple[Return, ...]) -> None:
    """Twice: where the right lies elsewhere, it is called back meanwhile."""
    people = faults.people
    for after_ms in (0, STAY_MS // 2):
        wish = Wish(people.intent(), Act.RETURN, receipt.wish.member, sale=receipt.key, units=units)
        people.come(shop, wish, after_ms)
    for node in faults.nodes:
        faults.world.schedule.after(MEET_MS, node.hear_news)


def _meet(faults: Faults, order: Sequence[TerminalNode]) -> None:
    """One after the other. HQ gives nothing before it has heard of all of them."""
    faults.rogue.send()
    for node in order:
        node.round_if_free()
