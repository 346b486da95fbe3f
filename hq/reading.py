"""Operations as HQ reads them, before any lock is taken: parsed, addressed, replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hq.reasons import Reason
from hq.replay import replay
from loyalty import Programme
from protocol.batch import Batch
from protocol.operation import Operation, OperationError


@dataclass(frozen=True)
class Reading:
    """`operation` is None if the bytes cannot be understood; `parked` and `flagged` say what is wrong with it."""

    seq: int
    data: bytes
    operation: Operation | None
    parked: Reason | None = None
    flagged: Reason | None = None


def read_batch(batch: Batch, programmes: Mapping[int, Programme]) -> list[Reading]:
    return [_read(batch, seq, data, programmes) for seq, data in enumerate(batch.operations, batch.header.first)]


def _read(batch: Batch, seq: int, data: bytes, programmes: Mapping[int, Programme]) -> Reading:
    try:
        operation = Operation.decode(data)
    except OperationError:
        return Reading(seq, data, None, parked=Reason.UNREADABLE)
    if (operation.device, operation.epoch, operation.seq) != (batch.header.device, batch.header.epoch, seq):
        return Reading(seq, data, operation, parked=Reason.MISADDRESSED)
    return Reading(seq, data, operation, flagged=replay(operation, programmes))
