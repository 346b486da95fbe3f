"""What the till does to its devices: light, sound, paper and drawer. No sale waits for any of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drivers.base import Outcome
from drivers.errors import DeviceLost
from drivers.options import ButtonOptions
from terminal.config import Config
from terminal.counter.consumer import Busy
from terminal.counter.paper import Paper, PaperOutlets, PaperRules, Slip
from terminal.device_events import Heard
from terminal.devices.hub import DeviceHub
from terminal.devices.lines import LineError
from terminal.paper.sheets import sheets

log = logging.getLogger(__name__)
TELL_AGAIN_S = 1.0
Soon = Callable[..., object]
Told = Callable[[str, Outcome], object]


@dataclass
class _Print:
    """One slip: its sheets that are with the printer, and what became of the others."""

    waiting: set[str]
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """A slip of which a part is missing is looked at by somebody."""
        first, *others = set(self.outcomes)
        return "unknown" if others else first


class CounterDevices:
    """Call everything in the event loop. `told` hears once of each slip what became of it."""

    def __init__(self, hub: Callable[[], DeviceHub], printer: str | None, drawers: Sequence[str], told: Told) -> None:
        self._hub, self._printer, self._drawers, self._told = hub, printer, drawers, told
        self._prints: dict[str, _Print] = {}

    def verdict(self, name: str) -> None:
        """Show and sound "ok" or "refused"."""
        self._hub().light(name)
        self._hub().sound("ok" if name == "ok" else "refused")

    def refused(self) -> None:
        """Sound that what was scanned did nothing; the light tells of cards alone."""
        self._hub().sound("refused")

    def attention(self) -> None:
        """Sound that somebody should come and look."""
        self._hub().sound("attention")

    def open_drawers(self) -> None:
        """A drawer that is away has said so by its status; it has a key."""
        for drawer in self._drawers:
            try:
                self._hub().open_drawer(drawer)
            except DeviceLost:
                log.info("the drawer %s could not be asked to open", drawer)

    def print(self, slip: Slip) -> None:
        """Give `slip` to the printer; a fault in it is told like a printer that is away."""
        try:
            jobs = {f"{slip.job}.{part}": sheet for part, sheet in enumerate(sheets(slip), 1)}
        except Exception:  # BLE001: whatever a receipt holds, the sale stands and the till goes on
            log.exception("the receipt %s cannot be written", slip.receipt.get("number"))
            self._end(slip.job, "not_printed")
            return
        self._prints[slip.job] = _Print(set(jobs))
        for job, sheet in jobs.items():
            try:
                self._hub().print(self._printer or "", job, sheet)
            except (DeviceLost, LineError) as error:
                log.info("a receipt could not be given to the printer: %s", error)
                self._ended(job, "not_printed")

    def ended(self, event: Mapping[str, Any]) -> None:
        """The event "print_ended" of the devices."""
        self._ended(event["job"], event["outcome"])

    def _ended(self, job: str, outcome: Outcome) -> None:
        slip = job.rpartition(".")[0]
        known = self._prints.get(slip)
        if known is None or job not in known.waiting:
            return
        known.waiting.discard(job)
        known.outcomes.append(outcome)
        if not known.waiting:
            del self._prints[slip]
            self._end(slip, known.outcome)

    def _end(self, slip: str, outcome: Outcome) -> None:
        if outcome != "printed":
            self.attention()
        self._tell(slip, outcome)

    def _tell(self, slip: str, outcome: Outcome) -> None:
        """Until the till has heard it, nobody can ask for the receipt again."""
        try:
            self._told(slip, outcome)
        except Busy:
            asyncio.get_running_loop().call_later(TELL_AGAIN_S, self._tell, slip, outcome)


def paper_of(config: Config, counter: CounterDevices, soon: Soon, new_job: Callable[[], str]) -> Paper:
    """The paper of the till that `config` describes; `soon` brings a call into the event loop."""
    rules = PaperRules(
        printer=config.printer is not None,
        counter=config.receipts.print_sales,
        pos=config.receipts.print_pos,
        language=config.terminal.language,
    )
    outlets = PaperOutlets(
        print=lambda slip: soon(counter.print, slip),
        drawer=lambda: soon(counter.open_drawers),
        done=lambda: soon(counter.verdict, "ok"),
        attention=lambda: soon(counter.attention),
        new_job=new_job,
    )
    return Paper(rules, outlets)


def heard_by(config: Config, counter: CounterDevices, soon: Soon) -> Heard:
    """What the devices tell that comes back to them: prints, sounds and buttons."""
    buttons = ((device.name, device.options) for device in config.devices)
    return Heard(
        printed=counter.ended,
        refused=lambda: soon(counter.refused),
        actions={name: options.action for name, options in buttons if isinstance(options, ButtonOptions)},
    )
