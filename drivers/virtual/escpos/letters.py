"""From a printer's bytes to letters: code pages, and Chinese letters of two or four bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

CODECS: Mapping[str, str] = MappingProxyType({"gb18030": "gb18030", "big5": "cp950"})
Chinese = Literal["gb18030", "big5"]
PAGES: Mapping[int, str] = MappingProxyType(
    {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
)
NOTHING = "\N{REPLACEMENT CHARACTER}"


def decoded(data: bytes, chinese: Chinese | None, page: int) -> Iterator[tuple[str, int]]:
    """Each letter with the columns that it takes. A letter that does not exist is shown as such."""
    codec = CODECS[chinese] if chinese else PAGES.get(page, "cp437")
    at = 0
    while at < len(data):
        length = _length(data, at, chinese)
        letter = data[at : at + length].decode(codec, "replace") or NOTHING
        yield letter[0], min(length, 2)
        at += length


def unfinished(data: bytes, chinese: Chinese | None) -> int:
    """How many bytes at the end are the beginning of a letter whose rest has not come."""
    at = 0
    while chinese and at < len(data):
        length = _length(data, at, chinese)
        if at + length > len(data):
            return len(data) - at
        at += length
    return 0


def _length(data: bytes, at: int, chinese: Chinese | None) -> int:
    if chinese is None or data[at] < 0x81:
        return 1
    four = chinese == "gb18030" and at + 1 < len(data) and 0x30 <= data[at + 1] <= 0x39
    return 4 if four else 2
