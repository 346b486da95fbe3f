"""UIDs from what cards answer."""

from __future__ import annotations

import pytest

from drivers.card_reader.uid import has_contacts, technology_of, uid_of


@pytest.mark.parametrize(
    ("answer", "uid"),
    [
        ("112233449000", "11223344"),
        ("04A1B2C3D4E5F69000", "04A1B2C3D4E5F6"),
        ("001122334455667788999000", "00112233445566778899"),
        ("9000", None),
        ("1122339000", None),
        ("00112233445566778899AA9000", None),
        ("112233446A81", None),
        ("6A81", None),
        ("90", None),
        ("", None),
    ],
)
def test_answers(answer: str, uid: str | None) -> None:
    assert uid_of(list(bytes.fromhex(answer))) == (bytes.fromhex(uid) if uid else None)


@pytest.mark.parametrize(
    ("uid", "technology"),
    [("08112233", "random_uid"), ("04112233", "uid"), ("08112233445566", "uid"), ("11080808", "uid"), ("", "contact")],
)
def test_only_a_short_uid_with_08_first_is_random(uid: str, technology: str) -> None:
    assert technology_of(bytes.fromhex(uid)) == technology


@pytest.mark.parametrize(
    ("atr", "contacts"),
    [
        ("3B8F8001804F0CA000000306030001000000006A", False),
        ("3B8180018080", False),
        ("3B04A2131091", True),
        ("3B6E00008031806586105301020383", True),
        ("3B9F95801FC78031E073FE211B63", True),
        ("3B", False),
        ("", False),
    ],
)
def test_a_card_gives_its_own_atr_by_contacts_alone(atr: str, contacts: bool) -> None:
    assert has_contacts(bytes.fromhex(atr)) == contacts
