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
    """An operation would take a member's lease below zero: nothing was written."""

    def __init__(self, member: str, asked: int, available: int) -> None:
        super().__init__(f"member {member} has {available} points to spend here and {asked} were asked for")
        self.member = member
        self.asked = asked
        self.available = available


class SpendingStopped(StoreError):
    """The time HQ allowed for spending leases has passed (sync.md, rule 4): nothing was written."""


class StorageFull(StoreError):
    """The disk is full: nothing was written; free some space and pay again."""


class StorageBroken(StoreError):
    """The disk answered with an error after which nothing in memory can be trusted: reopen from disk."""


class ChainDiverged(StoreError):
    """HQ's copy of this terminal's history is not its ledger's: a disk or HQ was rolled back, or cloned."""
