"""Operations as HQ reads them, before any lock is taken: parsed and addressed."""

from __future__ import annotations

from dataclasses import dataclass

from hq.reasons import Reason
from protocol.batch import Batch
from protocol.operation import Operation, OperationError


@dataclass(frozen=True)
class Reading:
    """`operation` is None if the bytes cannot be understood; `parked` says what is wrong with it."""

    seq: int
    data: bytes
    operation: Operation | None
    parked: Reason | None = None


def read_batch(batch: Batch) -> list[Reading]:
    header = batch.header
    return [read(header.device, header.epoch, seq, data) for seq, data in enumerate(batch.operations, header.first)]


def read(device: str, epoch: int, seq: int, data: bytes) -> Reading:
    """What stands in the chain of a device at this place."""
    try:
        operation = Operation.decode(data)
    except OperationError:
        return Reading(seq, data, None, parked=Reason.UNREADABLE)
    if (operation.device, operation.epoch, operation.seq) != (device, epoch, seq):
        return Reading(seq, data, operation, parked=Reason.MISADDRESSED)
    return Reading(seq, data, operation)
