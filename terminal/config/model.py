"""What terminal.toml holds, with types, units and defaults. `docs/reference/terminal-toml.md` documents each key."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from drivers.base import Kind
from drivers.options import Options
from terminal.languages import Language


def _loopback(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    try:
        good = ipaddress.ip_address(host.strip("[]")).is_loopback and 0 <= int(port) <= 65535
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be a loopback address and a port, such as '127.0.0.1:8321'")
    return listen


FilePath = Annotated[Path, Field(strict=False)]
Listen = Annotated[str, AfterValidator(_loopback)]


class Section(BaseModel):
    """One table of the file. Values are taken as they are: no text becomes a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TerminalConfig(Section):
    """`state` is kept over restarts, `run` holds the sockets between the processes."""

    state: FilePath
    run: FilePath
    language: Language = "zh-CN"
    demo: bool = False


class WebConfig(Section):
    """`listen` is host:port on loopback. Without `pos_token_file` no POS is served."""

    listen: Listen = "127.0.0.1:8321"
    pos_token_file: FilePath | None = None


class SyncConfig(Section):
    """Seconds end in `_s`, milliseconds in `_ms`."""

    interval_s: Annotated[int, Field(ge=1, le=3600)] = 30
    retry_delay_s_max: Annotated[int, Field(ge=1, le=3600)] = 60
    ask_deadline_ms: Annotated[int, Field(ge=100, le=10_000)] = 1500


class RefundConfig(Section):
    """Refunds that nobody can check, by a manager's word. With 0, or without the file of codes, there are none."""

    unverified_minor_max: Annotated[int, Field(ge=0, le=10**9)] = 0
    unverified_daily_minor_max: Annotated[int, Field(ge=0, le=10**9)] = 0
    approvals_file: FilePath | None = None


class ReceiptsConfig(Section):
    """What is printed by itself. `printer` names one of the printers; without it the first is used."""

    printer: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] | None = None
    print_sales: bool = True
    print_pos: bool = False


@dataclass(frozen=True)
class DeviceConfig:
    """One table [kind.name]: `options` are of the class that the driver declares."""

    kind: Kind
    name: str
    driver: str
    options: Options


@dataclass(frozen=True)
class Config:
    """The whole file, checked; all paths are absolute. Devices stand in the order of the file."""

    path: Path
    terminal: TerminalConfig
    web: WebConfig
    sync: SyncConfig
    refund: RefundConfig
    devices: tuple[DeviceConfig, ...]
    receipts: ReceiptsConfig = field(default_factory=ReceiptsConfig)

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The devices of a kind, in the order of the file."""
        return tuple(device.name for device in self.devices if device.kind == kind)

    @property
    def printer(self) -> str | None:
        """The printer of receipts; None where there is none."""
        return self.receipts.printer or next(iter(self.names("printer")), None)

    @property
    def devices_socket(self) -> Path:
        """Where the terminal listens for its devices process."""
        return self.terminal.run / "devices.sock"

    @property
    def sync_socket(self) -> Path:
        """Where the terminal listens for its sync agent."""
        return self.terminal.run / "sync.sock"
