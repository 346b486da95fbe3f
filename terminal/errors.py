"""The error family of the terminal: what the world may do to it. Expected outcomes are values, not these."""

from __future__ import annotations


class TerminalError(Exception):
    """Something outside the terminal's own logic failed; the text says what, and the way out."""


class ConfigError(TerminalError):
    """terminal.toml cannot be used; `problems` are all of them, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DeviceError(TerminalError):
    """A device, or the socket that leads to the devices, cannot be had."""


class SyncError(TerminalError):
    """HQ could not be reached, or what it answered cannot be used."""


class StoreError(TerminalError):
    """The ledger or the directory could not be read or written."""


class IntentConflict(StoreError):
    """The same intent came again with another body: nothing was written."""


class LeaseShort(StoreError):
    """An operation would take a lease below zero: nothing was written.

    `asked` and `available` are of the whole `asset`; `lot` is where it ran short. `member` is empty for a bearer's.
    """

    def __init__(self, member: str, asked: int, available: int, asset: str = "points", lot: str = "") -> None:
        whose = f"member {member} has" if member else "whoever bears it has"
        super().__init__(f"{whose} {available} {asset} to spend here and {asked} were asked for, of {lot or 'all'}")
        self.member, self.asset, self.lot = member, asset, lot
        self.asked, self.available = asked, available


class SpendingStopped(StoreError):
    """The time HQ allowed for spending leases has passed (sync.md, rule 4): nothing was written."""


class RefundElsewhere(StoreError):
    """The right to refund the sale is not at this terminal (sync.md, Leases 11): nothing was written."""

    def __init__(self, sale: str) -> None:
        super().__init__(f"the right to refund sale {sale} is not here: ask HQ, or go to the till that sold it")
        self.sale = sale


class RefundOutdated(StoreError):
    """More of the sale has come back than the refund was worked out from: nothing was written; work it out again."""

    def __init__(self, sale: str) -> None:
        super().__init__(f"sale {sale} has had another refund meanwhile: work this one out again")
        self.sale = sale


class StorageFull(StoreError):
    """The disk is full: nothing was written; free some space and pay again."""


class StorageBroken(StoreError):
    """The disk answered with an error after which nothing in memory can be trusted: reopen from disk."""


class ChainDiverged(StoreError):
    """HQ's copy of this terminal's history is not its ledger's: a disk or HQ was rolled back, or cloned."""
