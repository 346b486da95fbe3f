"""Patterns of weight codes: what can be one."""

import pytest

from cards.weight_pattern import check_pattern


@pytest.mark.parametrize(
    "pattern", ["21IIIIIWWWWWC", "02IIIIIPPPPPC", "20IIIIIVPPPPC", "28WWWWWIIIIIC", "29VPPPPIIIIIC", "2IIIIIIWWWWWC"]
)
def test_patterns(pattern: str) -> None:
    assert check_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "21IIIIIWWWWW",
        "21IIIIIWWWWWCC",
        "69IIIIIWWWWWC",
        "03IIIIIWWWWWC",
        "21IIIIIIIIIIC",
        "21WWWWWWWWWWC",
        "21IIIIIWWPPPC",
        "21IIIIWVWWWWC",
        "21IIIVWWWWWWC",
        "21IIIIIWWWWW1",
        "٢1IIIIIWWWWWC",
        "21IIIIIWWWWWC\n",
    ],
)
def test_others(pattern: str) -> None:
    with pytest.raises(ValueError, match="no pattern of a weight code"):
        check_pattern(pattern)
