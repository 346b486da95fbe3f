"""A card's key from the bench where it is made to the till that asks for it, and all that may become of the card.

Nothing is played but the chips: HQ is served over TLS, bench and till speak with the cards by libpcsclite.
"""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from hq import member_codes
from hq.card_register import counted
from hq.schema import card_key_given
from loyalty.possession import CHALLENGE, Proof
from protocol.directory import card_key
from tests.contracts.beds.pcscd_twin import TwinProcess
from tests.terminal.issuing import IssuingDesk, issuing_desk, twin
from tests.terminal.sync.conftest import World, world
from tests.terminal.whole_terminal import WholeTerminal, whole_terminal

__all__ = ["twin", "world"]
NOODLES = "6901234567892"
UID, NEW = "04AABBCCDDEE80", "04AABBCCDDEE99"
KINDS = pytest.mark.parametrize("kind", ["ntag424", "desfire", "desfire_ev1"])
UNKEYED: dict[str, Any] = {"new": True}  # the UID of the card, in a chip with keys of its own
GREETED, PROVEN = Proof("P1", "uid", key_at_hand=False), Proof("P4", CHALLENGE)
Scene = Callable[[WholeTerminal], Coroutine[Any, Any, None]]


@pytest.fixture
def desk(world: World, twin: TwinProcess, tmp_path: Path) -> IssuingDesk:
    return issuing_desk(world.hq.headquarters, twin, tmp_path, "s01")


def key_of(world: World, uid: str = UID) -> str:
    return card_key(world.hq.headquarters.keys.lookup, uid)


def at(world: World, twin: TwinProcess, scene: Scene) -> None:
    async def run() -> None:
        async with whole_terminal(world, twin) as terminal:
            await scene(terminal)

    asyncio.run(run())


async def proof(terminal: WholeTerminal) -> Proof:
    return await terminal.desk(lambda desk: desk.till.proof)


def holds(terminal: WholeTerminal, version: int) -> Callable[[], bool]:
    """Whether the directory says that the card has keys of this version."""

    def held() -> bool:
        told = terminal.proof(key_of(terminal.world))
        return told is not None and told.version == version

    return held


@KINDS
def test_from_the_bench_to_a_sale_that_the_card_has_proven(
    world: World, twin: TwinProcess, desk: IssuingDesk, kind: str
) -> None:
    """Issued, told, greeted without its key, proven with it; then without HQ, and the sale says so."""
    issued = desk.issue(UID, kind, "m1")
    assert (issued.member, issued.version) == ("m1", 1)
    card = desk.card(UID, kind)

    async def scene(terminal: WholeTerminal) -> None:
        await terminal.meet(holds(terminal, 1))
        assert terminal.versions() == {}, "a key comes for a card that was shown, and for no other"
        assert await terminal.tap(UID, **card) == "ok"
        assert await proof(terminal) == GREETED, "HQ is away"
        await terminal.desk(lambda desk: desk.next())
        async with terminal.online():
            assert await terminal.tap(UID, **card) == "ok"
            assert await proof(terminal) == PROVEN
        assert terminal.versions() == {key_of(world): 1}
        await terminal.desk(lambda desk: desk.next())
        assert await terminal.tap(UID, **card) == "ok"
        assert await proof(terminal) == PROVEN, "without HQ"
        await terminal.desk(lambda desk: desk.scan(NOODLES))
        due = await terminal.desk(lambda desk: desk.quote().due)
        await terminal.desk(lambda desk: desk.pay(desk.till.intent, [("mobile", due)]))
        sold = await terminal.desk(lambda desk: desk.shop.ledger.operation(desk.shop.ledger.next_seq() - 1))
        assert sold is not None
        assert (sold.detail["state"]["assurance"], sold.detail["state"]["proof"]) == ("P4", CHALLENGE)

    at(world, twin, scene)
    with world.hq.headquarters.database.reading() as connection:
        given = connection.execute(select(card_key_given.c.device, card_key_given.c.card, card_key_given.c.version))
        assert [tuple(row) for row in given] == [(world.identity.device, key_of(world), 1)]


