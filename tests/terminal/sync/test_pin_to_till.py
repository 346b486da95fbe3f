"""A PIN set at HQ, given at a till: it comes by the feed, its pepper by the agent, and what was guessed goes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from random import Random

import pytest

from hq import pins
from protocol.operation import ClockQuality
from terminal.clock import ClockReading
from terminal.counter import pin_proof
from terminal.counter.phrase import Refusal
from terminal.counter.pins_here import PinsHere
from terminal.counter.shop import Shop
from terminal.peppers import load_peppers
from terminal.store.directory import Directory
from tests.hq.tiny_chain import NOW_MS
from tests.terminal.sync.conftest import World
from tests.terminal.sync.test_pins import CHANCE, row, wrong
from tests.terminal.sync.till import Till

PIN, ANOTHER, WRONG = "482915", "739184", "604827"
HOUR_MS = 3_600_000


@contextmanager
def shop_of(world: World, till: Till, now_ms: int = NOW_MS) -> Iterator[Shop]:
    """The counter's shop over what lies in the folder."""
    with closing(Directory(world.folder / "directory.db")) as directory:
        here = PinsHere(lambda: load_peppers(world.folder), Random(3).randbytes)
        clock = ClockReading(now_ms, ClockQuality.TRUSTED, 0, None)
        yield Shop(till.ledger, directory, world.identity, lambda: clock, lambda: True, pins=here)


def give(world: World, till: Till, pin: str, now_ms: int = NOW_MS) -> str:
    """What is said: "" to the right PIN."""

    def work(_: object) -> str:
        with shop_of(world, till, now_ms) as shop:
            try:
                looking = pin_proof.begin_of_member(shop, shop.member("m1"), pin)
                pin_proof.end(shop, looking, looking.guess.is_right())
            except Refusal as refusal:
                return refusal.phrase.code
            return ""

    return till.do(work)


@pytest.fixture
def known(world: World) -> Iterator[tuple[World, Till]]:
    hq = world.hq.headquarters
    pins.begin(hq, CHANCE.randbytes)
    pins.set_pin(hq, "m1", PIN, "lin", CHANCE.randbytes)
    with world.till() as till:
        with world.agent():
            till.wait(lambda: row(world) is not None)
        yield world, till


def test_set_at_hq_and_given_at_the_till(known: tuple[World, Till]) -> None:
    world, till = known
    assert [give(world, till, pin) for pin in (WRONG, PIN)] == ["pin_wrong", ""]


def test_another_pin_of_hq_counts_once_its_row_is_here(known: tuple[World, Till]) -> None:
    world, till = known
    for _ in range(3):
        give(world, till, WRONG)
    assert give(world, till, PIN) == "pin_wait"
    version = pins.set_pin(world.hq.headquarters, "m1", ANOTHER, "lin", CHANCE.randbytes)
    with world.agent():
        till.wait(lambda: getattr(row(world), "version", 0) == version)
    assert [give(world, till, pin) for pin in (PIN, ANOTHER)] == ["pin_wrong", ""]


def test_locked_at_one_till_until_hq_resets_it(known: tuple[World, Till]) -> None:
    world, till = known
    said = [give(world, till, WRONG, NOW_MS + at * HOUR_MS) for at in range(11)]
    assert said == ["pin_wrong"] * 10 + ["pin_locked"]
    with world.agent():
        till.wait(lambda: sum(wrong(world).values()) == 10)
    pins.reset_pin(world.hq.headquarters, "m1", "lin")
    with world.agent():
        till.wait(lambda: not wrong(world))
    assert give(world, till, PIN, NOW_MS + 12 * HOUR_MS) == ""


def test_before_the_pepper_has_come_nobody_is_looked_at(known: tuple[World, Till]) -> None:
    world, till = known
    (world.folder / "pepper-1.key").unlink()
    assert give(world, till, PIN) == "pin_not_here"
    assert till.do(lambda ledger: ledger.pin_attempts.count("m1").total) == 0
