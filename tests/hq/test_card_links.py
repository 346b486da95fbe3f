"""Links of cards at HQ's door: made by the card's key, fresh once and for all stores, and what becomes of others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from cards.sun import CounterVerdict
from cards.sun_link import ShownLink
from hq import card_links, sightings
from hq.card_links import judge_link
from hq.card_masters import MASTERS
from hq.card_register import Stock, end
from hq.clone_alarms import clone_alarms
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from hq.reasons import LANGUAGES
from hq.schema import card, card_counter, card_sighting
from hq.status_facts import facts
from hq.terminals import Terminal, one
from protocol.directory import card_key
from protocol.links import LinkAnswer, LinkVerdict
from tests.hq.clients import Client
from tests.hq.conftest import Clock
from tests.hq.devices import Device, join
from tests.hq.served import ServedHq
from tests.hq.shown_links import UID, Chip, ask_of, chip_of

FRESH, REPEATED, BACKWARDS = LinkVerdict.FRESH, LinkVerdict.REPEATED, LinkVerdict.BACKWARDS


def known(hq: Headquarters, device: Device) -> Terminal:
    with hq.database.reading() as connection:
        found = one(connection, device.name, device.identity.epoch)
    assert found is not None
    return found


class Stores:
    """Two terminals in two stores that ask HQ."""

    def __init__(self, hq: Headquarters) -> None:
        self.hq = hq
        self.a, self.b = (known(hq, join(hq, store, "1")) for store in ("s01", "s02"))

    def ask(self, where: Terminal, link: ShownLink) -> LinkAnswer:
        return judge_link(self.hq, where, ask_of(link), self.hq.card_masters.diversify)

    def alarms(self, language: str = "en") -> list[dict[str, Any]]:
        with self.hq.database.reading() as connection:
            return clone_alarms(connection, language)


@pytest.fixture
def stores(hq: Headquarters) -> Stores:
    return Stores(hq)


@pytest.fixture
def chip(hq: Headquarters) -> Chip:
    return chip_of(hq)


def test_a_link_is_fresh_once_and_names_the_member(stores: Stores, chip: Chip, clock: Clock) -> None:
    link = chip.tap()
    answer = stores.ask(stores.a, link)
    key = card_key(stores.hq.keys.lookup, UID)
    assert (answer.verdict, answer.card, answer.member) == (FRESH, key, "m1")
    assert stores.ask(stores.a, link).verdict is REPEATED
    assert stores.alarms() == [], "a scanner reads twice over"
    assert stores.ask(stores.b, chip.tap()).verdict is FRESH
    clock.forward(hours=1)
    assert stores.ask(stores.a, link).verdict is BACKWARDS


def test_the_counter_is_on_the_disk_before_the_answer(
    stores: Stores, chip: Chip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control forgets to take it: then the same link is fresh for ever."""
    link = chip.tap()
    stores.ask(stores.a, link)
    with stores.hq.database.reading() as connection:
        assert connection.scalars(select(card_counter.c.counter)).all() == [1]
    other = chip_of(stores.hq, "04AABBCCDDEE82", "m2")
    monkeypatch.setattr(card_links, "see", lambda *_: CounterVerdict.FRESH)
    link = other.tap()
    assert [stores.ask(where, link).verdict for where in (stores.a, stores.b)] == [FRESH, FRESH]


def test_a_link_at_two_stores_is_refused_and_told_with_both(stores: Stores, chip: Chip, clock: Clock) -> None:
    link = chip.tap()
    stores.ask(stores.a, link)
    assert stores.ask(stores.b, link).verdict is REPEATED
    [entry] = stores.alarms()
    assert (entry["device"], entry["epoch"], entry["reasons"], entry["count"]) == ("s02-1", 1, ["card_clone"], 1)
    assert entry["received_ms"] == clock.now_ms
    for language in LANGUAGES:
        [told] = stores.alarms(language)[0]["told"]
        assert all(word in told["happened"] for word in ("m1", "s01-1", "s02-1", entry["card"], "2026-"))
        assert UID not in str(stores.alarms(language))
        assert told["bears"]
        assert told["do"]


