"""What can go wrong with a driver."""

from __future__ import annotations


class DriverError(Exception):
    """A driver cannot be had, or its device cannot."""


class UnknownDriver(DriverError):
    """No driver has this kind and name; the message offers one that exists."""


class DriverUnavailable(DriverError):
    """The driver exists, but the library it needs is not installed."""


class PluginBroken(DriverError):
    """The driver is a plug-in's, and cannot be used; the message says why."""


class DeviceLost(DriverError):
    """The device is not there, or no longer; it is opened again later. `code` is one of `drivers.status.WORDS`."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class CardGone(DriverError):
    """The card was taken away, or another one came; what was under way with it has to begin anew."""


class CardMute(DriverError):
    """The card is there and does not answer in time, or not in APDUs."""
