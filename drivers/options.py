"""The options of every driver, as they stand in terminal.toml. Light to import: no device library is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Pin = Annotated[int, Field(ge=0, le=27)]
UNIX_PATH_CHARS_MAX = 100  # the kernel takes 107 bytes


class Options(BaseModel):
    """Options of one driver. A relative path counts from the folder of terminal.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PcscOptions(Options):
    """`reader` is a glob on the PC/SC reader's name, case and all."""

    reader: Annotated[str, Field(min_length=1, max_length=128)] = "*"


class SerialOptions(Options):
    """`port` may be a symlink such as /dev/serial/by-id/…; `suffix` is what the scanner sends after a code."""

    port: Annotated[str, Field(min_length=1, max_length=200)]
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    parity: Literal["none", "even", "odd"] = "none"
    suffix: Literal["any", "cr", "lf", "crlf"] = "any"
    strip_aim: bool = True
    chars_max: Annotated[int, Field(ge=8, le=4096)] = 4096


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


class VirtualOptions(Options):
    """`control` is the unix socket on which the device takes its orders; it is made by the device."""

    control: Annotated[Path, Field(strict=False)]

    @model_validator(mode="after")
    def _short(self) -> VirtualOptions:
        if len(str(self.control)) > UNIX_PATH_CHARS_MAX:
            raise ValueError(f"must be a path of at most {UNIX_PATH_CHARS_MAX} characters")
        return self
