"""A case: all parts of a quote in one file; and the choices that the command line adds to a basket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.commands.quote_desk import AT, BASKET, MEMBER, PROGRAMME, Desk, quote

CASE: dict[str, Any] = {
    "about": "…",
    "programme": PROGRAMME,
    "basket": BASKET,
    "member": MEMBER,
    "at": AT,
    "expect": {},
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_case_gives_what_its_parts_give(desk: Desk) -> None:
    assert quote("--case", desk.put("case", CASE)).stdout == desk.run().stdout
    assert quote("--case", desk.put("case", {**CASE, "member": None})).stdout == desk.run(member=False).stdout


def test_a_file_of_its_own_stands_in_the_place_of_a_part(desk: Desk) -> None:
    case = desk.put("case", {**CASE, "basket": {"lines": []}, "state": {"lots": []}})
    basket, state = desk.path("basket"), desk.put("state", {"lots": MEMBER["lots"]})
    found = quote("--case", case, "--basket", basket, "--state", state, "--at", "2026-03-01T12:00:00+08:00")
    assert found.stdout == desk.run().stdout
    assert "1050 asked, no more are here" in quote("--case", case, "--basket", basket).stdout


def test_a_part_is_named_in_the_path(desk: Desk) -> None:
    case = desk.put("case", {**CASE, "basket": {"lines": [{}], "points": -1}, "member": 5, "at": "soon", "id": 1})
    result = quote("--case", case)
    assert result.exit_code == 2
    assert [sentence.partition(" is ")[0] for sentence in result.stderr.splitlines()] == [
        f"{case}: id",
        *(f"{case}: basket.lines[0].{key}" for key in ("gtin", "quantity", "unit_price", "category")),
        f"{case}: basket.points",
        f"{case}: member",
        f"{case}: at",
    ]


def test_what_a_case_leaves_out_is_asked_for(desk: Desk) -> None:
    expected = [
        "--programme is missing: name the programme document, or a whole case with --case",
        "--basket is missing: name a file with lines, or a whole case with --case",
    ]
    assert quote().stderr.splitlines() == expected
    assert quote("--case", desk.put("case", {})).stderr.splitlines() == expected
    (sentence,) = quote("--case", desk.path("none")).stderr.splitlines()
    assert sentence == f"{desk.path('none')}: cannot be read (No such file or directory): check the name"
    assert quote("--case", desk.put("case", [])).stderr.splitlines()[0].endswith("it must be an object in braces")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--without", "teir"], "--without is 'teir': did you mean 'tier'?"),
        (["--without", "x"], "--without is 'x': use one of member-price, save-1, save-20, tier"),
        (["--coupon", ""], "--coupon is '': use 1 to 64 letters, digits, dots, colons, dashes or underscores"),
        (["--points", "-1"], "--points is '-1': use a whole number from 0 to 1000000000000"),
        (["--points", "1.5"], "--points is '1.5': use a whole number from 0 to 1000000000000"),
        (["--points", "9" * 13], "--points is '9999999999999': use a whole number from 0 to 1000000000000"),
        (["--points", "²"], "--points is '²': use a whole number from 0 to 1000000000000"),
        (["--explain", "--json"], "--explain is for people and --json for programs: give one of them"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_its_way_out(desk: Desk, words: list[str], sentence: str) -> None:
    result = desk.run(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")


def test_choices_are_those_of_the_basket(desk: Desk) -> None:
    """What the command line chooses gives the quote of a basket that has it in its file."""
    chosen = desk.run("--without", "tier", "--without", "save-20", "--points", "300", "--coupon", "c1", "--json")
    desk.change("basket", lambda value: value.update(removed=["save-20", "tier"], points=300, coupons=["c1"]))
    assert json.loads(chosen.stdout) == json.loads(desk.run("--json").stdout)
    assert json.loads(chosen.stdout)["coupons"] == [{"code": "c1", "used": False, "why": "coupon_unknown"}]
