"""From a card at a reader to what the till then lets go: proven without HQ, cloned, pulled, mute, late."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from drivers.base import Emit
from drivers.base import Kind as DeviceKind
from drivers.errors import CardGone, CardMute
from protocol.directory import CardProof
from protocol.operation import Kind
from terminal.card_taps import Exchange
from terminal.counter.desk import Desk
from terminal.counter.phrase import Refusal
from terminal.devices.exchanges import Exchanges
from terminal.devices.lines import Answer
from terminal.devices.lines import Exchange as Ask
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.proofs import AID, DESFIRE, DESFIRE_EV1, KEY, NTAG, at_hand, issued
from tests.terminal.granting import grant, value_lot
from tests.terminal.shops import ADA, CY, RICE, TEA, TestShop, open_shop
from tests.terminal.tapping import LIMIT_S, Tapping, tapping

ZERO = bytes(16).hex()
KEYS = [ZERO, KEY.value.hex()]
NTAG_CARD: dict[str, Any] = {"card": "ntag424", "keys": KEYS}
DESFIRE_CARD: dict[str, Any] = {"card": "desfire", "keys": {AID: KEYS}}
EV1_CARD: dict[str, Any] = {**DESFIRE_CARD, "card": "desfire_ev1"}
CLONE: dict[str, Any] = {"card": "ntag424", "keys": [ZERO, ZERO]}
EVERY_KIND = pytest.mark.parametrize(
    ("proof", "card"),
    [(NTAG, NTAG_CARD), (DESFIRE, DESFIRE_CARD), (DESFIRE_EV1, EV1_CARD)],
    ids=["ntag424", "desfire_ev2", "desfire_ev1"],
)
COMMANDS = 3  # select, and the two halves of an authentication


@pytest.fixture
def test(tmp_path: Any) -> Any:
    with open_shop(tmp_path) as shop:
        shop.programme(document(version=4, cash_rounding=0, stored_value={}))
        grant(shop, "m1", value=(value_lot(1, 30_000),))
        yield shop


def value(amount: int) -> Callable[[Desk], dict[str, Any]]:
    return lambda desk: desk.pay(desk.till.intent, [("stored_value", amount)])


async def refused(tapping: Tapping, work: Callable[[Desk], object]) -> str:
    with pytest.raises(Refusal) as said:
        await tapping.desk(work)
    return said.value.phrase.code


def at(test: TestShop, scenario: Callable[[Tapping], Any], keys: Any = at_hand, **around: Any) -> None:
    async def run() -> None:
        async with tapping(test, keys, **around) as bench:
            await scenario(bench)

    asyncio.run(run())


@EVERY_KIND
def test_a_card_that_proves_its_key_spends_value_without_hq(
    test: TestShop, proof: CardProof, card: dict[str, Any]
) -> None:
    issued(test, proof)

    async def scenario(bench: Tapping) -> None:
        await bench.desk(lambda desk: desk.scan(RICE))
        assert await bench.tap(ADA, **card) == "ok"
        assert await bench.desk(lambda desk: (desk.till.member, desk.till.proof.level)) == ("m1", "P4")
        due = await bench.desk(lambda desk: desk.quote().due)
        assert (await bench.desk(value(due)))["tenders"] == [{"kind": "stored_value", "amount": due}]

    at(test, scenario)
    sold = test.shop.ledger.operation(1)
    assert sold is not None
    assert (sold.kind, sold.detail["state"]["assurance"]) == (Kind.SALE, "P4")


@EVERY_KIND
def test_a_cloned_uid_without_the_key_is_refused(test: TestShop, proof: CardProof, card: dict[str, Any]) -> None:
    issued(test, proof)
    clone = {**card, "keys": [ZERO, ZERO] if proof is NTAG else {AID: [ZERO, ZERO]}}

    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(ADA, **clone) == "refused"
        assert await bench.notice() == "card_proof_failed"
        assert await bench.desk(lambda desk: desk.till.member) is None

    at(test, scenario)


def test_the_same_clone_is_greeted_where_nothing_is_asked(test: TestShop) -> None:
    """The control: it is the question that keeps it out, and it gets no further than what anyone can copy."""

    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(ADA, **CLONE) == "ok"
        await bench.desk(lambda desk: desk.scan(TEA))
        assert await bench.desk(lambda desk: desk.till.proof.level) == "P1"
        due = await bench.desk(lambda desk: desk.quote().due)
        assert await refused(bench, value(due)) == "value_assurance"

    at(test, scenario)


def test_a_card_whose_row_has_a_proof_and_that_shows_a_uid_only_is_refused(test: TestShop) -> None:
    issued(test, NTAG)

    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(ADA) == "refused"
        assert await bench.notice() == "card_proof_withheld"
        assert await bench.tap(CY) == "ok"

    at(test, scenario)


def test_where_the_key_is_not_at_hand_a_member_earns_and_sees_and_takes_nothing(test: TestShop) -> None:
    issued(test, NTAG)

    async def scenario(bench: Tapping) -> None:
        await bench.desk(lambda desk: desk.scan(RICE))
        assert await bench.tap(ADA, **NTAG_CARD) == "ok"
        assert await bench.desk(lambda desk: (desk.till.proof.level, desk.till.proof.key_at_hand)) == ("P1", False)
        assert await refused(bench, lambda desk: desk.points(100)) == "proof_key"
        due = await bench.desk(lambda desk: desk.quote().due)
        assert await refused(bench, value(due)) == "value_assurance"
        receipt = await bench.desk(lambda desk: desk.pay(desk.till.intent, [("cash", due)]))
        assert receipt["earned"]
        assert receipt["balance"]["total"] > 0

    at(test, scenario, keys=lambda _card, _version: None)


@EVERY_KIND
@pytest.mark.parametrize("fault", ["pull_at", "lose_at"])
@pytest.mark.parametrize("command", range(1, COMMANDS + 1))
def test_a_card_that_is_pulled_changes_nothing_and_may_come_again(
    test: TestShop, proof: CardProof, card: dict[str, Any], fault: str, command: int
) -> None:
    issued(test, proof)

    async def scenario(bench: Tapping) -> None:
        await bench.tap(CY)
        await bench.desk(lambda desk: desk.scan(TEA))
        before = await bench.desk(lambda desk: (desk.till.member, desk.till.proof.level, list(desk.till.lines)))
        assert await bench.tap(ADA, **card, fault={fault: command}) == "refused"
        assert await bench.notice() == "card_hold_still"
        assert await bench.desk(lambda desk: (desk.till.member, desk.till.proof.level, list(desk.till.lines))) == before
        assert await bench.desk(lambda desk: desk.shop.ledger.noted("card_alarms")) is None
        assert await bench.tap(ADA, **card) == "ok"

    at(test, scenario)


def test_a_card_that_is_only_memory_is_not_spoken_with(test: TestShop) -> None:
    """It would not answer, and look as if it was pulled."""
    issued(test, NTAG)

    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(ADA[:8], card="classic", fault={"pull_at": 1}) == "refused"
        assert await bench.notice() == "card_unknown"
        issued(test, NTAG, uid=ADA[:8])
        assert await bench.tap(ADA[:8], card="classic", fault={"pull_at": 1}) == "refused"
        assert await bench.notice() == "card_proof_withheld"

    at(test, scenario, keys=lambda _card, _version: KEY)


@pytest.mark.parametrize("command", range(1, COMMANDS + 1))
def test_a_card_that_falls_silent_withholds_its_proof(test: TestShop, command: int) -> None:
    issued(test, NTAG)

    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(ADA, **NTAG_CARD, fault={"mute_at": command}) == "refused"
        assert await bench.notice() == "card_proof_withheld"

    at(test, scenario)


class Gate:
    """Holds every answer of a card back until it is opened."""

    def __init__(self) -> None:
        self.asked, self.open = asyncio.Event(), asyncio.Event()

    def around(self, exchange: Exchange) -> Exchange:
        async def held(device: str, card: int, apdu: bytes, limit_s: float) -> bytes:
            answer = await exchange(device, card, apdu, limit_s)
            self.asked.set()
            await self.open.wait()
            return answer

        return held


def test_the_till_works_on_while_a_card_is_spoken_with_and_a_late_answer_is_dropped(test: TestShop) -> None:
    issued(test, NTAG)

    async def run() -> None:
        gate = Gate()
        async with tapping(test, at_hand, gate.around) as bench:
            bench.reader.tap(ADA, **NTAG_CARD)
            await asyncio.wait_for(gate.asked.wait(), LIMIT_S)
            await bench.desk(lambda desk: desk.scan(TEA))
            assert await bench.desk(lambda desk: (len(desk.till.lines), desk.till.member)) == (1, None)
            assert await bench.tap(CY) == "ok"
            gate.open.set()
            assert await bench.tap(CY) == "ok"
            assert await bench.desk(lambda desk: desk.till.member) == "m3"
            assert bench.lights.empty()

    asyncio.run(run())


class Held:
    """The devices' side of the link. The call to the first card, which is pulled, ends when the next one is asked."""

    kind: DeviceKind = "card_reader"
    device = "counter"
    beat_ns = 0

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._loop = exchange, asyncio.get_running_loop()
        self._exchanges = Exchanges(lambda: self._loop.call_soon_threadsafe(self._take))
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self.begun, self._next = threading.Event(), threading.Event()

    def start(self, emit: Emit) -> None:
        """Nothing to begin."""

    def close(self) -> None:
        self._exchanges.close()

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        if card == 1:
            self.begun.set()
            self._next.wait(LIMIT_S)
            raise CardGone
        said = asyncio.run_coroutine_threadsafe(_awaited(self._exchange(self.device, card, apdu, limit_s)), self._loop)
        return said.result(LIMIT_S)

    async def ask(self, device: str, card: int, apdu: bytes, limit_s: float) -> bytes:
        number = len(self._waiting)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self._exchanges.begin([self], Ask(number, device, card, apdu.hex().upper(), round(1000 * limit_s)))
        if card > 1:
            self._next.set()
        answer = await self._waiting[number]
        if answer.apdu is None:
            raise CardGone if answer.fault == "card_gone" else CardMute
        return bytes.fromhex(answer.apdu)

    def _take(self) -> None:
        for answer in self._exchanges.take():
            if not self._waiting[answer.id].done():
                self._waiting[answer.id].set_result(answer)


