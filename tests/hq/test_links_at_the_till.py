"""Links of one card at the tills of two stores without a line, and what HQ finds when both have told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from cards.aes import AesKey
from hq.clone_alarms import clone_alarms
from hq.headquarters import Headquarters
from hq.sightings import take_report
from protocol.links import LinkAnswer, LinksSeen, LinkVerdict
from terminal.counter.by_link import by_link
from terminal.counter.phrase import Refusal
from terminal.store.outbox import OutboxReader
from terminal.sync.hq_client import HqClient
from terminal.sync.links import LinkErrands
from tests.hq.conftest import Clock
from tests.hq.devices import join
from tests.hq.shown_links import Chip, chip_of, url_of
from tests.hq.test_card_links import known
from tests.hq.whole_till import WholeTill, whole_till

MINUTE_MS = 60_000


class AtHq(HqClient):
    """The line of one till to HQ, without the wire."""

    def __init__(self, hq: Headquarters, till: WholeTill) -> None:
        self._hq, self._sender = hq, known(hq, till.device)

    def links_seen(self, told: LinksSeen) -> None:
        with self._hq.database.transaction() as connection:
            for seen in told.seen:
                take_report(connection, self._sender, seen, self._hq.clock())


class Tills:
    """A till in each of two stores; HQ and their clocks go on together."""

    def __init__(self, hq: Headquarters, clock: Clock, chip: Chip, tills: tuple[WholeTill, WholeTill]) -> None:
        self.hq, self.clock, self.chip = hq, clock, chip
        self.a, self.b = tills

    def later(self, minutes: int) -> None:
        self.clock.now_ms += minutes * MINUTE_MS
        for till in (self.a, self.b):
            till.test.clock.utc_ms = self.clock.now_ms

    def show(self, till: WholeTill, chip: Chip, said: LinkAnswer | None = None) -> str:
        """How far it is proven, or why it is refused."""

        def own(_card: str, _version: int) -> AesKey:
            return self.chip.key

        try:
            return by_link(replace(till.test.shop, link_keys=own), url_of(chip.tap()), said).proof.level
        except Refusal as refusal:
            return refusal.phrase.code

    def tell(self, till: WholeTill) -> None:
        with OutboxReader(till.test.folder / "ledger.db") as outbox:
            LinkErrands(AtHq(self.hq, till), outbox).run(False)

    def alarms(self) -> list[str]:
        with self.hq.database.reading() as connection:
            return [entry["told"][0]["happened"] for entry in clone_alarms(connection)]


@pytest.fixture
def tills(hq: Headquarters, clock: Clock, tmp_path: Path) -> Iterator[Tills]:
    chip = chip_of(hq)
    with ExitStack() as stack:
        made = [stack.enter_context(whole_till(hq, join(hq, store, "1"), tmp_path / store)) for store in ("s01", "s02")]
        found = Tills(hq, clock, chip, (made[0], made[1]))
        found.later(60)
        yield found


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_card_that_was_in_two_stores_raises_no_alarm_whoever_tells_first(tills: Tills, first: str) -> None:
    for till in (tills.a, tills.b, tills.a, tills.b):
        assert tills.show(till, tills.chip) == "P1"
        tills.later(30)
    order = (tills.a, tills.b) if first == "a" else (tills.b, tills.a)
    for till in order:
        tills.tell(till)
    assert tills.alarms() == []


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_copy_that_counts_for_itself_is_told_whoever_tells_first(tills: Tills, first: str) -> None:
    copy = Chip(tills.chip.uid, tills.chip.key)
    for _ in range(3):
        assert tills.show(tills.a, tills.chip) == "P1"
    tills.later(30)
    assert tills.show(tills.b, copy) == "P1", "this till has seen neither"
    order = (tills.a, tills.b) if first == "a" else (tills.b, tills.a)
    for number, till in enumerate(order):
        assert tills.alarms() == [], number
        tills.tell(till)
    [happened] = tills.alarms()
    assert "s01-1" in happened
    assert "s02-1" in happened
    tills.tell(tills.a)
    assert tills.alarms() == [happened]


def test_what_a_till_refused_is_told_as_well(tills: Tills) -> None:
    copy = Chip(tills.chip.uid, tills.chip.key)
    for _ in range(3):
        tills.show(tills.a, tills.chip)
    tills.later(30)
    assert tills.show(tills.a, copy) == "card_link_used"
    tills.tell(tills.a)
    assert len(tills.alarms()) == 1


def test_a_link_that_hq_took_for_the_till_is_not_told_again(tills: Tills) -> None:
    assert tills.show(tills.a, tills.chip, LinkAnswer(verdict=LinkVerdict.FRESH)) == "P3"
    with OutboxReader(tills.a.test.folder / "ledger.db") as outbox:
        assert outbox.links_seen(0, 9) == []
