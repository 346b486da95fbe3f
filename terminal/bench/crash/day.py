"""A day of a terminal for crash tests, from a seed: everything that writes the ledger, one act after the other."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from loyalty.ledger import Account, Asset
from protocol.lease import Grant, GrantLot, GrantPage
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord
from terminal.errors import LeaseShort
from terminal.store.ledger import Ledger

DEVICE, EPOCH = "crash-1", 1
NOON_MS = 1_795_147_200_000  # 2026-11-20 12:00 in Shanghai
TODAY, LATER = "2026-11-20", "2028-11-30"
MEMBERS = ("m-ada", "m-ben", "m-cy")
SPEND_UNTIL_MS = NOON_MS + 30 * 24 * 3600 * 1000
DIGEST = hashlib.sha256(b"body").hexdigest()

Open = Callable[[], Ledger]
Answered = Callable[[int], None]


def open_ledger(path: Path, vfs: str | None = None) -> Ledger:
    return Ledger.open(path, DEVICE, EPOCH, vfs)


@dataclass
class Day:
    """`answered` is called with the number of each act when it has returned; act 0 opens the ledger."""

    open: Open
    chance: Random
    answered: Answered
    done: Counter[str] = field(default_factory=Counter)

    def play(self, acts: int) -> None:
        self.ledger = self.open()
        try:
            self.answered(0)
            self.ledger.note_spend_until(SPEND_UNTIL_MS)
            self.answered(1)
            for number in range(2, acts + 2):
                name = self._next(number)
                self.done[name] += 1
                getattr(self, f"_{name}")()
                self.answered(number)
        finally:
            self.ledger.close()

    def _next(self, number: int) -> str:
        if number < 2 + len(MEMBERS):
            return "grant"
        names = list(ACTS)
        return self.chance.choices(names, [ACTS[name] for name in names])[0]

    def _grant(self) -> None:
        number = self.ledger.grants_applied() + 1
        lot = GrantLot(lot=f"hq.{number}", points=self.chance.randint(50, 500), earned_on=TODAY, expires_on=LATER)
        item = Grant(number=number, member=MEMBERS[number % len(MEMBERS)], lots=(lot,))
        self.ledger.apply_grants(GrantPage(device=DEVICE, epoch=EPOCH, grants=(item,), head=number))

    def _sale(self) -> None:
        self._append(self._sold(self.chance.choice(MEMBERS), self.chance.randint(0, 60), self.chance.randint(0, 80)))

    def _guest(self) -> None:
        self._append(self._operation(Kind.SALE, None, (), ()))

    def _long_sale(self) -> None:
        """Many pages at once."""
        self._append(self._sold(MEMBERS[0], 5, 5, text="x" * self.chance.randint(9_000, 50_000)))

    def _begin_intent(self) -> None:
        self.ledger.begin_intent(f"{self.chance.getrandbits(120):032x}", DIGEST)

    def _beyond(self) -> None:
        """A sale that the lease refuses leaves nothing."""
        lot = self.ledger.lease(MEMBERS[0])[:1]
        if lot:
            operation = self._operation(Kind.SALE, MEMBERS[0], (), _drawn({lot[0].id: lot[0].points + 1}))
            try:
                self._append(operation)
            except LeaseShort:
                return
            raise AssertionError("a sale beyond the lease was taken")

    def _acknowledge(self) -> None:
        """HQ's position moves on, and sometimes back."""
        seq = self.chance.randint(0, self.ledger.head().seq)
        if seq == self.ledger.head().seq:
            self.ledger.acknowledge(seq, self.ledger.head().hash)

    def _note(self) -> None:
        self.ledger.note("basket", {"lines": [self.chance.randint(1, 9)] * self.chance.randint(1, 400)})

    def _spend_until(self) -> None:
        self.ledger.note_spend_until(SPEND_UNTIL_MS + self.chance.randint(1, 48) * 3600 * 1000)

    def _checkpoint(self) -> None:
        self.ledger.checkpoint()

    def _restart(self) -> None:
        self.ledger.close()
        self.ledger = self.open()

    def _append(self, operation: Operation) -> None:
        self.ledger.append(operation, DIGEST, {"seq": operation.seq, "text": "answer"})

    def _sold(self, member: str, earned: int, wanted: int, text: str = "") -> Operation:
        lot = f"{DEVICE}.{EPOCH}.{self.ledger.next_seq()}"
        drawn: dict[str, int] = {}
        for held in self.ledger.lease(member):
            if part := min(held.points, wanted - sum(drawn.values())):
                drawn[held.id] = part
        lots = (LotRecord(id=lot, points=earned, earned_on=TODAY, expires_on=LATER),) if earned else ()
        moves = [_moved(Account.ISSUED, lot, -earned), _moved(Account.LEASE, lot, earned)] if earned else []
        return self._operation(Kind.SALE, member, lots, (*moves, *_drawn(drawn)), text)

    def _operation(
        self,
        kind: Kind,
        member: str | None,
        lots: tuple[LotRecord, ...],
        postings: tuple[PostingRecord, ...],
        text: str = "",
    ) -> Operation:
        seq = self.ledger.next_seq()
        return Operation(
            device=DEVICE,
            epoch=EPOCH,
            seq=seq,
            kind=kind,
            intent=f"{seq:032x}",
            at_ms=NOON_MS + seq,
            clock=ClockQuality.TRUSTED,
            zone="Asia/Shanghai",
            business_date=TODAY,
            store="s01",
            member=member,
            lots=lots,
            postings=postings,
            detail={"text": text},
        )


ACTS = {
    "sale": 30,
    "guest": 4,
    "long_sale": 2,
    "begin_intent": 5,
    "beyond": 3,
    "grant": 8,
    "acknowledge": 10,
    "note": 8,
    "spend_until": 4,
    "checkpoint": 6,
    "restart": 3,
}


def _moved(account: Account, lot: str, amount: int) -> PostingRecord:
    return PostingRecord(account=account, asset=Asset.POINTS, lot=lot, amount=amount)


def _drawn(lots: dict[str, int]) -> tuple[PostingRecord, ...]:
    return tuple(
        move
        for lot, points in sorted(lots.items())
        for move in (_moved(Account.LEASE, lot, -points), _moved(Account.REDEEMED, lot, points))
    )
