"""`stillpoint refund`: from files to a table or JSON, one line for everything that is wrong, and refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from loyalty.refund_held import held_after
from loyalty.refund_json import refund_json
from terminal.cli import main
from terminal.commands.quote_files import load
from terminal.commands.refund_files import sale_reader
from tests.loyalty.material import BARE, document, spend_and_save
from tests.loyalty.refund_material import Desk, rules

EARNING = [{**BARE["earning"][0], "per": 100, "by_tier": False}]
PROGRAMME = document(spend_and_save(15000, 2000, "save-20"), format=2, earning=EARNING, cash_rounding=10)
SALE = {
    "basket": {
        "zone": "Asia/Shanghai",
        "lines": [
            {"gtin": "10000001", "quantity": 2, "unit_price": 5000, "category": "snacks"},
            {"gtin": "10000002", "quantity": 1, "unit_price": 12003, "category": "drinks"},
        ],
        "points": 1000,
    },
    "member": {
        "id": "m1",
        "tier": "gold",
        "assurance": "P4",
        "lots": [{"id": "a", "points": 5000, "earned_on": "2026-01-01", "expires_on": "2026-12-31"}],
    },
    "at": "2026-03-01T12:00:00+08:00",
    "tenders": [{"kind": "card", "amount": 10000}, {"kind": "cash", "amount": 9000}],
    "lot": "sale-1",
}
AT = "2026-03-02T12:00:00+08:00"
Change = Callable[[dict[str, Any]], Any]


class Counter:
    """A folder with the files, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("programme", PROGRAMME)
        self.write("sale", SALE)

    def write(self, name: str, value: object) -> str:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(value), "utf-8")
        return str(path)

    def change(self, change: Change) -> None:
        sale = json.loads(json.dumps(SALE))
        change(sale)
        self.write("sale", sale)

    def run(self, *more: str, at: str | None = AT) -> Result:
        words = ["refund", "--programme", str(self.folder / "programme.json"), "--sale", str(self.folder / "sale.json")]
        return CliRunner().invoke(main, [*words, *(["--at", at] if at else []), *more])

    def json(self, *more: str) -> dict[str, Any]:
        result = self.run("--json", *more)
        assert (result.exit_code, result.stderr) == (0, "")
        document: dict[str, Any] = json.loads(result.stdout)
        return document


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def test_json_is_the_refund_itself(counter: Counter) -> None:
    programme = rules(spend_and_save(15000, 2000, "save-20"), whole=False, cash_rounding=10)
    sale = load(counter.folder / "sale.json", sale_reader(programme))
    desk = Desk(sale, programme, held_after(sale, programme)[0])
    assert counter.json("--lines", "1:1") == json.loads(json.dumps(refund_json(desk.take((1, 1)))))


def test_a_table_and_its_reasons_are_for_people(counter: Counter) -> None:
    plain, explained = counter.run("--lines", "1:1"), counter.run("--lines", "1:1", "--explain")
    assert plain.exit_code == explained.exit_code == 0
    assert explained.stdout.startswith(plain.stdout)
    reasons = explained.stdout.removeprefix(plain.stdout).splitlines()
    assert reasons[0] == "- The lines are worth what was paid for them: 45.45"
    assert len(reasons) == 4


def test_returns_go_on_from_what_the_one_before_left(counter: Counter) -> None:
    first = counter.json("--lines", "1:1")
    rest = counter.json("--so-far", counter.write("so-far", first["after"]))
    whole = counter.json()
    assert [each["no"] for each in rest["lines"]] == [1, 2]
    assert (rest["complete"], rest["after"]) == (True, whole["after"])
    assert first["given"] + rest["given"] == whole["given"]


def test_a_request_file_names_lines_too(counter: Counter) -> None:
    request = counter.write("request", {"lines": [{"no": 1, "quantity": 2}]})
    assert counter.json("--request", request) == counter.json("--lines", "1") == counter.json("--lines", "1:2")


def test_points_that_are_gone_are_owed(counter: Counter) -> None:
    standing = counter.write("standing", {"lease": []})
    document = counter.json("--lines", "2", "--standing", standing)
    assert document["debt"] + document["taken"]["cancelled"] == document["taken"]["points"] > 0
    assert counter.json("--lines", "2")["debt"] == 0


def test_every_key_of_the_standing_is_read(counter: Counter) -> None:
    lot = {"id": "x", "points": 10, "earned_on": "2026-01-01", "expires_on": "2026-12-31"}
    value = {"id": "v", "principal": 10, "bonus": 2, "spent": 3, "topped_up_on": "2026-01-01", "draw": "bonus_first"}
    everything = {
        "lease": [lot],
        "pool": [{**lot, "id": "y", "expires_on": None}],
        "pending": [{**lot, "id": "sale-1", "active_on": "2026-03-10"}],
        "debt": 4,
        "expired": 5,
        "stamps": {"coffee": 2},
        "value": [{**value, "expires_on": "2027-01-01"}, {**value, "id": "w", "draw": None}],
    }
    done = counter.json("--lines", "2", "--standing", counter.write("standing", everything))
    assert (done["taken"]["expired"], done["debt_paid"]) == (5, 4)
    assert [each["lot"] for each in done["taken"]["postings"] if each["amount"] < 0] == ["sale-1", "a"]
    assert done["standing"]["pool"] == [{**lot, "id": "y", "expires_on": None}]


