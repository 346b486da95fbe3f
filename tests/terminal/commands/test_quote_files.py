"""What is wrong in the files of a quote is named with file, path, value and the way out; all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.commands.quote_desk import Change, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def refusal(desk: Desk, *more: str, **about: str) -> list[str]:
    result = desk.run("--json", *more, **about)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.splitlines()


@pytest.mark.parametrize(
    "at", ["tomorrow", "2026-03-01", "2026-03-01T12:00:00", "-5", "", "9" * 15, "1969-12-31T00:00Z"]
)
def test_a_time_that_is_none_is_refused(desk: Desk, at: str) -> None:
    (sentence,) = refusal(desk, at=at)
    assert sentence.startswith(f"--at is {at!r}: use a time from 1970 to 2100 with its zone, such as")


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
        ("basket", lambda v: v["lines"][0].pop("quantity"), "lines[0].quantity is missing: use a whole"),
        (
            "basket",
            lambda v: v["lines"][0].update(grams=0, quantity=1),
            "lines[0].grams is 0: use a whole number from 1 to",
        ),
        ("basket", lambda v: v["lines"][0].update(grams=5), "lines[0].quantity is 2: leave it out: a weighed line"),
        ("basket", lambda v: v["lines"][0].update(kind="good"), "lines[0].kind is 'good': did you mean 'goods'?"),
        ("basket", lambda v: v["lines"][1].update(unit_price=1.5), "lines[1].unit_price is 1.5: use a whole number"),
        (
            "basket",
            lambda v: v["lines"][1].update(unit_price=-1),
            "lines[1].unit_price is -1: use a whole number from 0",
        ),
        (
            "basket",
            lambda v: v["lines"][1].update(gtin="69"),
            "lines[1].gtin is '69': a GTIN has 8, 12, 13 or 14 digits",
        ),
        (
            "basket",
            lambda v: v["lines"][1].update(prize=5),
            "lines[1].prize is not a known key: use one of category, grams",
        ),
        ("basket", lambda v: v.pop("lines"), "lines is missing: use a list of 0 to 999 objects"),
        ("basket", lambda v: v.update(points=-1), "points is -1: use a whole number from 0"),
        ("basket", lambda v: v.update(removed="tier"), "removed is 'tier': use a list of ids"),
        ("basket", lambda v: v.update(coupons=["a b"]), "coupons is ['a b']: use a list of ids"),
        ("basket", lambda v: v.update(coupons=5), "coupons is 5: use a list of ids"),
        ("basket", lambda v: v.update(zone="Moon"), "zone is 'Moon': use a time zone such as Asia/Shanghai"),
        ("basket", lambda v: v.update(cutoff_hours=13), "cutoff_hours is 13: use a whole number from 0 to 12"),
        ("basket", lambda v: v.update(line=[]), "line is not a known key: did you mean 'lines'?"),
        (
            "basket",
            lambda v: [line.update(unit_price=10**12) for line in v["lines"]],
            "gross of the basket is 3000000000000: it must be from -1000000000000 to 1000000000000",
        ),
        ("member", lambda v: v.update(tier="golt"), "tier is 'golt': did you mean 'gold'?"),
        ("member", lambda v: v.update(assurance="P7"), "assurance is 'P7': use one of P0, P1"),
        ("member", lambda v: v.update(birthday="1990-02-30"), "birthday is '1990-02-30': use a day"),
        ("member", lambda v: v.update(birthday_changed_on=1), "birthday_changed_on is 1: use a day"),
        ("member", lambda v: v.update(groups="staff"), "groups is 'staff': use a list of ids"),
        ("member", lambda v: v.update(purchases=-1), "purchases is -1: use a whole number"),
        ("member", lambda v: v.update(qualifying="1"), "qualifying is '1': use a whole number"),
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
    (sentence,) = refusal(desk)
    assert sentence.startswith(f"{desk.path(name)}: {message}"), sentence


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"lots": [{"id": "a", "points": 1}]}, "lots[0].earned_on is missing: use a day"),
        ({"debt": -1}, "debt is -1: use a whole number from 0"),
        ({"store": ""}, "store is '': use 1 to 64 letters"),
        ({"stamps": {"a b": 1}}, "stamps.['a b'] is not a valid key: a key is the id of an offer"),
        ({"used": {}}, "used is {}: use an object of 1 to 20000 entries; a key is the name of a limit"),
        ({"leased": {"x": -1}}, "leased.x is -1: use a whole number from 0"),
        ({"coupons": [{"code": "c"}]}, "coupons[0].rule is missing: use 1 to 64 letters"),
        ({"coupons": [{"code": "c", "rule": "r", "state": "new"}]}, "coupons[0].state is 'new': use one of"),
        ({"coupons": [{"code": "c", "rule": "r"}] * 2}, "coupons[1].code is 'c': it is already used above"),
        ({"stamp": {}}, "stamp is not a known key: did you mean 'stamps'?"),
        ([], "$ is []: it must be an object in braces"),
    ],
)
def test_a_wrong_field_of_the_state_is_named(desk: Desk, state: object, message: str) -> None:
    path = desk.put("state", state)
    (sentence,) = refusal(desk, "--state", path)
    assert sentence.startswith(f"{path}: {message}"), sentence


def test_all_that_is_wrong_in_all_files_and_options_is_said_at_once(desk: Desk) -> None:
    desk.change("programme", lambda value: value.update(version=0, order_cap=[2, 1]))
    desk.change("basket", lambda value: value.update(points=-1, zone="Moon"))
    desk.change("member", lambda value: value.update(tier=5))
    state = desk.put("state", {"debt": "much"})
    found = refusal(desk, "--state", state, "--points", "few", "--coupon", "a b", "--without", "x", at="soon")
    assert [sentence.partition(" is ")[0] for sentence in found] == [
        f"{desk.path('programme')}: version",
        f"{desk.path('programme')}: order_cap",
        f"{desk.path('basket')}: points",
        f"{desk.path('basket')}: zone",
        f"{desk.path('member')}: tier",
        f"{desk.path('state')}: debt",
        "--at",
        "--coupon",
        "--points",
    ]


@pytest.mark.parametrize("name", ["programme", "basket", "member"])
def test_a_file_that_is_cut_off_or_not_there_is_named(desk: Desk, name: str) -> None:
    path = Path(desk.path(name))
    desk.write(name, path.read_text("utf-8")[:-20])
    (sentence,) = refusal(desk)
    assert sentence.startswith(f"{path}: $ is not JSON (")
    path.unlink()
    assert refusal(desk) == [f"{path}: cannot be read (No such file or directory): check the name"]


def test_a_file_that_holds_nothing_is_named(desk: Desk) -> None:
    desk.write("basket", "null")
    assert refusal(desk) == [f"{desk.path('basket')}: $ is None: it must be an object in braces"]


def test_a_folder_and_a_huge_file_are_no_documents(desk: Desk) -> None:
    path = Path(desk.path("basket"))
    path.write_bytes(b" " * (4 * 1024 * 1024 + 1))
    assert "at most 4194304 are allowed" in desk.run().stderr
    path.unlink()
    path.mkdir()
    assert desk.run().stderr == f"{path}: cannot be read (Is a directory): check the name\n"
