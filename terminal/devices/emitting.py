"""What a driver may tell: only what the link can carry, and the terminal takes."""

from __future__ import annotations

import logging

from drivers.base import Emit, Event, Kind
from drivers.status import status
from terminal.devices.lines import event_line, read_event

log = logging.getLogger(__name__)


def emitter(kind: Kind, device: str, emit: Emit) -> Emit:
    """`emit` for the driver of this device: what is no event, or out of bounds, is told as its failure instead."""

    def checked(event: Event) -> None:
        try:
            read_event(event_line(event))
        except Exception as error:  # noqa: BLE001 - others write drivers, and what they tell fails in any way
            why = f"it told what is no event: {type(error).__name__}"
            log.error("the driver of %s %s failed: %s", kind, device, why)
            emit(status(kind, device, "driver_failed", reason=why))
            return
        emit(event)

    return checked
