"""A printer on USB below pyusb: a backend of descriptors, claims and bulk transfers, a virtual printer behind them."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

from drivers.virtual.escpos.machine import Machine

OUT, INTO = 0x01, 0x82
ENODEV, EBUSY, ETIMEDOUT = 19, 16, 110


class UsbStandIn(usb.backend.IBackend):  # type: ignore[misc]  # the library has no types
    """`port` and `serial` tell it apart; it can be unplugged, `held` by another program, and have little `room`."""

    def __init__(self, port: int = 2, serial: str = "P1") -> None:
        super().__init__()
        self.port, self.serial = port, serial
        self.machine, self.lock = Machine(), threading.Lock()
        self.plugged, self.held, self.room = True, False, 1 << 30
        self.kernel, self.claimed = True, False

    def enumerate_devices(self) -> Any:
        return iter([self] if self.plugged else [])

    def get_device_descriptor(self, dev: Any) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=0x04B8, idProduct=0x0E15, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=3, bNumConfigurations=1, address=5, bus=1, port_number=self.port,
            port_numbers=(1, self.port), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, INTO)[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: Any) -> Any:
        self._need_plug()
        return self

    def close_device(self, dev_handle: Any) -> None: ...

    def get_configuration(self, dev_handle: Any) -> int:
        self._need_plug()
        return 1

    def set_configuration(self, dev_handle: Any, config_value: int) -> None: ...

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        if self.held or self.kernel:
            raise usb.core.USBError("held", errno=EBUSY)
        self.claimed = True

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        self.claimed = False

    def is_kernel_driver_active(self, dev_handle: Any, intf: int) -> bool:
        return self.kernel

    def detach_kernel_driver(self, dev_handle: Any, intf: int) -> None:
        self.kernel = False

    def attach_kernel_driver(self, dev_handle: Any, intf: int) -> None:
        self.kernel = True

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        self._need_plug()
        with self.lock:
            taken = self.machine.feed(bytes(data)[: self.room])
        if not taken:
            raise usb.core.USBTimeoutError("full", errno=ETIMEDOUT)
        return taken

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        self._need_plug()
        with self.lock:
            said = self.machine.answers()
        if not said:
            raise usb.core.USBTimeoutError("nothing", errno=ETIMEDOUT)
        buff[: len(said)] = type(buff)(buff.typecode, said)
        return len(said)

    def ctrl_transfer(self, dev_handle: Any, *request: Any) -> int:
        """String descriptors: the languages, and the serial number."""
        value, buff = request[2], request[4]
        text = b"\x09\x04" if value & 0xFF == 0 else self.serial.encode("utf-16-le")
        answer = bytes((2 + len(text), 3)) + text
        buff[: len(answer)] = type(buff)(buff.typecode, answer)
        return len(answer)

    def _need_plug(self) -> None:
        if not self.plugged:
            raise usb.core.USBError("gone", errno=ENODEV)
