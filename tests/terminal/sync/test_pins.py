"""PINs between a terminal and HQ: peppers come down, guesses go up until HQ has them, and the sum comes back."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from hq import pins
from protocol.pins import PinPeppers, PinReport, PinRow, pin_key
from terminal.peppers import load_peppers
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import Refused, Unreachable
from terminal.sync.hq_client import HqClient
from terminal.sync.pins import PinErrands
from tests.hq.tiny_chain import NOW_MS
from tests.terminal.sync.conftest import World
from tests.terminal.sync.till import Till

CHANCE = Random(8)


def row(world: World) -> PinRow | None:
    directory = Directory(world.folder / "directory.db")
    found = directory.pin(pin_key(bytes.fromhex(world.identity.lookup_key), "m1"))
    directory.close()
    return found


def wrong(world: World) -> dict[str, int]:
    found = row(world)
    return found.wrong if found else {}


@pytest.fixture
def known(world: World) -> Iterator[tuple[World, Till]]:
    """A terminal that has the PIN of m1 and the pepper; its agent is not running any more."""
    hq = world.hq.headquarters
    pins.begin(hq, CHANCE.randbytes)
    pins.set_pin(hq, "m1", "482915", "lin", CHANCE.randbytes)
    with world.till() as till:
        with world.agent():
            till.wait(lambda: row(world) is not None)
        yield world, till


class Deaf(HqClient):
    """Without a line: takes reports, and the first answer is lost, or all are refused."""

    def __init__(self, *, old: bool = False) -> None:
        self.old, self.told = old, list[PinReport]()

    def peppers(self) -> PinPeppers:
        raise Refused(404, "not_found", "there is nothing here", {}, None)

    def guesses(self, report: PinReport) -> None:
        if self.old:
            raise Refused(404, "not_found", "there is nothing here", {}, None)
        self.told.append(report)
        if len(self.told) == 1:
            raise Unreachable("the answer was lost")


def errands(world: World, client: HqClient) -> PinErrands:
    outbox, writer = OutboxReader(world.folder / "ledger.db"), DirectoryWriter(world.folder / "directory.db")
    return PinErrands(client, outbox, writer, world.identity, world.folder)


def run_by(world: World, client: HqClient) -> None:
    done = errands(world, client)
    try:
        done.run()
    finally:
        done.outbox.close()
        done.writer.close()


def test_pepper_and_pin_come_down_and_guesses_go_up_and_come_back(known: tuple[World, Till]) -> None:
    world, till = known
    assert load_peppers(world.folder)["pepper-1"].key.hex() in (
        world.hq.headquarters.state / "keys" / "pepper-1.key"
    ).read_text("utf-8")
    assert (world.folder / "pepper-1.key").stat().st_mode & 0o777 == 0o600
    till.do(lambda ledger: ledger.pin_attempts.begin("m1", 1, NOW_MS, True))
    with world.agent():
        till.wait(lambda: bool(wrong(world)))
    assert wrong(world) == {f"{world.identity.device}:{world.identity.epoch}": 1}
    quiet = Deaf()
    run_by(world, quiet)
    assert quiet.told == [], "HQ's row holds it: nothing is left to tell"


def test_a_report_whose_answer_was_lost_is_sent_again_until_hq_has_it(known: tuple[World, Till]) -> None:
    world, till = known
    till.do(lambda ledger: ledger.pin_attempts.begin("m1", 1, NOW_MS, True))
    till.do(lambda ledger: ledger.pin_attempts.begin("unknown:m1", 1, NOW_MS, True))
    client = Deaf()
    with pytest.raises(Unreachable):
        run_by(world, client)
    run_by(world, client)
    first, again = client.told
    assert first == again
    (one,) = again.guesses
    assert (one.version, one.reset, one.wrong) == (1, 0, 1)
    assert "m1" not in one.key
    run_by(world, Deaf(old=True))
