"""Releases that differ: an older HQ parks a kind that it has never heard of, an older terminal meets a new field."""

from __future__ import annotations

import json
from typing import Any

from hq.judgement import Judgement, Rules
from hq.refund_rights import RefundRights
from hq.route import Request
from hq.shared_rights import Shared
from protocol.batch import Outcome
from protocol.operation import Kind
from terminal.bench.simulation.network import Network
from terminal.bench.simulation.newer_answers import NewerAnswers
from terminal.bench.simulation.release import knows_not
from terminal.sync.transport import Answer
from tests.protocol.examples import sale_operation


def judged(unknown: Kind | None) -> Judgement:
    operation = sale_operation().model_copy(update={"member": None, "postings": (), "lots": ()})
    return knows_not(unknown)(operation, None, Shared(), RefundRights(), Rules(0, "2026-11-20"))


def test_what_an_older_hq_does_not_know_it_parks() -> None:
    assert judged(Kind.SALE).outcome is Outcome.PARKED
    assert judged(Kind.VOID).outcome is not Outcome.PARKED
    assert judged(None).outcome is not Outcome.PARKED


class Echo(Network):
    """HQ says the same to everybody."""

    def __init__(self) -> None:
        """There is no line."""

    def carry(self, who: str, alive: Any, request: Request) -> Answer:
        return Answer(200, {"content-type": "application/json"}, b'{"said": 1}')


def heard(path: str, not_understood: str | None) -> dict[str, int]:
    transport = NewerAnswers(Echo(), "s01-1", lambda: True, lambda: not_understood)
    answer: dict[str, int] = json.loads(transport.exchange("GET", path, {}, None, dated=True).data)
    return answer


def test_a_newer_hq_says_more_than_an_older_terminal_knows() -> None:
    assert heard("/v1/grants?after=1", "/v1/grants") == {"said": 1, "of_the_next_release": 1}
    assert heard("/v1/contact", "/v1/grants") == {"said": 1}
    assert heard("/v1/grants?after=1", None) == {"said": 1}
