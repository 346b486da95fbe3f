"""A fault is reported at the line of the file where it is."""

from __future__ import annotations

import pytest

from tests.mutation.place import change

TEXT = '''"""Shop."""


class Shelf:
    def free(self, units: int) -> bool:
        return units > 0


def free(units: int) -> bool:
    """Whether."""
    if units > 0:
        return True
    return units > 0
'''


def difference(start: int, *rows: str) -> str:
    return "\n".join(["# a name: survived", "--- shop.py", "+++ shop.py", f"@@ -{start},2 +{start},2 @@", *rows])


@pytest.mark.parametrize(
    ("name", "told", "line", "before"),
    [
        (
            "shop.x_free__mutmut_1",
            difference(2, "     x", "-    if units > 0:", "+    if units > 1:"),
            11,
            "if units > 0:",
        ),
        (
            "shop.x_free__mutmut_2",
            difference(4, " a", "-    return units > 0", "+    return 1"),
            13,
            "return units > 0",
        ),
        (
            "shop.x_free__mutmut_2",
            difference(6, " a", "-    return units > 0", "+    return 1"),
            13,
            "return units > 0",
        ),
        (
            "shop.xǁShelfǁfree__mutmut_1",
            difference(1, " def", "-        return units > 0", "+        return units > 1"),
            6,
            "return units > 0",
        ),
    ],
)
def test_the_line_is_found(name: str, told: str, line: int, before: str) -> None:
    found = change("shop.py", name, TEXT, told)
    assert (found.path, found.line, found.before[0].strip()) == ("shop.py", line, before)


def test_a_fault_reads_as_what_was_and_what_came() -> None:
    told = difference(2, "     x", "-    if units > 0:", "+    if units > 1:")
    found = change("shop.py", "shop.x_free__mutmut_1", TEXT, told)
    assert str(found) == "shop.py:11\n    - if units > 0:\n    + if units > 1:"
