"""A traveller's card at a reader: its key does not come, and HQ says what its link proves. Over the real parts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from hq.clone_alarms import clone_alarms
from hq.schema import card_counter
from loyalty.possession import Proof
from tests.contracts.beds.pcscd_twin import TwinProcess
from tests.terminal.issuing import IssuingDesk, issuing_desk, twin
from tests.terminal.sync.conftest import World, world
from tests.terminal.test_card_keys_end_to_end import at, holds, proof
from tests.terminal.whole_terminal import WholeTerminal

__all__ = ["twin", "world"]
UID, BASE = "04AABBCCDDEE80", "https://card.example/c"
GREETED, LINKED = Proof("P1", "uid", key_at_hand=False), Proof("P3", "sun")


@pytest.fixture
def desk(world: World, twin: TwinProcess, tmp_path: Path) -> IssuingDesk:
    """m1 is at home in another store, so this one gets no key of the card."""
    return issuing_desk(world.hq.headquarters, twin, tmp_path, "s02")


def counters(world: World) -> list[int]:
    with world.hq.headquarters.database.reading() as connection:
        return list(connection.scalars(select(card_counter.c.counter)))


async def tapped(terminal: WholeTerminal, order: dict[str, Any]) -> Proof:
    assert await terminal.tap(UID, **order) == "ok"
    return await proof(terminal)


def test_a_travellers_card_is_lifted_by_its_link_and_each_tap_is_another(
    world: World, twin: TwinProcess, desk: IssuingDesk
) -> None:
    desk.issue(UID, "ntag424", "m1", BASE)
    card = desk.card(UID, "ntag424")

    async def scene(terminal: WholeTerminal) -> None:
        await terminal.meet(holds(terminal, 1))
        assert await tapped(terminal, card) == GREETED, "HQ is away, and the link is not read"
        await terminal.desk(lambda desk: desk.next())
        async with terminal.online():
            assert await tapped(terminal, card) == LINKED
            first = counters(world)
            await terminal.desk(lambda desk: desk.next())
            await terminal.take_away()
            assert await tapped(terminal, card) == LINKED
            assert counters(world) > first
        assert terminal.versions() == {}, "no key came"

    at(world, twin, scene)
    with world.hq.headquarters.database.reading() as connection:
        assert clone_alarms(connection) == []


def test_a_card_whose_copy_has_counted_further_is_refused(world: World, twin: TwinProcess, desk: IssuingDesk) -> None:
    desk.issue(UID, "ntag424", "m1", BASE)
    card = desk.card(UID, "ntag424")

    async def scene(terminal: WholeTerminal) -> None:
        async with terminal.online(holds(terminal, 1)):
            assert await tapped(terminal, card) == LINKED
            await terminal.desk(lambda desk: desk.next())
            with world.hq.headquarters.database.transaction() as connection:
                connection.execute(update(card_counter).values(counter=900))
            await terminal.take_away()
            assert await terminal.tap(UID, **card) == "ok", "greeted, before HQ has said what it knows"
            async with asyncio.timeout(30):
                assert await terminal.lights.get() == "refused"
            assert await terminal.notice() == "card_link_used"
            assert await terminal.desk(lambda desk: desk.till.member) is None

    at(world, twin, scene)


def test_a_card_without_a_link_stays_what_it_was(world: World, twin: TwinProcess, desk: IssuingDesk) -> None:
    desk.issue(UID, "ntag424", "m1")
    card = desk.card(UID, "ntag424")

    async def scene(terminal: WholeTerminal) -> None:
        async with terminal.online(holds(terminal, 1)):
            assert await tapped(terminal, card) == GREETED
            assert counters(world) == []

    at(world, twin, scene)
