"""Leading a dialogue with a card that lies on a reader of another process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TypeVar

from cards.dialogue import Dialogue
from drivers.errors import CardMute

T = TypeVar("T")
APDUS_MAX = 256
APDU_S_MAX = 1.5
TALK_S_MAX = 10.0

# Sends one command to the card within so many seconds; raises CardGone, CardMute or DeviceLost.
Exchange = Callable[[bytes, float], Awaitable[bytes]]


async def converse(
    dialogue: Dialogue[T], exchange: Exchange, limit_s: float = TALK_S_MAX, apdus_max: int = APDUS_MAX
) -> T:
    """Lead `dialogue` to its end through `exchange` and give what it returns.

    What `exchange` raises ends the dialogue and is raised here. Raises CardMute when the talk lasts longer than
    `limit_s` or takes more than `apdus_max` commands; a card is never waited for longer than 1.5 s.
    """
    with closing(dialogue):
        try:
            async with asyncio.timeout(limit_s):
                command = next(dialogue)
                for _ in range(apdus_max):
                    command = dialogue.send(await exchange(command, APDU_S_MAX))
        except StopIteration as end:
            result: T = end.value
            return result
        except TimeoutError:
            raise CardMute("the talk with the card takes too long") from None
    raise CardMute("the talk with the card does not end")
