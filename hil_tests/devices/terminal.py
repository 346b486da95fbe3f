"""The terminal at which the person of the bench sits, whatever pytest does with its own input and output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

Ask = Callable[[str], str]
TERMINAL = "/dev/tty"


def writing() -> TextIO:
    """Where the person reads. Text cannot be read and written by one handle, for a terminal has no position."""
    return open(TERMINAL, "w", encoding="utf-8")


def ask_on_terminal(sentence: str) -> str:
    """What the person types before Enter. Raises EOFError when nobody will type any more."""
    with writing() as out, open(TERMINAL, encoding="utf-8") as typed:
        out.write(f"\n>> {sentence} Then press Enter; - leaves this test out. ")
        out.flush()
        line = typed.readline()
    if not line:
        raise EOFError("the terminal was shut while a question was open; start again where a person can answer")
    return line.strip()
