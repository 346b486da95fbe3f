"""A terminal of an older release: it meets fields that only a newer HQ sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from terminal.bench.simulation.network import Network, SimulatedTransport
from terminal.sync.transport import Answer

PATHS = ("/v1/contact", "/v1/operations", "/v1/feed/config", "/v1/feed/", "/v1/grants", "/v1/snapshot")


class NewerAnswers(SimulatedTransport):
    """Brings what a newer HQ says: answers under a path have a field that this terminal has never heard of."""

    def __init__(
        self, network: Network, who: str, alive: Callable[[], bool], not_understood: Callable[[], str | None]
    ) -> None:
        super().__init__(network, who, alive)
        self._not_understood = not_understood

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        answer = super().exchange(method, target, headers, body, dated, wait_s)
        path = self._not_understood()
        if path is None or answer.status != 200 or not target.startswith(path):
            return answer
        if "json" not in answer.headers.get("content-type", ""):
            return answer
        said = json.loads(answer.data)
        return Answer(answer.status, answer.headers, json.dumps({**said, "of_the_next_release": 1}).encode())