async def _awaited(answer: Awaitable[bytes]) -> bytes:
    return await answer


def test_a_card_that_is_put_back_while_its_last_call_lasts_proves_itself_and_nobody_is_alarmed(test: TestShop) -> None:
    issued(test, NTAG)

    async def run() -> None:
        held: list[Held] = []

        def through(exchange: Exchange) -> Exchange:
            held.append(Held(exchange))
            return held[0].ask

        async with tapping(test, at_hand, through) as bench:
            bench.reader.tap(ADA, **NTAG_CARD)
            assert await asyncio.to_thread(held[0].begun.wait, LIMIT_S)
            assert await bench.tap(ADA, **NTAG_CARD) == "ok"
            assert await bench.desk(lambda desk: (desk.till.member, desk.till.proof.level)) == ("m1", "P4")
            assert await bench.desk(lambda desk: desk.shop.ledger.noted("card_alarms")) is None
            held[0].close()

    asyncio.run(run())


def test_one_line_in_the_log_for_each_tap_and_neither_uid_nor_key_in_it(
    test: TestShop, caplog: pytest.LogCaptureFixture
) -> None:
    issued(test, NTAG)
    caplog.set_level(logging.INFO)

    async def scenario(bench: Tapping) -> None:
        await bench.tap(ADA, **NTAG_CARD)
        await bench.tap(ADA, **CLONE, new=True)
        await bench.tap(ADA, **NTAG_CARD, fault={"pull_at": 2}, new=True)

    at(test, scenario)
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("tap ")]
    assert [line.split()[:3] for line in lines] == [
        ["tap", "t1", "greeted"],
        ["tap", "t2", "card_proof_failed"],
        ["tap", "t3", "card_hold_still"],
    ]
    assert [[part.partition("=")[0] for part in line.split()[3:]] for line in lines] == [
        ["read_us", "queued_us", "shown_us", "asked_us"]
    ] * 3
    assert ADA not in caplog.text
    assert KEY.value.hex() not in caplog.text.lower()
