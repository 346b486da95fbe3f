"""PINs at HQ: set, reset, told by the feed, and guesses merged whatever is lost, repeated or comes late."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from cards.pin import PinHash, guess_at
from cards.pin_attempts import PinCount
from cards.pin_cost import FLOOR
from hq import control, erasure, pin_rows, pins, terminals
from hq.headquarters import Headquarters
from hq.peppers import load_peppers
from hq.problems import HqError
from hq.schema import feed_row, terminal
from hq.sequencer import sequence
from hq.terminals import Terminal
from protocol.control import GENERATION_STEP
from protocol.pins import PinGuesses, PinReport, PinRow, pin_key
from tests.hq.conftest import Clock
from tests.hq.devices import Device, join
from tests.hq.mergers import merge, with_operator

CHANCE, PIN = Random(6), "482915"


@pytest.fixture
def ready(hq: Headquarters) -> Headquarters:
    """HQ with a pepper, and a PIN of m1."""
    pins.begin(hq, CHANCE.randbytes)
    pins.set_pin(hq, "m1", PIN, "lin", CHANCE.randbytes)
    return hq


def key_of(hq: Headquarters, member: str = "m1") -> str:
    return pin_key(hq.keys.lookup, member)


def told(hq: Headquarters, member: str = "m1") -> PinRow | None:
    """What the feed says of the PIN now; None for a tombstone."""
    sequence(hq.database, hq.clock(), hq.today())
    with hq.database.reading() as connection:
        body = connection.scalar(select(feed_row.c.body).where(feed_row.c.key == key_of(hq, member)))
    return PinRow.model_validate_json(body) if body else None


def counted(hq: Headquarters) -> PinCount:
    row = told(hq)
    assert row is not None
    return PinCount(row.version, row.reset, row.wrong, row.last_ms)


def guesses(hq: Headquarters, **changes: Any) -> PinReport:
    one = PinGuesses(key=key_of(hq), version=1, reset=0, wrong=1, last_ms=hq.clock())
    return PinReport(guesses=(one.model_copy(update=changes),))


def test_a_pin_reaches_the_feed_as_a_hash_that_only_the_pepper_opens(ready: Headquarters) -> None:
    row = told(ready)
    assert row is not None
    kept, peppers = PinHash.read(row.hash), {p.name: p for p in load_peppers(ready.state).values()}
    assert guess_at(PIN, "m1", kept, peppers, FLOOR).is_right()
    assert not guess_at(PIN, "m2", kept, peppers, FLOOR).is_right(), "bound to its member"
    assert PIN not in row.model_dump_json()
    assert "m1" not in key_of(ready)
    with ready.database.reading() as connection:
        rules = control.configuration(connection)
    assert rules is not None
    assert rules.pins is not None
    assert rules.pins.peppers == ("pepper-1",)


@pytest.mark.parametrize("pin", ["12345", "111111", "482915x", "138000", "910517", "123456789"])
def test_a_pin_that_is_easy_to_guess_is_not_taken_and_not_repeated(ready: Headquarters, pin: str) -> None:
    with pytest.raises(HqError, match="choose another") as refused:
        pins.set_pin(ready, "m1", pin, "lin", CHANCE.randbytes)
    assert pin not in str(refused.value)
    assert counted(ready).version == 1


def test_without_a_pepper_or_a_member_there_is_no_pin(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="pin begin"):
        pins.set_pin(hq, "m1", PIN, "lin", CHANCE.randbytes)
    for who in ("nobody", "m3"):
        with pytest.raises(HqError, match="no active member"):
            pins.set_pin(hq, who, PIN, "lin", CHANCE.randbytes)
    with pytest.raises(HqError, match="has no PIN"):
        pins.reset_pin(hq, "m1", "lin")


def test_reports_are_merged_in_any_order_and_any_number_of_times(ready: Headquarters, device: Device) -> None:
    """Each terminal's own highest number counts, and they are added up."""
    other = join(ready, "s01", "2")
    reports = [(device, guesses(ready, wrong=2)), (device, guesses(ready, wrong=3)), (other, guesses(ready, wrong=4))]
    for some in permutations(reports):
        pins.reset_pin(ready, "m1", "lin")
        _send(ready, [*some, some[0]])
        count = counted(ready)
        assert count.wrong == {f"{device.name}:1": 3, f"{other.name}:1": 4}
        assert count.total == 7
        assert pins.take_guesses(ready, row_of(ready, other), _now(ready, reports[2][1])) == 0, "nothing new"


