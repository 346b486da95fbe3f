"""A card of a plug-in's kind at a reader: it proves its key, or it is a copy, or nobody here can ask it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cards import fm1208
from cards.aes import AesKey
from cards.dialogue import Dialogue
from cards.plugin import GROUP, CardPlugin, Draw
from loyalty.possession import CHALLENGE, Proof
from protocol.directory import CardProof
from terminal.card_plugins import card_plugins
from terminal.counter.by_card import by_card
from terminal.counter.card_alarms import NOTE
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.proofs import KEY, issued, key_of
from tests.terminal.shops import ADA, TestShop, open_shop
from tests.terminal.tapping import Tapping, tapping

UID = ADA[:8]
PROOF = CardProof(technology="fm1208", key_no=2, version=1)
CARD: dict[str, Any] = {"card": "fm1208", "keys": {"internal": {"2": KEY.value.hex()}}}
CLONE: dict[str, Any] = {"card": "fm1208", "keys": {"internal": {"2": bytes(16).hex()}}}
HERE: Mapping[str, CardPlugin] = {"fm1208": fm1208.PLUGIN}
GREETED, PROVEN = Proof("P1", "uid", key_at_hand=False), Proof("P4", CHALLENGE)


class Failing(fm1208.Fm1208):
    """Breaks before it has asked anything."""

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        raise ZeroDivisionError(key.hex())


class Careless(fm1208.Fm1208):
    """Breaks over an answer that is shorter than it thinks."""

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        answer = yield bytes.fromhex("00EE000008")
        if answer[8]:
            yield from super().prove(key, key_no, draw)


def at_hand(card: str, version: int) -> AesKey | None:
    return KEY if (card, version) == (key_of(UID), 1) else None


@pytest.fixture
def test(tmp_path: Path) -> Any:
    with open_shop(tmp_path) as shop:
        yield shop


def at(
    test: TestShop, scenario: Callable[[Tapping], Awaitable[None]], plugins: Mapping[str, CardPlugin] = HERE
) -> None:
    issued(test, PROOF, uid=UID)
    test.shop = replace(test.shop, card_plugins=plugins)

    async def run() -> None:
        async with tapping(test, at_hand) as bench:
            await scenario(bench)

    asyncio.run(run())


async def shown(bench: Tapping) -> tuple[str | None, Proof]:
    return await bench.desk(lambda desk: (desk.till.member, desk.till.proof))


def test_it_proves_its_key(test: TestShop) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, **CARD) == "ok"
        assert await shown(bench) == ("m1", PROVEN)
        assert (await bench.desk(lambda desk: by_card(desk.shop, UID))).proof == PROVEN, "a POS may go on with it"

    at(test, scenario)
    assert test.shop.ledger.noted(NOTE) is None


def test_one_with_another_key_is_refused_and_told(test: TestShop) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, **CLONE) == "refused"
        assert await bench.notice() == "card_proof_failed"
        assert (await shown(bench))[0] is None

    at(test, scenario)
    assert list(test.shop.ledger.noted(NOTE) or {}) == [key_of(UID)]


def test_one_without_the_key_withholds_its_proof(test: TestShop) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, card="fm1208") == "refused"
        assert await bench.notice() == "card_proof_withheld"

    at(test, scenario)


@pytest.mark.parametrize("card", [CARD, CLONE], ids=["card", "clone"])
def test_where_the_plugin_is_missing_it_counts_as_what_anyone_can_copy(test: TestShop, card: dict[str, Any]) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, **card) == "ok"
        assert await shown(bench) == ("m1", GREETED)

    at(test, scenario, {})
    assert test.shop.ledger.noted(NOTE) is None


def test_a_plugin_that_fails_accuses_nobody(test: TestShop, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, **CARD) == "ok"
        assert await shown(bench) == ("m1", GREETED)
        found = await bench.desk(lambda desk: by_card(desk.shop, UID))
        assert found.proof == GREETED, "nor where a POS asks for the card that is there"

    at(test, scenario, {"fm1208": Failing()})
    assert test.shop.ledger.noted(NOTE) is None
    [line] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert line.getMessage().startswith("card plug-in fm1208 failed: ZeroDivisionError: the card counts as one")
    assert KEY.value.hex() not in caplog.text


def test_no_copy_counts_by_breaking_the_plugin(test: TestShop, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, **CLONE) == "refused"
        assert await bench.notice() == "card_proof_withheld"
        assert (await shown(bench))[0] is None
        refused = await bench.desk(lambda desk: refused_by(lambda: by_card(desk.shop, UID)))
        assert refused.phrase.code == "card_proof_withheld", "nor where a POS asks"

    at(test, scenario, {"fm1208": Careless()})
    assert list(test.shop.ledger.noted(NOTE) or {}) == [key_of(UID)]
    [line] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert line.getMessage().endswith("the card counts as one that withheld its proof")


def test_a_card_that_is_pulled_from_a_plugin_may_come_again(test: TestShop) -> None:
    async def scenario(bench: Tapping) -> None:
        assert await bench.tap(UID, **CARD, fault={"pull_at": 2}) == "refused"
        assert await bench.notice() == "card_hold_still"
        assert await bench.tap(UID, **CARD) == "ok"
        assert await shown(bench) == ("m1", PROVEN)

    at(test, scenario)


def test_at_the_start_plugins_are_loaded_and_what_fails_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert card_plugins() == HERE
    assert not caplog.records
    info = tmp_path / "lockers-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lockers\nVersion: 1.0.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nlocker = no_such_package:LOCKER\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert card_plugins() == HERE
    assert "locker (no_such_package:LOCKER) cannot be loaded" in caplog.text
