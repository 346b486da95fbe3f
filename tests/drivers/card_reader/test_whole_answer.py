"""Answers in parts and of other lengths."""

from __future__ import annotations

import pytest

from drivers.card_reader.whole_answer import ROUNDS_MAX, whole_answer
from drivers.errors import CardGone, CardMute


class Card:
    """Gives these answers in order and keeps what it was asked; the last answer stays."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(map(bytes.fromhex, answers))
        self.asked: list[str] = []

    def __call__(self, apdu: bytes) -> bytes:
        self.asked.append(apdu.hex().upper())
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize(
    ("apdu", "answers", "asked", "whole"),
    [
        ("00A4040000", ["9000"], ["00A4040000"], "9000"),
        ("9060000000", ["0491AF"], ["9060000000"], "0491AF"),
        ("00B0000000", ["01026103", "0304059000"], ["00B0000000", "00C0000003"], "01020304059000"),
        ("01B0000000", ["6100", "AA6101", "BB9000"], ["01B0000000", "01C0000000", "01C0000001"], "AABB9000"),
        ("80CA000000", ["6102", "AABB9000"], ["80CA000000", "00C0000002"], "AABB9000"),
        ("0CB0000000", ["6101", "AA9000"], ["0CB0000000", "00C0000001"], "AA9000"),
        ("00B0000000", ["6C02", "AABB9000"], ["00B0000000", "00B0000002"], "AABB9000"),
        ("00B0000000", ["6102", "6C01", "AA9000"], ["00B0000000", "00C0000002", "00C0000001"], "AA9000"),
        ("00B0000002", ["6C02"], ["00B0000002"], "6C02"),
        ("00D6000001AA", ["6C02"], ["00D6000001AA"], "6C02"),
        ("00B0000000", ["AA6C02"], ["00B0000000"], "AA6C02"),
    ],
)
def test_parts_are_put_together(apdu: str, answers: list[str], asked: list[str], whole: str) -> None:
    card = Card(*answers)
    assert whole_answer(bytes.fromhex(apdu), card).hex().upper() == whole
    assert card.asked == asked


@pytest.mark.parametrize(
    ("apdu", "tpdu"),
    [
        ("00A40000", "00A4000000"),
        ("00B0000010", "00B0000010"),
        ("00A4000002AABB", "00A4000002AABB"),
        ("00A4000002AABB00", "00A4000002AABB"),
    ],
)
def test_t0_has_no_le_beside_data(apdu: str, tpdu: str) -> None:
    card = Card("9000")
    whole_answer(bytes.fromhex(apdu), card, t0=True)
    assert card.asked == [tpdu]


@pytest.mark.parametrize("answers", [[""], ["90"], ["6101", ""]])
def test_an_answer_without_a_status_word_is_none(answers: list[str]) -> None:
    with pytest.raises(CardGone, match="status word"):
        whole_answer(bytes.fromhex("00B0000000"), Card(*answers))


@pytest.mark.parametrize("answer", ["6101", "AA" * 256 + "6100"])
def test_an_answer_without_end_is_given_up(answer: str) -> None:
    card = Card(answer)
    with pytest.raises(CardMute, match="does not end"):
        whole_answer(bytes.fromhex("00B0000000"), card)
    assert len(card.asked) <= ROUNDS_MAX
