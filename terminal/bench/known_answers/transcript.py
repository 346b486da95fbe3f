"""A card that says what was written down, and what was said to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cards.dialogue import Dialogue, converse
from cards.errors import ProofFailed
from terminal.bench.known_answers.given import NotTellable

T = TypeVar("T")


@dataclass
class Transcript:
    """Answers in their order; `heard` are the commands."""

    answers: list[bytes]
    heard: list[bytes] = field(default_factory=list)

    def __call__(self, command: bytes) -> bytes:
        self.heard.append(command)
        if len(self.heard) > len(self.answers):
            raise NotTellable("the conversation goes on and no further answer is given")
        return self.answers[len(self.heard) - 1]


def command(dialogue: Dialogue[T], answers: list[bytes], number: int) -> bytes:
    """The `number`-th command of a conversation, from 0, whether or not its answer is known or good."""
    card = Transcript(answers)
    try:
        converse(dialogue, card)
    except (NotTellable, ProofFailed):
        if len(card.heard) <= number:
            raise
    return card.heard[number]


def proves(talk: Callable[[], object]) -> bool:
    """Whether a conversation ends without a failed proof."""
    try:
        talk()
    except ProofFailed:
        return False
    return True
