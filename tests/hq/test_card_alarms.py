"""Cards that did not prove their key at a terminal stand in the list of conflicts, and a heartbeat is not trusted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from hq.card_alarms import card_alarms
from hq.headquarters import Headquarters
from hq.reasons import LANGUAGES
from hq.schema import card, terminal
from hq.status_facts import facts
from tests.hq.devices import join


def alarm(key: str, **changes: Any) -> dict[str, Any]:
    return {"card": key, "why": "challenge_failed", "count": 3, "first_ms": 1, "last_ms": 5, **changes}


def beat(hq: Headquarters, cards: object) -> None:
    """The heartbeat of s01-1 says this of cards."""
    text = json.dumps({"devices": {"cards": cards}})
    with hq.database.transaction() as connection:
        connection.execute(update(terminal).where(terminal.c.device == "s01-1").values(heartbeat=text))


@pytest.fixture
def known(hq: Headquarters) -> str:
    """The key of a card of m1."""
    join(hq, "s01", "1")
    with hq.database.reading() as connection:
        return str(connection.scalars(select(card.c.key).where(card.c.member == "m1")).first())


def found(hq: Headquarters, language: str = "en") -> list[dict[str, Any]]:
    with hq.database.reading() as connection:
        return card_alarms(connection, language)


def test_an_alarm_names_member_terminal_and_what_to_do(hq: Headquarters, known: str) -> None:
    beat(hq, {"state": "alarm", "alarms": [alarm(known), alarm("f" * 32)]})
    [entry] = found(hq)
    place = {name: entry[name] for name in ("device", "epoch", "received_ms", "outcome", "reasons")}
    assert place == {"device": "s01-1", "epoch": 1, "received_ms": 5, "outcome": "flagged", "reasons": ["card_proof"]}
    for language in LANGUAGES:
        [told] = found(hq, language)[0]["told"]
        assert "m1" in told["happened"]
        assert "s01-1" in told["happened"]
        assert told["bears"]
        assert told["do"]
    with hq.database.reading() as connection:
        assert facts(connection, hq.clock(), hq.zone, "en")["conflicts"] == [entry]


@pytest.mark.parametrize("count", [0, -1, "3", None])
def test_what_no_terminal_could_mean_is_passed_over(hq: Headquarters, known: str, count: object) -> None:
    beat(hq, {"alarms": [alarm(known, count=count)]})
    assert found(hq) == []


@pytest.mark.parametrize("said", [None, "alarm", 7, [], {"alarms": None}, {"alarms": [None]}, {"alarms": {}}])
def test_heartbeats_of_other_shapes_are_passed_over(hq: Headquarters, known: str, said: object) -> None:
    beat(hq, said)
    assert found(hq) == []
