"""Steps from a seed, taken by the real sides and the reference alike; after each of them all must agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from loyalty.ledger import Posting
from loyalty.top_up import room_key
from protocol.lease import GrantPage
from protocol.operation import Kind, LotRecord
from terminal.errors import LeaseShort
from terminal.store.ledger import Ledger
from tests.hq.tiny_chain import TODAY
from tests.model.made import change_of, granted_by, operation_of
from tests.model.reference import POOL, Lot, Reference
from tests.model.refunds import NO_RIGHT, RightChange, Sale
from tests.model.seats import Bend, Hq, Till, said

MEMBERS = ("m1", "m2", "m5")
LANES = (("s01", "1"), ("s01", "2"), ("s02", "1"))
DIGEST = "0" * 64
AUDIT_EVERY, AUDITED_SALES = 200, 50
MOST = {"member:": 10, "store:": 100, "chain:": 10_000}
VALUE_LIMIT = 500_000  # of a member, in minor units

RIGHTS = ("lots", "value", "coupons", "limits", "refunds", "recalls")

Step = Callable[["Play", Till], None]


@dataclass
class Play:
    """The same steps for each HQ in `hqs`, which must give the same answers. `done` counts steps, `met` what came of
    them."""

    hqs: list[Hq]
    tills: list[Till]
    chance: Random
    reference: Reference
    day: str = TODAY
    done: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    coupons: list[Lot] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    _asked: bool = True

    def run(self, steps: int, kinds: Mapping[str, tuple[Step, int]]) -> None:
        """`steps` of these kinds, each with its weight."""
        weights = [weight for _, weight in kinds.values()]
        for number in range(steps):
            name = self.chance.choices(list(kinds), weights)[0]
            self.done[name] += 1
            till = self.chance.choice(self.tills)
            kinds[name][0](self, till)
            self.compare(till)
            if number % AUDIT_EVERY == 0:
                self.audit()
        self.audit()

    def compare(self, till: Till) -> None:
        """Leases of the terminal that moved, and everything at each HQ that was asked something."""
        wrong = difference(till.holds(MEMBERS), self.reference.till(till.name))
        assert not wrong, f"{till.name}: found and right: {wrong}"
        if not self._asked:
            return
        self._asked, right = False, self.reference.hq()
        for hq in self.hqs:
            where = f"HQ on {hq.hq.database.dialect}: found and right"
            assert not (wrong := difference(hq.holdings(), right)), f"{where}: {wrong}"
            assert not (wrong := difference(hq.used(), self.reference.used)), f"{where}: used {wrong}"
            balances = hq.balances()
            for who in MEMBERS:
                assert balances[who] == (self.reference.total(who, "points"), 0), who

    def audit(self) -> None:
        """What each side says of itself, and where the rights to refund are."""
        assert not (wrong := [each for hq in self.hqs for each in hq.audit()]), wrong
        assert not (wrong := [each for till in self.tills for each in till.audit()]), wrong
        sales = self.chance.sample(self.sales, min(len(self.sales), AUDITED_SALES))
        refunds = self.reference.refunds
        for till in self.tills:
            mine = refunds.here.get(till.name, {})
            assert till.rights(sales) == {sale: mine[sale] for sale in sales if sale in mine}, f"rights at {till.name}"
        known = {sale: (refunds.holder[sale], refunds.known[sale]) for sale in sales if sale in refunds.holder}
        for hq in self.hqs:
            assert hq.rights(known) == known, "HQ knows another holder of a right to refund"

    def append(
        self,
        till: Till,
        kind: Kind,
        who: str | None,
        postings: Iterable[Posting],
        lots: tuple[LotRecord, ...] = (),
        right: RightChange = NO_RIGHT,
        intent: str | None = None,
        **detail: Any,
    ) -> None:
        """One operation at a till, which its ledger must take if the reference does, and only then."""
        made = tuple(postings)
        change = change_of(who or "", made, right)
        operation = operation_of(till, kind, who, made, self.day, lots, detail, intent)
        allowed = self.reference.allows(till.name, change)
        try:
            till.ledger.append(operation, DIGEST, {})
        except LeaseShort:
            assert not allowed, "the ledger refused what lies there"
            self.met["refused"] += 1
            return
        assert allowed, f"overspent: {dict(change.lease)}"
        self.reference.append(till.name, change)
        self.met.update({f"{kind} {p.asset} {p.account}" for p in made})
        if right.sold:
            self.sales.append(right.sold)

    def ask(self, till: Till, method: str, target: str, body: bytes = b"") -> tuple[int, Any]:
        """The same request to every HQ; the answer that all of them give."""
        answers = [said(hq.ask(till.device, method, target, body)) for hq in self.hqs]
        assert all(each == answers[0] for each in answers), answers
        self.note_given()
        status, document = answers[0]
        return status, document

    def ask_for(self, till: Till, **wish: Any) -> GrantPage:
        body = {"member": None, "after": till.ledger.grants_applied(), **wish}
        return self.page(self.ask(till, "POST", "/v1/grants/ask", json.dumps(body).encode()))

    def page(self, given: tuple[int, Any]) -> GrantPage:
        status, body = given
        assert status == 200, body
        return GrantPage.model_validate_json(json.dumps(body))

    def note_given(self) -> None:
        """What HQ has granted meanwhile, to anybody: both the same."""
        self._asked = True
        for till in self.tills:
            after = len(self.reference.given[till.name])
            given = [hq.granted(till.name, after) for hq in self.hqs]
            assert all(each == given[0] for each in given), given
            for grant in given[0]:
                self.reference.give(till.name, grant.number, granted_by(grant))
                self.met.update(f"{right} granted" for right in RIGHTS if getattr(grant, right))


def difference(found: Mapping[Any, int], right: Mapping[Any, int]) -> dict[Any, tuple[int, int]]:
    """What is there and what should be, where the two differ."""
    places = found.keys() | right.keys()
    return {
        each: (found.get(each, 0), right.get(each, 0)) for each in places if found.get(each, 0) != right.get(each, 0)
    }


@contextmanager
def opened(
    folder: Path,
    urls: list[str],
    seed: int,
    prepare: Callable[[Ledger], object] | None = None,
    bend: Bend | None = None,
) -> Iterator[Play]:
    """HQs on these databases with the same terminals; the reference begins with what the members were founded with.

    For the controls `prepare` is done to each ledger that is opened, and `bend` to HQ's books after each request.
    """
    with ExitStack() as stack:
        hqs = [Hq(folder / f"hq-{number}", url, bend) for number, url in enumerate(urls)]
        for hq in hqs:
            stack.callback(hq.close)
        joined = [[hq.join(*lane) for lane in LANES] for hq in hqs]  # by a fixed chance: at each HQ the same devices
        devices = joined[0]
        tills = [Till(folder / f"{device.name}.db", device, prepare) for device in devices]
        reference = Reference()
        reference.most = lambda lot: _most(reference, lot)
        reference.at_hq.update(hqs[0].holdings())
        assert {holder for holder, _ in reference.at_hq} == {POOL}
        for till in tills:
            stack.callback(lambda till=till: till.close())
            reference.join(till.name)
        yield Play(hqs, tills, Random(seed), reference)


def _most(reference: Reference, lot: Lot) -> int:
    """The bound of a limit; the room for top-ups is what a member's principal leaves of it."""
    if lot[2] == room_key(lot[0]):
        return VALUE_LIMIT - reference.total(lot[0], "principal") + reference.used[lot]
    return next(most for scope, most in MOST.items() if lot[2].startswith(scope))
