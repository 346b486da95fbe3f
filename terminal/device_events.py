"""From the devices' events to the till: taps, codes, keys and what the devices say of themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from typing import Any

from drivers.base import DeviceStatus
from terminal.card_taps import CardTaps, Seen
from terminal.code_scans import CodeScans, expected
from terminal.counter import button
from terminal.counter.consumer import Busy
from terminal.counter.desk import Desk, Tap
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.station import Station

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """Who else hears of events: of the end of a print, and, on any thread, of a scan that was refused.

    `actions` are what buttons do, by their names.
    """

    printed: Callable[[Mapping[str, Any]], object] = lambda _event: None
    refused: Callable[[], object] = lambda: None
    actions: Mapping[str, str] = field(default_factory=dict)


class DeviceEvents:
    """Takes events in the event loop and puts work on the till's queue; a full queue drops the event and says so."""

    def __init__(
        self,
        station: Station,
        taps: CardTaps,
        new_id: Callable[[], str],
        heard: Heard | None = None,
        scans: CodeScans | None = None,
    ) -> None:
        self._station, self._taps, self._new_id = station, taps, new_id
        self._heard, self._scans = heard or Heard(), scans or CodeScans(station)

    def take(self, event: Mapping[str, Any]) -> None:
        """One event of `terminal.devices.hub`."""
        try:
            self._dispatch(event)
        except Busy as error:
            log.warning("an event of %s was dropped: %s", event.get("device"), error)

    def expect(self, statuses: Iterable[DeviceStatus]) -> None:
        """Show the configured devices before they have reported: missing, with a sentence."""
        for status in statuses:
            self.take({"event": "status", **asdict(status)})

    def _dispatch(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "card":
                tap = Tap(self._new_id(), event["at_ns"])
                self._taps.tapped(
                    Seen(event["device"], event["uid"], event["technology"], event["card"], tap, event["atr"])
                )
            case "scan":
                self._scans.scanned(event["text"], event["aim"], self._heard.refused)
            case "key":
                self._do(lambda desk: desk.key(event["key"])).add_done_callback(self._scanned)
            case "button":
                action = self._heard.actions.get(event["device"], "")
                self._do(lambda desk: button.press(desk, action))
            case "print_ended":
                self._heard.printed(event)
            case "status":
                self._status(event)

    def _do(self, work: Callable[[Desk], None]) -> Future[None]:
        future = self._station.do(work)
        future.add_done_callback(expected)
        return future

    def _scanned(self, future: Future[None]) -> None:
        """Who scans looks at the goods, and hears that a code did nothing."""
        if isinstance(future.exception(), Refusal):
            self._heard.refused()

    def _status(self, event: Mapping[str, Any]) -> None:
        """Keep the newest status of each device for the status line."""
        this = (event["kind"], event["device"])
        phrase = Phrase(event["code"], dict(event["params"]))
        entry = {"kind": this[0], "device": this[1], "state": event["state"], "phrase": phrase.view()}
        around = self._station.around
        around.devices = [d for d in around.devices if (d["kind"], d["device"]) != this] + [entry]
        self._station.refresh()
