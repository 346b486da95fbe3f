"""One answer of HQ that this release cannot read, or does not get: what was sold goes up, and grants come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from protocol.feed import Bucket
from protocol.problem import Problem, ProblemAnswer
from terminal.sync.failures import Nonsense, Refused, is_of_one_answer
from terminal.sync.round import Round
from terminal.sync.transport import Answer, Transport
from tests.hq.looking import stored
from tests.terminal.sync.conftest import World
from tests.terminal.sync.test_round import parts_of, told


@dataclass
class Newer:
    """Answers under `path` have a field of the next release; with a `status`, they are a problem instead."""

    honest: Transport
    path: str
    status: int = 200

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        answer = self.honest.exchange(method, target, headers, body, dated, wait_s)
        if not target.startswith(self.path):
            return answer
        if self.status != 200:
            problem = ProblemAnswer(error=Problem(code="internal", message="", params={}))
            return Answer(self.status, {}, problem.model_dump_json().encode())
        return Answer(answer.status, answer.headers, json.dumps({**json.loads(answer.data), "newer": 1}).encode())

    def rest(self) -> None:
        self.honest.rest()


@pytest.mark.parametrize(
    ("path", "status", "code", "missed"),
    [
        ("/v1/feed/config", 200, "hq_wrong", Bucket.CONFIG),
        ("/v1/feed/config", 500, "directory_failed", Bucket.CONFIG),
        ("/v1/feed/heads", 200, "hq_wrong", Bucket.CATALOGUE),
    ],
)
def test_a_part_of_the_feed_holds_nothing_else_up(
    world: World, path: str, status: int, code: str, missed: Bucket
) -> None:
    with world.till() as till, parts_of(world) as parts:
        honest = parts.client._transport
        parts.client._transport = Newer(honest, path, status)
        world.sell(till, 2)
        round_ = Round(parts)
        round_.run()
        assert told(till)[-1] == (True, code)
        assert len(stored(world.hq.headquarters)) == 2
        assert till.do(lambda ledger: ledger.grants_applied()) == 2
        assert [bucket for bucket in Bucket if parts.writer.bucket(bucket) is None][:1] == [missed]
        world.sell(till)
        round_.after_news()
        assert len(stored(world.hq.headquarters)) == 3
        parts.client._transport = honest
        round_.run()
        assert told(till)[-1] == (True, None)
        assert parts.writer.bucket(missed) is not None


@pytest.mark.parametrize(
    ("status", "wait_s", "goes_on"),
    [(404, None, True), (500, None, True), (401, None, False), (429, None, False), (503, None, False), (500, 5, False)],
)
def test_an_hq_that_wants_to_hear_nothing_now_is_left_alone(status: int, wait_s: int | None, goes_on: bool) -> None:
    assert is_of_one_answer(Refused(status, "internal", "", {}, wait_s)) is goes_on


def test_a_word_that_is_not_understood_ends_the_round_once_all_is_sent(world: World) -> None:
    with world.till() as till, parts_of(world) as parts:
        parts.client._transport = Newer(parts.client._transport, "/v1/contact")
        world.sell(till, 2)
        with pytest.raises(Nonsense, match="newer"):
            Round(parts).run()
        assert len(stored(world.hq.headquarters)) == 2
        assert till.do(lambda ledger: ledger.outbox().depth) == 0
        assert till.do(lambda ledger: ledger.grants_applied()) == 0
