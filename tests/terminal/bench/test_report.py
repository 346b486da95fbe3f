"""A report that says ok only when every check held."""

import asyncio

from terminal.bench.report import Report, check


async def _fine() -> str:
    check(True, "never said")
    return "seen"


async def _wrong() -> str:
    check(False, "4 points should be left, 5 are")
    return "never"


async def _away() -> str:
    raise ConnectionRefusedError("nobody there")


def test_an_empty_report_is_not_ok() -> None:
    assert not Report().ok


def test_stages_are_kept_in_order_with_what_they_saw() -> None:
    report = Report()
    assert asyncio.run(report.stage("first", _fine))
    assert not asyncio.run(report.stage("second", _wrong))
    assert not asyncio.run(report.stage("third", _away))
    view = report.view()
    assert [stage["name"] for stage in view["stages"]] == ["first", "second", "third"]
    assert [stage["ok"] for stage in view["stages"]] == [True, False, False]
    assert "5 are" in view["stages"][1]["detail"]
    assert view["ok"] is False


def test_numbers_stand_beside_the_stages() -> None:
    report = Report(numbers={"lost": 0})
    asyncio.run(report.stage("only", _fine))
    assert report.view()["lost"] == 0
    assert report.view()["ok"] is True
