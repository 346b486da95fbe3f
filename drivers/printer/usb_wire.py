"""A printer on USB by its class interface (07h), through libusb."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import usb.core
import usb.util

from drivers.errors import DeviceLost
from drivers.identity import Identity
from drivers.options import EscposOptions

PRINTER_CLASS = 7
WRITE_MS = 250
READ_BYTES_MAX = 512


@contextmanager
def usb_wire(options: EscposOptions, backend: Any = None) -> Iterator[UsbWire]:
    """The claimed interface; the kernel's own printer driver has it back afterwards. Raises DeviceLost."""
    device = _found(options, backend)
    interface, kernels = None, False
    try:
        interface = _interface(device)
        number = interface.bInterfaceNumber
        kernels = _taken_from_kernel(device, number)
        usb.util.claim_interface(device, number)
        yield UsbWire(device, _endpoint(interface, True), _endpoint(interface, False), options.place)
    except usb.core.USBError as error:
        raise _lost(options.place, error) from error
    finally:
        _let_go(device, interface, kernels)


class UsbWire:
    """Bulk transfers with short limits. A printer without an IN endpoint says nothing."""

    def __init__(self, device: Any, into: Any, out: Any, place: str) -> None:
        if out is None:
            raise DeviceLost("printer_refused", place=place, reason="it takes no data")
        self.identity = _identity(device)
        self._device, self._into, self._out, self._place = device, into, out, place

    def write(self, data: bytes) -> int:
        try:
            return int(self._out.write(data, WRITE_MS))
        except usb.core.USBTimeoutError:
            return 0
        except usb.core.USBError as error:
            raise DeviceLost("printer_lost", place=self._place) from error

    def read(self, limit_s: float) -> bytes:
        if self._into is None:
            return b""
        try:
            return bytes(self._into.read(READ_BYTES_MAX, max(1, round(1000 * limit_s))))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise DeviceLost("printer_lost", place=self._place) from error


def _found(options: EscposOptions, backend: Any) -> Any:
    assert options.usb is not None
    vendor, _, product = options.usb.partition(":")
    try:
        devices = usb.core.find(True, backend, idVendor=int(vendor, 16), idProduct=int(product, 16))
        fitting = [device for device in devices if _fits(device, options)]
    except usb.core.NoBackendError as error:
        raise DeviceLost("driver_unavailable", library="libusb-1.0-0") from error
    except usb.core.USBError as error:
        raise _lost(options.place, error) from error
    if not fitting:
        raise DeviceLost("printer_absent", place=options.place)
    if len(fitting) > 1:
        raise DeviceLost("printer_refused", place=options.place, reason="several fit: add usb_path or serial")
    return fitting[0]


def _fits(device: Any, options: EscposOptions) -> bool:
    """By USB port and serial number, which stay over a replug; not by the order of discovery."""
    if options.usb_path is not None and options.usb_path != _path(device):
        return False
    return options.serial is None or options.serial == _string(device, device.iSerialNumber)


def _identity(device: Any) -> Identity:
    model = _string(device, device.iProduct) or f"USB {device.idVendor:04x}:{device.idProduct:04x}"
    return Identity(model, _string(device, device.iSerialNumber) or "", _path(device))


def _path(device: Any) -> str:
    return f"{device.bus}-{'.'.join(map(str, device.port_numbers or ()))}"


def _string(device: Any, number: int) -> str | None:
    """What the device says of itself under this number; number 0 is nothing."""
    try:
        text: str | None = usb.util.get_string(device, number) if number else None
    except (usb.core.USBError, ValueError):  # ValueError: the device tells no language, as without rights to open it
        return None
    return text


def _interface(device: Any) -> Any:
    """The printer's interface of the device's configuration; a device that has none of the class shows its first."""
    try:
        configuration = device.get_active_configuration()
    except usb.core.USBError:
        device.set_configuration()
        configuration = device.get_active_configuration()
    found = usb.util.find_descriptor(configuration, bInterfaceClass=PRINTER_CLASS)
    return found if found is not None else configuration[(0, 0)]


def _endpoint(interface: Any, into: bool) -> Any:
    wanted = usb.util.ENDPOINT_IN if into else usb.util.ENDPOINT_OUT
    for endpoint in interface:
        bulk = usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        if bulk and usb.util.endpoint_direction(endpoint.bEndpointAddress) == wanted:
            return endpoint
    return None


def _taken_from_kernel(device: Any, number: int) -> bool:
    try:
        if not device.is_kernel_driver_active(number):
            return False
        device.detach_kernel_driver(number)
    except NotImplementedError:
        return False
    return True


def _let_go(device: Any, interface: Any, kernels: bool) -> None:
    with suppress(usb.core.USBError):
        if interface is not None:
            usb.util.release_interface(device, interface.bInterfaceNumber)
            if kernels:
                device.attach_kernel_driver(interface.bInterfaceNumber)
    usb.util.dispose_resources(device)


def _lost(place: str, error: usb.core.USBError) -> DeviceLost:
    if error.errno == errno.EBUSY:
        return DeviceLost("printer_busy", place=place)
    if error.errno in {errno.ENODEV, errno.ENOENT, errno.EIO}:
        return DeviceLost("printer_lost", place=place)
    return DeviceLost("printer_refused", place=place, reason=error.strerror or str(error))
