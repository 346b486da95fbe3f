"""Leading dialogues with cards over something that takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest

from drivers.errors import CardGone, CardMute
from terminal.counter.card_talk import Patience, converse


def count_to(last: int, ends: list[str]) -> Generator[bytes, bytes, int]:
    """A dialogue that says a number at a time and adds up the answers."""
    total = 0
    try:
        for number in range(last):
            answer = yield bytes([number])
            total += answer[0]
    finally:
        ends.append("ended")
    return total


async def doubled(apdu: bytes, limit_s: float) -> bytes:
    assert limit_s == 1.5
    return bytes([2 * apdu[0]])


def test_a_dialogue_gives_what_it_found_out() -> None:
    ends: list[str] = []
    assert asyncio.run(converse(count_to(4, ends), doubled)) == 12
    assert asyncio.run(converse(count_to(0, ends), doubled)) == 0
    assert ends == ["ended", "ended"]


def test_a_card_that_goes_ends_the_dialogue_and_is_told() -> None:
    ends: list[str] = []

    async def gone(apdu: bytes, limit_s: float) -> bytes:
        if apdu == b"\x02":
            raise CardGone
        return b"\0"

    with pytest.raises(CardGone):
        asyncio.run(converse(count_to(4, ends), gone))
    assert ends == ["ended"]


def test_a_dialogue_is_as_long_as_it_may_be_and_no_longer() -> None:
    ends: list[str] = []
    assert asyncio.run(converse(count_to(9, ends), doubled, apdus_max=9)) == 72
    with pytest.raises(CardMute, match="does not end"):
        asyncio.run(converse(count_to(10, ends), doubled, apdus_max=9))
    assert ends == ["ended", "ended"]


def test_a_talk_that_takes_too_long_is_ended() -> None:
    ends: list[str] = []

    async def slow(apdu: bytes, limit_s: float) -> bytes:
        await asyncio.Event().wait()
        return b""

    with pytest.raises(CardMute, match="too long"):
        asyncio.run(converse(count_to(4, ends), slow, Patience(talk_s=0.01)))
    assert ends == ["ended"]
