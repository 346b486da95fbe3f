"""What all virtual devices share: a control socket, a plug, and orders that a subclass adds to."""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.errors import DeviceLost
from drivers.options import VirtualOptions
from drivers.supervised import Supervised
from drivers.virtual.control import STEP_S, ControlSocket, Message

Order = Callable[[Any], None]


class Unplugged(Exception):
    """An order to a device that is not plugged in."""


class VirtualDevice(Supervised):
    """A device whose hands are orders: `{"plug": false}` over its control socket, or `plug(False)` in this process.

    Without options there is no socket. `orders` holds what it does, by the first key of an order.
    """

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device)
        self._path: Path | None = options.control if options is not None else None
        self._control: ControlSocket | None = None
        self.plugged = True
        self._woken = threading.Event()
        self.orders: dict[str, Order] = {"plug": self.plug}

    def plug(self, plugged: bool) -> None:
        """Pull the cable out (False) or put it in."""
        if not isinstance(plugged, bool):
            raise ValueError("plug must be true or false")
        self.plugged = plugged
        self._report_plug()

    def need_plug(self) -> None:
        """Raises Unplugged while the cable is out."""
        if not self.plugged:
            raise Unplugged(f"{self.device} is unplugged")

    def wake(self) -> None:
        self._woken.set()
        control = self._control
        if control is not None:
            control.wake()

    def tell(self, message: Message) -> None:
        """Send news to the clients of the control socket, if there is one."""
        control = self._control
        if control is not None:
            control.tell(message)

    def greeting(self) -> list[Message]:
        """What a new client hears first."""
        return []

    def turn(self) -> None:
        """Called in the device's own thread, every second and after each `wake`."""

    def hold(self) -> None:
        if self._path is None:
            self._report_plug()
            while not self.closing:
                self.beat()
                self.turn()
                self._woken.wait(STEP_S)
                self._woken.clear()
            return
        try:
            control = ControlSocket(self._path, self._answer, self.greeting)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise DeviceLost("control_busy", path=str(self._path)) from error
            raise DeviceLost("control_refused", path=str(self._path), reason=error.strerror or str(error)) from error
        with contextlib.closing(control):
            self._control = control
            self._report_plug()
            while not self.closing:
                self.beat()
                self.turn()
                control.step()
            self._control = None

    def obey(self, name: str, order: Message) -> None:
        """Do an order. What stands under its name is all that most of them need."""
        self.orders[name](order[name])

    def _report_plug(self) -> None:
        self.report("device_ready" if self.plugged else "device_unplugged")

    def _answer(self, order: Message) -> Message:
        """Do one order; the answer names it, or says what is wrong with it."""
        name = next((key for key in order if key in self.orders), None)
        if name is None:
            return {"error": f"no such order; there are {', '.join(self.orders)}"}
        try:
            self.obey(name, order)
        except (ValueError, Unplugged) as error:
            return {"error": str(error)}
        return {"done": name}
