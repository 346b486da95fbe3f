"""The life of a driver: one thread that opens its device, serves it, and opens it again, until it is closed.

A thread that hangs in a C call cannot be ended. It can be left behind: a new one takes its place, and what the old one
does when its call returns at last is not told.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod

from drivers.base import DeviceStatus, Emit, Event, Kind
from drivers.errors import DeviceLost
from drivers.status import status

log = logging.getLogger(__name__)
CLOSE_S_MAX = 2.0
STEP_S = 0.25


class Supervised(ABC):
    """Subclasses say what it is to hold the device; all waiting, telling and starting again is here.

    Back-off doubles from `delay_s` to `delay_s_max` and starts over once the device was ready.
    """

    kind: Kind

    def __init__(self, device: str, *, delay_s: float = 0.1, delay_s_max: float = 2.0) -> None:
        self.device = device
        self._delays = (delay_s, delay_s_max)
        self._delay_s = delay_s
        self._emit: Emit | None = None
        self._last: DeviceStatus | None = None
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._left: list[threading.Thread] = []
        self._beat_ns = time.monotonic_ns()

    @abstractmethod
    def hold(self) -> None:
        """Open the device and serve it until `closing`. Raises DeviceLost when it is not there or goes away.

        Must return or call `beat` every second, and return soon after `wake`. One that does not is taken to hang: its
        thread is left behind, and `hold` is called in a new one. So what it opens belongs to the call, not to `self`.
        """

    def wake(self) -> None:  # noqa: B027 - most drivers wait in short steps and need no waking
        """Interrupt whatever `hold` waits for; called from another thread."""

    def left(self) -> None:  # noqa: B027 - most drivers have nothing that outlives their thread
        """The thread was left behind: tell, without waiting, of what went with it; called from another thread."""

    @property
    def closing(self) -> bool:
        """Whether `hold` is to return: the driver was closed, or the calling thread was left behind."""
        return self._closing.is_set() or self.abandoned

    @property
    def abandoned(self) -> bool:
        """Whether the calling thread was left behind: nobody listens to it any more."""
        return threading.current_thread() in self._left

    @property
    def alive(self) -> bool:
        """Whether the thread lives, or is not wanted."""
        return self._closing.is_set() or self._thread is None or self._thread.is_alive()

    @property
    def left_behind(self) -> int:
        """How many threads hang in a call still."""
        return sum(thread.is_alive() for thread in self._left)

    @property
    def beat_ns(self) -> int:
        return self._beat_ns

    def beat(self) -> None:
        if not self.abandoned:
            self._beat_ns = time.monotonic_ns()

    def start(self, emit: Emit) -> None:
        """Begin. May be called once."""
        if self._thread is not None:
            raise RuntimeError(f"{self.kind} {self.device} was started before")
        self._emit, self._last = emit, None
        self._begin()

    def revive(self) -> None:
        """Leave the thread to the call that it hangs in, if it is not dead, and begin with a new one."""
        if self._thread is None or self._closing.is_set():
            return
        self._left = [thread for thread in (*self._left, self._thread) if thread.is_alive()]
        self._last, self._delay_s = None, self._delays[0]
        log.warning("%s %s begins anew, %d threads hang", self.kind, self.device, len(self._left))
        self.left()
        self._begin()

    def close(self) -> None:
        """Stop, and wait a little for the device to be let go. A hung device is left to the end of the process."""
        if self._closing.is_set():
            return
        self._closing.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(CLOSE_S_MAX)
            if self._thread.is_alive():
                log.warning("%s %s hangs in a call and is left behind", self.kind, self.device)
        self.report("device_closed")
        self._emit = None

    def emit(self, event: Event) -> None:
        """Tell an event; after `close`, and to a thread that was left behind, nobody listens."""
        emit = self._emit
        if emit is not None and not self.abandoned:
            emit(event)

    def report(self, code: str, **params: str | int) -> None:
        """Tell a status if it is not the last one told."""
        if self.abandoned:
            return
        now = status(self.kind, self.device, code, **params)
        if now != self._last:
            self._last = now
            self.emit(now)
        if code == "device_ready":
            self._delay_s = self._delays[0]

    def report_again(self, code: str, **params: str | int) -> None:
        """Tell a status that is news each time, such as a card that could not be read."""
        self._last = None
        self.report(code, **params)

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._live, name=f"{self.kind}.{self.device}", daemon=True)
        self._thread.start()

    def _live(self) -> None:
        while not self.closing:
            self.beat()
            try:
                self._hold()
            except Exception as error:  # BLE001: a driver's bug is a status, never the end of the others
                log.exception("the driver of %s %s failed", self.kind, self.device)
                self.report("driver_failed", reason=type(error).__name__)
            self._pause()

    def _hold(self) -> None:
        try:
            self.hold()
        except DeviceLost as lost:
            self.report(lost.code, **lost.params)

    def _pause(self) -> None:
        """Wait before the device is opened again, and show signs of life meanwhile."""
        if self.abandoned:
            return
        delay_s, self._delay_s = self._delay_s, min(2 * self._delay_s, self._delays[1])
        while delay_s > 0 and not self.closing:
            self.beat()
            self._closing.wait(min(delay_s, STEP_S))
            delay_s -= STEP_S
