"""Answers to recalls: a terminal gives back in its own chain, and says which grant asked (sync.md, Leases 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.operation import Kind, Operation

_ANSWERS = (Kind.LEASE_RETURN, Kind.RELEASE)


def answered_recalls(operations: Iterable[Operation]) -> list[int]:
    """The number of the grant that asked, once for each answer."""
    answers = (operation.detail.get("recall") for operation in operations if operation.kind in _ANSWERS)
    return [number for number in answers if isinstance(number, int)]


def unmoved(operations: Iterable[Operation]) -> frozenset[str]:
    """The members of whom these operations only say that nothing is left to give back. Their leases are not looked at
    again for that: HQ would want the same back again, for ever, where a disk has lost what HQ thinks it holds."""
    said = list(operations)
    moved = {operation.member for operation in said if operation.postings or operation.kind not in _ANSWERS}
    return frozenset(operation.member for operation in said if operation.member) - moved
