"""Who comes when too many are there already is sent away soon, and not kept until it has hung up."""

from __future__ import annotations

import asyncio

import pytest

from hq.problems import Code, Refusal
from hq.turns import Turns


def second(turns: Turns) -> str:
    """What the second asker hears while the first is being served."""

    async def run() -> str:
        async with turns.turn():
            try:
                async with turns.turn():
                    return "its turn"
            except Refusal as refusal:
                assert refusal.params["wait_s"] > 0
                return refusal.code.value

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("turns", "heard"),
    [
        (Turns(at_once=2, patience_s=0), "its turn"),
        (Turns(at_once=1, patience_s=0), Code.TOO_MANY.value),
    ],
)
def test_a_turn_comes_soon_or_not_at_all(turns: Turns, heard: str) -> None:
    assert second(turns) == heard


def test_the_turn_of_one_that_was_sent_away_is_not_lost() -> None:
    async def run() -> None:
        turns = Turns(at_once=1, patience_s=0)
        for _ in range(3):
            async with turns.turn():
                with pytest.raises(Refusal):
                    async with turns.turn():
                        raise AssertionError("nobody is let in twice")

    asyncio.run(run())
