"""terminal.toml: one typed file says what this terminal is."""

from terminal.config.model import Config, DeviceConfig, SyncConfig, TerminalConfig, WebConfig
from terminal.config.read import load

__all__ = ["Config", "DeviceConfig", "SyncConfig", "TerminalConfig", "WebConfig", "load"]
