"""Every asset of the ledger against a model of a few lines, with any order of acts, pruning and restarts."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from loyalty.ledger import Asset
from loyalty.value import ValueLot
from protocol.lease import Grant, Recall
from protocol.operation import Kind, Operation, OperationKey
from protocol.sale_records import CouponRecord, ValueLotRecord
from terminal.errors import LeaseShort, RefundElsewhere, RefundOutdated
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.pruning import DAY_MS, KEPT_MS
from tests.terminal.store.material import ADA, BEN, DEVICE, DIGEST, FOREVER_MS, NOON_MS, open_ledger, sale
from tests.terminal.store.material_rights import back, bought, key, moved, page, refund_detail
from tests.terminal.store.test_refund_rights import FRESH, granted
from tests.terminal.store.test_rights import move

MEMBERS = st.sampled_from([ADA, BEN])
LIMITS = st.sampled_from(["member:times:ever:deal", "chain:times:ever:mug"])
COUNTS = st.integers(1, 4)
SETTINGS = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
FIRST_FOUND = (Phase.generate,)  # the control need not find the shortest way to break it


@dataclass
class Model:
    """What must be true: what is left by owner, asset and lot, and what came back of each sale that is here."""

    left: dict[tuple[str, str, str], int] = field(default_factory=dict)
    lots: dict[str, tuple[str, ValueLot]] = field(default_factory=dict)
    rights: dict[tuple[str, int, int], dict[str, Any]] = field(default_factory=dict)
    granted: set[tuple[str, int, int]] = field(default_factory=set)
    released: list[OperationKey] = field(default_factory=list)
    grants: int = 0

    def add(self, owner: str, asset: str, lot: str, amount: int) -> None:
        self.left[owner, asset, lot] = self.left.get((owner, asset, lot), 0) + amount


def owner_of(member: str, limit: str) -> str:
    return "" if limit.startswith("chain:") else member


def named(sold: OperationKey) -> tuple[str, int, int]:
    return sold.device, sold.epoch, sold.seq


class RightsMachine(RuleBasedStateMachine):
    """Every rule does one thing to both; the invariants compare them."""

    guarded = True

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.db"
        self.model, self.now_ms = Model(), NOON_MS
        self.ledger = self.open()

    def open(self) -> Ledger:
        ledger = open_ledger(self.path)
        ledger.note_spend_until(FOREVER_MS)
        if not self.guarded:
            ledger._file.connection.execute("PRAGMA ignore_check_constraints = ON")
        return ledger

    def give(self, member: str | None, **gives: Any) -> int:
        self.model.grants += 1
        given = page(Grant(number=self.model.grants, member=member, **gives))
        assert self.ledger.apply_grants(given) == 1
        assert self.ledger.apply_grants(given) == 0
        return self.model.grants

    def write(self, kind: Kind, member: str | None = None, **more: Any) -> Operation:
        operation = sale(self.ledger.next_seq(), member, kind=kind, **{"detail": {}, **more})
        self.ledger.append(operation, DIGEST, {"n": operation.seq})
        return operation

    @rule(member=MEMBERS, limit=LIMITS, count=COUNTS)
    def grant_limit(self, member: str, limit: str, count: int) -> None:
        self.give(member, limits={limit: count})
        self.model.add(owner_of(member, limit), "limit", limit, count)

    @rule(member=MEMBERS)
    def grant_coupon(self, member: str) -> None:
        code = f"C-{self.model.grants}"
        self.give(member, coupons=(CouponRecord(code=code, rule="cake", holder=member),))
        self.model.add(member, "coupon", code, 1)

    @rule(member=MEMBERS, principal=st.integers(0, 900), bonus=st.integers(1, 300))
    def grant_value(self, member: str, principal: int, bonus: int) -> None:
        lot = ValueLot(f"v-{self.model.grants}", principal, bonus, 0, "2026-03-01")
        self.give(member, value=(ValueLotRecord.of(lot),))
        self.model.lots[lot.id] = (member, lot)

    @rule(member=MEMBERS, limit=LIMITS, count=COUNTS)
    def use_limit(self, member: str, limit: str, count: int) -> None:
        held = self.model.left.get((owner_of(member, limit), "limit", limit), 0)
        known = (owner_of(member, limit), "limit", limit) in self.model.left
        if count > held and (self.guarded or not known):
            with pytest.raises(LeaseShort):
                self.write(Kind.SALE, member, postings=move("lease", "used", "limit", limit, count))
            return
        self.write(Kind.SALE, member, postings=move("lease", "used", "limit", limit, count))
        self.model.add(owner_of(member, limit), "limit", limit, -count)

    @precondition(lambda self: any(asset == "coupon" for _, asset, _ in self.model.left))
    @rule(data=st.data())
    def use_coupon(self, data: st.DataObject) -> None:
        """Of one member, brought by another: it is known by its code."""
        place = data.draw(st.sampled_from(sorted(each for each in self.model.left if each[1] == "coupon")))
        postings = move("lease", "redeemed", "coupon", place[2], 1)
        if self.guarded and not self.model.left[place]:
            with pytest.raises(LeaseShort):
                self.write(Kind.SALE, BEN, postings=postings)
            return
        self.write(Kind.SALE, BEN, postings=postings)
        self.model.add(*place, -1)

    @precondition(lambda self: self.model.lots)
    @rule(data=st.data())
    def turn_value(self, data: st.DataObject) -> None:
        """Spend some of a lot, or give some of what was spent back."""
        member, lot = self.model.lots[data.draw(st.sampled_from(sorted(self.model.lots)))]
        spend = data.draw(st.booleans())
        part = data.draw(st.integers(0, lot.left if spend else lot.spent))
        after = lot.spend(part) if spend else lot.wind_back(part)
        kind, detail = (Kind.SALE, {}) if spend else (Kind.REFUND, {"sale": None})
        self.write(kind, member, postings=moved(lot, after), detail=detail)
        self.model.lots[lot.id] = (member, after)

    @precondition(lambda self: self.model.lots)
    @rule(data=st.data())
    def return_value(self, data: st.DataObject) -> None:
        """A recall comes and is answered with all that is left of a lot."""
        member, lot = self.model.lots[data.draw(st.sampled_from(sorted(self.model.lots)))]
        self.give(member, recalls=(Recall(asset=Asset.PRINCIPAL, lot=lot.id, amount=1),))
        (pending,) = self.ledger.recalls()
        postings = [
            posting
            for asset, amount in (("principal", lot.principal_left), ("bonus", lot.bonus_left))
            if amount
            for posting in back(asset, lot.id, amount)
        ]
        self.write(Kind.LEASE_RETURN, member, intent=pending.intent, postings=tuple(postings))
        assert self.ledger.recalls() == ()
        rest = ValueLot(lot.id, lot.principal_spent, lot.bonus_spent, lot.spent, lot.topped_up_on)
        self.model.lots[lot.id] = (member, rest)

    @rule(member=MEMBERS)
    def sell(self, member: str) -> None:
        operation = self.write(Kind.SALE, member, detail=bought())
        self.model.rights[named(key(operation.seq))] = FRESH

    @rule(seq=st.integers(1, 3), own=st.booleans())
    def grant_right(self, seq: int, own: bool) -> None:
        """Of a sale of another till, or of one made here; HQ has it, so it is not here."""
        sold = self.model.released[-1] if own and self.model.released else key(seq, "s02-1-bb")
        if named(sold) in self.model.rights:
            return
        number = self.model.grants + 1
        self.give(None, refunds=(granted(number, sold),))
        self.model.rights[named(sold)] = FRESH
        self.model.granted.add(named(sold))

    @precondition(lambda self: self.model.rights)
    @rule(data=st.data(), stale=st.booleans())
    def refund(self, data: st.DataObject, stale: bool) -> None:
        device, epoch, seq = data.draw(st.sampled_from(sorted(self.model.rights)))
        sold, so_far = key(seq, device, epoch), self.model.rights[device, epoch, seq]
        if stale and so_far != FRESH:
            with pytest.raises(RefundOutdated):
                self.write(Kind.REFUND, detail=refund_detail(sold, FRESH, 1))
            return
        detail = refund_detail(sold, so_far, 1)
        self.write(Kind.REFUND, detail=detail)
        self.model.rights[device, epoch, seq] = detail["after"]

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        through = data.draw(st.integers(0, self.ledger.head().seq))
        names = data.draw(st.lists(st.sampled_from(sorted(self.model.rights)), max_size=2)) if self.model.rights else []
        sales = [key(seq, device, epoch).model_dump() for device, epoch, seq in names]
        detail = {"sales": sales} if sales else {}
        self.write(Kind.RELEASE, detail=detail | ({"through": through} if through else {}))
        gone = {place for place in self.model.rights if place not in self.model.granted and place[2] <= through}
        for place in gone | set(names):
            del self.model.rights[place]
            self.model.granted.discard(place)
            self.model.released += [key(place[2])] if place[0] == DEVICE else []
            with pytest.raises(RefundElsewhere):
                self.write(Kind.REFUND, detail=refund_detail(key(place[2], place[0], place[1]), FRESH, 1))

    @rule(days=st.integers(1, 40))
    def time_goes_on(self, days: int) -> None:
        """HQ has all; what it has had long enough goes."""
        self.ledger.acknowledge(self.ledger.head().seq, self.ledger.head().hash)
        self.ledger.prune(self.now_ms)
        self.now_ms += days * DAY_MS
        while self.ledger.prune(self.now_ms):
            assert days * DAY_MS <= self.now_ms
        assert self.now_ms - NOON_MS < KEPT_MS or self.ledger.anchor().seq <= self.ledger.head().seq

    @rule()
    def restart(self) -> None:
        head = self.ledger.head()
        self.ledger.close()
        self.ledger = self.open()
        assert self.ledger.head() == head
        assert audit(self.path) == [] or not self.guarded

    @invariant()
    def what_lies_here_is_what_history_says(self) -> None:
        assert all(amount >= 0 for amount in self.model.left.values()), "overspent"
        for member, held in ((ADA, self.ledger.held(ADA)), (BEN, self.ledger.held(BEN)), ("", self.ledger.bearer())):
            mine = {(asset, lot): n for (owner, asset, lot), n in self.model.left.items() if owner == member and n}
            assert held.limits == {lot: n for (asset, lot), n in mine.items() if asset == "limit"}
            assert {coupon.code for coupon in held.coupons} == {lot for asset, lot in mine if asset == "coupon"}
            value = [lot for owner, lot in self.model.lots.values() if owner == member and lot.left]
            assert sorted(held.value, key=lambda lot: lot.id) == sorted(value, key=lambda lot: lot.id)

    @invariant()
    def each_right_is_here_with_what_came_back(self) -> None:
        for (device, epoch, seq), so_far in self.model.rights.items():
            right = self.ledger.refund_right(key(seq, device, epoch))
            assert right is not None
            assert right.so_far == so_far

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.ledger.close()
            found = audit(self.path)
            self.folder.cleanup()
            assert found == [] or not self.guarded


class Unguarded(RightsMachine):
    """The control: without the CHECK on a lease the same machine must find a right that was used twice."""

    guarded = False


def test_every_asset_keeps_to_the_model() -> None:
    run_state_machine_as_test(RightsMachine, settings=SETTINGS)


def test_without_the_lease_check_a_right_is_used_twice() -> None:
    with pytest.raises(AssertionError, match="overspent"):
        run_state_machine_as_test(
            Unguarded, settings=settings(SETTINGS, report_multiple_bugs=False, print_blob=False, phases=FIRST_FOUND)
        )
