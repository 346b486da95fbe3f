"""kill −9 on the real service: it sells, dies at a random moment, and every receipt is asked for again."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import urllib3

from terminal.bench.client import Client
from terminal.bench.hq_facts import read_facts
from terminal.bench.layout import Layout, Ports
from terminal.bench.page import sample_cards, sample_products
from terminal.bench.world import World

SELLERS = 3
MOST_SALES = 12  # acknowledged before the next kill
MOST_WAIT_MS = 40  # and then so long at most, in the middle of the next sales
OLDER = 10  # receipts of earlier rounds that are asked for again after each kill; at the end all are
POINTS = 100
SHOWN = 20
_TARGETS = {"terminal": 12, "power": 3, "sync": 2, "hq": 3}
CREATED = 201
REFUSED = (403, 409)  # a blocked member or card, or not so many points


@dataclass
class Found:
    """`kills` by what was killed: one process, or the whole terminal (`power`). `in_doubt` sales had no answer when
    the process died, `refused` were refused by right, and `odd` answers are neither. Everything acknowledged must be
    answered the same (else it is `changed`) and stand at HQ once (else it is `lost`, or there are duplicates)."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    in_doubt: int = 0
    asked_again: int = 0
    refused: int = 0
    at_hq: int = 0
    lost: int = 0
    changed: int = 0
    odd: int = 0
    duplicates_at_hq: int = 0
    unbalanced_at_hq: int = 0
    seconds: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def violations(self) -> int:
        return self.lost + self.changed + self.odd + self.duplicates_at_hq + self.unbalanced_at_hq

    def as_json(self) -> dict[str, Any]:
        return {**self.__dict__, "kills": dict(sorted(self.kills.items())), "violations": self.violations}


@dataclass
class Killer:
    """Plays on a world that has been started. `chance` decides what is bought, what is killed and about when; the exact
    moment is the machine's."""

    world: World
    chance: Random
    found: Found = field(default_factory=Found)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by intent: every acknowledged sale
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubtful: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, times: int) -> Found:
        begun = time.monotonic()
        self.token = self.world.layout.token.read_text().strip()
        self.cards = [card["uid"] for card in sample_cards() if card["home_store"] == self.world.store]
        self.goods = [product["gtin"] for product in sample_products()]
        for _ in range(times):
            await self._round()
        await self._converge()
        self.found.seconds = round(time.monotonic() - begun)
        return self.found

    async def _round(self) -> None:
        """Sell, kill, start again, and ask again for what was just acknowledged, for what had no answer, and for some
        of what is older."""
        target = self.chance.choices(list(_TARGETS), list(_TARGETS.values()))[0]
        older = self.chance.sample(sorted(self.receipts), min(OLDER, len(self.receipts)))
        stop, enough = asyncio.Event(), asyncio.Event()
        wanted = len(self.receipts) + self.chance.randint(0, MOST_SALES)
        sellers = [asyncio.create_task(self._sell(stop, enough, wanted)) for _ in range(SELLERS)]
        before = set(self.receipts)
        await enough.wait()
        await asyncio.sleep(self.chance.randint(0, MOST_WAIT_MS) / 1000)
        await self._kill(target)
        stop.set()
        await asyncio.gather(*sellers)
        self.found.kills[target] += 1
        await self._start()
        await self._resolve()
        for intent in sorted(set(self.receipts) - before) + older:
            await self._ask_again(intent)

    async def _sell(self, stop: asyncio.Event, enough: asyncio.Event, wanted: int) -> None:
        """Until the end of the round; who sells has a connection of its own."""
        pos = Client(self.world.member_url, self.token)
        try:
            while not stop.is_set():
                if len(self.receipts) >= wanted:
                    enough.set()
                body = self._body()
                try:
                    status, answer = await asyncio.to_thread(pos.post, "/api/v1/sales", body)
                except (urllib3.exceptions.HTTPError, ValueError):
                    self.doubtful.append(body)
                    enough.set()
                    return
                self._keep(body, status, answer)
        finally:
            pos.close()

    def _body(self) -> dict[str, Any]:
        items = [{"gtin": gtin, "quantity": self.chance.randint(1, 3)} for gtin in self.chance.sample(self.goods, 3)]
        return {
            "intent": self.chance.randbytes(16).hex(),
            "card": {"uid": self.chance.choice(self.cards)},
            "items": items,
            "points": self.chance.choice((0, 0, 0, POINTS)),
            "tenders": [{"kind": "cash", "amount": 10_000_000}],
        }

    def _keep(self, body: dict[str, Any], status: int, answer: Any) -> None:
        if status == CREATED:
            self.bodies[body["intent"]], self.receipts[body["intent"]] = body, answer["receipt"]
            self.found.acknowledged += 1
        elif status in REFUSED:
            self.found.refused += 1
        else:
            self.found.odd += 1
            self._wrong(f"a sale answers {status}: {answer}")

    async def _kill(self, target: str) -> None:
        parts = {"terminal": [self.world.parts[0]], "sync": [self.world.parts[2]], "hq": [self.world.hq]}
        await asyncio.gather(*(part.kill() for part in parts.get(target, self.world.parts)))

    async def _start(self) -> None:
        if not self.world.hq.running:
            await self.world.start_hq()
        await self.world.power_on()

    async def _resolve(self) -> None:
        """What had no answer is sent again, as a POS does; whether it had been committed shows at HQ: once."""
        pos = Client(self.world.member_url, self.token)
        for body in self.doubtful:
            self.found.in_doubt += 1
            self._keep(body, *await asyncio.to_thread(pos.post, "/api/v1/sales", body))
        self.doubtful.clear()
        pos.close()

    async def _ask_again(self, intent: str) -> None:
        pos = Client(self.world.member_url, self.token)
        status, answer = await asyncio.to_thread(pos.post, "/api/v1/sales", self.bodies[intent])
        pos.close()
        self.found.asked_again += 1
        if status != CREATED or answer["receipt"] != self.receipts[intent]:
            self.found.changed += 1
            self._wrong(f"sale {intent} was acknowledged and answers {status} after a kill")

    async def _converge(self) -> None:
        """Every receipt once more, then everything is at HQ, once."""
        for intent in sorted(self.receipts):
            await self._ask_again(intent)
        await self.world.until(self._all_sent, "every operation is at HQ")
        facts = await asyncio.to_thread(read_facts, self.world.layout.hq / "hq.db")
        lost = set(self.receipts) - set(facts.intents)
        self.found.at_hq, self.found.lost = len(set(facts.intents)), len(lost)
        self.found.duplicates_at_hq, self.found.unbalanced_at_hq = facts.duplicates, facts.unbalanced
        for intent in sorted(lost):
            self._wrong(f"sale {intent} was acknowledged and is not at HQ")

    async def _all_sent(self) -> bool:
        pos = Client(self.world.member_url, self.token)
        try:
            status = await asyncio.to_thread(pos.get, "/api/v1/status")
        finally:
            pos.close()
        return bool(status) and status["online"] and status["waiting"] == 0

    def _wrong(self, text: str) -> None:
        self.found.wrong += [text][: SHOWN - len(self.found.wrong)]


async def kill_often(folder: Path, today: date, times: int, seed: int) -> Found:
    """A world of its own in `folder`, killed so many times."""
    layout = Layout(folder, Ports.free())
    layout.prepare(secrets.token_urlsafe(32))
    world = World(layout, today)
    try:
        await world.start()
        return await Killer(world, Random(seed)).run(times)
    finally:
        await world.close()
        layout.wipe()
