"""The sample chain at any day: still a chain, with visits up to today and nothing expired that was good."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hq.chain import read_chain
from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.sample_today import copy_sample


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2031, 2, 28)])
def test_the_newest_visit_is_today_and_the_distances_stay(tmp_path: Path, today: date) -> None:
    copy_sample(SAMPLE_CHAIN, tmp_path, today)
    before, after = read_chain(SAMPLE_CHAIN), read_chain(tmp_path)
    assert max(member.last_seen for member in after.members) == today.isoformat()
    moved = {
        date.fromisoformat(new.last_seen) - date.fromisoformat(old.last_seen)
        for old, new in zip(before.members, after.members, strict=True)
    }
    assert len(moved) == 1
    until = [date.fromisoformat(chain.programme["valid_until"]) for chain in (before, after)]
    assert until[1] - until[0] == moved.pop()


def test_birthdays_and_everything_else_stay(tmp_path: Path) -> None:
    copy_sample(SAMPLE_CHAIN, tmp_path, date(2026, 11, 20) + timedelta(days=400))
    before, after = read_chain(SAMPLE_CHAIN), read_chain(tmp_path)
    assert [member.birthday for member in before.members] == [member.birthday for member in after.members]
    assert before.products == after.products
    assert before.organisation == after.organisation
