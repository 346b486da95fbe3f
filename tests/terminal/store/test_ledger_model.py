"""The ledger against a model of a few lines, with any order of grants, sales, repeats and restarts."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

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

from terminal.errors import IntentConflict, LeaseShort
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from tests.terminal.store.material import ADA, BEN, DIGEST, FOREVER_MS, grants, intent, open_ledger, sale

MEMBERS = st.sampled_from([ADA, BEN])
POINTS = st.integers(1, 60)
SETTINGS = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
FIRST_FOUND = (Phase.generate,)  # the control need not find the shortest way to break it


@dataclass
class Model:
    """What must be true: leases by (member, lot), balances by fold, answers by intent."""

    leases: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)
    grants: int = 0

    def add(self, member: str, lot: str, points: int) -> None:
        """A lot of which nothing ever came is not there."""
        if points:
            self.leases[member, lot] = self.leases.get((member, lot), 0) + points


class LedgerMachine(RuleBasedStateMachine):
    """Every rule does one thing to both; the invariants compare them."""

    guarded = True

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.db"
        self.model = Model()
        self.ledger = self.open()

    def open(self) -> Ledger:
        ledger = open_ledger(self.path)
        ledger.note_spend_until(FOREVER_MS)
        if not self.guarded:
            ledger._file.connection.execute("PRAGMA ignore_check_constraints = ON")
        return ledger

    @rule(member=MEMBERS, lot=st.sampled_from(["g-1", "g-2"]), points=POINTS)
    def grant(self, member: str, lot: str, points: int) -> None:
        page = grants(points, first=self.model.grants + 1, member=member, lot=lot)
        assert self.ledger.apply_grants(page) == 1
        assert self.ledger.apply_grants(page) == 0
        self.model.grants += 1
        self.model.add(member, lot, points)

    @rule(
        member=MEMBERS, earned=st.integers(0, 30), lot=st.sampled_from(["g-1", "g-2", "own"]), drawn=st.integers(0, 90)
    )
    def sell(self, member: str, earned: int, lot: str, drawn: int) -> None:
        seq = self.ledger.next_seq()
        lot = f"s01-1-aa.1.{seq - 1}" if lot == "own" else lot
        operation = sale(seq, member, earned, {lot: drawn} if drawn else None)
        held = self.model.leases.get((member, lot), 0)
        if drawn > held and (self.guarded or (member, lot) not in self.model.leases):
            with pytest.raises(LeaseShort):
                self.ledger.append(operation, DIGEST, {"n": seq})
            return
        self.ledger.append(operation, DIGEST, {"n": seq})
        self.model.answers[operation.intent] = (DIGEST, {"n": seq})
        self.model.add(member, operation.lots[0].id if earned else lot, earned)
        self.model.add(member, lot, -drawn)

    @precondition(lambda self: self.model.answers)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.answers)))
        digest, answer = self.model.answers[name]
        assert self.ledger.begin_intent(name, digest) == answer
        with pytest.raises(IntentConflict):
            self.ledger.begin_intent(name, "0" * 64)

    @rule(number=st.integers(900, 905))
    def begin_only(self, number: int) -> None:
        assert self.ledger.begin_intent(intent(number), DIGEST) is None

    @rule()
    def acknowledge(self) -> None:
        self.ledger.acknowledge(*(self.ledger.head().seq, self.ledger.head().hash))
        assert self.ledger.outbox().depth == 0

    @rule()
    def restart(self) -> None:
        head = self.ledger.head()
        self.ledger.close()
        self.ledger = self.open()
        assert self.ledger.head() == head
        assert self.ledger.grants_applied() == self.model.grants

    @invariant()
    def leases_are_what_history_says(self) -> None:
        for member in (ADA, BEN):
            held = {lot.id: lot.points for lot in self.ledger.lease(member)}
            expected = {lot: n for (who, lot), n in self.model.leases.items() if who == member and n}
            assert all(n > 0 for n in expected.values()), "overspent"
            assert held == expected

    @invariant()
    def the_file_agrees_with_itself(self) -> None:
        assert audit(self.path) == []

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.ledger.close()
            self.folder.cleanup()


class Unguarded(LedgerMachine):
    """The control: without the CHECK on a lease the same machine must find an overspending."""

    guarded = False


def test_the_ledger_keeps_to_the_model() -> None:
    run_state_machine_as_test(LedgerMachine, settings=SETTINGS)


def test_without_the_lease_check_it_overspends() -> None:
    with pytest.raises(AssertionError, match="overspent"):
        run_state_machine_as_test(
            Unguarded, settings=settings(SETTINGS, report_multiple_bugs=False, print_blob=False, phases=FIRST_FOUND)
        )
