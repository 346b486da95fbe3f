"""`stillpoint quote`: from files to a table or JSON, and one line for everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from loyalty import Lot, TillState, price, read_programme, to_json
from terminal.cli import main
from terminal.commands.quote_files import read_purchase
from tests.loyalty.material import NOON, document, member, member_price, spend_and_save, tier_percent

PROGRAMME = document(
    member_price({"6901234567892": 990}),
    tier_percent(),
    spend_and_save(15000, 2000, "save-20"),
    spend_and_save(99900, 100, "save-1", 4),
    cash_rounding=10,
)
BASKET = {
    "zone": "Asia/Shanghai",
    "cutoff_hours": 4,
    "lines": [
        {"gtin": "6901234567892", "quantity": 2, "unit_price": 1200, "category": "snacks"},
        {"gtin": "10000000", "quantity": 1, "unit_price": 20000, "category": "drinks"},
    ],
    "removed": [],
    "points": 1050,
}
MEMBER = {
    "id": "m1",
    "tier": "gold",
    "birthday": None,
    "lots": [{"id": "a", "points": 5000, "earned_on": "2026-01-01", "expires_on": "2026-12-31"}],
    "assurance": "P1",
    "copyable_used": 0,
}
AT = "2026-03-01T12:00:00+08:00"
Change = Callable[[dict[str, Any]], Any]


class Desk:
    """A folder with the three files, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, value in (("programme", PROGRAMME), ("basket", BASKET), ("member", MEMBER)):
            self.write(name, json.dumps(value, ensure_ascii=False))

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.json").write_text(text, "utf-8")

    def change(self, name: str, change: Change) -> None:
        value = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        change(value)
        self.write(name, json.dumps(value))

    def run(self, *more: str, member: bool = True, at: str | None = AT) -> Result:
        words = ["quote", "--programme", self._path("programme"), "--basket", self._path("basket")]
        words += ["--member", self._path("member")] if member else []
        words += ["--at", at] if at is not None else []
        return CliRunner().invoke(main, [*words, *more])

    def _path(self, name: str) -> str:
        return str(self.folder / f"{name}.json")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_json_is_the_quote_itself(desk: Desk) -> None:
    result = desk.run("--json")
    assert (result.exit_code, result.stderr) == (0, "")
    state = TillState((Lot("a", 5000, "2026-01-01", "2026-12-31"),), "P1")
    expected = price(read_purchase(BASKET).basket, member("gold"), read_programme(PROGRAMME), NOON, state)
    assert json.loads(result.stdout) == to_json(expected)
    assert desk.run("--json").stdout == result.stdout


def test_the_table_says_every_reason(desk: Desk) -> None:
    result = desk.run()
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    for expected in (
        "1 6901234567892 2 × 12.00 24.00",
        "Name [member-price] -4.20",
        "1. Name [member-price] -4.20",
        "2. Name [tier] -26.38",
        "3. Name [save-20] -20.00",
        "Goods 224.00",
        "Total 173.42",
        "1000 points as money; 1050 asked, whole units only -10.00",
        "To pay 163.42",
        "in cash, rounded by -0.02 163.40",
        "Earns 24 points: Name [base]",
        "A guest would pay 204.00",
        "Name [save-1]: 915.43 more saves 1.00",
        "The best lawful combination, proven",
    ):
        assert expected.split() in lines, result.stdout


def test_a_guest_needs_no_member_file(desk: Desk) -> None:
    result = desk.run(member=False)
    assert result.exit_code == 0
    assert "0 points as money; 1050 asked, a guest has no points" in result.stdout
    assert "Name [tier]: for members only" in result.stdout
    assert "A guest would pay" not in result.stdout


