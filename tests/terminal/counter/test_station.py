"""The till at work: what is shown, what the light says, and what a failing disk or a wrong clock does to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import apsw
import pytest

from loyalty.ledger import Asset
from protocol.lease import Grant, GrantLot, GrantPage, Recall
from protocol.operation import ClockQuality
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk, Tap
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.screens import Surroundings
from terminal.counter.station import Outlets, Station
from tests.terminal.counter.offer_documents import document, offer
from tests.terminal.shops import ADA, DAY_MS, DEVICE, LOST, TEA, TestShop, empty_shop, open_shop
from tests.terminal.store.failing_disk import FailingDisk, full_from


@dataclass
class Till:
    """A station and everything that came out of it."""

    station: Station
    test: TestShop
    views: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    lights: list[str] = field(default_factory=list)
    fatal: list[str] = field(default_factory=list)
    committed: list[None] = field(default_factory=list)

    def show(self) -> dict[str, dict[str, Any]]:
        """What both pages show after everything queued so far."""
        self.station.refresh().result(10)
        return self.views[-1]

    def tick(self) -> None:
        """What happens when nothing has happened for a second."""
        self.station._consumer.submit(self.station._tick).result(10)

    def pay(self, tenders: list[tuple[str, int]]) -> dict[str, Any]:
        return self.station.do(lambda desk: desk.pay(desk.till.intent, tenders)).result(10)


@contextmanager
def _station(test: TestShop) -> Iterator[Till]:
    ids = iter(range(1, 10**6))
    attention = Attention(lambda: 0)
    desk = Desk(test.shop, lambda: f"{next(ids):032x}", attention)
    views, lights, fatal, committed = [], [], [], []
    outlets = Outlets(views.append, lights.append, fatal.append, lambda: committed.append(None))
    station = Station(desk, attention, Surroundings(), outlets)
    station.start()
    try:
        yield Till(station, test, views, lights, fatal, committed)
    finally:
        station.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    with open_shop(tmp_path) as test, _station(test) as running:
        yield running


def test_views_are_numbered_and_name_their_tap(till: Till) -> None:
    till.station.card(ADA, "uid", Tap("a", 1)).result(10)
    numbers = [view["member"]["n"] for view in till.views]
    assert numbers == sorted(set(numbers))
    assert till.views[-1]["counter"]["tap"] == {"id": "a", "at_ns": 1}


def test_the_light_tells_a_welcome_card_from_another(till: Till) -> None:
    till.station.card(ADA, "uid", Tap("a", 0)).result(10)
    till.station.card(LOST, "uid", Tap("b", 0)).result(10)
    assert till.lights == ["ok", "refused"]


def test_only_a_sale_wakes_the_sync_agent(till: Till) -> None:
    till.station.do(lambda desk: desk.scan(TEA)).result(10)
    assert till.committed == []
    till.pay([("cash", 5000)])
    till.pay([("cash", 5000)])
    assert len(till.committed) == 1


def test_the_screen_has_the_sale_only_after_it_is_on_disk(till: Till) -> None:
    """Whatever a page shows as paid is in the ledger by then."""
    till.station.do(lambda desk: desk.scan(TEA)).result(10)
    till.pay([("cash", 5000)])
    paid = [view for view in till.views if view["counter"]["counter"]["phase"] == "paid"]
    number = paid[0]["counter"]["counter"]["receipt"]["seq"]
    assert till.test.shop.ledger.operation(number) is not None


def test_a_full_disk_refuses_the_sale_says_so_and_goes_on_when_there_is_space(tmp_path: Path) -> None:
    with FailingDisk("till") as disk, open_shop(tmp_path, disk.name) as test, _station(test) as till:
        till.station.do(lambda desk: desk.scan(TEA)).result(10)
        disk.fail = full_from(0)
        with pytest.raises(Refusal) as refused:
            till.pay([("cash", 5000)])
        assert (refused.value.phrase.code, refused.value.status) == ("storage_full", 507)
        shown = till.show()["counter"]
        assert shown["status"]["storage"] == "full"
        assert shown["counter"]["notice"]["code"] == "storage_full"
        assert shown["counter"]["phase"] == "open"
        disk.fail = lambda _kind, _number: None
        assert till.pay([("cash", 5000)])["due"] == 5000
        assert till.show()["counter"]["status"]["storage"] == "ok"
        assert test.shop.ledger.next_seq() == 2


def test_a_broken_disk_ends_the_service(tmp_path: Path) -> None:
    with FailingDisk("end") as disk, open_shop(tmp_path, disk.name) as test, _station(test) as till:
        till.station.do(lambda desk: desk.scan(TEA)).result(10)
        disk.fail = lambda kind, _number: apsw.IOError("input/output error") if kind == "sync" else None
        with pytest.raises(Refusal) as refused:
            till.pay([("cash", 5000)])
        assert refused.value.phrase.code == "storage_broken"
        assert len(till.fatal) >= 1


def test_a_clock_a_year_off_is_said_and_sales_go_on(till: Till) -> None:
    till.test.clock.off_by_ms = 365 * DAY_MS
    assert till.show()["member"]["status"]["notice"] == {"code": "clock_off", "params": {"days": 365}}
    till.station.do(lambda desk: desk.scan(TEA)).result(10)
    assert till.pay([("cash", 5000)])["due"] == 5000


def test_rules_past_their_end_are_said_and_sales_go_on(till: Till) -> None:
    """sync.md, Identity and trust: expiry warns, and never stops a shop. The last planned day is a good one."""
    clock = till.test.clock
    clock.utc_ms = int(datetime(2027, 12, 31, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) * 1000
    assert till.show()["counter"]["status"]["notice"] is None
    clock.utc_ms += 60_000
    told = {"code": "programme_over", "params": {"until": "2027-12-31"}}
    assert till.show()["counter"]["status"]["notice"] == told
    till.station.do(lambda desk: desk.scan(TEA)).result(10)
    assert till.pay([("cash", 5000)])["due"] == 5000


def test_an_unknown_clock_is_said_and_recorded(till: Till) -> None:
    till.test.clock.quality = ClockQuality.UNKNOWN
    assert till.show()["member"]["status"]["notice"]["code"] == "clock_unknown"
    till.station.do(lambda desk: desk.scan(TEA)).result(10)
    till.pay([("cash", 5000)])
    operation = till.test.shop.ledger.operation(1)
    assert operation is not None
    assert operation.clock is ClockQuality.UNKNOWN


def test_what_is_wrong_with_hqs_word_is_shown(till: Till) -> None:
    till.station.around.link = Phrase("bundle_refused")
    assert till.show()["counter"]["status"]["notice"]["code"] == "bundle_refused"


def test_offline_is_a_state_not_a_notice(till: Till) -> None:
    status = till.show()["member"]["status"]
    assert (status["online"], status["notice"]) == (False, None)


def test_before_the_directory_is_here_both_screens_say_so(tmp_path: Path) -> None:
    with empty_shop(tmp_path) as test, _station(test) as till:
        views = till.show()
    assert {view["not_ready"]["code"] for view in views.values()} <= {"directory_empty", "programme_missing"}


def test_an_offer_of_certain_hours_appears_by_itself(till: Till) -> None:
    evening = offer("percent_off", percent=[1, 5], hours=[["13:00", "14:00"]])
    till.test.programme(document(evening, version=4))
    before = [shown["id"] for shown in till.show()["member"]["member_screen"]["offers"]]
    till.test.clock.utc_ms += 3600 * 1000
    till.tick()
    after = [shown["id"] for shown in till.views[-1]["member"]["member_screen"]["offers"]]
    assert (before, after) == (["points-as-money"], ["percent_off-1", "points-as-money"])
    drawn = len(till.views)
    till.tick()
    assert len(till.views) == drawn, "nothing has changed within the minute"


def test_work_of_many_threads_happens_one_after_the_other(till: Till) -> None:
    threads = [
        threading.Thread(target=lambda: till.station.do(lambda desk: desk.scan(TEA)).result(10)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert till.show()["counter"]["counter"]["basket"]["lines"][0]["quantity"] == 20


def test_a_recall_is_answered_without_waiting_for_an_idle_moment(till: Till) -> None:
    """And the agent hears that something waits (sync.md, Leases 6)."""
    recall = Recall(asset=Asset.POINTS, lot="hq.1", amount=100)
    grant = Grant(number=2, member="m1", recalls=(recall,))
    ledger = till.test.shop.ledger
    page = GrantPage(device=DEVICE, epoch=1, grants=(grant,), head=2)
    till.station.ask(lambda _: ledger.apply_grants(page)).result(10)
    till.station.unasked().result(10)
    assert till.station.ask(lambda _: sum(lot.points for lot in ledger.lease("m1"))).result(10) == 500
    assert till.committed == [None]
    till.station.unasked().result(10)
    assert till.committed == [None], "nothing more is due"


def test_what_is_due_is_done_once_a_minute_without_being_asked(till: Till) -> None:
    lot = GrantLot(lot="old", points=40, earned_on="2025-01-01", expires_on="2026-10-30")
    page = GrantPage(device=DEVICE, epoch=1, grants=(Grant(number=2, member="m1", lots=(lot,)),), head=2)
    ledger = till.test.shop.ledger
    till.station.ask(lambda _: ledger.apply_grants(page)).result(10)
    till.tick()
    till.test.clock.utc_ms += 3 * DAY_MS
    till.tick()
    assert till.station.ask(lambda _: [lot.id for lot in ledger.lease("m1")]).result(10) == ["hq.1"]
    assert till.committed == [None]


def test_a_full_disk_puts_off_what_is_due(tmp_path: Path) -> None:
    with FailingDisk("due") as disk, open_shop(tmp_path, disk.name) as test, _station(test) as till:
        till.tick()
        recall = Recall(asset=Asset.POINTS, lot="hq.1", amount=100)
        page = GrantPage(device=DEVICE, epoch=1, grants=(Grant(number=2, member="m1", recalls=(recall,)),), head=2)
        till.station.ask(lambda _: test.shop.ledger.apply_grants(page)).result(10)
        disk.fail = full_from(0)
        till.station.unasked().result(10)
        assert till.station.ask(lambda _: len(test.shop.ledger.recalls())).result(10) == 1
        disk.fail = lambda _kind, _number: None
        till.station.unasked().result(10)
        assert till.station.ask(lambda _: test.shop.ledger.recalls()).result(10) == ()
