"""Cards as a PN532 tells them."""

from __future__ import annotations

import pytest

from drivers.card_reader.pn532_target import Target, read_target

ADA = bytes.fromhex("04A1B2C3D4E5F6")


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        ("01010004080411223344", Target(1, bytes.fromhex("11223344"), 0x08)),
        ("010100442007" + ADA.hex() + "067880700280", Target(1, ADA, 0x20, bytes.fromhex("7880700280"))),
        ("010100442007" + ADA.hex(), Target(1, ADA, 0x20)),
        ("010100440007" + ADA.hex() + "02010004080411223344", Target(1, ADA, 0x00, b"\x01")),
        ("00", None),
        ("", None),
        ("0101000408", None),
        ("01010004080511223344", None),
        ("010100040803112233", None),
        ("0101000408" + "0B" + "00112233445566778899AA", None),
    ],
)
def test_answers_to_the_question_for_cards(answer: str, target: Target | None) -> None:
    assert read_target(bytes.fromhex(answer)) == target


@pytest.mark.parametrize(
    ("sak", "ats", "atr"),
    [
        (0x20, "7880700280", "3B8180018080"),
        (0x20, "75778102" + "80", "3B8180018080"),
        (0x20, "", "3B80800101"),
        (0x28, "0011", "3B8180011111"),
        (0x08, "", "3B8F8001804F0CA000000306030001000000006A"),
        (0x18, "", "3B8F8001804F0CA0000003060300020000000069"),
        (0x00, "", "3B8F8001804F0CA0000003060300030000000068"),
        (0x01, "", "3B8F8001804F0CA000000306030000000000006B"),
        (0x20, "00" + "AA" * 40, "3B8F8001" + "AA" * 15 + "A4"),
    ],
)
def test_the_atr_is_that_of_a_pcsc_reader(sak: int, ats: str, atr: str) -> None:
    assert Target(1, ADA, sak, bytes.fromhex(ats)).atr.hex().upper() == atr
