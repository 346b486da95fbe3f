"""Who comes when too many are there already is sent away soon, and not kept until it has hung up."""

from __future__ import annotations

import asyncio

import pytest

from hq.problems import Code, Refusal
from hq.turns import Turns


def second(turns: Turns) -> Refusal | None:
    """What the second asker hears while the first is being served; None: it was let in."""

    async def run() -> Refusal | None:
        async with turns.turn():
            try:
                async with turns.turn():
                    return None
            except Refusal as refusal:
                return refusal

    return asyncio.run(run())


def test_a_turn_comes_soon_or_not_at_all() -> None:
    refused = second(Turns(at_once=1, patience_s=0))
    assert second(Turns(at_once=2, patience_s=0)) is None
    assert refused is not None
    assert refused.code is Code.TOO_MANY
    assert refused.params["wait_s"] > 0


def test_the_turn_of_one_that_was_sent_away_is_not_lost() -> None:
    async def run() -> None:
        turns = Turns(at_once=1, patience_s=0)
        for _ in range(3):
            async with turns.turn():
                with pytest.raises(Refusal):
                    async with turns.turn():
                        raise AssertionError("nobody is let in twice")

    asyncio.run(run())
