"""HQs that break a rule of leases, rights or snapshots: negative controls, like `hq_mutants`."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hq import own_chain
from hq.own_chain import Act
from hq.route import Answer, Request
from loyalty.ledger import Account, Asset, Posting
from protocol.operation import Kind
from terminal.bench.simulation.hq_mutants import BentHq
from terminal.identity import Identity

_OLD = """SELECT h.member, h.holder, h.lot, h.amount FROM holding h JOIN lot l ON l.member = h.member AND l.id = h.lot
WHERE h.asset = 'points' AND h.holder NOT IN ('pool', 'pending') AND l.asset = 'points' AND l.expires_on < ?"""
_GONE = "DELETE FROM holding WHERE member = ? AND holder = ? AND lot = ? AND asset = 'points'"
_LESS = "UPDATE member SET balance = balance - ? WHERE id = ?"
_COUPONS = "SELECT member, lot FROM holding WHERE holder = 'pool' AND asset = 'coupon' AND amount = 1"
_AGAIN = "INSERT OR REPLACE INTO holding (member, holder, asset, lot, amount) VALUES (?, 'pool', 'coupon', ?, 1)"
_RIGHT = """INSERT INTO refund_right (device, epoch, seq, holder, moved, claimed, retold)
VALUES (?, ?, ?, 'pool', 1, 0, 0)
ON CONFLICT (device, epoch, seq) DO UPDATE SET holder = 'pool'"""

_RIGHTS = "SELECT device, epoch, seq, holder, so_far, moved, claimed, retold FROM refund_right"
_NO_RIGHT = "DELETE FROM refund_right WHERE device = ? AND epoch = ? AND seq = ?"
_AS_IT_WAS = """INSERT INTO refund_right (device, epoch, seq, holder, so_far, moved, claimed, retold)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


class WritesOffAlone(BentHq):
    """Gives back what a terminal held as soon as its lane has a new one, and asks nobody (breaks Leases 5)."""

    def enrol(self, store: str, lane: str, chance: Random) -> Identity:
        fresh = super().enrol(store, lane, chance)
        for epoch in range(1, fresh.epoch):
            held = "SELECT member, asset, lot, amount FROM holding WHERE holder = ? AND amount > 0"
            rows = self.rows(held, f"{fresh.device}:{epoch}")
            detail = {"device": fresh.device, "epoch": epoch, "operators": ["ada"], "signatures": [""]}
            acts = [Act(Kind.WRITE_OFF, row[0], _back(*row[1:]), detail=detail) for row in rows]
            with self.hq.database.transaction() as connection:
                own_chain.perform(connection, acts, self.hq.rules())
        return fresh


def _back(asset: str, lot: str, amount: int) -> tuple[Posting, ...]:
    what = Asset(asset)
    return Posting(Account.LEASE, what, lot, -amount), Posting(Account.POOL, what, lot, amount)


class EndsLeases(BentHq):
    """Ends what lies at a terminal by HQ's own calendar (breaks Leases 13)."""

    def work(self) -> None:
        super().work()
        if self.up:
            over = self.rows(_OLD, self.hq.today())
            self.bend(*((_GONE, (member, holder, lot)) for member, holder, lot, _ in over))
            self.bend(*((_LESS, (amount, member)) for member, _, _, amount in over))


class LendsRightsTwice(BentHq):
    """Lends the right to refund a sale while it still lies at the till that sold (breaks Leases 11)."""

    def respond(self, request: Request) -> Answer:
        sale = json.loads(request.body).get("sale") if request.path.endswith("/grants/ask") else None
        if sale:
            self.bend((_RIGHT, (sale["device"], sale["epoch"], sale["seq"])))
        return super().respond(request)


class HearsNoClaims(BentHq):
    """Goes, restored, by grants alone where a right to refund lies and what came back: by who is heard last (breaks
    Leases 10 and 11)."""

    def respond(self, request: Request) -> Answer:
        if request.path.endswith("/grants/report"):
            answer = super().respond(request)
            self._believe(json.loads(request.body))
            return answer
        if not request.path.endswith("/grants/kept"):
            return super().respond(request)
        before = {tuple(row[:3]): row for row in self.rows(_RIGHTS)}
        answer = super().respond(request)
        claimed = [tuple(row[:3]) for row in self.rows(_RIGHTS) if row.claimed]
        self.bend(*((_NO_RIGHT, key) for key in claimed))
        self.bend(*((_AS_IT_WAS, tuple(before[key])) for key in claimed if key in before))
        return answer

    def _believe(self, told: dict[str, Any]) -> None:
        """The right is where it was granted, with what had come back by then."""
        holder = f"{told['device']}:{told['epoch']}"
        for right in (right for grant in told["grants"] for right in grant.get("refunds", ())):
            sale, so_far = right["sale"], right.get("so_far")
            key = (sale["device"], sale["epoch"], sale["seq"])
            so_far = None if so_far is None else json.dumps(so_far)
            self.bend((_NO_RIGHT, key), (_AS_IT_WAS, (*key, holder, so_far, 1, 0, 0)))


class GivesCouponsAgain(BentHq):
    """Keeps a coupon in the pool that it has given out (breaks Leases 7: an indivisible right lies in one place)."""

    def respond(self, request: Request) -> Answer:
        if not request.path.endswith("/grants/ask"):
            return super().respond(request)
        before = self.rows(_COUPONS)
        answer = super().respond(request)
        left = {tuple(row) for row in self.rows(_COUPONS)}
        self.bend(*((_AGAIN, tuple(row)) for row in before if tuple(row) not in left))
        return answer


class ForgetsLimits(BentHq):
    """Forgets whom it has given how much of a limit that many share (breaks Leases 1 for counted limits)."""

    def respond(self, request: Request) -> Answer:
        answer = super().respond(request)
        if "/grants" in request.path:
            self.bend(("DELETE FROM bearer_holding WHERE asset = 'limit'", ()))
        return answer


class ForgetsParked(BentHq):
    """Does not try again after its upgrade what it could not read before (breaks Upload: PARKED)."""

    def upgrade(self) -> None:
        self.run_older(None)
