"""`stillpoint-hq codes` and `number` as a person types them, and what terminals are told."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from hq.cli_state import opened
from hq.schema import card, change
from protocol.control import WeightCodeRule
from protocol.directory import number_key
from tests.hq.test_cli import run
from tests.hq.test_cli_codes import told

NUMBER = "690123450000000174"


def test_what_scales_print_is_published_and_what_cannot_be_is_not(hq_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "codes.json"
    file.write_text(json.dumps({"weight_codes": [{"pattern": "21IIIIIWWWWWC"}], "member_prefixes": ["69012345"]}))
    assert run("codes", file, "--state", hq_folder).output == "configuration version 1\n"
    codes = told(hq_folder).codes
    assert codes is not None
    assert (codes.weight_codes, codes.member_prefixes) == ((WeightCodeRule(pattern="21IIIIIWWWWWC"),), ("69012345",))
    for wrong in ('{"weight_codes": [{"pattern": "69IIIIIWWWWWC"}]}', '{"member_prefixes": ["69x"]}', "[]"):
        file.write_text(wrong)
        refused = run("codes", file, "--state", hq_folder)
        assert (refused.exit_code, "are no codes of a shop" in refused.output) == (1, True)
    assert told(hq_folder).version == 1


def test_a_number_leads_to_one_member(hq_folder: Path) -> None:
    given = run("number", "13800001234", NUMBER, "--state", hq_folder)
    assert given.output.startswith("the number leads to m1"), given.output
    assert run("number", "m1", NUMBER, "--state", hq_folder).exit_code == 0
    other = run("number", "m2", NUMBER, "--state", hq_folder)
    assert (other.exit_code, "another member's" in other.output) == (1, True)
    wrong = run("number", "m1", NUMBER[:-1] + "5", "--state", hq_folder)
    assert (wrong.exit_code, "check digit" in wrong.output) == (1, True)
    with opened(hq_folder) as hq, hq.database.reading() as connection:
        key = number_key(hq.keys.lookup, NUMBER)
        assert connection.scalars(select(card.c.member).where(card.c.key == key)).all() == ["m1"]
        assert connection.scalars(select(change.c.key).where(change.c.key == key)).all() == [key], "the feed tells it"
