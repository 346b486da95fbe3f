"""A card's version tells its product, and nothing else passes for one."""

from __future__ import annotations

import pytest

from cards.dialogue import converse
from cards.errors import BadAnswer
from cards.version import Product, Version, get_version
from tests.cards.known import Scripted, always, octets

SOFTWARE, UID, MADE = "04010103001A05", "0495910A5D6D80", "99536730302020"
HARDWARE = {
    "04040230001105": Product.NTAG424,
    "04040830001105": Product.NTAG424_TT,
    "04010101001805": Product.DESFIRE_EV1,
    "04010112001A05": Product.DESFIRE_EV2,
    "04010133001A05": Product.DESFIRE_EV3,
    "04080130001305": Product.DESFIRE_LIGHT,
    "04990133001A05": Product.UNKNOWN,
    "05010133001A05": Product.UNKNOWN,
}


@pytest.mark.parametrize("hardware", HARDWARE)
def test_products_are_told_apart(hardware: str) -> None:
    card = Scripted(hardware + "91AF", SOFTWARE + "91AF", UID + MADE + "9100")
    version = converse(get_version(), card)
    assert (version.product, version.uid) == (HARDWARE[hardware], octets(UID))
    assert card.heard == ["9060000000", "90AF000000", "90AF000000"]


@pytest.mark.parametrize("length", [0, 27, 30])
def test_another_length_is_no_version(length: int) -> None:
    with pytest.raises(BadAnswer):
        Version.parse(bytes(length))


def test_a_version_does_not_go_on_for_ever() -> None:
    with pytest.raises(BadAnswer, match="longer than 29"):
        converse(get_version(), always("04040230001105" + "91AF"))