def test_a_void_undoes_everything_on_its_own_day(counter: Counter) -> None:
    same_day = counter.run("--void", "--json", at="2026-03-01T20:00:00+08:00")
    assert json.loads(same_day.stdout)["exact"] is True
    assert counter.run("--void", at="2026-03-01T20:00:00+08:00").stdout.startswith("Void")
    late = counter.run("--void")
    assert (late.exit_code, late.stdout) == (1, "")
    assert late.stderr == "void_other_day: sold_on 2026-03-01, today 2026-03-02\n"


def test_a_refusal_is_one_line_or_json(counter: Counter) -> None:
    assert counter.run("--lines", "9").stderr == "line_unknown: line 9\n"
    result = counter.run("--lines", "1:3", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        1,
        {"refused": "units_not_left", "params": {"line": 1, "asked": 3, "left": 2}},
    )


def test_without_a_time_it_is_now(counter: Counter) -> None:
    assert counter.run("--lines", "1", at=None).exit_code == 0


def test_what_the_till_knew_of_the_member_counts(counter: Counter) -> None:
    counter.change(lambda sale: sale.update(state={"debt": 200}))
    done = counter.json("--lines", "2")
    assert done["earned"] == 190
    assert done["standing"]["debt"] == 0  # 10 were owed still, and points came back
    assert done["debt_paid"] == 10


def test_a_guest_bought_it(counter: Counter) -> None:
    def guest(sale: dict[str, Any]) -> None:
        del sale["member"]
        sale["basket"]["points"] = 0
        sale["tenders"] = [{"kind": "card", "amount": 20003}]

    counter.change(guest)
    assert counter.json()["taken"]["points"] == 0


def test_stored_value_and_a_gift_card_get_back_what_they_paid(counter: Counter) -> None:
    lot = {"id": "v", "principal": 9000, "bonus": 1000, "spent": 0, "topped_up_on": "2026-01-01"}

    def by_value(sale: dict[str, Any]) -> None:
        sale["basket"]["points"] = 0
        sale["value"] = [lot]
        sale["gift_cards"] = [{"account": "card-1", "lots": [{**lot, "id": "g", "bonus": 0}]}]
        paid = [{"kind": "stored_value", "amount": 9000}, {"kind": "gift_card", "amount": 3000, "account": "card-1"}]
        sale["tenders"] = [*paid, {"kind": "card", "amount": 8003}]

    counter.write("programme", {**PROGRAMME, "stored_value": {}, "gift_cards": {}})
    counter.change(by_value)
    moves = counter.json()["value_moves"]
    assert {move["after"]["id"]: (move["before"]["spent"], move["after"]["spent"]) for move in moves} == {
        "v": (9000, 0),
        "g": (3000, 0),
    }
    counter.change(lambda sale: sale.update(gift_cards=[{"account": "a", "lots": []}, {"account": "a", "lots": []}]))
    assert "gift_cards[1].account is 'a': it is already used above" in counter.run().stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda sale: sale.pop("basket"), "sale.json: basket.lines is missing"),
        (lambda sale: sale["basket"]["lines"][0].update(quantity=0), "sale.json: basket.lines[0].quantity is 0"),
        (lambda sale: sale["member"].update(tier="golt"), "sale.json: member.tier is 'golt': did you mean 'gold'?"),
        (lambda sale: sale.update(state={"debts": 3}), "sale.json: state.debts is not a known key"),
        (lambda sale: sale.update(at="noon"), "sale.json: at is 'noon': use a time"),
        (lambda sale: sale.update(at="2026-03-01"), "sale.json: at is '2026-03-01': use a time"),
        (lambda sale: sale["tenders"][0].update(kind="gold"), "sale.json: tenders[0].kind is 'gold'"),
        (lambda sale: sale["tenders"].pop(), "sale.json: tenders cannot pay the sale (tender_short: due_minor"),
        (lambda sale: sale.update(lots=[]), "sale.json: lots is not a known key"),
        (
            lambda sale: sale["basket"]["lines"][0].update(quantity=999, unit_price=10**12),
            "sale.json: basket cannot be sold (gross of the basket is",
        ),
    ],
)
def test_what_is_wrong_in_the_sale_is_named(counter: Counter, change: Change, sentence: str) -> None:
    counter.change(change)
    result = counter.run("--lines", "1")
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--lines", "1:x"), "--lines is '1:x': name lines and quantities such as 1:2,3"),
        (("--lines", "1", "--void"), "--lines, --request and --void exclude each other"),
        (("--so-far", "nowhere.json"), "nowhere.json: cannot be read"),
    ],
)
def test_what_is_wrong_in_the_options_is_named(counter: Counter, words: tuple[str, ...], sentence: str) -> None:
    result = counter.run(*words)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_sale_that_is_no_object_is_said_so(counter: Counter) -> None:
    counter.write("sale", [1])
    assert counter.run().exit_code == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lines": [{"no": 3, "back": 1}]}, "lines are of another sale"),
        ({"lines": [{"no": 1, "back": 3}]}, "lines are of another sale"),
        ({"tenders": []}, "tenders are of another sale"),
        ({"value": None}, "value is None: use a whole number"),
    ],
)
def test_the_right_of_another_sale_is_noticed(counter: Counter, change: dict[str, Any], sentence: str) -> None:
    after = counter.json("--lines", "1:1")["after"]
    result = counter.run("--so-far", counter.write("so-far", {**after, **change}))
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_what_is_wrong_in_a_request_or_a_standing_is_named(counter: Counter) -> None:
    request = counter.run("--request", counter.write("request", {"lines": [{"no": 0, "quantity": 1}]}))
    assert "request.json: lines[0].no is 0" in request.stderr
    standing = counter.run("--lines", "1", "--standing", counter.write("standing", {"debt": -1, "stamps": {"a b": 1}}))
    assert standing.stderr.count("standing.json: ") == 2
