"""ATRs of known cards, and everything else is of the kind unknown."""

from __future__ import annotations

import pytest

from cards.atr import Kind, card_type, read_atr
from tests.cards.known import each_flipped, entry, octets

KNOWN = {
    "atr-classic-1k": Kind.MIFARE_CLASSIC_1K,
    "atr-classic-4k": Kind.MIFARE_CLASSIC_4K,
    "atr-desfire-ev3-as-storage": Kind.CPU_CONTACTLESS,
    "atr-fm1208": Kind.FM1208,
    "atr-desfire": Kind.NTAG424_OR_DESFIRE,
}
STORAGE = "3B8F8001804F0CA000000306"


@pytest.mark.parametrize("id", KNOWN)
def test_known_cards(id: str) -> None:
    known = entry(id)
    found = card_type(octets(known["atr"]))
    assert found.kind is KNOWN[id]
    assert found.atr is not None
    assert found.atr.checksum_ok is known["tck_ok"]
    if "ss" in known:
        assert (found.standard, found.name) == (int(known["ss"], 16), int(known["card_name"], 16))


@pytest.mark.parametrize("id", KNOWN)
def test_an_altered_atr_is_of_no_kind(id: str) -> None:
    assert {card_type(altered).kind for altered in each_flipped(octets(entry(id)["atr"]))} == {Kind.UNKNOWN}


def storage(rest: str) -> bytes:
    """A storage card's ATR with a right checksum."""
    body = octets(STORAGE + rest + "00000000")
    checksum = 0
    for byte in body[1:]:
        checksum ^= byte
    return body + bytes((checksum,))


@pytest.mark.parametrize(
    ("rest", "kind"),
    [
        ("030003", Kind.ULTRALIGHT),
        ("03003A", Kind.ULTRALIGHT_C),
        ("03FF88", Kind.MIFARE_CLASSIC_1K),
        ("03FF28", Kind.CPU_CONTACTLESS),
        ("11003B", Kind.FELICA),
        ("0B0014", Kind.ISO15693),
        ("030099", Kind.STORAGE),
    ],
)
def test_names_and_standards(rest: str, kind: Kind) -> None:
    assert card_type(storage(rest)).kind is kind


@pytest.mark.parametrize(
    ("atr", "kind"),
    [
        ("3B04A2131091", Kind.SLE4442),
        ("3B0492231091", Kind.SLE4428),
        ("3B00", Kind.CPU_CONTACT),
        ("3F6525082204689000", Kind.CPU_CONTACT),
        ("3B80800101", Kind.CPU_CONTACTLESS),
    ],
)
def test_other_cards(atr: str, kind: Kind) -> None:
    assert card_type(octets(atr)).kind is kind


@pytest.mark.parametrize(
    "atr", ["", "3B", "00", "3C00", "3B01", "3B0000", "3BF0", "3B80" * 20, "3B" + "00" * 40, "3B8180018081"]
)
def test_what_is_no_atr_is_unknown(atr: str) -> None:
    assert card_type(octets(atr)).kind is Kind.UNKNOWN


def test_the_parts_of_an_atr() -> None:
    atr = read_atr(octets("3BF711000140965430040E6CB6D6"))
    assert atr is not None
    assert (atr.protocols, atr.checksum_ok) == ((0,), None)
    assert (atr.interface, atr.historical) == (octets("1100014096"), octets("5430040E6CB6D6"))
    contactless = read_atr(octets("3B8180018080"))
    assert contactless is not None
    assert (contactless.protocols, contactless.historical) == ((0, 1), b"\x80")
