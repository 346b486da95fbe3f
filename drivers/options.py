"""The options of every driver, as they stand in terminal.toml. Light to import: no device library is loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from drivers.card_reader.typed_uid import Format, Order
from drivers.evdev.layouts import LayoutName
from drivers.keypad.keys import PadKey
from drivers.printer.letters import Encoding
from drivers.scanner.keyed import End, TellBy

ButtonAction = Literal["call_staff", "print_again", "next", "open_drawer"]
Pin = Annotated[int, Field(ge=0, le=27)]
UNIX_PATH_CHARS_MAX = 100  # the kernel takes 107 bytes


def shaped(pattern: str, rule: str) -> AfterValidator:
    """Text as the pattern has it. Any other is refused by the rule in words: a pattern tells few people anything."""
    shape = re.compile(pattern)

    def checked(text: str) -> str:
        if not shape.fullmatch(text):
            raise ValueError(f"must be {rule}")
        return text

    return AfterValidator(checked)


Host = Annotated[
    str,
    shaped(
        r"[0-9A-Za-z._-]{1,253}|(?=.*:.*:)[0-9A-Fa-f:.]{2,45}",
        "a name or an address alone: another port than 9100 goes into tcp_port",
    ),
]
Usb = Annotated[
    str, shaped(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", "vendor and product as lsusb shows them, as in '05e0:1200'")
]
UsbPath = Annotated[
    str,
    shaped(r"[0-9]{1,3}-[0-9]{1,3}(\.[0-9]{1,3}){0,6}", "a USB port as `stillpoint doctor` shows it, as in '1-1.2'"),
]


class Options(BaseModel):
    """Options of one driver. A relative path counts from the folder of terminal.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PcscOptions(Options):
    """`reader` is a glob on the PC/SC reader's name, case and all; `serial` and `usb_path` tell twins apart.

    `signals` lets the reader itself show and sound what the light shows, where its model is known.
    """

    reader: Annotated[str, Field(min_length=1, max_length=128)] = "*"
    serial: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    usb_path: UsbPath | None = None
    signals: bool = False


class Pn532Options(Options):
    """`port` is the serial line to the chip, best by a name that survives a replug."""

    port: Annotated[str, Field(min_length=1, max_length=200)]
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 115200


class SerialOptions(Options):
    """`port` may be a symlink such as /dev/serial/by-id/…; `suffix` is what a scanner of lines sends after a code."""

    port: Annotated[str, Field(min_length=1, max_length=200)]
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    parity: Literal["none", "even", "odd"] = "none"
    protocol: Literal["lines", "ssi"] = "lines"
    suffix: Literal["any", "cr", "lf", "crlf"] = "any"
    strip_aim: bool = True
    chars_max: Annotated[int, Field(ge=8, le=4096)] = 4096


class InputOptions(Options):
    """Which device that types is meant: all that is given must fit, and something must be given.

    `input` may be a symlink such as /dev/input/by-id/…; `usb` is vendor and product in hex, as lsusb shows them.
    """

    input: Annotated[str, shaped(r"/dev/input/[!-~]{1,200}", "a path below /dev/input")] | None = None
    usb: Usb | None = None
    usb_path: UsbPath | None = None
    serial: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    @model_validator(mode="after")
    def _named(self) -> InputOptions:
        if not self._may_be_any and not (self.input or self.usb or self.usb_path or self.serial):
            raise ValueError("must name its device by input, usb, usb_path or serial")
        return self

    @property
    def _may_be_any(self) -> bool:
        return False


class HidScannerOptions(InputOptions):
    """`tell_by` "timing" is for a scanner that types on a keyboard; `end` is what the scanner sends after a code."""

    tell_by: TellBy = "device"
    layout: LayoutName = "us"
    end: End = "any"
    strip_aim: bool = True
    chars_max: Annotated[int, Field(ge=8, le=4096)] = 4096

    @property
    def _may_be_any(self) -> bool:
        return self.tell_by == "timing"


class HidKeypadOptions(InputOptions):
    """Which of the pad's keys take back one digit, and all."""

    back: PadKey = "backspace"
    clear: PadKey = "escape"

    @model_validator(mode="after")
    def _different(self) -> HidKeypadOptions:
        if self.back == self.clear or {self.back, self.clear} == {"dot", "delete"}:
            raise ValueError("must have different keys for back and clear; delete and dot are one key")
        return self