def test_a_counter_that_runs_backwards_is_refused_and_told(stores: Stores, chip: Chip, clock: Clock) -> None:
    copy = Chip(chip.uid, chip.key, counter=64)
    chip.counter = 69
    assert stores.ask(stores.a, chip.tap()).verdict is FRESH
    assert stores.ask(stores.b, copy.tap()).verdict is BACKWARDS
    assert stores.alarms() == [], "both may have been on the way"
    clock.forward(hours=1)
    assert stores.ask(stores.b, copy.tap()).verdict is BACKWARDS
    [entry] = stores.alarms()
    happened = entry["told"][0]["happened"]
    assert happened.index("tap 70") < happened.index("s01-1") < happened.index("tap 66") < happened.index("s02-1")
    with stores.hq.database.reading() as connection:
        assert facts(connection, clock.now_ms, stores.hq.zone, "en")["conflicts"] == [entry]


def test_without_the_comparison_no_copy_would_be_told(
    stores: Stores, chip: Chip, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the two above."""
    monkeypatch.setattr(sightings, "contradicted", lambda *_: None)
    link = chip.tap()
    stores.ask(stores.a, link)
    clock.forward(hours=1)
    assert stores.ask(stores.b, link).verdict is REPEATED
    assert stores.alarms() == []


def test_a_link_of_another_key_is_told_from_one_of_a_card_that_hq_does_not_know(stores: Stores, chip: Chip) -> None:
    link = chip.tap()
    forged = ShownLink(link.uid, link.counter + 1, link.code)
    assert stores.ask(stores.a, forged).verdict is LinkVerdict.BAD_CODE
    stranger = Chip("04AABBCCDDEE99", chip.key)
    assert stores.ask(stores.a, stranger.tap()) == LinkAnswer(verdict=LinkVerdict.UNKNOWN)
    assert stores.ask(stores.a, link).verdict is FRESH, "a forged link uses nothing up"


def test_a_card_that_is_blocked_or_without_its_master_is_unknown(stores: Stores, chip: Chip) -> None:
    hq = stores.hq
    with hq.database.transaction() as connection:
        connection.execute(update(card).where(card.c.proof.is_not(None)).values(state="blocked"))
    assert stores.ask(stores.a, chip.tap()).verdict is LinkVerdict.UNKNOWN
    other = chip_of(hq, "04AABBCCDDEE82", "m2")
    for path in (hq.state / FOLDER / MASTERS).iterdir():
        path.unlink()
    assert stores.ask(stores.a, other.tap()).verdict is LinkVerdict.UNKNOWN


def test_a_card_that_is_issued_anew_counts_from_the_beginning(stores: Stores, chip: Chip, clock: Clock) -> None:
    chip.counter = 69
    link = chip.tap()
    stores.ask(stores.a, link)
    stores.ask(stores.b, link)
    end(stores.hq, UID, None)
    assert stores.alarms() == []
    again = chip_of(stores.hq, UID, "m2")
    clock.forward(hours=1)
    assert stores.ask(stores.a, again.tap()).verdict is FRESH
    assert stores.alarms() == []
    end(stores.hq, UID, Stock.RETIRED)
    with stores.hq.database.reading() as connection:
        assert connection.scalars(select(card_counter.c.card)).all() == []
        assert connection.scalars(select(card_sighting.c.card)).all() == []


def test_over_the_door(served: ServedHq) -> None:
    hq = served.headquarters
    chip = chip_of(hq)
    with Client(served, join(hq, "s01", "1")) as client:
        asked = ask_of(chip.tap()).model_dump()
        assert client.post("/v1/sun", asked).body["verdict"] == "fresh"
        assert client.post("/v1/sun", asked).body["verdict"] == "repeated"
        assert client.post("/v1/sun", asked | {"counter": 2**24}).code == "message_invalid"
    with Client(served) as nobody:
        assert nobody.post("/v1/sun", asked).code == "not_authenticated"
