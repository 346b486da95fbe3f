"""Programs of the system that build the bench, with errors that say what failed and why."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

TAIL_CHARS = 2000


class BenchError(Exception):
    """Something that the bench stands on does not work; the sentence says what, and the way out."""


def run(command: Sequence[str | Path], folder: Path | None = None, stdin: str = "") -> str:
    """What `command` prints. Raises BenchError with the end of its output if it fails or is not installed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=folder, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BenchError(
            f"{words[0]} is not installed: start with ./hil, which installs what the bench needs"
        ) from error
    if done.returncode:
        said = (done.stderr or done.stdout)[-TAIL_CHARS:].strip()
        raise BenchError(f"`{' '.join(words)[:200]}` failed with {done.returncode}: {said}")
    return done.stdout
