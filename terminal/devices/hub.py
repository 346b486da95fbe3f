"""The terminal's end of the devices: a unix socket on which the devices process tells its events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from drivers.base import DeviceStatus, Kind, Pattern
from drivers.status import status
from terminal.devices.lines import LINE_BYTES_MAX, PATTERNS, LineError, event_message, light_line, read_event
from terminal.errors import DeviceError
from terminal.local_socket import local_listener

log = logging.getLogger(__name__)
OnEvent = Callable[[Mapping[str, Any]], None]
UNSENT_BYTES_MAX = 4096
DEVICES_MAX = 64


class DeviceHub:
    """Call everything in the event loop. `on_event` gets each event as the object of its line, checked.

    `statuses` holds the newest status of each device by (kind, name); those in `expected` are missing until they
    report. When the devices process goes away every device becomes missing; a sale goes on.
    """

    def __init__(self, path: Path, on_event: OnEvent, expected: Iterable[tuple[Kind, str]] = ()) -> None:
        self._path = path
        self._on_event = on_event
        self.statuses: dict[tuple[str, str], DeviceStatus] = {key: status(*key, "device_away") for key in expected}
        self.dropped = 0
        self._pattern: Pattern = "off"
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self) -> None:
        """Listen. Raises DeviceError when the socket cannot be made."""
        listener = local_listener(self._path, DeviceError)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LINE_BYTES_MAX)

    async def close(self) -> None:
        """Stop listening and let the devices process go."""
        if self._server is not None:
            self._server.close()
            if self._writer is not None:
                self._writer.close()
            await self._server.wait_closed()
            self._path.unlink(missing_ok=True)
            self._server = None

    def light(self, name: str) -> None:
        """Show "ok", "busy", "refused" or "off"; a devices process that comes later shows the newest.

        Raises ValueError for any other name.
        """
        self._pattern = PATTERNS[PATTERNS.index(name)]
        self._send_light()

    def _send_light(self) -> None:
        writer = self._writer
        if writer is not None and writer.transport.get_write_buffer_size() < UNSENT_BYTES_MAX:
            writer.write(light_line(self._pattern))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The newest devices process is the one that counts."""
        if self._writer is not None:
            self._writer.close()
        self._writer = writer
        self._send_light()
        try:
            await self._read(reader)
        finally:
            if self._writer is writer:
                self._writer = None
                self._all_away()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                self._drop("too long")
                continue
            except OSError as error:
                log.warning("the devices process is gone: %s", error)
                return
            if not line:
                return
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            event = read_event(line)
        except LineError as error:
            self._drop(str(error))
            return
        if isinstance(event, DeviceStatus):
            key = (event.kind, event.device)
            if key not in self.statuses and len(self.statuses) >= DEVICES_MAX:
                self._drop("too many devices")
                return
            self.statuses[key] = event
        self._on_event(event_message(event))

    def _drop(self, why: str) -> None:
        """Count every malformed line and log the 1st, 2nd, 4th, 8th …: a flood must not fill the journal."""
        self.dropped += 1
        if self.dropped & (self.dropped - 1) == 0:
            log.warning("a line from the devices was dropped (%s), %d so far", why, self.dropped)

    def _all_away(self) -> None:
        for kind, device in list(self.statuses):
            away = status(self.statuses[kind, device].kind, device, "device_away")
            self.statuses[kind, device] = away
            self._on_event(event_message(away))
