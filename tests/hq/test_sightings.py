"""What terminals tell late of links that they judged themselves: honest cards raise no alarm, copies do."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import func, select

from hq import nightly, sightings
from hq.erasure import erase
from hq.headquarters import Headquarters
from hq.schema import card_alarm, card_counter, card_sighting
from hq.sightings import KEPT, KEPT_MS, take_report
from protocol.directory import card_key
from protocol.links import LinkSeen, LinkVerdict
from tests.hq.clients import Client
from tests.hq.conftest import Clock
from tests.hq.devices import join
from tests.hq.served import ServedHq
from tests.hq.shown_links import UID, Chip, chip_of
from tests.hq.test_card_links import Stores
from tests.hq.tiny_chain import NOW_MS

HOUR_MS, DOUBT_MS = 3_600_000, 120_000


@pytest.fixture
def stores(hq: Headquarters) -> Stores:
    return Stores(hq)


@pytest.fixture
def chip(hq: Headquarters, clock: Clock) -> Chip:
    """A card of m1, issued; a day has gone by."""
    made = chip_of(hq)
    clock.forward(days=1)
    return made


def seen(hq: Headquarters, counter: int, at_ms: int, doubt_ms: int | None = DOUBT_MS) -> LinkSeen:
    """`doubt_ms` is None for a clock that could not say."""
    key = card_key(hq.keys.lookup, UID)
    if doubt_ms is None:
        return LinkSeen(card=key, counter=counter, from_ms=0, until_ms=None)
    return LinkSeen(card=key, counter=counter, from_ms=at_ms - doubt_ms, until_ms=at_ms + doubt_ms)


def tell(stores: Stores, *reports: tuple[str, LinkSeen]) -> int:
    """Terminals a and b tell; gives how many cards have an alarm."""
    hq = stores.hq
    for where, report in reports:
        with hq.database.transaction() as connection:
            take_report(connection, stores.a if where == "a" else stores.b, report, hq.clock())
    return len(stores.alarms())


def three(hq: Headquarters, now_ms: int) -> list[tuple[str, LinkSeen]]:
    """Of one chip, in the order in which it was."""
    hours = [(70, "a", 3), (71, "b", 2), (72, "a", 1)]
    return [(where, seen(hq, counter, now_ms - ago * HOUR_MS)) for counter, where, ago in hours]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_reports_of_an_honest_card_raise_no_alarm_in_any_order(
    stores: Stores, chip: Chip, clock: Clock, order: tuple[int, ...]
) -> None:
    reports = three(stores.hq, clock.now_ms)
    assert tell(stores, *(reports[number] for number in order)) == 0
    assert tell(stores, *reports) == 0, "told again"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_copy_raises_one_in_any_order(stores: Stores, chip: Chip, clock: Clock, order: tuple[int, ...]) -> None:
    reports = three(stores.hq, clock.now_ms)
    reports[1] = ("b", seen(stores.hq, 65, clock.now_ms - 2 * HOUR_MS))
    assert tell(stores, *(reports[number] for number in order)) == 1
    happened = stores.alarms()[0]["told"][0]["happened"]
    assert happened.index("tap 70") < happened.index("tap 65"), "the earlier one first, whoever told first"
    assert tell(stores, *reports) == 1
    assert stores.alarms()[0]["count"] == 1, "the same again is no news"


def test_without_the_comparison_it_raises_none(
    stores: Stores, chip: Chip, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(sightings, "contradicted", lambda *_: None)
    reports = three(stores.hq, clock.now_ms)
    reports[1] = ("b", seen(stores.hq, 65, clock.now_ms - 2 * HOUR_MS))
    assert tell(stores, *reports) == 0


def test_a_late_report_and_a_question_to_hq_are_compared(stores: Stores, chip: Chip, clock: Clock) -> None:
    hq = stores.hq
    chip.counter = 70
    assert stores.ask(stores.a, chip.tap()).verdict is LinkVerdict.FRESH
    clock.forward(hours=5)
    assert tell(stores, ("b", seen(hq, 69, clock.now_ms - 6 * HOUR_MS))) == 0, "before it, and told late"
    assert tell(stores, ("b", seen(hq, 68, clock.now_ms - HOUR_MS))) == 1


def test_the_highest_counter_of_a_report_is_no_longer_fresh_elsewhere(stores: Stores, chip: Chip, clock: Clock) -> None:
    assert tell(stores, ("a", seen(stores.hq, 70, clock.now_ms - HOUR_MS))) == 0
    chip.counter = 69
    assert stores.ask(stores.b, chip.tap()).verdict is LinkVerdict.REPEATED
    assert stores.ask(stores.b, chip.tap()).verdict is LinkVerdict.FRESH


def test_an_answer_that_was_lost_raises_no_alarm(stores: Stores, chip: Chip, clock: Clock) -> None:
    """HQ took the link, its answer never came, and the terminal judged it itself."""
    stores.ask(stores.a, chip.tap())
    assert tell(stores, ("a", seen(stores.hq, 1, clock.now_ms))) == 0


def test_clocks_of_which_nothing_is_known_raise_no_alarm(stores: Stores, chip: Chip, clock: Clock) -> None:
    hq, now_ms = stores.hq, clock.now_ms
    unknown = LinkSeen(card=card_key(hq.keys.lookup, UID), counter=65, from_ms=now_ms - HOUR_MS, until_ms=None)
    assert tell(stores, ("a", seen(hq, 70, now_ms - HOUR_MS)), ("b", unknown)) == 0
    ahead = ("b", seen(hq, 60, now_ms + 9 * HOUR_MS))
    assert tell(stores, ahead) == 0, "a terminal's clock that is ahead of HQ's is wrong"


def test_what_may_be_from_before_the_card_was_issued_is_passed_over(stores: Stores, chip: Chip, clock: Clock) -> None:
    hq = stores.hq
    before = ("a", seen(hq, 70, NOW_MS))
    assert tell(stores, before, ("b", seen(hq, 1, clock.now_ms - HOUR_MS))) == 0
    with hq.database.reading() as connection:
        assert connection.scalars(select(card_counter.c.counter)).all() == [1]
    assert tell(stores, ("a", seen(hq, 2, 0, None))) == 0


def test_a_card_that_leads_to_nobody_is_passed_over(stores: Stores, clock: Clock) -> None:
    assert tell(stores, ("a", seen(stores.hq, 70, clock.now_ms))) == 0
    with stores.hq.database.reading() as connection:
        assert connection.scalars(select(card_counter.c.counter)).all() == []


def test_so_much_is_kept_and_no_more(stores: Stores, chip: Chip, clock: Clock) -> None:
    hq, now_ms = stores.hq, clock.now_ms
    reports = [("a", seen(hq, number, now_ms - 9 * HOUR_MS + number)) for number in range(1, KEPT + 11)]
    assert tell(stores, *reports) == 0
    with hq.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(card_sighting)) == KEPT
        assert connection.scalar(select(func.min(card_sighting.c.counter))) == 11
    clock.now_ms += KEPT_MS
    nightly.work(hq)
    with hq.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(card_sighting)) == 0
        assert connection.scalars(select(card_counter.c.counter)).all() == [KEPT + 10]


def test_an_erased_member_leaves_no_sightings(stores: Stores, chip: Chip, clock: Clock) -> None:
    hq, now_ms = stores.hq, clock.now_ms
    assert tell(stores, ("a", seen(hq, 7, now_ms - HOUR_MS)), ("b", seen(hq, 7, now_ms))) == 1
    erase(hq, "m1")
    with hq.database.reading() as connection:
        for table in (card_sighting, card_counter, card_alarm):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_over_the_door(served: ServedHq) -> None:
    hq = served.headquarters
    chip_of(hq)
    one = [seen(hq, counter, hq.clock() + HOUR_MS).model_dump() for counter in (8, 7)]
    with Client(served, join(hq, "s01", "1")) as client:
        assert client.post("/v1/sun/seen", {"seen": one}).status == 204
        assert client.post("/v1/sun/seen", {"seen": one * 26}).code == "message_invalid"
        assert client.post("/v1/sun/seen", {"seen": []}).code == "message_invalid"
    with hq.database.reading() as connection:
        assert connection.scalars(select(card_counter.c.counter)).all() == [8]
