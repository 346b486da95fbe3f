"""The sum of a bucket does not depend on order, and shows every missed, doubled or changed row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from protocol.canonical import CanonicalError
from protocol.feed import SUM_MODULUS, FeedRow, RowKind, row_digest, sum_hex

ROWS = st.lists(
    st.tuples(st.sampled_from(["member", "card"]), st.text("ab", min_size=1, max_size=3), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


def total(rows: list[tuple[str, str, int]]) -> str:
    return sum_hex(sum(row_digest(kind, key, {"points": points}) for kind, key, points in rows))


@settings(derandomize=True)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(rows: list[tuple[str, str, int]], random: Any) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert total(shuffled) == total(rows)


@settings(derandomize=True)
@given(ROWS)
def test_a_missed_a_doubled_and_a_changed_row_show(rows: list[tuple[str, str, int]]) -> None:
    assert total(rows[1:]) != total(rows)
    assert total([*rows, rows[0]]) != total(rows)
    kind, key, points = rows[0]
    assert total([(kind, key, points + 1), *rows[1:]]) != total(rows)


def test_kind_and_key_count() -> None:
    body = {"a": 1}
    assert len({row_digest(*place, body) for place in (("member", "x"), ("card", "x"), ("member", "y"))}) == 3


def test_a_sum_is_32_digits_and_comes_around() -> None:
    assert sum_hex(0) == "0" * 32
    assert sum_hex(SUM_MODULUS + 5) == sum_hex(5)
    assert sum_hex(-1) == "f" * 32


def test_an_incremental_sum_is_the_whole_one() -> None:
    old, new, other = (row_digest("member", "m1", {"points": points}) for points in (1, 2, 3))
    assert sum_hex(old + other + new - old) == sum_hex(other + new)


def test_a_row_must_be_canonical() -> None:
    with pytest.raises(CanonicalError):
        row_digest("member", "m1", {"points": 1.5})


def test_a_row_has_a_number_and_a_known_kind() -> None:
    assert FeedRow(cseq=1, kind=RowKind.CARD, key="a", body=None).body is None
    with pytest.raises(ValidationError):
        FeedRow(cseq=0, kind=RowKind.CARD, key="a", body=None)
    with pytest.raises(ValidationError):
        FeedRow.model_validate({"cseq": 1, "kind": "coupon", "key": "a", "body": None})
