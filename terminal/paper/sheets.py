"""From the value of a receipt to sheets of paper: one, or several where a printer takes no more in one job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from drivers.receipt import LINES_MAX, Line, Receipt, Text
from terminal.counter.paper import Slip
from terminal.devices.lines import RECEIPT_BYTES_MAX
from terminal.paper.other import OTHER
from terminal.paper.rows import foot, head
from terminal.paper.sale import sale
from terminal.paper.words import Words

ROOM_LINES = LINES_MAX - 2  # for the mark of the part
ROOM_BYTES = RECEIPT_BYTES_MAX - 2048


def sheets(slip: Slip) -> list[Receipt]:
    """What `slip` is on paper. Raises KeyError or ValueError for a value that is no receipt of ours."""
    words = Words(slip.language, slip.zone, slip.currency)
    receipt = slip.receipt
    body = sale if receipt["kind"] == "sale" else OTHER[receipt["kind"]]
    lines = [*head(words, receipt, copy=slip.copy), *body(words, receipt), *foot(words, receipt)]
    parts = list(_parts(lines))
    if len(parts) == 1:
        return [Receipt(tuple(lines))]
    marks = [
        words.say("paper_part", number=receipt["number"], part=at, of=len(parts)) for at in range(1, len(parts) + 1)
    ]
    return [Receipt((Text(mark, "center"), *part)) for mark, part in zip(marks, parts, strict=True)]


def _parts(lines: list[Line]) -> Iterator[list[Line]]:
    """In order, each within what one job may hold."""
    part: list[Line] = []
    room = ROOM_BYTES
    for line in lines:
        size = len(json.dumps(asdict(line), ensure_ascii=False).encode()) + 1
        if part and (len(part) == ROOM_LINES or size > room):
            yield part
            part, room = [], ROOM_BYTES
        part.append(line)
        room -= size
    yield part
