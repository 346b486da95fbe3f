"""Orders as JSON lines on standard input, each answered by a line: how a virtual thing with its own process is led."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

LINE_BYTES_MAX = 64 * 1024


def answered(line: bytes, obey: Callable[[Mapping[str, Any]], str]) -> bytes:
    """Do one order; the answer is `{"done": …}` with what `obey` says, or `{"error": …}` for its ValueError."""
    try:
        order = json.loads(line[:LINE_BYTES_MAX])
        if not isinstance(order, dict):
            raise ValueError("not an object")
        answer = {"done": obey(order)}
    except (ValueError, RecursionError) as error:
        answer = {"error": f"no such order: {error}"}
    except OSError as error:
        answer = {"error": error.strerror or str(error)}
    return json.dumps(answer).encode() + b"\n"