@KINDS
def test_copies_are_refused_and_hq_tells_of_them(world: World, twin: TwinProcess, desk: IssuingDesk, kind: str) -> None:
    desk.issue(UID, kind, "m1")
    card = desk.card(UID, kind)

    async def scene(terminal: WholeTerminal) -> None:
        async with terminal.online(holds(terminal, 1)):
            assert await terminal.tap(UID, **card) == "ok"
        await terminal.desk(lambda desk: desk.next())
        assert await terminal.tap(UID, card="desfire" if kind == "ntag424" else "ntag424") == "refused"
        assert await terminal.notice() == "card_proof_withheld", "a chip of another kind"
        assert await terminal.tap(UID, card=kind, **UNKEYED) == "refused"
        assert await terminal.notice() in {"card_proof_failed", "card_proof_withheld"}
        assert await terminal.tap(UID, card="uid") == "refused"
        assert await terminal.notice() == "card_proof_withheld", "bytes that anyone can copy"
        assert await terminal.desk(lambda desk: desk.till.member) is None
        assert await terminal.tap(UID, **card) == "ok", "and the card itself is as good as before"
        assert await proof(terminal) == PROVEN
        await asyncio.wrap_future(terminal.station.unasked())
        await terminal.meet(lambda: True)

    at(world, twin, scene)
    with urllib.request.urlopen(f"{world.hq.status_url}/") as page:
        shown = page.read().decode()
    assert "A card of member m1 was shown at terminal s01-1 (3 times) and did not prove its key" in shown


@KINDS
def test_a_rekeyed_card_is_asked_for_its_new_key_alone(
    world: World, twin: TwinProcess, desk: IssuingDesk, kind: str
) -> None:
    desk.issue(UID, kind, "m1")
    card = desk.card(UID, kind)

    async def scene(terminal: WholeTerminal) -> None:
        async with terminal.online(holds(terminal, 1)):
            await terminal.tap(UID, **card)
        assert await proof(terminal) == PROVEN
        desk.store.make("card", 2)
        assert (await asyncio.to_thread(desk.rekey, UID, kind)).version == 2
        await terminal.meet(holds(terminal, 2))
        await terminal.desk(lambda desk: desk.next())
        assert await terminal.tap(UID, **card) == "ok"
        assert await proof(terminal) == GREETED, "the old key is not tried: the row names another version"
        await terminal.desk(lambda desk: desk.next())
        async with terminal.online():
            assert await terminal.tap(UID, **card) == "ok"
            assert await proof(terminal) == PROVEN
        assert terminal.versions() == {key_of(world): 2}

    at(world, twin, scene)


@KINDS
def test_a_retired_card_is_nobodys(world: World, twin: TwinProcess, desk: IssuingDesk, kind: str) -> None:
    issued = desk.issue(UID, kind, "m1")
    card = desk.card(UID, kind)

    async def scene(terminal: WholeTerminal) -> None:
        async with terminal.online(holds(terminal, 1)):
            await terminal.tap(UID, **card)
        await asyncio.to_thread(desk.retire, UID, kind)
        await terminal.meet(lambda: terminal.has_forgotten(key_of(world)))
        await terminal.desk(lambda desk: desk.next())
        assert await terminal.tap(UID, **card) == "refused"
        assert await terminal.notice() == "card_unknown"

    at(world, twin, scene)
    with world.hq.headquarters.database.reading() as connection:
        stock = counted(connection)[issued.technology]
    assert (stock.issued, stock.retired) == (0, 1)


@KINDS
def test_a_card_that_was_issued_since_hq_was_heard_is_known_by_its_certificate(
    world: World, twin: TwinProcess, desk: IssuingDesk, kind: str
) -> None:
    member_codes.issue(world.hq.headquarters, "m5", Random(8).randbytes)  # the app was used before, a card is new

    async def scene(terminal: WholeTerminal) -> None:
        await terminal.meet(terminal.knows_everybody)
        await asyncio.to_thread(desk.issue, NEW, kind, "m5")
        assert await terminal.tap(NEW, **desk.card(NEW, kind)) == "ok"
        assert await terminal.desk(lambda desk: desk.till.member) == "m5"
        assert await proof(terminal) == Proof("P1", "certificate", key_at_hand=False)
        await terminal.desk(lambda desk: desk.next())
        assert await terminal.tap(NEW, card=kind, **UNKEYED) == "refused"
        assert await terminal.notice() == "card_unknown", "the UID alone is nobody's"

    at(world, twin, scene)


def test_a_member_whose_first_card_it_is_was_never_heard_of(world: World, twin: TwinProcess, desk: IssuingDesk) -> None:
    """The certificate's reference is as new as the card."""

    async def scene(terminal: WholeTerminal) -> None:
        await terminal.meet(terminal.knows_everybody)
        await asyncio.to_thread(desk.issue, NEW, "ntag424", "m5")
        assert await terminal.tap(NEW, **desk.card(NEW, "ntag424")) == "refused"
        assert await terminal.notice() == "card_unknown"

    at(world, twin, scene)
