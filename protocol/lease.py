"""Leases: parts of a member's balance placed at one terminal (sync.md, Leases)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocol.operation import Identifier, IsoDate, Message

SPEND_UNTIL = "spend_until"  # purpose of the signed document


class GrantLot(Message):
    lot: Identifier
    points: Annotated[int, Field(gt=0, lt=2**63)]
    earned_on: IsoDate
    expires_on: IsoDate | None = None


class Grant(Message):
    """`number` is dense from 1 per (device, epoch); a terminal applies each once, in order."""

    number: Annotated[int, Field(ge=1)]
    member: Identifier
    lots: tuple[GrantLot, ...] = Field(strict=False)


class GrantPage(Message):
    """Grants after the asked number, in order; `head` is the newest number at HQ."""

    device: Identifier
    epoch: int
    grants: tuple[Grant, ...] = Field(strict=False)
    head: int


class GrantAsk(Message):
    """A terminal online asks for `points` more of a member; the answer is a GrantPage, maybe without a new grant."""

    member: Identifier
    points: Annotated[int, Field(gt=0, lt=2**63)]
    after: int


class SpendUntil(Message):
    """Signed by HQ with purpose `spend_until`: after `until_ms` this device spends no lease (rule 4)."""

    device: Identifier
    epoch: int
    until_ms: int
    issued_ms: int
