"""Known answers (tests/golden/cards.json) by id, and a card that says what was written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "golden" / "cards.json"


def entry(id: str) -> dict[str, Any]:
    """One entry's input and expected facts in one mapping; hex stays text."""
    found = next(each for each in json.loads(FILE.read_text("utf-8"))["vectors"] if each["id"] == id)
    return {**found["input"], **found["expected"]}


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


class Scripted:
    """Answers one command after the other as written; `heard` are the commands, upper-case hex."""

    def __init__(self, *answers: str) -> None:
        self.heard: list[str] = []
        self._answers = list(answers)

    def __call__(self, command: bytes) -> bytes:
        self.heard.append(command.hex().upper())
        return octets(self._answers.pop(0))


def always(answer: str) -> Callable[[bytes], bytes]:
    """A card that says the same for ever."""
    return lambda _: octets(answer)


def flipped(data: bytes, at: int) -> bytes:
    """`data` with one bit altered in byte `at`."""
    return bytes(byte ^ (index == at) for index, byte in enumerate(data))


def each_flipped(data: bytes) -> Iterable[bytes]:
    """`data` altered in each byte in turn."""
    return (flipped(data, at) for at in range(len(data)))