class WedgeOptions(InputOptions):
    """How the reader types a UID: in which format, how many bytes, in which order, behind which prefix."""

    format: Format = "hex"
    uid_bytes: Annotated[int, Field(ge=4, le=10)] | None = None
    order: Order = "as_typed"
    prefix: Annotated[str, shaped(r"[ -~]{0,8}", "at most 8 letters of ASCII")] = ""
    low_frequency: bool = False
    layout: LayoutName = "us"
    end: End = "any"

    @model_validator(mode="after")
    def _decimal_has_a_length(self) -> WedgeOptions:
        if self.format == "decimal" and self.uid_bytes is None:
            raise ValueError("must say by uid_bytes how many bytes a decimal number stands for: mostly 4")
        return self


class GpioOptions(Options):
    """BCM numbers of the pins of an RGB light or of single lights; without blue, busy is red and green."""

    red: Pin
    green: Pin
    blue: Pin | None = None
    active_high: bool = True

    @model_validator(mode="after")
    def _different(self) -> GpioOptions:
        pins = [pin for pin in (self.red, self.green, self.blue) if pin is not None]
        if len(set(pins)) < len(pins):
            raise ValueError("must be a pin of its own for each colour")
        return self


class GpioDrawerOptions(Options):
    """`pin` is a BCM number, `pulse_ms` how long the magnet is on."""

    pin: Pin
    pulse_ms: Annotated[int, Field(ge=20, le=500)] = 150
    active_high: bool = True


class PrinterDrawerOptions(Options):
    """`printer` is the name of the printer at whose socket the drawer hangs."""

    printer: Annotated[str, shaped(r"[a-z][a-z0-9_-]{0,31}", "the name of a printer of this file")]


class GpioBuzzerOptions(Options):
    """`pin` is a BCM number."""

    pin: Pin
    active_high: bool = True


class ButtonOptions(Options):
    """`action` is what the till does at a press."""

    action: ButtonAction = "call_staff"


class GpioButtonOptions(ButtonOptions):
    """`pull` is where the resistor pulls while nobody presses; contacts are still for `quiet_ms` before a press."""

    pin: Pin
    pull: Literal["up", "down"] = "up"
    quiet_ms: Annotated[int, Field(ge=1, le=200)] = 15


class PaperOptions(Options):
    """What a printer's paper and letters are. `columns` are narrow letters side by side, of 12 dots each."""

    columns: Annotated[int, Field(ge=24, le=64)] = 48
    encoding: Encoding = "gb18030"
    code_page: Annotated[int, Field(ge=0, le=255)] | None = None
    font: Annotated[Path, Field(strict=False)] | None = None
    qr: Literal["native", "raster"] = "native"
    cut: Literal["partial", "full", "none"] = "partial"
    drawer_pin: Literal[2, 5] = 2
    keep_s: Annotated[int, Field(ge=1, le=3600)] = 300


class EscposOptions(PaperOptions):
    """Exactly one of `usb` (vendor:product), `port` (serial) and `host` (network) says where the printer is.

    `confirm` is how a printer tells that a receipt is done: "printed" by an answer in the order of the data (GS r),
    "status" by real-time status alone (DLE EOT), "none" by no answer at all.
    """

    usb: Usb | None = None
    usb_path: UsbPath | None = None
    serial: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    port: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 9600
    flow: Literal["none", "rtscts", "dsrdtr", "xonxoff"] = "none"
    host: Host | None = None
    tcp_port: Annotated[int, Field(ge=1, le=65535)] = 9100
    confirm: Literal["printed", "status", "none"] = "printed"

    @model_validator(mode="after")
    def _one_place(self) -> EscposOptions:
        if sum(place is not None for place in (self.usb, self.port, self.host)) != 1:
            raise ValueError("must say where the printer is by exactly one of usb, port and host")
        if self.usb is None and (self.usb_path or self.serial):
            raise ValueError("must have usb where it has usb_path or serial")
        return self

    @property
    def place(self) -> str:
        """The printer's place in a sentence."""
        if self.usb is not None:
            return " ".join(filter(None, (f"USB {self.usb.lower()}", self.usb_path, self.serial)))
        return self.port if self.port is not None else f"{self.host}:{self.tcp_port}"


class VirtualOptions(Options):
    """`control` is the unix socket on which the device takes its orders; it is made by the device."""

    control: Annotated[Path, Field(strict=False)]

    @model_validator(mode="after")
    def _short(self) -> VirtualOptions:
        if len(str(self.control)) > UNIX_PATH_CHARS_MAX:
            raise ValueError(f"must be a path of at most {UNIX_PATH_CHARS_MAX} characters")
        return self


class VirtualButtonOptions(VirtualOptions, ButtonOptions):
    """A virtual button means something to the till as well."""


class VirtualPrinterOptions(VirtualOptions, PaperOptions):
    """`pictures` is a folder in which each receipt becomes a PNG; the newest `pictures_max` are kept."""

    pictures: Annotated[Path, Field(strict=False)] | None = None
    pictures_max: Annotated[int, Field(ge=1, le=1000)] = 50
