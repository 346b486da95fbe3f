"""What the acts of a crash test are made of: the till, and operations and grants with just enough in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from random import Random
from typing import Any

from loyalty.ledger import Account, Asset
from protocol.lease import Grant, GrantPage
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord
from terminal.store.ledger import Ledger
from terminal.store.pin_attempts import Guess

DEVICE, EPOCH = "crash-1", 1
NOON_MS = 1_795_147_200_000  # 2026-11-20 12:00 in Shanghai
TODAY, LATER = "2026-11-20", "2028-11-30"
MEMBERS = ("m-ada", "m-ben", "m-cy")
SPEND_UNTIL_MS = NOON_MS + 30 * 24 * 3600 * 1000
DIGEST = hashlib.sha256(b"body").hexdigest()


class Till:
    """The ledger as it is open now, the chance that decides, and the guess at a PIN that is open, if there is one."""

    def __init__(self, reopen: Callable[[], Ledger], chance: Random) -> None:
        self._reopen, self.chance = reopen, chance
        self.ledger = reopen()
        self.guess: Guess | None = None

    def restart(self) -> None:
        self.ledger.close()
        self.ledger = self._reopen()

    @property
    def name(self) -> str:
        """Of the next operation: the lot that it makes."""
        return f"{DEVICE}.{EPOCH}.{self.ledger.next_seq()}"

    def member(self) -> str:
        return self.chance.choice(MEMBERS)

    def grant(self, member: str | None, **what: Any) -> None:
        """The next grant of HQ."""
        number = self.ledger.grants_applied() + 1
        made = Grant(number=number, member=member, **what)
        self.ledger.apply_grants(GrantPage(device=DEVICE, epoch=EPOCH, grants=(made,), head=number))

    def append(
        self,
        kind: Kind,
        member: str | None,
        postings: list[PostingRecord],
        lots: tuple[LotRecord, ...] = (),
        intent: str | None = None,
        **detail: Any,
    ) -> None:
        seq = self.ledger.next_seq()
        operation = Operation(
            device=DEVICE,
            epoch=EPOCH,
            seq=seq,
            kind=kind,
            intent=intent or f"{seq:032x}",
            at_ms=NOON_MS + seq,
            clock=ClockQuality.TRUSTED,
            zone="Asia/Shanghai",
            business_date=TODAY,
            store="s01",
            member=member,
            lots=lots,
            postings=tuple(postings),
            detail=detail,
        )
        self.ledger.append(operation, DIGEST, {"seq": seq, "text": "answer"})


def moved(asset: Asset, lot: str, amount: int, source: Account, target: Account) -> list[PostingRecord]:
    """`amount` of a lot from one account to another."""
    return [
        PostingRecord(account=source, asset=asset, lot=lot, amount=-amount),
        PostingRecord(account=target, asset=asset, lot=lot, amount=amount),
    ]
