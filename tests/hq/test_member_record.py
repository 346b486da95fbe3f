"""A member looked up at HQ: found by id, card or phone, with every purchase and every move of points."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hq.cli import main
from hq.headquarters import Headquarters
from hq.member_record import find_member, record_of
from hq.problems import HqError
from tests.hq.devices import Device, acknowledged
from tests.hq.real_sales import ring_up


def _record(hq: Headquarters, who: str) -> dict[str, object]:
    with hq.database.transaction() as connection:
        return record_of(connection, find_member(connection, who, hq.keys.lookup))


@pytest.mark.parametrize("who", ["m1", "04A1B2C3D4E5F6", "04a1b2c3d4e5f6", "13800001234"])
def test_a_member_is_found_by_id_card_and_phone(hq: Headquarters, who: str) -> None:
    profile = _record(hq, who)["member"]
    assert isinstance(profile, dict)
    assert profile["id"] == "m1"
    assert profile["phone"] == "138****1234"


@pytest.mark.parametrize("who", ["m99", "", "04FFFFFFFFFFFF", "13899999999", "' OR 1=1"])
def test_nobody_is_found_by_anything_else(hq: Headquarters, who: str) -> None:
    with pytest.raises(HqError, match="no member"):
        _record(hq, who)


def test_purchases_and_moves_add_up_to_the_balance(hq: Headquarters, device: Device) -> None:
    before = _record(hq, "m1")
    for _ in range(3):
        ring_up(device)
    acknowledged(hq, device.batch())
    record = _record(hq, "m1")
    purchases, moves, lots = record["purchases"], record["points"], record["lots"]
    assert isinstance(purchases, list)
    assert isinstance(moves, list)
    assert isinstance(lots, list)
    assert [purchase["seq"] for purchase in purchases] == [3, 2, 1]
    assert sum(line["net"] for line in purchases[0]["lines"]) == purchases[0]["net"] > 0
    assert sum(move["points"] for move in moves) == record["balance"]
    assert sum(lot["points"] for lot in lots) == record["balance"]
    assert record["balance"] != before["balance"]
    assert moves[-1]["source"] == "opening balance"


def test_the_command_prints_for_people_and_for_programs(hq: Headquarters, tmp_path: Path) -> None:
    state = str(hq.state)
    hq.close()
    said = CliRunner().invoke(main, ["member", "m1", "--state", state])
    assert said.exit_code == 0
    assert "balance 1000 points" in said.output
    assert "13800001234" not in said.output
    document = json.loads(CliRunner().invoke(main, ["member", "m1", "--state", state, "--json"]).output)
    assert document["balance"] == 1000
    missing = CliRunner().invoke(main, ["member", "m77", "--state", state])
    assert missing.exit_code == 1
    assert "no member" in missing.output
