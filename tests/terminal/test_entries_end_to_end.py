"""Entries from a till to HQ and back: what was sold at the counter can be tapped there a moment later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hq import control
from hq.entries import enter_at_hq
from loyalty.assurance import USUAL, Action, Rule
from protocol.assurance import AssuranceTable
from protocol.directory import card_key
from protocol.entries import Entry, EntryAnswer, EntryKind, EntryVerdict
from terminal.counter.approvals import Approvals
from terminal.counter.by_pos import Named
from terminal.counter.entries import Entered, EntryWish, ask_for, told
from terminal.counter.phrase import Refusal
from tests.contracts.beds.pcscd_twin import TwinProcess
from tests.terminal.issuing import twin
from tests.terminal.sync.conftest import World, world
from tests.terminal.sync.till import PATIENCE_S, Till
from tests.terminal.whole_terminal import WholeTerminal, whole_terminal

__all__ = ["twin", "world"]
OLD, NEW, OTHER = "04AABBCCDDEE80", "04AABBCCDDEE99", "04AABBCCDDEEAA"
APPROVALS = Approvals({"anne": "4711"})


def sale(number: int, uid: str = NEW, **more: object) -> Entry:
    entry = Entry(
        intent=f"{number:032x}",
        kind=EntryKind.CARD_SALE,
        member="m1",
        level="P1",
        pin_given=True,
        staff="anne",
        card=uid,
    )
    return entry.model_copy(update=more)


@pytest.fixture
def till(world: World) -> Iterator[Till]:
    with world.till() as till:
        yield till


def verdict(till: Till, entry: Entry, deadline_s: float = PATIENCE_S) -> EntryVerdict | None:
    answer = till.run(till.door.ask_entry(entry, deadline_s))
    return answer.verdict if answer else None


def test_hq_answers_while_the_member_waits_and_the_directory_follows(world: World, till: Till) -> None:
    assert verdict(till, sale(1)) is None, "offline there is nobody to ask"
    with world.agent():
        till.wait_for("directory", "members-f")
        till.forget()
        assert till.run(till.door.ask_entry(sale(1), PATIENCE_S)) == EntryAnswer(verdict=EntryVerdict.DONE, cards=2)
        till.wait(lambda: any(heard[0] == "directory" for heard in till.heard))
        assert verdict(till, sale(1)) is EntryVerdict.DONE, "the same again"
        assert verdict(till, sale(1, OTHER)) is EntryVerdict.CONFLICT
        assert verdict(till, sale(2)) is EntryVerdict.CARD_THEIRS
        assert verdict(till, sale(3, OTHER, pin_given=False)) is EntryVerdict.PROOF_MISSING
        assert verdict(till, sale(4, OTHER), 0) is None, "no answer in time is none"


async def entered(terminal: WholeTerminal, entered: Entered, wish: EntryWish) -> dict[str, object]:
    """As a POS has it done."""
    asked = await terminal.desk(lambda desk: ask_for(desk.shop, APPROVALS, wish))
    answer = await terminal.lender.entry(asked.entry)
    return await terminal.desk(lambda desk: told(desk.shop, entered, asked, answer))


def key_of(terminal: WholeTerminal, uid: str) -> str:
    return card_key(terminal.world.hq.headquarters.keys.lookup, uid)


def knows(terminal: WholeTerminal, uid: str, member: str) -> bool:
    row = terminal.card(key_of(terminal, uid))
    return row is not None and row.member == member


def test_a_card_that_was_sold_is_tapped_and_one_that_came_back_is_nobodys(world: World, twin: TwinProcess) -> None:
    """Where the chain's table asks for no PIN, so that nobody has to key one in."""
    hq = world.hq.headquarters
    enter_at_hq(hq, sale(9, OLD, level="P0", pin_given=False))
    rules = (*USUAL, Rule(Action.REPLACE_CARD, "P1", staff=True, hq=True))
    control.configure(hq, assurance=AssuranceTable.of(rules).model_dump())
    wish = EntryWish("5e" * 16, EntryKind.CARD_SALE, Named(OLD), {"card": NEW}, "4711")
    back = EntryWish("6f" * 16, EntryKind.CARD_RETURN, Named(NEW), {"card": NEW}, "4711")

    async def scene() -> None:
        async with whole_terminal(world, twin) as terminal, terminal.online(lambda: knows(terminal, OLD, "m1")):
            assert await terminal.tap(NEW, card="uid") == "refused"
            made = await entered(terminal, Entered(), wish)
            assert (made["member"], made["cards"]) == ({"id": "m1", "name": "王**"}, 3)
            await terminal.until(lambda: knows(terminal, NEW, "m1"))
            assert await terminal.tap(NEW, card="uid") == "ok"
            assert await terminal.desk(lambda desk: desk.till.member) == "m1"
            await terminal.desk(lambda desk: desk.next())
            assert (await entered(terminal, Entered(), back))["cards"] == 2
            await terminal.until(lambda: terminal.has_forgotten(key_of(terminal, NEW)))
            assert await terminal.tap(NEW, card="uid") == "refused"
            assert await terminal.notice() == "card_unknown"
            with pytest.raises(Refusal, match="card_unknown"):
                await entered(terminal, Entered(), replace(back, intent="7a" * 16))

    asyncio.run(scene())