def row_of(hq: Headquarters, device: Device) -> Terminal:
    with hq.database.reading() as connection:
        (found,) = terminals.find(connection, terminal.c.device == device.name)
    return found


def _now(hq: Headquarters, report: PinReport) -> PinReport:
    """The report as for the version that the PIN has now."""
    version = counted(hq).version
    return PinReport(guesses=tuple(one.model_copy(update={"version": version}) for one in report.guesses))


def _send(hq: Headquarters, reports: Sequence[tuple[Device, PinReport]]) -> None:
    for sender, report in reports:
        pins.take_guesses(hq, row_of(hq, sender), _now(hq, report))


def test_a_lost_report_is_made_good_by_the_next(ready: Headquarters, device: Device) -> None:
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, wrong=1))
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, wrong=5))  # those of 2 to 4 were lost
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, wrong=2))  # and one of them comes late
    assert counted(ready).total == 5


def test_the_highest_reset_wins(ready: Headquarters, device: Device) -> None:
    other = join(ready, "s01", "2")
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, wrong=9))
    pins.take_guesses(ready, row_of(ready, other), guesses(ready, reset=1, wrong=0))  # a right PIN there
    assert counted(ready) == PinCount(1, 1, {}, ready.clock())
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, wrong=10))
    assert counted(ready).total == 0


def test_a_reset_at_hq_beats_whatever_a_dark_terminal_counted(ready: Headquarters, device: Device) -> None:
    assert pins.reset_pin(ready, "m1", "wang") == 2
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, reset=40, wrong=10))
    assert counted(ready) == PinCount(2)
    with ready.database.reading() as connection:
        acts = pins.acts_of(connection, ["m1"])
    assert [(version, act, by) for _, version, act, by, _ in acts] == [(1, "set", "lin"), (2, "reset", "wang")]


def test_a_version_that_hq_never_gave_is_not_counted(ready: Headquarters, device: Device) -> None:
    assert pins.take_guesses(ready, row_of(ready, device), guesses(ready, version=7, wrong=10)) == 0
    assert pins.take_guesses(ready, row_of(ready, device), guesses(ready, key="00" * 16)) == 0
    assert counted(ready) == PinCount(1)


def test_a_clock_that_is_ahead_makes_nobody_wait(ready: Headquarters, device: Device) -> None:
    pins.take_guesses(ready, row_of(ready, device), guesses(ready, last_ms=ready.clock() + 10**10))
    assert counted(ready).last_ms == ready.clock()


def test_an_erased_member_and_one_who_was_merged_have_no_pin(ready: Headquarters) -> None:
    pins.set_pin(ready, "m2", PIN, "lin", CHANCE.randbytes)
    assert told(ready, "m2") is not None
    merge(with_operator(ready), "m2", "m1")
    assert told(ready, "m2") is None
    assert told(ready) is not None
    erasure.erase(ready, "m1")
    assert told(ready) is None


def test_the_pepper_is_refused_when_others_may_read_it(ready: Headquarters) -> None:
    path = ready.state / "keys" / "pepper-1.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(HqError, match="chmod it to 600"):
        load_peppers(ready.state)
    path.chmod(0o600)
    path.write_text("5e")
    with pytest.raises(HqError, match="holds no pepper"):
        load_peppers(ready.state)


def test_an_older_pepper_stays_for_its_pins(ready: Headquarters) -> None:
    pins.begin(ready, CHANCE.randbytes)
    assert sorted(load_peppers(ready.state)) == [1, 2]
    assert pins.set_pin(ready, "m2", PIN, "lin", CHANCE.randbytes) == 1
    old, new = told(ready), told(ready, "m2")
    assert old is not None
    assert new is not None
    assert [PinHash.read(row.hash).pepper for row in (old, new)] == ["pepper-1", "pepper-2"]


def test_a_restored_hq_gives_no_version_again(ready: Headquarters, clock: Clock) -> None:
    restored = Headquarters(**{**vars(ready), "generation": 2})
    assert pins.reset_pin(restored, "m1", "lin") == GENERATION_STEP + 1


def test_nothing_shows_a_hash(ready: Headquarters) -> None:
    with ready.database.reading() as connection:
        (kept,) = pin_rows.find(connection, [key_of(ready)])
    assert kept.hash not in repr(kept)
