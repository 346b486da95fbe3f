"""The drills of docs/how-to/recover.md, with the commands of the page: only its paths are replaced."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hq import terminals
from hq.cli import main
from hq.grants_report import take_report
from hq.restoring import missing_reports
from hq.status import render
from hq.status_facts import facts
from protocol.control import GENERATION_STEP
from protocol.lease import GrantPage
from provisioning.enrol import enrol
from terminal.identity import load_identity
from tests.hq.devices import Device, join
from tests.hq.looking import balance, broken, held
from tests.hq.rich import asked
from tests.hq.served import serve_hq
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain
from tests.terminal.sync.conftest import World
from tests.terminal.sync.till import Till

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "recover.md").read_text("utf-8")
FOLDER, BACKUP = "/var/lib/stillpoint-hq", "/backup/hq-2026-11-22.db"
WORD = "open sesame\n"  # an operator's, where one is asked for


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serve_hq(tmp_path, write_tiny_chain(tmp_path / "chain"), clock=lambda: NOW_MS) as hq:
        world = World(hq, tmp_path / "terminal")
        world.enrol()
        yield world


def commands(heading: str) -> list[str]:
    """What the page tells to type under a heading, in its order; a command inside a sentence too."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^(stillpoint-hq .*)$|`(stillpoint-hq [^`]*)`", section, re.MULTILINE)
    return [typed or told for typed, told in found]


def type_it(world: World, command: str, word: str = "") -> str:
    """Run a command of the page in this world; `serve` is HQ in this process."""
    command = command.replace(FOLDER, str(world.hq.state_dir)).replace(BACKUP, str(world.folder.parent / "backup.db"))
    _, *arguments = shlex.split(command)
    if arguments[0] == "serve":
        world.hq.start()
        return ""
    if "--state" not in arguments:
        arguments += ["--state", str(world.hq.state_dir)]
    result = CliRunner().invoke(main, arguments, input=word)
    assert result.exit_code == 0, result.output
    return result.output


def sells(world: World, till: Till, count: int, *, until: int) -> None:
    """`count` sales of m1, who earns five points in each, and HQ has all up to number `until`."""
    till.forget()
    with world.agent():
        till.wait_for("directory", "members-f")
        world.sell(till, count, member="m1", earn=5)
        till.wait_for("acknowledge", until)


def test_headquarters_is_lost(world: World, tmp_path: Path) -> None:
    backup, restore, deny, remember, serve, *afterwards = commands("Headquarters is lost")
    other = join(world.hq.headquarters, "s02", "1")
    with world.till() as till:
        sells(world, till, 1, until=1)
        assert "bytes" in type_it(world, backup)
        sells(world, till, 2, until=3)
        before = balance(world.hq.headquarters, "m1")
        world.hq.stop()
        assert "generation 2" in type_it(world, restore)
        assert f"deny list version {GENERATION_STEP + 1}" in type_it(world, deny)
        assert "programme remember" in remember
        type_it(world, serve)
        hq = world.hq.headquarters
        assert balance(hq, "m1")[0] == before[0] - 10  # the control: two sales are lost here
        till.forget()
        with world.agent():
            till.wait_for("acknowledge", 3)
            till.wait_for("directory", "members-f")
    assert balance(hq, "m1") == before
    with hq.database.reading() as connection:
        assert missing_reports(connection) == [(other.name, 1)]
        told = render(facts(connection, NOW_MS, hq.zone, "en"), "en")
    assert "It grants nothing before it has heard from: s02-1." in told
    assert asked(hq, other, after=1, points=10)[0] == ()  # nobody is granted anything before the last one has told
    tells_its_leases(world, other)
    assert [lot.points for grant in asked(hq, other, after=1, points=10)[0] for lot in grant.lots] == [10]
    for command in afterwards:
        type_it(world, command)
    assert afterwards == ["stillpoint-hq duties", "stillpoint-hq conflicts"]
    assert broken(hq) == []


def tells_its_leases(world: World, device: Device) -> None:
    """It has the one grant that it had before the backup."""
    hq, nothing = world.hq.headquarters, GrantPage(device=device.name, epoch=1, grants=(), head=1)
    with hq.database.transaction() as connection:
        take_report(connection, terminals.lock(connection, device.name, 1), nothing, hq.rules())


def test_a_terminal_is_lost(world: World, tmp_path: Path) -> None:
    revoke, *operators, write_off = commands("A terminal is lost, stolen or broken")
    with world.till() as till:
        sells(world, till, 1, until=1)
        hq, lost = world.hq.headquarters, held(world.hq.headquarters, "m1", "s01-1:1")
        assert lost > 0
        assert "s01-1 is revoked now" in type_it(world, revoke)
        with world.agent():
            till.wait(lambda: any(heard[:1] == ("link",) and heard[2] for heard in till.heard))
    enrol(world.hq.make_claim("s01", "1"), tmp_path / "new", "serial-2", NOW_MS, world.random.randbytes)
    assert (load_identity(tmp_path / "new").epoch, held(hq, "m1", "s01-1:2")) == (2, 0)
    assert held(hq, "m1", "s01-1:1") == lost  # it counts as spent until it is written off
    before = balance(hq, "m1")
    for command in operators:
        assert "may sign" in type_it(world, command, WORD * 2)
    told = type_it(world, write_off, WORD * 2)
    assert json.loads(told[told.index("{") :])["given_back"]["points"] >= lost
    assert (held(hq, "m1", "s01-1:1"), balance(hq, "m1"), broken(hq)) == (0, before, [])
