"""Rows that fit the paper."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.printer.layout import broken, rows
from drivers.printer.letters import letters_of
from drivers.receipt import Cell, Columns, Rule, Text

LIMITS = settings(
    derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
GB = letters_of("gb18030")


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("one two", 7, ["one two"]),
        ("extraordinary", 5, ["extra", "ordin", "ary"]),
        ("感谢惠顾，欢迎再来", 10, ["感谢惠顾，", "欢迎再来"]),
        ("感谢惠顾，欢迎再来", 8, ["感谢惠", "顾，欢迎", "再来"]),
        ("价 ￥268.00", 9, ["价", "￥268.00"]),
        ("茶 green", 6, ["茶", "green"]),
    ],
)
def test_rows_break_between_words_and_between_wide_letters(text: str, columns: int, expected: list[str]) -> None:
    assert broken(text, GB, columns) == expected


def test_columns_stand_in_line_and_a_long_name_goes_on_below() -> None:
    table = [
        Columns((Cell("商品", share=1), Cell("数量", align="right", least=4), Cell("金额", align="right", least=8))),
        Columns((Cell("大红袍特级礼盒", share=1), Cell("1", align="right", least=4), Cell("268.00", "right", least=8))),
    ]
    assert [row.text for line in table for row in rows(line, GB, 24)] == [
        "商品       数量     金额",
        "大红袍特级    1   268.00",
        "礼盒",
    ]


def test_larger_letters_have_fewer_columns() -> None:
    assert [row.text for row in rows(Text("一二三四五", width=2), GB, 16)] == ["一二三四", "五"]
    assert [row.text for row in rows(Rule("double"), GB, 5)] == ["====="]


@LIMITS
@given(
    st.lists(
        st.builds(Cell, st.text(max_size=30), share=st.integers(0, 3), least=st.integers(0, 32)), min_size=1, max_size=6
    ),
    st.sampled_from([24, 32, 42, 48]),
)
def test_nothing_is_wider_than_the_paper_and_nothing_is_lost(cells: list[Cell], columns: int) -> None:
    seen = [row.text for row in rows(Columns(tuple(cells)), GB, columns)]
    assert all(GB.width(row) <= columns for row in seen)
    wanted = sorted("".join(GB.clean(cell.text) for cell in cells).replace(" ", ""))
    assert sorted("".join(seen).replace(" ", "")) == wanted


@LIMITS
@given(st.text(max_size=80), st.integers(2, 48))
def test_text_breaks_into_rows_that_fit(text: str, columns: int) -> None:
    cleaned = GB.clean(text)
    found = broken(cleaned, GB, columns)
    assert found
    assert all(GB.width(row) <= columns for row in found)
    assert "".join(found).replace(" ", "") == cleaned.replace(" ", "")
