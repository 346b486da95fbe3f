"""Patterns out of files, each run where it can be ended: a pattern can take longer than anybody lives."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from terminal.bench.known_answers.given import NotTellable

SEARCH_S_MAX = 5.0
_MEMORY_BYTES_MAX = 512 * 1024 * 1024
_SEARCH = f"""
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY_BYTES_MAX}, {_MEMORY_BYTES_MAX}))
pattern, texts = json.load(sys.stdin)
try:
    found = [re.search(pattern, text) is not None for text in texts]
except (re.error, OverflowError):
    found = None
json.dump(found, sys.stdout)
"""


def searched(pattern: str, texts: Sequence[str], limit_s: float = SEARCH_S_MAX) -> list[bool] | None:
    """In which of these texts the pattern is found; None for what is no pattern.

    Raises NotTellable for one that has not found its end within `limit_s`, or takes too much memory.
    """
    command = [sys.executable, "-I", "-c", _SEARCH]
    asked = json.dumps([pattern, list(texts)])
    try:
        ran = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired as error:
        raise NotTellable(
            f"the pattern finds no end within {limit_s:g} s: write one that does not search twice"
        ) from error
    except subprocess.CalledProcessError as error:
        raise NotTellable("the pattern is too much for its search") from error
    found: list[bool] | None = json.loads(ran.stdout)
    return found
