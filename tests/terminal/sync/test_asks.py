"""A wish is granted when all of it came, of whatever kind; and who may take nothing asks for nothing."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from protocol.entries import Entry, EntryAnswer, EntryKind, EntryVerdict
from protocol.lease import Grant, GrantAsk, GrantLot, GrantPage, RefundRight, Whereabouts
from protocol.links import CodeAsk
from protocol.sale_records import CouponRecord
from terminal.identity import Identity
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from terminal.sync.asks import Asker, is_granted
from terminal.sync.failures import Refused, Unreachable
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.lines import Ask, AskEntry, AskKey, AskShown
from terminal.sync.link import Link, Said
from terminal.sync.transport import Answer, Transport
from tests.protocol.movement_examples import SALE, value_lot
from tests.terminal.sync.till import PATIENCE_S

LOT = GrantLot(lot="l", points=5, earned_on="2026-01-01")
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "points": ({"points": 5}, {"lots": (LOT,)}),
    "value": ({"value": 12000}, {"value": (value_lot(),)}),
    "limits": ({"limits": {"room": 3}}, {"limits": {"room": 3}}),
    "coupons": ({"coupons": ("K",)}, {"coupons": (CouponRecord(code="K", rule="ten"),)}),
    "sale": ({"sale": SALE}, {"refunds": (RefundRight(sale=SALE, operation="{}", so_far={}),)}),
}
MORE: dict[str, Any] = {
    "points": 6,
    "value": 12001,
    "limits": {"room": 4},
    "coupons": ("K", "L"),
    "sale": SALE.model_copy(update={"seq": 43}),
}


def page(**given: Any) -> GrantPage:
    return GrantPage(device="d", epoch=1, grants=(Grant(number=1, member="m1", **given),), head=1)


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_or_not(kind: str) -> None:
    asked, given = KINDS[kind]
    assert is_granted(GrantAsk(member="m1", after=0, **asked), page(**given))
    assert not is_granted(GrantAsk(member="m1", after=0, **asked), page())
    assert not is_granted(GrantAsk(member="m1", after=0, **{kind: MORE[kind]}), page(**given))


def test_what_another_member_was_granted_does_not_count() -> None:
    assert not is_granted(GrantAsk(member="m2", points=5, after=0), page(lots=(LOT,)))


IDENTITY = Identity(
    device="d-1",
    epoch=1,
    store="s01",
    lane="1",
    hq="https://127.0.0.1:1",
    trust_key="11" * 32,
    lookup_key="22" * 32,
    private_key="44" * 32,
)


class NoLine(Transport):
    """HQ, of whom only whether it was asked is of interest."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        self.asked.append(target)
        raise Unreachable("no line")

    def rest(self) -> None:
        pass


