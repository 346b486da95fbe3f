"""People who hunt for what is rare: one coupon shown at several shops, an offer for a few had everywhere, and value
that is topped up here and paid out there."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.bench.simulation.chain import basket_lines, members
from terminal.bench.simulation.counter import Act, Wish
from terminal.bench.simulation.office import give_coupon
from terminal.bench.simulation.people import CLOSED_MS, OPEN_MS, People
from terminal.bench.simulation.schedule import MINUTE_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode

HUNTS = 3  # a day, at most
SHOPS = 3  # that each of them goes to, minutes apart
DARK = 3  # one of so many goes where the line has just been cut
TOP_UP = 10_000


class Hunters:
    """Come to the tills as `people` do."""

    def __init__(self, world: Services, nodes: Sequence[TerminalNode], people: People) -> None:
        self._world, self._nodes, self._people = world, nodes, people
        self._chance = world.chance("hunters")
        self._members = members(world.settings.terminals)
        self._coupons = 0

    def plan_day(self) -> None:
        for _ in range(self._chance.randint(0, HUNTS)):
            hunt = self._chance.choice((self._show_coupon, self._show_coupon, self._go_after_offer, self._cash_in))
            self._world.schedule.after(self._chance.randint(OPEN_MS, CLOSED_MS), hunt)

    def _show_coupon(self) -> None:
        """HQ gives a member a coupon, which is shown at every shop on the way."""
        if not self._world.hq.up:
            return
        member = self._chance.choice(self._members)
        self._coupons += 1
        code = f"C{self._coupons:04}"
        give_coupon(self._world.hq.hq, member, code)
        self._world.say("hq", f"gives {member} coupon {code}", member)
        for wish, node, after_ms in self._tour(member):
            shown = Wish(wish.intent, Act.BUY, member, wish.lines, coupon=code)
            self._people.come(node, shown, after_ms)

    def _go_after_offer(self) -> None:
        """The offer that only a few may have."""
        for member in self._chance.sample(self._members, 2):
            for wish, node, after_ms in self._tour(member):
                wanted = Wish(wish.intent, Act.BUY, member, wish.lines, limited=True)
                self._people.come(node, wanted, after_ms)

    def _cash_in(self) -> None:
        """Value is topped up at one shop, and asked for in cash at others."""
        member = self._chance.choice(self._members)
        first, *others = self._tour(member)
        self._people.come(first[1], Wish(self._people.intent(), Act.TOP_UP, member, value=TOP_UP), 0)
        for _, node, after_ms in others:
            wish = Wish(self._people.intent(), Act.PAY_OUT, member, value=self._chance.choice((TOP_UP // 2, TOP_UP)))
            self._people.come(node, wish, after_ms)

    def _tour(self, member: str) -> list[tuple[Wish, TerminalNode, int]]:
        """A purchase at each of some shops, one after the other; now and then one of them loses its line before."""
        places = self._chance.sample(self._nodes, min(SHOPS, len(self._nodes)))
        if self._chance.randrange(DARK) == 0:
            self._world.network.line.cut.add(places[-1].name)
            name = places[-1].name
            self._world.schedule.after(SHOPS * 30 * MINUTE_MS, lambda: self._world.network.line.cut.discard(name))
        return [
            (Wish(self._people.intent(), Act.BUY, member, basket_lines(self._chance)), node, turn * 4 * MINUTE_MS)
            for turn, node in enumerate(places)
        ]
