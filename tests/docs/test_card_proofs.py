"""docs/card-proofs.md: its table of counters is run, its modules exist, its numbers are those of the file."""

from __future__ import annotations

import json
import re

import pytest

from cards.apdu import ANSWER_DATA_MAX, FRAMES_MAX
from cards.desfire import APPLICATIONS_MAX
from cards.sightings import Sighting, contradiction
from cards.sun import CounterVerdict, judge_counter
from tests.cards.known import FILE
from tests.docs.tables import DOCS, table

COUNTERS = table("card-proofs.md", "| highest seen | counter now | verdict |")
SIGHTINGS = table("card-proofs.md", "| first, at store A | then, at store B | found |")
ALGORITHMS = table("card-proofs.md", "| what | where | source |")
PAGE = (DOCS / "card-proofs.md").read_text("utf-8")


@pytest.mark.parametrize("row", COUNTERS, ids=" ".join)
def test_counters_are_judged_as_shown(row: list[str]) -> None:
    seen, now, verdict = row
    assert judge_counter(None if seen == "none" else int(seen), int(now)) is CounterVerdict(verdict)


def test_every_verdict_is_shown() -> None:
    assert {verdict for _, _, verdict in COUNTERS} == set(CounterVerdict)


def sighting(said: str, place: str) -> Sighting:
    """`70 at 12:00 ± 2 min`, or `65 at any time`."""
    if said.endswith("at any time"):
        return Sighting(int(said.split()[0]), 0, 10**15, place)
    counter, hour, minute, doubt = map(int, re.findall(r"\d+", said))
    at_ms, doubt_ms = (hour * 60 + minute) * 60_000, doubt * 60_000
    return Sighting(counter, at_ms - doubt_ms, at_ms + doubt_ms, place)


@pytest.mark.parametrize("row", SIGHTINGS, ids=" ".join)
def test_sightings_are_compared_as_shown(row: list[str]) -> None:
    found = contradiction(sighting(row[0], "A"), sighting(row[1], "B"))
    assert (found.value if found else "nothing") == row[2].partition(":")[0]


def test_the_modules_exist() -> None:
    modules = [name for _, where, _ in ALGORITHMS for name in re.findall(r"cards/\w+\.py", where)]
    assert len(modules) > 10
    assert [name for name in modules if not (DOCS.parent / name).exists()] == []


def test_the_numbers_are_those_of_the_code_and_the_file() -> None:
    entries = json.loads(FILE.read_text("utf-8"))["vectors"]
    categories = {entry["category"] for entry in entries}
    verified = sum(entry["verified"] for entry in entries)
    assert f"has {len(entries)} entries in {len(categories)} categories. {verified} are verified" in PAGE
    assert f"{len(entries) - verified} frames of PN532 and SSI" in PAGE
    said = f"at most {ANSWER_DATA_MAX:,} bytes and {FRAMES_MAX} frames, a version 29 bytes, a list of applications\n"
    assert said + f"   {APPLICATIONS_MAX} of them" in PAGE
