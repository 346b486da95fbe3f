"""An HQ whose answers are bent on the way: the agent says so and goes on, and the ledger stays whole."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest

from terminal.errors import StoreError, SyncError
from terminal.store.audit import audit
from terminal.sync.round import Parts, Round
from terminal.sync.transport import Answer, Transport
from tests.fuzz.mutate import bent, bent_bytes, text_of
from tests.hq.looking import stored
from tests.terminal.sync.conftest import World
from tests.terminal.sync.test_round import parts_of

ROUNDS = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600")) // 10


class Liar:
    """Bends an answer now and then: its JSON, its bytes, its status, or what it says of waiting."""

    def __init__(self, honest: Transport, chance: Random) -> None:
        self._honest, self._chance = honest, chance
        self.bent = 0

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        answer = self._honest.exchange(method, target, headers, body, dated, wait_s)
        if self._chance.randrange(4):
            return answer
        self.bent += 1
        return self._lie(answer)

    def _lie(self, answer: Answer) -> Answer:
        chance = self._chance
        if chance.randrange(8) == 0:
            status = chance.choice((0, 100, 204, 302, 400, 401, 403, 409, 410, 429, 500, 503, 999))
            return Answer(status, {"retry-after": chance.choice(("-1", "9" * 400, "1", "soon"))}, answer.data)
        try:
            value = json.loads(answer.data)
        except ValueError:
            return Answer(answer.status, answer.headers, bent_bytes(answer.data, chance))
        return Answer(answer.status, answer.headers, text_of(bent(value, chance), chance))

    def rest(self) -> None:
        self._honest.rest()


def play(parts: Parts, world: World, till: object, chance: Random) -> Counter[str]:
    """Rounds, each of which may end in a failure of the agent's own families and in no other."""
    ends: Counter[str] = Counter()
    for _ in range(ROUNDS):
        if chance.randrange(3) == 0:
            world.sell(till, member="m1", earn=1)
        try:
            Round(parts).run()
        except (SyncError, StoreError) as error:
            ends[type(error).__name__] += 1
        else:
            ends["well"] += 1
    return ends


@pytest.mark.parametrize("seed", [1, 2])
def test_bent_answers_never_break_the_agent_or_the_ledger(world: World, seed: int) -> None:
    chance = Random(seed)
    with world.till() as till, parts_of(world) as parts:
        honest = parts.client._transport
        liar = parts.client._transport = Liar(honest, chance)
        ends = play(parts, world, till, chance)
        parts.client._transport = honest
        Round(parts).run()
        assert till.do(lambda ledger: ledger.outbox().depth) == 0
        made = till.do(lambda ledger: ledger.head().seq)
    assert liar.bent > ROUNDS // 2
    assert ends["Nonsense"] > 0
    assert ends["well"] > 0
    at_hq = [
        json.loads(data)["seq"] for data in stored(world.hq.headquarters) if world.identity.device.encode() in data
    ]
    assert at_hq == list(range(1, made + 1))
    assert audit(world.folder / "ledger.db") == []
