"""The terminal's end of the devices: a unix socket on which the devices process tells its events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from drivers.base import CardTapped, DeviceStatus, Kind, Pattern, PrintEnded, Tune
from drivers.errors import DeviceLost
from drivers.receipt import Receipt
from drivers.status import status
from terminal.devices.asking import Asking
from terminal.devices.lines import (
    LINE_BYTES_MAX,
    PATTERNS,
    Answer,
    LineError,
    OpenDrawer,
    PrintJob,
    Sound,
    drawer_line,
    event_message,
    light_line,
    print_line,
    read_event,
    sound_line,
)
from terminal.devices.printing import Printing
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
        self._asking: Asking | None = None
        self._printing = Printing()
        self._talks: dict[str, asyncio.Lock] = {}

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

    async def exchange(self, device: str, card: int, apdu: bytes, limit_s: float) -> bytes:
        """Send `apdu` to the card of tap number `card` at the reader `device` and give its answer.

        One exchange at a time for each reader; others wait for their turn. Raises CardGone, CardMute and DeviceLost,
        as drivers.base.ExchangesApdus does, and DeviceLost too when the devices process goes away meanwhile.
        """
        if ("card_reader", device) not in self.statuses:
            raise DeviceLost("reader_absent", reader=device)
        async with self._talks.setdefault(device, asyncio.Lock()):
            if self._asking is None:
                raise DeviceLost("device_away")
            return await self._asking.exchange(device, card, apdu, limit_s)

    def print(self, device: str, job: str, receipt: Receipt) -> None:
        """Give `receipt` to the printer `device` and return at once; the event "print_ended" tells what became of it.

        `job` names it, and a name is printed at most once. Raises DeviceLost when there is no such printer or the
        devices process is away, and LineError for a receipt that is too long: then nothing is printed.
        """
        send = self._sending_to("printer", device)
        line = print_line(PrintJob(job, device, receipt))
        self._printing.need_room(job)
        send(line)
        self._printing.begin(device, job)

    def open_drawer(self, device: str) -> None:
        """Ask for the drawer `device` to open now. Raises DeviceLost when it cannot be asked."""
        self._sending_to("drawer", device)(drawer_line(OpenDrawer(device)))

    def sound(self, tune: Tune) -> None:
        """Let the buzzers sound `tune`; without a devices process there is silence."""
        if self._writer is not None:
            with contextlib.suppress(DeviceLost):
                _sender(self._writer)(sound_line(Sound(tune)))

    def _sending_to(self, kind: Kind, device: str) -> Callable[[bytes], None]:
        if (kind, device) not in self.statuses or self._writer is None:
            raise DeviceLost("device_away")
        return _sender(self._writer)

    def _send_light(self) -> None:
        writer = self._writer
        if writer is not None and writer.transport.get_write_buffer_size() < UNSENT_BYTES_MAX:
            writer.write(light_line(self._pattern))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The newest devices process is the one that counts."""
        if self._writer is not None:
            self._writer.close()
        asking, printing = Asking(_sender(writer)), Printing()
        self._writer, self._asking, self._printing = writer, asking, printing
        self._send_light()
        try:
            await self._read(reader, asking)
        finally:
            asking.close()
            for ended in printing.lost():
                self._on_event(event_message(ended))
            if self._writer is writer:
                self._writer = self._asking = None
                self._all_away()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader, asking: Asking) -> None:
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
            self._take(line, asking)

    def _take(self, line: bytes, asking: Asking) -> None:
        try:
            event = read_event(line)
        except LineError as error:
            self._drop(str(error))
            return
        if isinstance(event, Answer):
            asking.take(event)
            return
        if isinstance(event, CardTapped):
            asking.tapped(event.device, event.card)
        if isinstance(event, PrintEnded):
            self._printing.end(event)
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


def _sender(writer: asyncio.StreamWriter) -> Callable[[bytes], None]:
    def send(line: bytes) -> None:
        if writer.is_closing() or writer.transport.get_write_buffer_size() > LINE_BYTES_MAX:
            raise DeviceLost("device_away")
        writer.write(line)

    return send
