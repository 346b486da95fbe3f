"""Cards that go wrong at the till in each way that an emulated one can: told, and as good as ever at the next tap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from loyalty.possession import CHALLENGE, Proof
from protocol.directory import CardProof
from terminal.card_taps import Exchange
from terminal.counter.card_alarms import newest_alarms
from tests.terminal.counter.proofs import DESFIRE, NTAG, at_hand, issued
from tests.terminal.shops import ADA, TestShop, open_shop
from tests.terminal.tapping import Tapping, tapping
from tests.terminal.test_card_taps import DESFIRE_CARD, NTAG_CARD

PROVEN = Proof("P4", CHALLENGE)
KINDS = pytest.mark.parametrize(
    ("proof", "card"), [(NTAG, NTAG_CARD), (DESFIRE, DESFIRE_CARD)], ids=["ntag", "desfire"]
)
CHALLENGE_SENT, CHALLENGE_ANSWERED = 2, 3  # after the selection


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def at(test: TestShop, scene: Callable[[Tapping], Coroutine[Any, Any, None]], **around: Any) -> None:
    async def run() -> None:
        async with tapping(test, at_hand, **around) as bench:
            await scene(bench)

    asyncio.run(run())


async def comes_again(bench: Tapping, card: dict[str, Any]) -> None:
    assert await bench.tap(ADA, **card) == "ok"
    assert await bench.desk(lambda desk: desk.till.proof) == PROVEN


@KINDS
@pytest.mark.parametrize("command", [CHALLENGE_SENT, CHALLENGE_ANSWERED])
def test_an_answer_that_was_altered_on_its_way_proves_nothing(
    test: TestShop, proof: CardProof, card: dict[str, Any], command: int
) -> None:
    issued(test, proof)

    async def scene(bench: Tapping) -> None:
        assert await bench.tap(ADA, **card, fault={"wrong_mac_at": command}) == "refused"
        assert await bench.notice() == "card_proof_failed"
        assert await bench.desk(lambda desk: desk.till.member) is None
        await comes_again(bench, card)

    at(test, scene)
    assert [alarm["why"] for alarm in newest_alarms(test.shop)] == ["challenge_failed"]


@KINDS
def test_a_slow_card_is_waited_for(test: TestShop, proof: CardProof, card: dict[str, Any]) -> None:
    issued(test, proof)

    async def scene(bench: Tapping) -> None:
        assert await bench.tap(ADA, **card, fault={"slow_ms": 100}) == "ok"
        assert await bench.desk(lambda desk: desk.till.proof) == PROVEN

    at(test, scene)


def hurried(exchange: Exchange) -> Exchange:
    """Cards have 50 ms for each answer; the virtual reader measures what the card takes, not the machine."""

    async def soon(device: str, card: int, apdu: bytes, _limit_s: float) -> bytes:
        return await exchange(device, card, apdu, 0.05)

    return soon


def test_a_card_that_is_slower_than_anybody_waits_withholds_its_proof(test: TestShop) -> None:
    issued(test, NTAG)

    async def scene(bench: Tapping) -> None:
        assert await bench.tap(ADA, **NTAG_CARD, fault={"slow_ms": 60_000}) == "refused"
        assert await bench.notice() == "card_proof_withheld"
        await comes_again(bench, NTAG_CARD)

    at(test, scene, around=hurried)


def test_a_card_that_is_torn_while_it_takes_its_failures_back_changes_nothing(test: TestShop) -> None:
    """An NTAG 424 DNA writes at the till: failures that it counted are taken back by the next proof."""
    issued(test, NTAG)

    async def scene(bench: Tapping) -> None:
        assert await bench.tap(ADA, **NTAG_CARD, fault={"wrong_mac_at": CHALLENGE_SENT}) == "refused"
        assert await bench.tap(ADA, **NTAG_CARD, fault={"torn_write": 1}) == "refused"
        assert await bench.notice() == "card_hold_still"
        assert await bench.desk(lambda desk: desk.till.member) is None
        await comes_again(bench, NTAG_CARD)

    at(test, scene)
