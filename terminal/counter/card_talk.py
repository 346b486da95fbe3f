"""Leading a dialogue with a card that lies on a reader of another process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from cards.dialogue import Dialogue
from drivers.errors import CardMute

T = TypeVar("T")
APDUS_MAX = 256

# Sends one command to the card within so many seconds; raises CardGone, CardMute or DeviceLost.
Exchange = Callable[[bytes, float], Awaitable[bytes]]


@dataclass(frozen=True)
class Patience:
    """How long a card is waited for, in seconds: a challenge takes some 15 ms, and nobody holds a card for longer."""

    answer_s: float = 1.5
    talk_s: float = 3.0


PATIENCE = Patience()


async def converse(
    dialogue: Dialogue[T], exchange: Exchange, patience: Patience = PATIENCE, apdus_max: int = APDUS_MAX
) -> T:
    """Lead `dialogue` to its end through `exchange` and give what it returns.

    What `exchange` raises ends the dialogue and is raised here. Raises CardMute when the talk lasts longer than
    `patience` allows or takes more than `apdus_max` commands.
    """
    with closing(dialogue):
        try:
            async with asyncio.timeout(patience.talk_s):
                command = next(dialogue)
                for _ in range(apdus_max):
                    command = dialogue.send(await exchange(command, patience.answer_s))
        except StopIteration as end:
            result: T = end.value
            return result
        except TimeoutError:
            raise CardMute("the talk with the card takes too long") from None
    raise CardMute("the talk with the card does not end")
