"""An agent at an HQ that was restored from a backup: it tells what HQ forgot, and sends its operations again."""

from __future__ import annotations

import shutil

from sqlalchemy import delete, select

from hq import control
from hq.backup import begin_generation
from hq.restoring import missing_reports
from hq.schema import terminal
from tests.hq.looking import balance, broken, stored
from tests.terminal.sync.conftest import World
from tests.terminal.sync.test_agent import lot_of


def test_an_hq_restored_from_a_backup_gets_the_operations_again(world: World) -> None:
    with world.till() as till:
        with world.agent():
            till.wait_for("directory", "members-f")
            world.hq.stop()
            shutil.copytree(world.hq.state_dir, world.folder / "backup")
            world.hq.start()
            world.sell(till, 3, member="m1", earn=5)
            till.wait_for("acknowledge", 3)
        world.hq.stop()
        shutil.rmtree(world.hq.state_dir)
        shutil.copytree(world.folder / "backup", world.hq.state_dir)
        world.hq.start()
        assert stored(world.hq.headquarters) == []
        till.forget()
        with world.agent():
            till.wait_for("acknowledge", 3)
    assert len(stored(world.hq.headquarters)) == 3
    assert broken(world.hq.headquarters) == []


def test_an_hq_that_forgot_the_enrolment_admits_the_terminal_again(world: World) -> None:
    with world.hq.headquarters.database.transaction() as connection:
        connection.execute(delete(terminal).where(terminal.c.device == "s01-1"))
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        world.sell(till, 2, member="m1", earn=5)
        till.wait_for("acknowledge", 2)
    assert balance(world.hq.headquarters, "m1") == (1010, 0)


def test_a_restored_hq_is_told_the_grants_that_it_forgot(world: World) -> None:
    """sync.md, Leases 10: what lies at terminals is known again before anything is granted."""
    backup = world.folder.parent / "hq.db.backup"
    shutil.copy(world.hq.state_dir / "hq.db", backup)
    with world.till() as till:
        with world.agent():
            till.wait_for("grants", 2)
            world.sell(till, 1, member="m1", earn=5, draw={lot_of(till, "m1"): 100})
            till.wait_for("acknowledge", 1)
            till.forget()
            control.change_deny_list(world.hq.headquarters, "member", "m2", control.DENIED)
            till.wait_for("directory", "config")
        world.hq.stop()
        shutil.copy(backup, world.hq.state_dir / "hq.db")
        world.hq.start()
        restore(world)
        with world.agent():
            till.wait_for("acknowledge", 1)
            till.wait_for("directory", "members-f")
    hq = world.hq.headquarters
    assert balance(hq, "m1") == (905, 0)
    with hq.database.reading() as connection:
        assert missing_reports(connection) == []
        assert connection.scalar(select(terminal.c.granted)) == 2
        assert control.deny_list(connection, 1).members == ("m2",), "handed back by the terminal that obeys it"


def restore(world: World) -> None:
    begin_generation(world.hq.headquarters)
    world.hq.stop()
    world.hq.start()
