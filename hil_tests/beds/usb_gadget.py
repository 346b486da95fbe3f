"""A USB device made in the guest: the kernel's gadget side plays it, its host side finds it as a real one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

GADGETS = Path("/sys/kernel/config/usb_gadget")
DEVICES = Path("/sys/bus/usb/devices")


class UsbGadget:
    """A device of any vendor, product and serial, with one function, on the simulated port `port`, 0 or 1.

    It is unplugged at first. `attributes` are those of the function in configfs; one of the same `name` is used again.
    """

    def __init__(
        self,
        name: str,
        identity: tuple[int, int, str],
        port: int,
        function: str,
        attributes: Mapping[str, str | bytes],
    ) -> None:
        self._folder = GADGETS / name
        self.function = self._folder / "functions" / function
        self._port = f"dummy_udc.{port}"
        self._vendor, self._product, self._serial = identity
        self.plugged = False
        if not self._folder.exists():
            self._describe(name, attributes)

    def _describe(self, name: str, attributes: Mapping[str, str | bytes]) -> None:
        texts, config = self._folder / "strings" / "0x409", self._folder / "configs" / "c.1"
        for folder in (texts, self.function, config):
            folder.mkdir(parents=True)
        values = {"idVendor": f"{self._vendor:#06x}", "idProduct": f"{self._product:#06x}", "bcdUSB": "0x0200"}
        for key, value in values.items():
            (self._folder / key).write_text(value)
        for key, text in {"manufacturer": "Bench", "product": name, "serialnumber": self._serial}.items():
            (texts / key).write_text(text)
        for key, content in attributes.items():
            (self.function / key).write_bytes(content.encode() if isinstance(content, str) else content)
        (config / self.function.name).symlink_to(self.function)

    def bind(self) -> None:
        """Put the cable in."""
        (self._folder / "UDC").write_text(self._port)
        self.plugged = True

    def unbind(self) -> None:
        """Pull the cable."""
        (self._folder / "UDC").write_text("\n")
        self.plugged = False

    def seen(self) -> bool:
        """Whether the kernel's host side has it, and has taken a configuration."""
        return any(self._is(device) for device in DEVICES.iterdir())

    def _is(self, device: Path) -> bool:
        with contextlib.suppress(OSError):  # it goes away while it is looked at, or is an interface
            told = [(device / name).read_text().strip() for name in ("idVendor", "idProduct", "bConfigurationValue")]
            return told[:2] == [f"{self._vendor:04x}", f"{self._product:04x}"] and bool(told[2])
        return False
