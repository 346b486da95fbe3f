"""An input device that is open and grabbed: nobody else hears what it types."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import struct
from collections.abc import Callable, Iterable
from typing import Protocol

import evdev

from drivers.errors import DeviceLost
from drivers.evdev.codes import EV_KEY, LED_CAPSL
from drivers.evdev.identity import InputIdentity, Wanted, choose, usb_path_of
from drivers.evdev.strokes import InputEvent
from drivers.identity import Identity

EVIOCSCLOCKID = 0x400445A0  # linux/input.h: which clock the times of events are of
CLOCK_MONOTONIC = 1
GONE = frozenset({errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.EIO})


class EventSource(Protocol):
    """What is asked of evdev's EventIO. `read` gives events with sec, usec, type, code and value; it never waits."""

    def fileno(self) -> int: ...

    def read(self) -> Iterable[evdev.InputEvent]: ...

    def close(self) -> None: ...


class HeldInput:
    """A device in the hand of one thread. `caps` is the state of its Caps Lock light when it was opened, `identity`
    what tells it from its twin.
    """

    def __init__(self, source: EventSource, name: str, caps: bool = False, identity: Identity | None = None) -> None:
        self._source = source
        self._name = name
        self.caps = caps
        self.identity = identity or Identity(name)

    def events(self, limit_s: float) -> list[InputEvent]:
        """What was typed; waits `limit_s` at most and gives nothing then. Raises DeviceLost when the device is gone."""
        try:
            if not select.select([self._source], [], [], limit_s)[0]:
                return []
            read = list(self._source.read())
        except BlockingIOError:
            return []
        except OSError as error:
            raise DeviceLost("input_lost", input=self._name) from error
        if not read:
            raise DeviceLost("input_lost", input=self._name)
        return [InputEvent(one.type, one.code, one.value, one.sec * 1_000_000 + one.usec) for one in read]

    def close(self) -> None:
        """Let the device go; one that is gone already is gone."""
        with contextlib.suppress(OSError):
            self._source.close()


Open = Callable[[Wanted], HeldInput]


def open_input(wanted: Wanted, opened: Callable[[str], evdev.InputDevice[str]] = evdev.InputDevice) -> HeldInput:
    """Find the device, open it and grab it. Raises DeviceLost with the status that says why that could not be."""
    if wanted.path and not os.path.exists(wanted.path):
        raise DeviceLost("input_absent", input=str(wanted))
    try:
        chosen = choose(_identities(wanted, opened), wanted)
        device = _opened(chosen.path, opened)
        try:
            return _held(device, chosen, wanted)
        except (OSError, DeviceLost):
            with contextlib.suppress(OSError):
                device.close()
            raise
    except OSError as error:
        raise refused(error, wanted) from error


def _held(device: evdev.InputDevice[str], chosen: InputIdentity, wanted: Wanted) -> HeldInput:
    """Grab `device`, if it is the chosen one still: its name may have become another's before it was opened."""
    device.grab()
    if _identity_of(device, chosen.path) != chosen:
        raise DeviceLost("input_absent", input=str(wanted))
    with contextlib.suppress(OSError):  # then the times are of the clock on the wall, and a step of it splits a code
        fcntl.ioctl(device.fd, EVIOCSCLOCKID, struct.pack("i", CLOCK_MONOTONIC))
    identity = Identity(device.name, chosen.uniq, chosen.usb_path)
    return HeldInput(device, str(wanted), LED_CAPSL in device.leds(), identity)


def refused(error: OSError, wanted: Wanted) -> DeviceLost:
    """Why a device could not be opened or grabbed."""
    if error.errno == errno.EBUSY:
        return DeviceLost("input_busy", input=str(wanted))
    if error.errno in GONE:
        return DeviceLost("input_absent", input=str(wanted))
    return DeviceLost("input_refused", input=str(wanted), reason=error.strerror or str(error))


def listed(folder: str = "/dev/input") -> list[str]:
    """The input devices that may be read. Raises PermissionError if there are some, and none of them may be."""
    readable = evdev.list_devices(folder, writable=False)
    if not readable and any(name.startswith("event") for name in _names(folder)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return readable


def _names(folder: str) -> list[str]:
    return os.listdir(folder) if os.path.isdir(folder) else []


def _identities(wanted: Wanted, opened: Callable[[str], evdev.InputDevice[str]]) -> list[InputIdentity]:
    """Of all input devices, or of the one at the wanted path. One that cannot be opened, or not now, is left out."""
    paths = [wanted.path] if wanted.path else listed()
    found = []
    for path in paths:
        try:
            found.append(_identity(_opened(path, opened), path))
        except OSError:
            if wanted.path:
                raise
    return found


def _opened(path: str, opened: Callable[[str], evdev.InputDevice[str]]) -> evdev.InputDevice[str]:
    """The device at `path`. Raises OSError, also where the library cannot read what it calls itself: the kernel cuts a
    long name in the middle of a letter."""
    try:
        return opened(path)
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, "its name is no text") from error


def _identity(device: evdev.InputDevice[str], path: str) -> InputIdentity:
    try:
        return _identity_of(device, path)
    finally:
        device.close()


def _identity_of(device: evdev.InputDevice[str], path: str) -> InputIdentity:
    keys = device.capabilities(absinfo=False).get(EV_KEY, [])
    place = os.path.realpath(f"/sys/class/input/{os.path.basename(os.path.realpath(path))}")
    return InputIdentity(
        path,
        device.info.vendor & 0xFFFF,  # the library gives the kernel's unsigned numbers as signed ones
        device.info.product & 0xFFFF,
        device.phys,
        device.uniq,
        usb_path_of(place),
        frozenset(keys),
    )
