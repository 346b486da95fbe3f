"""Steps from a seed, taken by the real sides and the reference alike; after each of them all must agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from loyalty.ledger import Account, Asset
from loyalty.value import ValueLot
from protocol.lease import Grant, GrantPage
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord
from protocol.sale_records import ValueLotRecord
from terminal.counter.recalls import returned_postings
from terminal.errors import LeaseShort
from terminal.store.grants import PendingRecall
from terminal.store.ledger import Ledger
from tests.hq.devices import hash_of
from tests.hq.tiny_chain import NOW_MS
from tests.model.reference import POOL, Change, Lot, Reference
from tests.model.seats import Hq, Till, said

MEMBERS = ("m1", "m2", "m5")
LANES = (("s01", "1"), ("s01", "2"), ("s02", "1"))
DAY, LATER = "2026-11-20", "2028-11-30"
DIGEST = "0" * 64
AUDIT_EVERY = 50


@dataclass
class Play:
    """The same steps for each HQ in `hqs`, which must give the same answers."""

    hqs: list[Hq]
    tills: list[Till]
    chance: Random
    reference: Reference
    done: Counter[str] = field(default_factory=Counter)

    def run(self, steps: int) -> None:
        for number in range(steps):
            name = self.chance.choices(list(_STEPS), list(_STEPS.values()))[0]
            self.done[name] += 1
            till = self.chance.choice(self.tills)
            getattr(self, f"_{name}")(till)
            self.compare(till)
            if number % AUDIT_EVERY == 0:
                self.audit()
        self.audit()

    def compare(self, till: Till) -> None:
        """Leases of the terminal that moved, and everything at each HQ."""
        wrong = difference(till.holds(MEMBERS), self.reference.till(till.name))
        assert not wrong, f"{till.name}: found and right: {wrong}"
        right = self.reference.hq()
        for hq in self.hqs:
            wrong = difference(hq.holdings(), right)
            assert not wrong, f"HQ on {hq.hq.database.dialect}: found and right: {wrong}"
            balances = hq.balances()
            for who in MEMBERS:
                assert balances[who] == (self.reference.balance(who), 0), who

    def audit(self) -> None:
        assert [wrong for hq in self.hqs for wrong in hq.audit()] == []
        assert [wrong for till in self.tills for wrong in till.audit()] == []

    def _sell(self, till: Till) -> None:
        """Earn, and use points and value: sometimes more than there is, which the ledger must refuse."""
        who, name = self.chance.choice(MEMBERS), _name(till)
        held, lease = till.ledger.held(who), dict[Lot, int]()
        for lot in held.points[:3]:
            if self.chance.randrange(2):
                lease[who, "points", lot.id] = -self.chance.randint(1, lot.points)
        for lot in held.value[:2]:
            if self.chance.randrange(2):
                lease |= _drawn(who, lot, self.chance.randint(1, lot.left))
        if lease and self.chance.randrange(10) == 0:
            lot = self.chance.choice(sorted(lease))
            lease[lot] = -self.reference.at_till[till.name, lot] - self.chance.randint(1, 50)
        earned = self.chance.choice((0, self.chance.randint(1, 60)))
        if earned:
            lease[who, "points", name] = earned
        self._append(till, Kind.SALE, who, Change(lease), Account.REDEEMED)

    def _return(self, till: Till) -> None:
        """Points go back to HQ's pool, whole lots or a part."""
        mine = [lot for lot in self.reference.till(till.name) if lot[1] == "points"]
        if mine:
            lot = self.chance.choice(sorted(mine))
            amount = self.chance.randint(1, self.reference.at_till[till.name, lot])
            self._append(till, Kind.LEASE_RETURN, lot[0], Change({lot: -amount}, {lot: amount}), Account.POOL)

    def _top_up(self, till: Till) -> None:
        who, name, amount = self.chance.choice(MEMBERS), _name(till), self.chance.randint(100, 9000)
        made = {(who, "principal", name): amount, (who, "bonus", name): amount // 10}
        terms = ValueLotRecord(id=name, principal=amount, bonus=amount // 10, spent=0, topped_up_on=DAY)
        self._append(till, Kind.TOP_UP, who, Change(made), Account.ISSUED, lot=terms.model_dump(mode="json"))

    def _append(self, till: Till, kind: Kind, who: str, change: Change, other: Account, **detail: Any) -> None:
        operation = _operation(till, kind, who, change, other, detail)
        allowed = self.reference.allows(till.name, change)
        try:
            till.ledger.append(operation, DIGEST, {})
        except LeaseShort:
            assert not allowed, "the ledger refused what lies there"
            return
        assert allowed, f"overspent: {dict(change.lease)}"
        self.reference.append(till.name, change)

    def _upload(self, till: Till) -> None:
        """Some of what waits. Honest work is applied, all of it, and nothing has to be looked at."""
        waiting = self.reference.unknown_to_hq(till.name)
        if waiting:
            count = self.chance.choice((waiting, self.chance.randint(1, waiting)))
            first = self.reference.sent[till.name] + 1
            status, body = self._all(till, "POST", "/v1/operations", till.batch(first, count))
            assert (status, body["outcomes"], body["acked_seq"]) == (200, [], first + count - 1), body
            self.reference.upload(till.name, count)
            till.ledger.acknowledge(body["acked_seq"], bytes.fromhex(body["acked_hash"]))

    def _again(self, till: Till) -> None:
        """What HQ has comes once more, with some that it has not: duplicates, and nothing counts twice."""
        sent = self.reference.sent[till.name]
        if sent:
            first = self.chance.randint(max(1, sent - 20), sent)
            status, body = self._all(till, "POST", "/v1/operations", till.batch(first, sent - first + 1))
            assert (status, body["acked_seq"]) == (200, sent), body
            assert [each["outcome"] for each in body["outcomes"]] == ["duplicate"] * (sent - first + 1)

    def _gap(self, till: Till) -> None:
        """A batch that leaves one out is refused with what HQ expects."""
        sent = self.reference.sent[till.name]
        if self.reference.unknown_to_hq(till.name) >= 2:
            status, body = self._all(till, "POST", "/v1/operations", till.batch(sent + 2, 1))
            assert (status, body["error"]["params"]["expected_seq"]) == (409, sent + 1), body

    def _grants(self, till: Till) -> None:
        self._apply(till, self._all(till, "GET", f"/v1/grants?after={till.ledger.grants_applied()}"))

    def _ask(self, till: Till) -> None:
        who, value = self.chance.choice(MEMBERS), self.chance.randrange(4) == 0
        amount = self.chance.randint(1, 400)
        wish = {"member": who, "points": 0 if value else amount, "after": till.ledger.grants_applied()}
        body = json.dumps({**wish, "value": amount} if value else wish).encode()
        self._apply(till, self._all(till, "POST", "/v1/grants/ask", body))

    def _apply(self, till: Till, given: tuple[int, Any]) -> None:
        """A page of grants, sometimes twice."""
        status, body = given
        assert status == 200, body
        page = GrantPage.model_validate_json(json.dumps(body))
        assert till.ledger.apply_grants(page) == len(page.grants)
        assert till.ledger.apply_grants(page) == 0
        for grant in page.grants:
            self.reference.apply(till.name, grant.number)
        for pending in till.ledger.recalls():
            self._answer_recall(till, pending)

    def _answer_recall(self, till: Till, asked: PendingRecall) -> None:
        """By a return of what is still there of it, as the till's own code works it out."""
        held = till.ledger.held(asked.member) if asked.member else till.ledger.bearer()
        lease, pool = Counter[Lot](), Counter[Lot]()
        for posting in returned_postings(held, asked.recall):
            side = lease if posting.account is Account.LEASE else pool
            side[asked.member or "", posting.asset.value, posting.lot] += posting.amount
        change = Change(lease, pool)
        detail = {"recall": asked.number}
        operation = _operation(till, Kind.LEASE_RETURN, asked.member, change, Account.POOL, detail)
        till.ledger.append(operation.model_copy(update={"intent": asked.intent}), DIGEST, {})
        self.reference.append(till.name, change)

    def _restart(self, till: Till) -> None:
        till.close()
        till.open()

    def _hours(self, _till: Till) -> None:
        for hq in self.hqs:
            hq.now_ms += self.chance.choice((1, 1)) * 3600 * 1000

    def _all(self, till: Till, method: str, target: str, body: bytes = b"") -> tuple[int, Any]:
        """The same request to every HQ; the answer that all of them give."""
        answers = [said(hq.ask(till.device, method, target, body)) for hq in self.hqs]
        assert all(each == answers[0] for each in answers), answers
        self._note_given()
        return answers[0]

    def _note_given(self) -> None:
        """What HQ has granted meanwhile, to anybody: both the same."""
        for till in self.tills:
            after = len(self.reference.given[till.name])
            given = [hq.granted(till.name, after) for hq in self.hqs]
            assert all(each == given[0] for each in given), given
            for grant in given[0]:
                self.reference.give(till.name, grant.number, _parts(grant))


_STEPS = {
    "sell": 40,
    "return": 4,
    "top_up": 4,
    "upload": 20,
    "again": 4,
    "gap": 2,
    "grants": 8,
    "ask": 10,
    "restart": 1,
    "hours": 1,
}


def difference(found: dict[Any, int], right: dict[Any, int]) -> dict[Any, tuple[int, int]]:
    """What is there and what should be, where the two differ."""
    places = found.keys() | right.keys()
    return {
        each: (found.get(each, 0), right.get(each, 0)) for each in places if found.get(each, 0) != right.get(each, 0)
    }


def _parts(grant: Grant) -> dict[Lot, int]:
    who = grant.member or ""
    parts = {(who, "points", lot.lot): lot.points for lot in grant.lots}
    for lot in grant.value:
        assert lot.spent == 0, "a leased lot is fresh"
        parts |= {(who, "principal", lot.id): lot.principal, (who, "bonus", lot.id): lot.bonus}
    return {lot: amount for lot, amount in parts.items() if amount}


def _drawn(who: str, lot: ValueLot, amount: int) -> dict[Lot, int]:
    """What a payment takes out of the principal and the bonus of a lot."""
    after = replace(lot, spent=lot.spent + amount)
    parts = {"principal": after.principal_left - lot.principal_left, "bonus": after.bonus_left - lot.bonus_left}
    return {(who, asset, lot.id): part for asset, part in parts.items() if part}


def _name(till: Till) -> str:
    return f"{till.name}.{till.device.identity.epoch}.{till.ledger.next_seq()}"


def _operation(
    till: Till, kind: Kind, who: str | None, change: Change, other: Account, detail: dict[str, Any]
) -> Operation:
    """What leaves the lease goes to `other`; what comes new was issued."""
    postings, lots = [], []
    seq = till.ledger.next_seq()
    for (_, asset, lot), amount in change.lease.items():
        target = other if amount < 0 else Account.ISSUED
        for account, part in ((Account.LEASE, amount), (target, -amount)):
            postings.append(PostingRecord(account=account, asset=Asset(asset), lot=lot, amount=part))
        if amount > 0 and asset == "points":
            lots.append(LotRecord(id=lot, points=amount, earned_on=DAY, expires_on=LATER))
    return Operation(
        device=till.name,
        epoch=till.device.identity.epoch,
        seq=seq,
        kind=kind,
        intent=f"{hash_of(till.name)}{seq:024x}",
        at_ms=NOW_MS + seq,
        clock=ClockQuality.TRUSTED,
        zone="Asia/Shanghai",
        business_date=DAY,
        store=till.device.identity.store,
        member=who,
        lots=tuple(lots),
        postings=tuple(postings),
        detail=detail,
    )


@contextmanager
def opened(
    folder: Path, urls: list[str], seed: int, prepare: Callable[[Ledger], None] = lambda _ledger: None
) -> Iterator[Play]:
    """HQs on these databases with the same terminals; the reference begins with what the members were founded with."""
    with ExitStack() as stack:
        hqs = [Hq(folder / f"hq-{number}", url) for number, url in enumerate(urls)]
        for hq in hqs:
            stack.callback(hq.close)
        joined = [[hq.join(*lane) for lane in LANES] for hq in hqs]  # by a fixed chance: at each HQ the same devices
        devices = joined[0]
        tills = [Till(folder / f"{device.name}.db", device, prepare) for device in devices]
        reference = Reference()
        reference.at_hq.update(hqs[0].holdings())
        assert {holder for holder, _ in reference.at_hq} == {POOL}
        for till in tills:
            stack.callback(lambda till=till: till.close())
            reference.join(till.name)
        yield Play(hqs, tills, Random(seed), reference)
