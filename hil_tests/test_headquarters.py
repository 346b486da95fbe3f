"""A terminal under systemd and its headquarters: enrolled, selling to a member, cut off and back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hil_tests.bench.emulator import HOST, Parts
from hil_tests.bench.stand import Stand
from hil_tests.test_services import LIMIT_S, PYTHON, shows_one_more_tap, view
from hq import schema
from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.sample_today import copy_sample
from tests.hq.served import ServedHq, serve_hq

MEMBER, CARD = "m0001", "047D9CE9E30327"
BASKET = {"items": [{"gtin": "6970007700118", "quantity": 3}], "card": {"uid": CARD}}
STATE = "/var/lib/stillpoint"
SERVICES = "stillpoint-terminal stillpoint-devices stillpoint-sync"
LIMIT_STEPS, STEP_S = 1200, 0.1


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[ServedHq]:
    copy_sample(SAMPLE_CHAIN, tmp_path / "chain", datetime.now(UTC).date())
    with serve_hq(tmp_path, tmp_path / "chain", hosts=(HOST,)) as hq:
        yield hq


@pytest.fixture
def connected(parts: Parts, share: Path) -> Iterator[Stand]:
    """A guest whose network leads to this machine."""
    with Stand(parts, share, network=True) as stand:
        yield stand


def enrol(stand: Stand, hq: ServedHq) -> None:
    """Make the guest a terminal of this HQ, in place of what it was, and start everything anew."""
    claim = hq.make_claim("s01", "1", hq.url.replace("127.0.0.1", HOST))
    stillpoint = "setpriv --reuid=stillpoint --regid=stillpoint --clear-groups /opt/stillpoint/current/bin/stillpoint"
    stand.agent.shell(f"systemctl stop {SERVICES}; mv {STATE} /var/lib/was; install -d -o stillpoint -m 700 {STATE}")
    stand.agent.shell(f"{stillpoint} enrol {claim} && mv /var/lib/was/pos-token {STATE}", limit_s=2.0 * LIMIT_S)
    stand.agent.shell(f"systemctl start {SERVICES}", limit_s=5.0 * LIMIT_S)


def sell(stand: Stand, number: int) -> dict[str, Any]:
    """Three boxes of tomatoes to the member, over the POS API and at the price that it quotes: the receipt."""
    tenders = [{"kind": "mobile", "amount": asked(stand, "POST", "/api/v1/quote", BASKET)["quote"]["due"]}]
    sale = {**BASKET, "tenders": tenders, "intent": intent(number)}
    receipt: dict[str, Any] = asked(stand, "POST", "/api/v1/sales", sale)["receipt"]
    return receipt


def asked(stand: Stand, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    words = [PYTHON, "-B", "-m", "hil_tests.appliance.pos", str(LIMIT_S), method, path]
    if body is not None:
        words.append(json.dumps(body))
    said = stand.agent.run(*words, limit_s=2.0 * LIMIT_S, PYTHONPATH="/bench")
    answer: dict[str, Any] = json.loads(said.out)
    return answer


def intent(number: int) -> str:
    return f"{number:032x}"


def arrived(hq: ServedHq) -> set[str]:
    """The intents of the sales that HQ has, and applied."""
    with hq.headquarters.database.reading() as connection:
        operation = schema.operation.c
        found = connection.execute(select(operation.intent).where(operation.outcome == "applied"))
        return {row.intent for row in found if row.intent}


def soon(there: Callable[[], bool]) -> bool:
    tick = threading.Event()
    return any(there() or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))


def test_an_enrolled_terminal_sells_to_a_member_who_tapped_and_catches_up_after_its_line_was_cut(
    connected: Stand, hq: ServedHq
) -> None:
    stand = connected
    stand.readers[1].plug()
    enrol(stand, hq)
    asked(stand, "POST", "/api/v1/quote", BASKET)  # as soon as goods and members are there
    assert shows_one_more_tap(stand, lambda: stand.show(1, {"tap": CARD}))
    assert view(stand, f'"id":\\s*"{MEMBER}"').code == 0
    first = sell(stand, 1)
    assert first["member"]["id"] == MEMBER
    assert first["due"] == first["net"] == first["gross"] - first["saved"]
    assert first["earned"]
    assert soon(lambda: intent(1) in arrived(hq))
    stand.guest.cable(plugged=False)
    sell(stand, 2)
    assert asked(stand, "GET", "/api/v1/status")["waiting"] > 0
    assert intent(2) not in arrived(hq)
    stand.guest.cable(plugged=True)
    assert soon(lambda: intent(2) in arrived(hq))