def test_only_the_lines_are_needed_in_a_basket(desk: Desk) -> None:
    desk.write("basket", '{"lines": []}')
    result = desk.run("--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["gross"] == 0


def test_the_time_is_iso_or_milliseconds_or_now(desk: Desk) -> None:
    assert desk.run("--json", at=str(NOON.utc_ms)).stdout == desk.run("--json").stdout
    assert "2026-03-01 12:00" in desk.run(at="2026-03-01T04:00:00Z").stdout
    assert desk.run(at=None).exit_code == 0


def test_the_zone_of_the_programme_stands_where_the_basket_has_none(desk: Desk) -> None:
    desk.change("programme", lambda value: value.update(zone="Europe/Berlin"))
    desk.change("basket", lambda value: value.pop("zone"))
    assert "2026-03-01 05:00 Europe/Berlin" in desk.run().stdout


@pytest.mark.parametrize(
    "at", ["tomorrow", "2026-03-01", "2026-03-01T12:00:00", "-5", "", "9" * 15, "1969-12-31T00:00Z"]
)
def test_a_time_that_is_none_is_refused(desk: Desk, at: str) -> None:
    result = desk.run(at=at)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--at is {at!r}: use a time from 1970 to 2100 with its zone, such as")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("programme", lambda v: v.update(version=0), "version is 0: use a whole number from 1"),
        ("programme", lambda v: v["offers"][1].update(kind="tier"), "offers[1].kind is 'tier': "),
        (
            "basket",
            lambda v: v["lines"][0].update(quantity=0),
            "lines[0].quantity is 0: use a whole number from 1 to 999",
        ),
        ("basket", lambda v: v["lines"][0].update(quantity=-2), "lines[0].quantity is -2: use a whole"),
        ("basket", lambda v: v["lines"][1].update(unit_price=1.5), "lines[1].unit_price is 1.5: use a whole number"),
        (
            "basket",
            lambda v: v["lines"][1].update(gtin="69"),
            "lines[1].gtin is '69': a GTIN has 8, 12, 13 or 14 digits",
        ),
        (
            "basket",
            lambda v: v["lines"][1].update(prize=5),
            "lines[1].prize is not a known key: use one of category, gtin",
        ),
        ("basket", lambda v: v.pop("lines"), "lines is missing: use a list of 0 to 999 objects"),
        ("basket", lambda v: v.update(points=-1), "points is -1: use a whole number from 0"),
        ("basket", lambda v: v.update(removed="tier"), "removed is 'tier': use a list of ids"),
        ("basket", lambda v: v.update(zone="Moon"), "zone is 'Moon': use a time zone such as Asia/Shanghai"),
        ("basket", lambda v: v.update(cutoff_hours=13), "cutoff_hours is 13: use a whole number from 0 to 12"),
        ("basket", lambda v: v.update(line=[]), "line is not a known key: did you mean 'lines'?"),
        (
            "basket",
            lambda v: [line.update(unit_price=10**12) for line in v["lines"]],
            "gross of the basket is 3000000000000: it must be from 0 to 1000000000000",
        ),
        ("member", lambda v: v.update(tier="golt"), "tier is 'golt': did you mean 'gold'?"),
        ("member", lambda v: v.update(assurance="P7"), "assurance is 'P7': use one of P0, P1"),
        ("member", lambda v: v.update(birthday="1990-02-30"), "birthday is '1990-02-30': use a day"),
        ("member", lambda v: v.update(copyable_used=-1), "copyable_used is -1: use a whole number"),
        ("member", lambda v: v["lots"][0].update(points="5"), "lots[0].points is '5': use a whole number"),
        ("member", lambda v: v["lots"][0].update(expires="x"), "lots[0].expires is not a known key: did you mean"),
        ("member", lambda v: v.pop("id"), "id is missing: use 1 to 64 letters"),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_the_way_out(
    desk: Desk, name: str, change: Change, message: str
) -> None:
    desk.change(name, change)
    result = desk.run("--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{desk.folder / name}.json: {message}"), result.stderr
    assert result.stderr.count("\n") == 1


def test_all_that_is_wrong_in_a_file_is_said_line_by_line(desk: Desk) -> None:
    desk.change("basket", lambda value: value.update(points=-1, zone="Moon", extra=1))
    result = desk.run()
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 3


@pytest.mark.parametrize("name", ["programme", "basket", "member"])
def test_a_file_that_is_cut_off_or_not_there_is_named(desk: Desk, name: str) -> None:
    path = desk.folder / f"{name}.json"
    desk.write(name, path.read_text("utf-8")[:-20])
    result = desk.run()
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}: $ is not JSON (")
    path.unlink()
    result = desk.run()
    assert result.exit_code == 2
    assert result.stderr == f"{path}: cannot be read (No such file or directory): check the name\n"


def test_a_folder_and_a_huge_file_are_no_documents(desk: Desk) -> None:
    path = desk.folder / "basket.json"
    path.write_bytes(b" " * (4 * 1024 * 1024 + 1))
    assert "at most 4194304 are allowed" in desk.run().stderr
    path.unlink()
    path.mkdir()
    assert desk.run().stderr == f"{path}: cannot be read (Is a directory): check the name\n"
