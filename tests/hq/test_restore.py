"""HQ restored from a backup (sync.md, Leases 10): a new generation, and everything back from the terminals."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq import terminals
from hq.backup import back_up, begin_generation, put_back
from hq.grants_report import take_report
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.restoring import missing_reports
from loyalty.ledger import Asset
from protocol.lease import GrantPage
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import balance, broken, held
from tests.hq.places import only
from tests.hq.rich import account, asked, give_back, rich, sized, top_up

pytestmark = only("sqlite")


def report(hq: Headquarters, device: Device, page: GrantPage) -> int:
    with hq.database.transaction() as connection:
        who = terminals.lock(connection, device.name, device.identity.epoch)
        return take_report(connection, who, page, hq.rules())


def restored(hq: Headquarters, copy: Path, clock: Clock) -> Headquarters:
    state = hq.state
    hq.close()
    put_back(state, copy)
    again = Headquarters.open(state, clock)
    begin_generation(again)
    again.close()
    return rich(Headquarters.open(state, clock))


@pytest.fixture
def copy(hq: Headquarters, device: Device, tmp_path: Path) -> Path:
    """A backup made when the terminal was enrolled and had nothing."""
    file = tmp_path / "backup.db"
    assert back_up(hq.state, file) > 0
    return file


def test_a_restored_hq_gets_everything_back(hq: Headquarters, device: Device, copy: Path, clock: Clock) -> None:
    hq = rich(hq)
    page = sized(hq, device)
    lot = top_up(device, 10_000)
    device.sell("m1", earn=70, use=[("open.m1", 500)])
    assert outcomes(acknowledged(hq, device.batch())) == {}
    before = account(hq)
    hq = restored(hq, copy, clock)
    assert hq.generation == 2
    with hq.database.reading() as connection:
        assert missing_reports(connection) == [(device.name, 1)]
    assert report(hq, device, page) == page.head
    assert outcomes(acknowledged(hq, device.batch())) == {}  # nothing is flagged: HQ knows the leases again
    after = account(hq)
    assert after.holdings == before.holdings
    assert (after.balance, after.debt, after.limits) == (before.balance, before.debt, before.limits)
    assert (lot in {name for _, name in after.lots}, broken(hq)) == (True, [])
    hq.close()


def test_no_grant_before_all_have_reported(hq: Headquarters, device: Device, copy: Path, clock: Clock) -> None:
    other = join(hq, "s02", "1")
    back_up(hq.state, copy.with_name("later.db"))
    first = sized(rich(hq), device)
    hq = restored(hq, copy.with_name("later.db"), clock)
    assert report(hq, device, first) == first.head
    assert sized(hq, device, after=first.head).grants == ()
    assert asked(hq, device, after=first.head, points=10)[0] == ()
    nothing = GrantPage(device=other.name, epoch=1, grants=(), head=0)
    report(hq, other, nothing)
    with hq.database.reading() as connection:
        assert missing_reports(connection) == []
    assert [g.lots[0].points for g in asked(hq, device, after=first.head, points=10)[0] if g.lots] == [10]
    hq.close()


def test_a_report_counts_once_and_in_order(hq: Headquarters, device: Device, copy: Path, clock: Clock) -> None:
    page = sized(rich(hq), device)
    hq = restored(hq, copy, clock)
    later = page.model_copy(update={"grants": page.grants[1:]})
    assert report(hq, device, later) == 0  # the first is missing
    for _ in range(2):
        assert report(hq, device, page) == page.head
    assert (held(hq, "m1"), held(hq, "m1", device.holder)) == (400, 600)
    assert broken(hq) == []
    hq.close()


def test_a_lot_that_another_terminal_earned_and_has_not_sent_yet(
    hq: Headquarters, device: Device, copy: Path, clock: Clock
) -> None:
    """It came back to HQ and was granted on. HQ hears of the grant first, owes it, and is paid by the earner."""
    hq = rich(hq)
    device.sell("m5", earn=100)
    give_back(device, (Asset.POINTS, "s01-1.1.1", 100), member="m5")
    acknowledged(hq, device.batch())
    other = join(hq, "s02", "1")
    page = sized(hq, other)
    (grant,) = [each for each in page.grants if each.member == "m5"]
    assert grant.lots[0].lot == "s01-1.1.1"
    back_up(hq.state, copy.with_name("enrolled.db"))
    hq = restored(hq, copy, clock)
    other = join(hq, "s02", "1")  # its key is the same, as after a re-admission
    only_this = page.model_copy(update={"grants": (grant.model_copy(update={"number": 1}),), "head": 1})
    report(hq, other, only_this)
    assert (balance(hq, "m5"), held(hq, "m5", other.holder)) == ((0, 60), 60)
    report(hq, device, GrantPage(device=device.name, epoch=1, grants=(), head=0))
    assert outcomes(acknowledged(hq, device.batch())) == {}
    assert (balance(hq, "m5"), held(hq, "m5", other.holder), held(hq, "m5")) == ((100, 0), 60, 40)
    assert broken(hq) == []
    hq.close()


def test_generations_never_repeat(hq: Headquarters, copy: Path, clock: Clock) -> None:
    """Twice from the same backup: cursors of the first restore must not fit the second."""
    again = restored(restored(hq, copy, clock), copy, clock)
    assert again.generation == 3
    again.close()


def test_a_backup_is_a_new_file(hq: Headquarters, copy: Path) -> None:
    with pytest.raises(HqError, match="name a new file"):
        back_up(hq.state, copy)
    with pytest.raises(HqError, match="is not there"):
        put_back(hq.state, copy.with_name("nowhere.db"))
    assert hq.generation == 1


def test_a_journal_stays_with_the_database_that_it_belongs_to(hq: Headquarters, copy: Path) -> None:
    """What a crash has left to be undone would be undone in the backup."""
    hq.close()
    journal, beside = hq.state / "hq.db-journal", hq.state / "hq.before-restore-journal"
    journal.write_bytes(b"of a crash")
    beside.write_bytes(b"of an earlier restore")
    put_back(hq.state, copy)
    assert (journal.exists(), beside.read_bytes()) == (False, b"of a crash")
    put_back(hq.state, copy)
    assert not beside.exists(), "the one that was put aside now had none"
