"""What a terminal tells a restored HQ of its grants: which it has applied, and those that HQ has forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hq import backup, leases, terminals
from hq.headquarters import Headquarters
from hq.restoring import missing_reports
from hq.schema import operation
from protocol.lease import MOST_DIGESTS, Grant, GrantAsk, GrantPage, KeptGrants, Reported, grant_digest
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from terminal.store.pruning import KEPT_MS
from terminal.sync.failures import Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.report import report_grants
from tests.hq.looking import balance, broken, held
from tests.hq.tiny_chain import NOW_MS
from tests.terminal.store.material import NOON_MS, append, grants, open_ledger
from tests.terminal.sync.conftest import World
from tests.terminal.sync.test_agent import lot_of


class Hq(HqClient):
    """Without a line: an HQ that has given these grants. An `old` one does not know the question."""

    def __init__(self, given: GrantPage, *, old: bool = False) -> None:
        self._given, self._old = list(given.grants), old
        self.compared: list[int] = []
        self.told: list[int] = []

    def kept(self, grants: KeptGrants) -> Reported:
        if self._old:
            raise Refused(404, "not_found", "there is nothing here", {}, None)
        self.compared += range(grants.first, grants.first + len(grants.digests))
        theirs = dict(enumerate(grants.digests, grants.first))
        other = [g.number for g in self._given if theirs.get(g.number, grant_digest(g)) != grant_digest(g)]
        self._given = [g for g in self._given if not other or g.number < other[0]]
        return Reported(granted=self._granted)

    def report(self, page: GrantPage) -> Reported:
        self.told += [grant.number for grant in page.grants]
        self._given += [grant for grant in page.grants if grant.number > self._granted]
        return Reported(granted=self._granted)

    @property
    def _granted(self) -> int:
        return self._given[-1].number if self._given else 0

    @property
    def given(self) -> tuple[Grant, ...]:
        return tuple(self._given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with open_ledger(path) as ledger:
        yield ledger


def report(path: Path, hq: Hq, at_once: int = MOST_DIGESTS) -> Hq:
    with OutboxReader(path) as outbox:
        report_grants(hq, outbox, hq.given[-1].number, at_once)
    return hq


@pytest.mark.parametrize("others", [(7,), (7, 8, 9)])
def test_it_goes_on_from_a_lower_number(path: Path, ledger: Ledger, others: tuple[int, ...]) -> None:
    """HQ gave other points under the third number; whether it has more or fewer than the terminal does not matter."""
    applied = grants(100, 50, 30, 20)
    ledger.apply_grants(applied)
    hq = report(path, Hq(grants(100, 50, *others)))
    assert (hq.given, hq.told) == (applied.grants, [3, 4])


def test_what_hq_has_given_since_waits_for_the_terminal(path: Path, ledger: Ledger) -> None:
    ledger.apply_grants(grants(100, 50))
    more = grants(100, 50, 30)
    hq = report(path, Hq(more))
    assert (hq.given, hq.told, hq.compared) == (more.grants, [], [1, 2])


def test_an_older_hq_compares_nothing(path: Path, ledger: Ledger) -> None:
    ledger.apply_grants(grants(100, 50, 30))
    assert report(path, Hq(grants(100, 7), old=True)).told == [3]


def test_only_what_is_kept_is_compared(path: Path, ledger: Ledger) -> None:
    """What is pruned was applied long before any backup that is still good."""
    ledger.apply_grants(grants(100, 50))
    append(ledger)
    ledger.apply_grants(grants(30, first=3))
    ledger.acknowledge(1, ledger._hash_at(1) or b"")
    ledger.prune(NOON_MS)
    ledger.prune(NOON_MS + KEPT_MS)
    hq = report(path, Hq(grants(100, 50, 7)))
    assert (hq.compared, hq.told) == ([3], [3])


def test_many_are_compared_page_by_page(path: Path, ledger: Ledger) -> None:
    ledger.apply_grants(grants(5, 4, 3, 2, 1))
    hq = report(path, Hq(grants(5, 4, 3, 2, 7)), at_once=2)
    assert (hq.compared, hq.told) == ([1, 2, 3, 4, 5], [5])


def put_back(world: World, copy: Path) -> None:
    state = world.hq.state_dir
    world.hq.stop()
    backup.put_back(state, copy)
    hq = Headquarters.open(state, lambda: NOW_MS)
    backup.begin_generation(hq)
    hq.close()
    world.hq.start()


def test_a_backup_of_another_time_gives_nothing_twice(world: World) -> None:
    """HQ is restored from a backup, gives 600 points, and is restored from a newer one, made before it was lost first:
    there 10 points are under that number, and 100 under the next."""
    state, first, second = world.hq.state_dir, world.folder.with_name("first.db"), world.folder.with_name("second.db")
    backup.back_up(state, first)
    for after, points in enumerate((10, 100)):
        with world.hq.headquarters.database.transaction() as connection:
            who, wish = terminals.lock(connection, "s01-1", 1), GrantAsk(member="m1", points=points, after=after)
            leases.ask(connection, who, wish, world.hq.headquarters.rules())
    backup.back_up(state, second)
    put_back(world, first)
    with world.till() as till:
        with world.agent():
            till.wait_for("grants", 2)
        put_back(world, second)
        assert held(world.hq.headquarters, "m1", "s01-1:1") == 110
        world.sell(till, 1, member="m1", draw={lot_of(till, "m1"): 600})
        with world.agent():
            till.wait_for("acknowledge", 1)
    hq = world.hq.headquarters
    with hq.database.reading() as connection:
        assert connection.scalars(select(operation.c.outcome).where(operation.c.device == "s01-1")).all() == ["applied"]
        assert missing_reports(connection) == []
    assert (balance(hq, "m1"), broken(hq), audit(world.folder / "ledger.db")) == ((400, 0), [], [])
