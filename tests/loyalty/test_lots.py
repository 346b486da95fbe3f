"""Drawing points from lots."""

from __future__ import annotations

import pytest

from loyalty import Lot, draw, spending_order


def lot(id: str, points: int, expires_on: str | None = None, earned_on: str = "2026-01-01") -> Lot:
    return Lot(id, points, earned_on, expires_on)


def test_the_order_is_expiry_then_age_then_id_and_undated_last() -> None:
    lots = [
        lot("e", 1),
        lot("d", 1, "2026-06-30", "2026-02-02"),
        lot("c", 1, "2026-06-30", "2026-02-01"),
        lot("b", 1, "2026-06-30", "2026-02-01"),
        lot("a", 1, "2026-12-31", "2025-01-01"),
    ]
    assert "".join(each.id for each in sorted(lots, key=spending_order)) == "bcdae"


def test_an_empty_lot_is_not_drawn_on() -> None:
    assert draw([lot("a", 0, "2026-01-31"), lot("b", 5)], 5) == (lot("b", 5),)
    assert draw([lot("a", 5)], 0) == ()


def test_every_part_keeps_its_dates_and_a_single_point_is_drawn() -> None:
    first, second = lot("a", 5, "2026-01-31"), lot("b", 5, "2026-12-31", "2026-01-02")
    assert draw([second, first], 6) == (first, lot("b", 1, "2026-12-31", "2026-01-02"))


def test_more_than_there_is_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="cannot draw 6 points: the lots hold 5"):
        draw([lot("a", 5)], 6)


def test_a_negative_amount_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        draw([lot("a", 5)], -1)
