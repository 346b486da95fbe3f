"""The number on a receipt: it names the operation, so that a sale can be found again from its paper (D30)."""

from __future__ import annotations

import re

from pydantic import ValidationError

from protocol.operation import OperationKey

_NUMBER = re.compile(r"(?P<device>.{1,64})[-.](?P<epoch>[0-9]{1,9})[-.](?P<seq>[0-9]{1,18})")


def receipt_number(device: str, epoch: int, seq: int) -> str:
    """Such as `s01-1-1-000123`: the terminal, its epoch, and the number of the operation."""
    return f"{device}-{epoch}-{seq:06d}"


def number_of(key: OperationKey) -> str:
    return receipt_number(key.device, key.epoch, key.seq)


def read_number(text: str) -> OperationKey | None:
    """The operation that a receipt's number names, or a key as messages write it (`s01-1.1.123`); None for neither."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return OperationKey(device=match["device"], epoch=int(match["epoch"]), seq=int(match["seq"]))
    except ValidationError:
        return None