class Counter(Link):
    """The till, who keeps the answers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "nowhere.sock", lambda _event: None)
        self.answers: queue.Queue[tuple[int, bool]] = queue.Queue()
        self.said: list[Said | None] = []

    def answer(self, ask: Ask, granted: bool, held_by: Whereabouts | None = None) -> None:
        self.answers.put((ask.id, granted))

    def answer_said(self, ask: AskShown | AskEntry, said: Said | None) -> None:
        self.said.append(said)
        self.answers.put((ask.id, said is not None))

    def answer_key(self, ask: AskKey, given: bool) -> None:
        self.answers.put((ask.id, given))


@pytest.mark.parametrize(("may_take", "asked"), [(False, []), (True, ["/v1/time?nonce=" + "0" * 32])])
def test_a_ledger_in_question_asks_nothing_and_the_till_is_told_at_once(
    tmp_path: Path, may_take: bool, asked: list[str]
) -> None:
    """What HQ granted would belong to a history that may not be ours. The control asks, and finds no line."""
    line, till = NoLine(), Counter(tmp_path)
    client = HqClient(IDENTITY, line, HqClock(lambda: 0), lambda: "0" * 32)
    with Ledger.open(tmp_path / "ledger.db", "d-1", 1), OutboxReader(tmp_path / "ledger.db") as outbox:
        asker = Asker(client, till, outbox, lambda: may_take)
        asker.start()
        asker.take(Ask(id=7, wish=GrantAsk(member="m1", points=5, after=0)))
        assert till.answers.get(timeout=PATIENCE_S) == (7, False)
        asker.close()
    assert line.asked == asked


def away(_uid: str) -> bool:
    raise Unreachable("no line")


@pytest.mark.parametrize(
    ("fetch", "may_take", "told"),
    [(lambda _: True, True, True), (lambda _: False, True, False), (away, True, False), (lambda _: True, False, False)],
    ids=["given", "not given", "no line", "in question"],
)
def test_the_key_of_a_card_is_fetched_and_the_till_is_told(
    tmp_path: Path, fetch: Callable[[str], bool], may_take: bool, told: bool
) -> None:
    client, till = HqClient(IDENTITY, NoLine(), HqClock(lambda: 0), lambda: "0" * 32), Counter(tmp_path)
    with Ledger.open(tmp_path / "ledger.db", "d-1", 1), OutboxReader(tmp_path / "ledger.db") as outbox:
        asker = Asker(client, till, outbox, lambda: may_take, fetch)
        asker.start()
        asker.take(AskKey(id=8, uid="04AABBCCDDEE80"))
        assert till.answers.get(timeout=PATIENCE_S) == (8, told)
        asker.close()


class Refusing(HqClient):
    """HQ's answer to an entry is no."""

    def __init__(self, status: int) -> None:
        super().__init__(IDENTITY, NoLine(), HqClock(lambda: 0), lambda: "0" * 32)
        self.status = status

    def entry(self, entry: Entry) -> EntryAnswer:
        raise Refused(self.status, "no", "no", {}, None)


@pytest.mark.parametrize(("status", "last_word"), [(401, True), (403, True), (404, True), (429, False), (503, False)])
def test_an_entry_that_hq_does_not_take_is_no_silence(tmp_path: Path, status: int, last_word: bool) -> None:
    """HQ's last word is told; where it is too busy or broken, nobody knows, and the same is asked again."""
    till, entered = Counter(tmp_path), list[None]()
    entry = Entry(intent="5e" * 16, kind=EntryKind.PHONE_CHANGE, member="m", level="P1", pin_given=True, phone="138000")
    with Ledger.open(tmp_path / "ledger.db", "d-1", 1), OutboxReader(tmp_path / "ledger.db") as outbox:
        asker = Asker(Refusing(status), till, outbox, entered=lambda: entered.append(None))
        asker.start()
        asker.take(AskEntry(id=9, limit_ms=10_000, entry=entry))
        assert till.answers.get(timeout=PATIENCE_S) == (9, last_word)
        asker.close()
    assert till.said == ([EntryAnswer(verdict=EntryVerdict.NOT_TAKEN)] if last_word else [None])
    assert entered == []


@pytest.mark.parametrize(("late_ms", "asked"), [(1501, []), (1500, ["/v1/time?nonce=" + "0" * 32])])
def test_hq_is_not_asked_about_a_code_for_which_nobody_waits_any_more(
    tmp_path: Path, late_ms: int, asked: list[str]
) -> None:
    """It would be used up for nothing. The control is in time, and finds no line."""
    line, till, times = NoLine(), Counter(tmp_path), iter((1000, 1000 + late_ms))
    client = HqClient(IDENTITY, line, HqClock(lambda: 0), lambda: "0" * 32)
    with Ledger.open(tmp_path / "ledger.db", "d-1", 1), OutboxReader(tmp_path / "ledger.db") as outbox:
        asker = Asker(client, till, outbox, now_ms=lambda: next(times))
        asker.start()
        asker.take(AskShown(id=7, limit_ms=1500, code=CodeAsk(code="M1:ABC")))
        assert till.answers.get(timeout=PATIENCE_S) == (7, False)
        asker.close()
    assert line.asked == asked
