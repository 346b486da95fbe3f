"""A card is greeted at once, and lifted when its key comes while it lies there: in this order, and never otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from cards.aes import AesKey
from loyalty.possession import CHALLENGE, Proof
from terminal.counter.card_alarms import newest_alarms
from tests.terminal.counter.proofs import KEY, NTAG, at_hand, issued
from tests.terminal.shops import ADA, CY, TEA, TestShop, open_shop
from tests.terminal.tapping import LIMIT_S, Tapping, tapping

ZERO = bytes(16).hex()
CARD: dict[str, Any] = {"card": "ntag424", "keys": [ZERO, KEY.value.hex()]}
CLONE: dict[str, Any] = {"card": "ntag424", "keys": [ZERO, ZERO]}
COPYABLE, LIFTED = Proof("P1", "uid", key_at_hand=False), Proof("P4", CHALLENGE)
Scene = Callable[["Hq", Tapping], Coroutine[Any, Any, None]]


class Hq:
    """Has the key of Ada's card, and gives it when it is let; `gives` False never does."""

    def __init__(self, *, gives: bool = True) -> None:
        self.asked, self.may = asyncio.Event(), asyncio.Event()
        self._gives, self._here = gives, False

    async def fetch(self, uid: str) -> bool:
        assert uid == ADA
        self.asked.set()
        await self.may.wait()
        self._here = self._gives
        return self._here

    def at_hand(self, card: str, version: int) -> AesKey | None:
        return at_hand(card, version) if self._here else None


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        issued(shop, NTAG)
        yield shop


def at(test: TestShop, scene: Scene, *, gives: bool = True) -> None:
    async def run() -> None:
        hq = Hq(gives=gives)
        async with tapping(test, hq.at_hand, fetch_key=hq.fetch) as bench, asyncio.timeout(LIMIT_S):
            await scene(hq, bench)

    asyncio.run(run())


async def over(bench: Tapping) -> None:
    """Until nothing is led with a card any more, and the till has seen what came of it."""
    await bench.taps.settle()
    await bench.desk(lambda _: None)


async def proof(bench: Tapping) -> Proof:
    return await bench.desk(lambda desk: desk.till.proof)


def test_the_greeting_does_not_wait_and_the_proof_counts_when_the_key_comes(
    test: TestShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scene(hq: Hq, bench: Tapping) -> None:
        await bench.desk(lambda desk: desk.scan(TEA))
        assert await bench.tap(ADA, **CARD) == "ok"
        await hq.asked.wait()
        assert await proof(bench) == COPYABLE
        await bench.desk(lambda desk: desk.scan(TEA))
        hq.may.set()
        await over(bench)
        assert await proof(bench) == LIFTED
        assert await bench.desk(lambda desk: (desk.till.member, desk.till.lines[0].quantity)) == ("m1", 2)
        assert bench.lights.empty(), "the member was greeted once"

    at(test, scene)
    lines = [record.getMessage() for record in caplog.records]
    order = [line.split()[:3] for line in lines if line.startswith(("tap ", "key "))]
    assert order == [["tap", "t1", "greeted"], ["key", "t1", "lifted"]]


def test_a_copy_that_was_greeted_leaves_when_the_key_shows_it(test: TestShop) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        await bench.desk(lambda desk: desk.scan(TEA))
        assert await bench.tap(ADA, **CLONE) == "ok"
        hq.may.set()
        assert await bench.decided() == "refused"
        assert await bench.notice() == "card_proof_failed"
        assert await bench.desk(lambda desk: (desk.till.member, len(desk.till.lines))) == (None, 1)

    at(test, scene)
    [alarm] = newest_alarms(test.shop)
    assert alarm["why"] == "challenge_failed"


def test_a_copy_does_not_come_back_with_the_basket_that_was_emptied(test: TestShop) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        await bench.desk(lambda desk: desk.scan(TEA))
        assert await bench.tap(ADA, **CLONE) == "ok"
        await bench.desk(lambda desk: desk.empty())
        hq.may.set()
        assert await bench.decided() == "refused"
        await bench.desk(lambda desk: desk.bring_back())
        assert await bench.desk(lambda desk: (desk.till.member, len(desk.till.lines))) == (None, 1)

    at(test, scene)


def test_a_card_that_left_before_its_key_came_stays_what_it_was(test: TestShop) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        assert await bench.tap(ADA, **CARD) == "ok"
        await hq.asked.wait()
        await asyncio.to_thread(bench.reader.remove)
        hq.may.set()
        await over(bench)
        assert await proof(bench) == COPYABLE
        assert await bench.notice() is None
        assert bench.lights.empty()

    at(test, scene)


def test_where_hq_gives_no_key_the_card_stays_what_it_was_and_is_asked_nothing(test: TestShop) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        assert await bench.tap(ADA, **CLONE) == "ok"
        hq.may.set()
        await over(bench)
        assert await proof(bench) == COPYABLE

    at(test, scene, gives=False)
    assert newest_alarms(test.shop) == []


def test_another_card_ends_the_waiting(test: TestShop) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        assert await bench.tap(ADA, **CARD) == "ok"
        await hq.asked.wait()
        assert await bench.tap(CY) == "ok"
        hq.may.set()
        await over(bench)
        assert await bench.desk(lambda desk: (desk.till.member, desk.till.proof)) == ("m3", Proof("P1", "uid"))

    at(test, scene)


@pytest.mark.parametrize("card", [CARD, CLONE], ids=["the card", "a copy"])
def test_a_sale_whose_sum_was_agreed_or_paid_stays_as_it_was(test: TestShop, card: dict[str, Any]) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        await bench.desk(lambda desk: desk.scan(TEA))
        assert await bench.tap(ADA, **card) == "ok"
        await hq.asked.wait()
        due = await bench.desk(lambda desk: desk.quote().due)
        await bench.desk(lambda desk: desk.pay(desk.till.intent, [("cash", due)]))
        hq.may.set()
        await over(bench)
        assert await bench.desk(lambda desk: (desk.till.phase, desk.till.member)) == ("paid", "m1")
        assert await proof(bench) == COPYABLE
        assert await bench.notice() is None

    at(test, scene)
    sold = test.shop.ledger.operation(1)
    assert sold is not None
    assert {name: sold.detail["state"][name] for name in ("assurance", "proof", "key_at_hand")} == {
        "assurance": "P1",
        "proof": "uid",
        "key_at_hand": False,
    }
    assert len(newest_alarms(test.shop)) == (card is CLONE), "of a copy HQ is told all the same"


def test_a_member_who_left_is_not_brought_back(test: TestShop) -> None:
    async def scene(hq: Hq, bench: Tapping) -> None:
        assert await bench.tap(ADA, **CARD) == "ok"
        await hq.asked.wait()
        await bench.desk(lambda desk: desk.clear_member())
        hq.may.set()
        await over(bench)
        assert await bench.desk(lambda desk: desk.till.member) is None

    at(test, scene)
