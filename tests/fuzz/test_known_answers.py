"""Files of known answers that somebody bent: refused with their place, or judged; nothing else happens."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

import pytest

from terminal.bench.known_answers.categories import CATEGORIES
from terminal.bench.known_answers.entries import KnownAnswersError, read_entries
from terminal.bench.known_answers.judge import judge
from tests.cards.known import FILE
from tests.fuzz.mutate import bent, bent_bytes, text_of

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
ENTRIES = json.loads(FILE.read_text("utf-8"))["vectors"]


@pytest.mark.parametrize("category", sorted({entry["category"] for entry in ENTRIES}))
def test_a_bent_entry_is_judged_or_refused(category: str, tmp_path: Path) -> None:
    path, outcomes = tmp_path / "bent.json", set()
    entries = [entry for entry in ENTRIES if entry["category"] == category]
    for number in range(max(20, TRIES // 20)):
        chance = Random(f"{category} {number}")
        entry = {**chance.choice(entries), "verified": True}
        part = chance.choice(("input", "expected"))
        path.write_bytes(text_of({"vectors": [{**entry, part: bent(entry[part], chance)}]}, chance))
        try:
            outcomes |= {judge(each, CATEGORIES).outcome for each in read_entries(path)}
        except KnownAnswersError:
            outcomes.add("refused")
    assert len(outcomes) > 1, "what was bent hardly mattered"


def test_a_bent_file_is_read_or_refused(tmp_path: Path) -> None:
    path, whole, refused = tmp_path / "bent.json", FILE.read_bytes(), 0
    for number in range(max(20, TRIES // 20)):
        path.write_bytes(bent_bytes(whole, Random(number)))
        try:
            read_entries(path)
        except KnownAnswersError as error:
            refused += str(path) in str(error)
    assert refused > 5
