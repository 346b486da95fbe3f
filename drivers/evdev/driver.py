"""What the drivers of devices that type have in common: hold the device, read strokes, notice silence."""

from __future__ import annotations

import contextlib
from abc import abstractmethod

from drivers.evdev.held import Open, open_input
from drivers.evdev.identity import Wanted
from drivers.evdev.strokes import Gap, Stroke, StrokeParser
from drivers.identity import Identity
from drivers.options import InputOptions
from drivers.supervised import Supervised

STEP_MS = 250


class TypingDriver(Supervised):
    """Subclasses understand what is typed. All of it happens in the driver's own thread."""

    def __init__(self, device: str, options: InputOptions, opened: Open = open_input) -> None:
        super().__init__(device)
        self._wanted = Wanted(options.input or "", options.usb or "", options.usb_path or "", options.serial or "")
        self._opened = opened
        self._identity: Identity | None = None

    @abstractmethod
    def begin(self) -> None:
        """The device was opened: nothing is being typed."""

    @abstractmethod
    def take(self, strokes: list[Stroke | Gap]) -> None:
        """Understand what was typed now."""

    def silent(self, since_ms: int) -> None:
        """Nothing has been typed for `since_ms`; called after each step of waiting."""

    @property
    def patience_ms(self) -> int:
        """How long to wait before `silent` is called, a quarter of a second at most."""
        return STEP_MS

    def identities(self) -> list[Identity]:
        """See drivers.identity.TellsIdentity; of several that fit, its status tells."""
        return [self._identity] if self._identity is not None else []

    def hold(self) -> None:
        self._identity = None
        with contextlib.closing(self._opened(self._wanted)) as held:
            self._identity = held.identity
            self.begin()
            self.report("device_ready")
            parser = StrokeParser(held.caps)
            since_ms = 0
            while not self.closing:
                self.beat()
                wait_ms = min(self.patience_ms, STEP_MS)
                events = held.events(wait_ms / 1000)
                if events:
                    since_ms = 0
                    self.take(parser.feed(events))
                else:
                    since_ms += wait_ms
                    self.silent(since_ms)
