"""The people of the world: members who shop around with the same points, value and receipts, and impatient tills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from protocol.operation import OperationKey
from terminal.bench.simulation.chain import basket_lines, members
from terminal.bench.simulation.counter import Act, Served, Wish, serve
from terminal.bench.simulation.hq_knows import would_give
from terminal.bench.simulation.schedule import HOUR_MS, MINUTE_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.settings import VISITS_A_DAY
from terminal.bench.simulation.tally import CUT, GIVEN, REFUSED, REFUSED_FALSELY, UP
from terminal.bench.simulation.terminal_node import TerminalNode

OPEN_MS, CLOSED_MS = 0, 9 * HOUR_MS  # of a day that begins at noon
USES = 100  # points are used by whole hundreds
NUDGED = 60  # of a hundred sales, that the agent sends at once
AT_HOME = 70  # of a hundred visits, to a shop where HQ expects the member
RECEIPTS = 30  # that people still have at hand


@dataclass(frozen=True)
class Receipt:
    """Of what was bought at `node`."""

    node: TerminalNode
    wish: Wish
    key: OperationKey


class People:
    """Comes to the tills. Some run from shop to shop with the same points or the same receipt, as fast as they can."""

    def __init__(self, world: Services, nodes: Sequence[TerminalNode], homes: dict[str, str]) -> None:
        self._world, self._nodes, self._homes = world, nodes, homes
        self._chance = world.chance("people")
        self._members = members(world.settings.terminals)
        self._receipts: list[Receipt] = []

    def plan_day(self) -> None:
        """Who comes where and when today."""
        for node in self._nodes:
            for _ in range(self._chance.randint(0, VISITS_A_DAY)):
                self.come(node, self._some_wish(node), self._some_time())
        if self._chance.randrange(2) == 0:
            self._plan_run()
        for _ in range(len(self._nodes) // 3):
            self._plan_return()

    def _some_time(self) -> int:
        return self._chance.randint(OPEN_MS, CLOSED_MS)

    def _some_wish(self, node: TerminalNode) -> Wish:
        at_home = [member for member in self._members if self._homes[member] == node.identity.store]
        where = at_home if at_home and self._chance.randrange(100) < AT_HOME else self._members
        member = self._chance.choice(where)
        if self._chance.randrange(8) == 0:
            return Wish(self.intent(), Act.TOP_UP, member, value=self._chance.choice((5000, 20_000, 50_000)))
        return self._purchase(member)

    def _purchase(self, member: str) -> Wish:
        lines, all_points = basket_lines(self._chance), self._balance(member, "points")
        most = min(all_points, sum(line.gross for line in lines) // 2) // USES
        points = self._chance.randint(0, most) * USES if self._chance.randrange(3) else 0
        value = self._chance.choice((0, self._balance(member, "value"), 4000))
        value = min(value, self._balance(member, "value"))
        return Wish(self.intent(), Act.BUY, member, lines, points, value)

    def _plan_run(self) -> None:
        """One member spends all there is at every shop, within minutes."""
        member, start_ms = self._chance.choice(self._members), self._some_time()
        for turn, node in enumerate(self._chance.sample(self._nodes, min(4, len(self._nodes)))):
            wish = self._purchase(member)
            everything = self._balance(member, "points") // USES * USES
            wish = replace(wish, points=everything, value=self._balance(member, "value"))
            self.come(node, wish, start_ms + turn * 3 * MINUTE_MS)

    def _plan_return(self) -> None:
        """Goods come back: here, elsewhere, or with one receipt at two shops; or the sale is undone."""
        after_ms = self._some_time()

        def bring() -> None:
            if not self._receipts:
                return
            receipt = self._chance.choice(self._receipts)
            act = self._chance.choice((Act.RETURN, Act.RETURN, Act.VOID))
            places = [receipt.node, *self._chance.sample(self._nodes, 2)][: self._chance.randint(1, 3)]
            self._chance.shuffle(places)
            for turn, place in enumerate(places):
                wish = Wish(self.intent(), act, receipt.wish.member, sale=receipt.key)
                self.come(place, wish, turn * 2 * MINUTE_MS)

        self._world.schedule.after(after_ms, bring)

    def _balance(self, member: str, purse: str) -> int:
        return max(0, self._world.reference.balance[member, purse])

    def receipt(self, chance: Random) -> Receipt | None:
        """One of goods of several kinds, if somebody has one at hand."""
        found = [receipt for receipt in self._receipts if len(receipt.wish.lines) > 1]
        return chance.choice(found) if found else None

    def intent(self) -> str:
        """Of a new wish."""
        return f"{self._chance.getrandbits(128):032x}"

    def come(self, node: TerminalNode, wish: Wish, after_ms: int) -> None:
        """Somebody comes to this till after a while, wants this, and does what people do with the answer."""
        self._world.schedule.after(after_ms, lambda: self._visit(node, wish))

    def _visit(self, node: TerminalNode, wish: Wish) -> None:
        if not node.on:
            return
        if node.serving:
            self.come(node, wish, MINUTE_MS)
            return
        served = self._at_counter(node, wish)
        if served is None:
            self._unsure(node, wish)
            return
        if wish.spends:
            self._count(node, wish, served)
        if served.receipt is None:
            if wish.spends:
                self._visit(node, replace(wish, points=0, value=0, intent=self.intent()))
            return
        self._keep_receipt(node, wish, served.receipt["seq"])
        if self._chance.randrange(100) < NUDGED:
            node.nudge()
        if self._chance.randrange(12) == 0:
            self._ask_again(node, wish, served)

    def _keep_receipt(self, node: TerminalNode, wish: Wish, seq: int) -> None:
        if wish.act is Act.BUY:
            key = OperationKey(device=node.identity.device, epoch=node.identity.epoch, seq=seq)
            self._receipts = [*self._receipts[-RECEIPTS:], Receipt(node, wish, key)]

    def _at_counter(self, node: TerminalNode, wish: Wish) -> Served | None:
        """None if the power went."""
        life, node.serving = node.alive(), True
        served = node.during(lambda: serve(node, wish))
        if served is None:
            self._world.say(node.name, f"{wish.member} wants to {wish.act}: no answer", wish.member)
            return None
        if life():
            node.serving = False
            node.note_facts()
            self._told(node, wish, served)
        return served

    def _told(self, node: TerminalNode, wish: Wish, served: Served) -> None:
        what = f"refused: {served.code}" if served.receipt is None else f"operation {served.receipt['seq']}"
        with_ = f" with {wish.points} points and {wish.value} of value" if wish.points or wish.value else ""
        named = f" {wish.sale.name}" if wish.sale else ""
        self._world.say(node.name, f"{wish.member} wants to {wish.act}{named}{with_}: {what}", wish.member)
        if served.receipt is not None:
            node.answered(served.receipt["seq"])

    def _count(self, node: TerminalNode, wish: Wish, served: Served) -> None:
        tally, member = self._world.tally, wish.member or ""
        line, place = CUT if node.name in self._world.network.line.cut else UP, self.place(node, member)
        if served.receipt is not None:
            tally.redeemed(line, place, GIVEN)
            node.spent()
            return
        if served.code == "spending_stopped":
            node.stopped()
        tally.declined[served.code] += 1
        falsely = would_give(self._world.hq, node, member, wish.points, wish.value)
        tally.redeemed(line, place, REFUSED_FALSELY if falsely else REFUSED)

    def place(self, node: TerminalNode, member: str) -> str:
        """What the store is to the member."""
        return "home" if node.identity.store == self._homes.get(member) else "elsewhere"

    def _ask_again(self, node: TerminalNode, wish: Wish, served: Served) -> None:
        """A point of sale that did not hear the answer asks again: it gets the same one and nothing is sold twice."""
        self._world.fault("pos_retries")
        again = self._at_counter(node, wish)
        if again is not None and again.receipt != served.receipt:
            self._world.violate("same_intent_same_answer", "the same wish got another answer", node.name, wish.member)

    def _unsure(self, node: TerminalNode, wish: Wish) -> None:
        """The power went before the answer: ask again here when it is back, or at another lane at once."""
        if self._chance.randrange(3):
            self.come(node, wish, 5 * MINUTE_MS)
        else:
            self._world.fault("pos_retries_elsewhere")
            self.come(self._chance.choice(self._nodes), wish, MINUTE_MS)
