"""The main job as a script: sell online, lose HQ, sell on, lose power, get both back, and compare to the last point."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drivers.virtual.client import send
from terminal.bench.client import Client
from terminal.bench.hq_facts import read_balances, read_facts
from terminal.bench.page import sample_cards, sample_products
from terminal.bench.report import Report, check
from terminal.bench.sample_pin import PIN, WRONG, give_pin
from terminal.bench.till_client import TillClient
from terminal.bench.world import World

OFFLINE_SALES = 50
HOME_CARDS = 4  # members of the terminal's own store who take turns
STEP = 100  # points as money come in hundreds
BEYOND_A_COPY = 2100  # points: more than the sample programme lets a card that can be copied spend in a day
REFUSED = "points_copyable_daily"  # asks for the PIN, or a card with a key


@dataclass
class Script:
    """The stages in order; each returns a sentence of what it saw, or fails a check."""

    world: World
    chance: random.Random
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by intent: every acknowledged sale
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    offline_sales: int = OFFLINE_SALES
    sold_offline: int = 0

    def __post_init__(self) -> None:
        self.cards = [card for card in sample_cards() if card["home_store"] == self.world.store][:HOME_CARDS]
        self.with_pin = next(card for card in sample_cards() if card["pin"])
        self.products = [product["gtin"] for product in sample_products()]

    async def run(self) -> Report:
        """All stages; after one that failed the rest are left out, for they would only fail in its wake."""
        stages = (
            ("enrolment", self.enrolment),
            ("member directory", self.directory),
            ("online sale at the counter", self.online_sale),
            ("HQ killed", self.hq_killed),
            ("sales offline", self.sell_offline),
            ("redemption within the lease", self.redeem_within),
            ("redemption beyond the lease refused", self.redeem_beyond),
            ("redemption that needs a PIN", self.redeem_with_pin),
            ("terminal killed and started again", self.power_cut),
            ("HQ started", self.hq_started),
            ("convergence", self.convergence),
        )
        for name, work in stages:
            if not await self.report.stage(name, work):
                break
        return self.report

    async def enrolment(self) -> str:
        await self.world.start_headquarters()
        await give_pin(self.world.layout)
        await self.world.start_terminal()
        self.pos = Client(self.world.member_url, self.world.layout.token.read_text().strip())
        return f"terminal of store {self.world.store} enrolled and serving"

    async def directory(self) -> str:
        await self.world.until(self._knows_members, "the member directory is here")
        await self.world.until(self._takes_pins, "the PIN and its pepper are here")
        return f"{len(self.cards)} sample members known, with leases, one with a PIN"

    async def online_sale(self) -> str:
        """Through the devices: a card at the reader, codes from the scanner, cash at the counter."""
        receipt = await asyncio.to_thread(self._at_the_counter)
        await self.world.until(self._outbox_empty, "the sale is at HQ")
        await self.world.until(self._printed, "the receipt is printed")
        return (
            f"{receipt['number']}: {receipt['due']} minor units, {sum(e['points'] for e in receipt['earned'])} points"
        )

    async def hq_killed(self) -> str:
        await self.world.hq.kill()
        await self.world.until(self._offline, "the terminal notices that HQ is away")
        return "the status line says offline"

    async def sell_offline(self) -> str:
        earned = 0
        for number in range(self.offline_sales):
            receipt = await self._sell(self.cards[number % len(self.cards)], points=0)
            earned += sum(part["points"] for part in receipt["earned"])
        check(earned > 0, f"{self.offline_sales} sales should earn points, they earned {earned}")
        self.sold_offline = self.offline_sales
        return f"{self.offline_sales} sales acknowledged, {earned} points earned"

    async def redeem_within(self) -> str:
        card = self.cards[0]
        before = await self._balance(card)
        check(before["here"] >= STEP, f"the lease should hold {STEP} points, it holds {before['here']}")
        receipt = await self._sell(card, points=STEP)
        after = await self._balance(card)
        earned = sum(part["points"] for part in receipt["earned"])
        check(receipt["points_used"] == STEP, f"{STEP} points were asked for, {receipt['points_used']} were used")
        wanted = before["here"] - STEP + earned
        check(after["here"] == wanted, f"{wanted} points should be left here, it says {after['here']}")
        return f"{STEP} points paid {receipt['points_money']} minor units; {after['here']} left here"

    async def redeem_beyond(self) -> str:
        """A basket large enough for all of it, asked to take more than is here."""
        card = self.cards[0]
        before = await self._balance(card)
        asked = before["here"] - before["here"] % STEP + 10 * STEP
        body = {**self._body(card, points=asked), "tenders": []}
        body["items"] = [{"gtin": gtin, "quantity": 20} for gtin in self.products[:10]]
        status, answer = await asyncio.to_thread(self.pos.post, "/api/v1/sales", body)
        check(status == 409, f"the redemption should be refused with 409, the answer is {status}")
        error = answer["error"]
        available = error["params"]["available"]
        check(0 <= available <= before["here"], f"{available} said to be available, {before['here']} are here")
        check(str(available) in error["message"], f"the sentence should name {available}: {error['message']}")
        after = await self._balance(card)
        check(after["here"] == before["here"], "a refused redemption must change nothing")
        return str(error["message"])

    async def redeem_with_pin(self) -> str:
        """More points than a card that can be copied lets go: without the PIN, with a wrong one, with the right one."""
        card = self.with_pin
        body = self._body(card, points=BEYOND_A_COPY)
        body["items"] = [{"gtin": gtin, "quantity": 3} for gtin in self.products[:4]]
        refused = await self._refusal("/api/v1/sales", {**body, "tenders": []})
        wrong = await self._refusal("/api/v1/pin", {"card": body["card"], "pin": WRONG})
        status, proven = await self._key_in()
        check(status == 200, f"the right PIN answers {status}: {proven}")
        body["card"] = {**body["card"], "pin_proof": proven["pin_proof"]}
        used = (await self._commit(body))["points_used"]
        self.report.numbers["pin"] = {"without": refused, "wrong": wrong, "points_with": used}
        check(refused == REFUSED, f"without the PIN it should be refused with {REFUSED}, it is with {refused!r}")
        check(wrong == "pin_wrong", f"a wrong PIN should be refused with pin_wrong, it is with {wrong!r}")
        check(used == BEYOND_A_COPY, f"{BEYOND_A_COPY} points were asked for, {used} were used")
        return f"without it {refused}, a wrong one {wrong}, with it {used} points used"

    async def power_cut(self) -> str:
        """Between acknowledgement and upload: the same wishes must get the same receipts from disk."""
        last = await self._sell(self.cards[1], points=0)
        await self.world.power_off()
        await self.world.power_on()
        for intent, body in self.bodies.items():
            status, answer = await asyncio.to_thread(self.pos.post, "/api/v1/sales", body)
            same = status == 201 and answer["receipt"] == self.receipts[intent]
            check(same, f"sale {intent} was acknowledged and answers {status} after the power cut")
        return f"{len(self.bodies)} acknowledged sales are still there, the last is {last['number']}"

    async def hq_started(self) -> str:
        await self.world.start_hq()
        await self.world.until(self._online, "the terminal is online again")
        return "the terminal is online again"

    async def convergence(self) -> str:
        await self.world.until(self._outbox_empty, "every operation is at HQ")
        database = self.world.layout.hq / "hq.db"
        await self.world.until(lambda: self._balances_equal(), "both sides say the same balances")
        facts = await asyncio.to_thread(read_facts, database)
        lost = set(self.receipts) - set(facts.intents)
        differing = await self._differing()
        self.report.numbers |= {
            "sales_offline": self.sold_offline,
            "acknowledged": len(self.receipts),
            "at_hq": len(set(facts.intents)),
            "duplicates_at_hq": facts.duplicates,
            "lost": len(lost),
            "overspent_points": facts.overspent,
            "balances_equal": not differing and facts.unbalanced == 0,
        }
        check(not lost, f"{len(lost)} acknowledged sales are not at HQ")
        check(len(set(facts.intents)) == len(self.receipts), f"HQ has {len(facts.intents)} operations")
        check(facts.duplicates == 0, f"{facts.duplicates} operations stand at HQ twice")
        check(facts.overspent == 0, f"{facts.overspent} points were overspent")
        check(facts.unbalanced == 0, f"HQ's books do not add up for {facts.unbalanced} members")
        check(not differing, f"balances differ between terminal and HQ, (here, at HQ): {differing}")
        return f"{len(self.receipts)} operations at HQ, {len(self.cards)} balances equal"

    def _at_the_counter(self) -> dict[str, Any]:
        layout = self.world.layout
        with TillClient(self.world.member_url) as till:
            till.until(lambda view: "counter" in view)
            send(layout.socket("card_reader"), {"tap": self.cards[0]["uid"]})
            till.until(lambda view: view["counter"]["member"] is not None)
            for count, gtin in enumerate(self.products[:3], 1):
                send(layout.socket("scanner"), {"scan": gtin})
                till.until(_has_lines(count))
            counter = till.view["counter"]
            tenders = [{"kind": "cash", "amount": counter["basket"]["cash_due"]}]
            status, answer = till.act("counter/pay", {"intent": counter["intent"], "tenders": tenders})
            check(status == 200, f"paying at the counter answers {status}: {answer}")
            self.receipts[counter["intent"]] = answer["receipt"]
            return dict(answer["receipt"])

    def _body(self, card: dict[str, Any], points: int) -> dict[str, Any]:
        items = [{"gtin": gtin, "quantity": self.chance.randint(1, 3)} for gtin in self.chance.sample(self.products, 4)]
        return {
            "intent": self.chance.randbytes(16).hex(),
            "card": {"uid": card["uid"]},
            "items": items,
            "points": points,
        }

    async def _sell(self, card: dict[str, Any], points: int) -> dict[str, Any]:
        return await self._commit(self._body(card, points))

    async def _commit(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask what it costs, and pay that."""
        question = {name: value for name, value in body.items() if name != "intent"}
        status, quoted = await asyncio.to_thread(self.pos.post, "/api/v1/quote", question)
        check(status == 200, f"a quote answers {status}: {quoted}")
        body["tenders"] = [{"kind": "mobile", "amount": quoted["basket"]["due"]}] if quoted["basket"]["due"] else []
        status, answer = await asyncio.to_thread(self.pos.post, "/api/v1/sales", body)
        check(status == 201, f"a sale answers {status}: {answer}")
        self.bodies[body["intent"]], self.receipts[body["intent"]] = body, answer["receipt"]
        return dict(answer["receipt"])

    async def _refusal(self, path: str, body: dict[str, Any]) -> str:
        """The code with which it is refused; empty when it is not."""
        _, answer = await asyncio.to_thread(self.pos.post, path, body)
        return str(answer["error"]["code"]) if "error" in answer else ""

    async def _key_in(self) -> tuple[int, Any]:
        return await asyncio.to_thread(
            self.pos.post, "/api/v1/pin", {"card": {"uid": self.with_pin["uid"]}, "pin": PIN}
        )

    async def _takes_pins(self) -> bool:
        status, _ = await self._key_in()
        return status == 200

    async def _balance(self, card: dict[str, Any]) -> dict[str, Any]:
        status, answer = await asyncio.to_thread(self.pos.post, "/api/v1/balance", {"uid": card["uid"]})
        check(status == 200, f"a balance answers {status}: {answer}")
        return dict(answer["balance"]) | {"member": answer["member"]["id"]}

    async def _knows_members(self) -> bool:
        for card in self.cards:
            status, answer = await asyncio.to_thread(self.pos.post, "/api/v1/balance", {"uid": card["uid"]})
            if status != 200 or answer["balance"]["here"] < STEP:
                return False
        return True

    async def _printed(self) -> bool:
        return self.world.layout.newest_paper() is not None

    async def _status(self) -> dict[str, Any]:
        return dict(await asyncio.to_thread(self.pos.get, "/api/v1/status") or {})

    async def _online(self) -> bool:
        return bool((await self._status()).get("online"))

    async def _offline(self) -> bool:
        return (await self._status()).get("online") is False

    async def _outbox_empty(self) -> bool:
        return (await self._status()).get("waiting") == 0

    async def _balances_equal(self) -> bool:
        return not await self._differing()

    async def _differing(self) -> dict[str, tuple[int, int]]:
        here = {}
        for card in self.cards:
            balance = await self._balance(card)
            here[balance["member"]] = balance["total"] - balance["debt"]
        there = await asyncio.to_thread(read_balances, self.world.layout.hq / "hq.db", here)
        return {member: (here[member], there[member]) for member in here if here[member] != there[member]}


def _has_lines(count: int) -> Callable[[dict[str, Any]], bool]:
    return lambda view: len(view["counter"]["basket"]["lines"]) == count
