"""How far a card must prove itself."""

from __future__ import annotations

import pytest

from loyalty.assurance import reaches, read_level
from loyalty.document import Fault
from loyalty.section import Section


@pytest.mark.parametrize(
    ("level", "least", "enough"),
    [("P0", "P1", False), ("P1", "P1", True), ("P2", "P1", True), ("P2", "P3", False), ("P3", "P4", False)],
)
def test_a_level_reaches_what_it_proves_and_p2_is_p1_for_money(level: str, least: str, enough: bool) -> None:
    assert reaches(level, least) is enough


def test_what_is_no_level_is_a_bug() -> None:
    with pytest.raises(ValueError, match="P9"):
        reaches("P9", "P1")


@pytest.mark.parametrize(("written", "read"), [({}, "P4"), ({"level": "P3"}, "P3")])
def test_a_level_is_optional(written: dict[str, str], read: str) -> None:
    assert read_level(Section(written, "$", []), "level", "P4") == read


@pytest.mark.parametrize("level", ["P0", "P2", "P5"])
def test_p0_proves_nothing_and_p2_is_no_level_of_its_own(level: str) -> None:
    faults: list[Fault] = []
    assert read_level(Section({"level": level}, "$", faults), "level", "P4") == "P4"
    assert [fault.path for fault in faults] == ["level"]
