"""The virtual printer: receipts become ESC/POS, and ESC/POS becomes pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from PIL import Image

from drivers.base import Kind
from drivers.options import PaperOptions, VirtualPrinterOptions
from drivers.printer.composer import Composer
from drivers.printer.orders import Orders
from drivers.printer.talk import Talk
from drivers.receipt import Receipt
from drivers.virtual.device import VirtualDevice
from drivers.virtual.escpos.letters import Chinese
from drivers.virtual.escpos.machine import LOW_DOTS, Machine
from drivers.virtual.escpos.pictures import Pictures

STEPS_MAX = 2000  # in one turn, so that orders are heard soon
PAPER: Mapping[str, int | None] = MappingProxyType({"ok": None, "low": LOW_DOTS - 1, "out": 0})


class VirtualPrinter(VirtualDevice):
    """What it prints goes through the same talk as with a real printer, down to its status bytes.

    Orders: `{"paper": "out"}`, "low" or "ok"; `{"paper_dots": 500}` is what is left on the roll; `{"cover": "open"}` or
    "shut"; `{"jam": true}`. Its clients hear `{"picture": path}` for each receipt and `{"drawer": "open"}`.
    """

    kind: Kind = "printer"

    def __init__(self, device: str = "virtual", options: VirtualPrinterOptions | None = None) -> None:
        super().__init__(device, options)
        paper = options or PaperOptions()
        chinese: Chinese = "big5" if paper.encoding == "big5" else "gb18030"
        self._pictures = Pictures(options.pictures, options.pictures_max) if options else Pictures(None, 50)
        self._machine = Machine(paper.columns, chinese, self._cut_off, self._kicked)
        self._composer = Composer(paper)
        self._orders = Orders(self, paper.keep_s)
        self._held = threading.RLock()  # the machine and the talk, between the driver's thread and the orders
        self._talk: Talk | None = None
        self._steps: Generator[None, None, None] | None = None
        self._recover = False
        self.kicks = 0
        self.orders |= {
            "paper": self.set_paper,
            "paper_dots": self.set_paper_dots,
            "cover": self.set_cover,
            "jam": self.set_jam,
        }

    @property
    def last(self) -> Image.Image | None:
        """The picture of the newest receipt."""
        return self._pictures.last

    @property
    def reachable(self) -> bool:
        return self.plugged

    def print(self, job: str, receipt: Receipt) -> None:
        self._orders.print(job, receipt)
        self.wake()

    def open_drawer(self) -> None:
        if self.plugged:
            self._orders.open_drawer()
            self.wake()

    def set_paper(self, state: str) -> None:
        """Put in a new roll ("ok"), one that ends soon ("low"), or take it out ("out")."""
        if state not in PAPER:
            raise ValueError("paper must be 'ok', 'low' or 'out'")
        self.set_paper_dots(PAPER[state])

    def set_paper_dots(self, dots: int | None) -> None:
        """Say how many dots are left on the roll."""
        if dots is not None and (not isinstance(dots, int) or isinstance(dots, bool) or dots < 0):
            raise ValueError("paper_dots must be 0 or more dots")
        with self._changing() as machine:
            machine.paper.left = dots

    def set_cover(self, state: str) -> None:
        """Open or shut the cover."""
        if state not in ("open", "shut"):
            raise ValueError("cover must be 'open' or 'shut'")
        with self._changing() as machine:
            machine.cover_open = state == "open"

    def set_jam(self, jammed: bool) -> None:
        """Jam the cutter, or free it."""
        if not isinstance(jammed, bool):
            raise ValueError("jam must be true or false")
        with self._changing() as machine:
            machine.jammed = jammed

    def plug(self, plugged: bool) -> None:
        """What is under way when the cable is pulled is not told to the printer any further."""
        with self._held:
            super().plug(plugged)
            if not plugged:
                self._stop()
        self.wake()

    def close(self) -> None:
        self._orders.drop()
        super().close()

    def hold(self) -> None:
        try:
            super().hold()
        finally:
            with self._held:
                self._stop()

    def turn(self) -> None:
        """Go on with the talk until there is nothing to do."""
        with self._held:
            if not self.plugged:
                return
            if self._talk is None or self._steps is None:
                self._talk = Talk(self, self._composer, self._orders, "printed", self.report, time.monotonic_ns)
                self._steps = self._talk.run(self._recover)
            for _ in range(STEPS_MAX):
                self.beat()  # a long receipt is drawn for longer than a hung driver is waited for
                next(self._steps)
                if self._talk.resting:
                    return
        self.wake()

    def write(self, data: bytes) -> int:
        """The cable's end in the printer."""
        return self._machine.feed(data)

    def read(self, limit_s: float) -> bytes:
        """What the printer says; it has nothing more to say later."""
        return self._machine.answers()

    def _stop(self) -> None:
        talk, steps, self._talk, self._steps = self._talk, self._steps, None, None
        if talk is not None and steps is not None:
            steps.close()
            self._recover = talk.broken

    @contextmanager
    def _changing(self) -> Iterator[Machine]:
        with self._held:
            yield self._machine
            self._machine.changed()
            if self._talk is not None:
                self._talk.look_soon()
        self.wake()

    def _kicked(self) -> None:
        self.kicks += 1
        self.tell({"drawer": "open"})

    def _cut_off(self, piece: Image.Image) -> None:
        path = self._pictures.add(piece)
        self.tell({"picture": str(path) if path is not None else None})
