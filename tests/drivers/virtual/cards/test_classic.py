"""The emulated MIFARE Classic at readers of both makers: keys, rights, values, and what a torn write leaves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.cards.classic import Classic, ClassicAtOmnikey, delivered
from drivers.virtual.cards.classic_access import trailer
from drivers.virtual.cards.classic_values import value_block, value_of
from drivers.virtual.cards.eeprom import Pulled

UID = bytes.fromhex("DEADBEEF")
KEY_A, KEY_B = bytes.fromhex("A0A1A2A3A4A5"), bytes.fromhex("B0B1B2B3B4B5")
OK, NO = b"\x90\x00", b"\x63\x00"
TEXT = b"sixteen bytes ok"
VALUES = bytes.fromhex("08778F69")  # data blocks 110, trailer 011: values that key B alone may raise


def opened(card: Classic, block: int = 4, kind: int = 0x60, key: bytes = KEY_A) -> bytes:
    """The answer to an authentication after the key was loaded."""
    assert card.answer(bytes.fromhex("FF82000006") + key) == OK
    return card.answer(bytes([0xFF, 0x86, 0, 0, 5, 1, 0, block, kind, 0]))


def read(card: Classic, block: int = 4) -> bytes:
    return card.answer(bytes([0xFF, 0xB0, 0, block, 16]))


def write(card: Classic, block: int, data: bytes) -> bytes:
    return card.answer(bytes([0xFF, 0xD6, 0, block, 16]) + data)


@pytest.fixture
def card() -> Classic:
    return Classic(delivered(UID, {1: (KEY_A, KEY_B)}))


@pytest.fixture
def purse() -> Classic:
    """Block 4 is a value of 100, which key B may raise and both may lower."""
    card = Classic(delivered(UID, {1: (KEY_A, KEY_B)}))
    opened(card)
    write(card, 4, value_block(100, 4))
    write(card, 7, trailer(KEY_A, KEY_B, VALUES))
    opened(card)
    return card


def test_it_tells_its_uid_and_knows_no_card_commands(card: Classic) -> None:
    assert card.answer(bytes.fromhex("FFCA000000")) == UID + OK
    assert card.answer(bytes.fromhex("00A4040000")) == b"\x6e\x00"
    assert card.answer(bytes.fromhex("FF99000000")) == b"\x6d\x00"
    assert card.atr.hex().upper() == "3B8F8001804F0CA000000306030001000000006A"


def test_a_sector_opens_to_its_key_alone(card: Classic) -> None:
    assert read(card) == NO
    assert opened(card, key=KEY_B) == NO
    assert opened(card) == OK
    assert read(card) == bytes(16) + OK
    assert read(card, 8) == NO, "another sector"
    assert opened(card, key=KEY_B) == NO
    assert read(card) == NO, "a failed authentication closes what was open"


def test_a_key_has_to_be_loaded_and_goes_with_power(card: Classic) -> None:
    assert card.answer(bytes.fromhex("FF860000050100046005")) == b"\x69\x88"
    assert opened(card) == OK
    card.power_off()
    assert read(card) == NO
    assert card.answer(bytes.fromhex("FF860000050100046000")) == b"\x69\x88"


def test_keys_are_never_read_and_blocks_are_written_whole(card: Classic) -> None:
    opened(card)
    assert write(card, 4, TEXT) == OK
    assert read(card) == TEXT + OK
    assert read(card, 7) == bytes(6) + bytes.fromhex("FF078069") + KEY_B + OK, "key B is data here"
    assert card.answer(bytes([0xFF, 0xD6, 0, 4, 4]) + TEXT[:4]) == b"\x67\x00"
    opened(card, block=0, key=b"\xff" * 6)
    assert read(card, 0)[:5] == UID + bytes([0xDE ^ 0xAD ^ 0xBE ^ 0xEF])
    assert write(card, 0, TEXT) == NO, "the maker's block"


def test_a_key_that_can_be_read_opens_nothing(card: Classic) -> None:
    assert opened(card, kind=0x61, key=KEY_B) == OK
    assert read(card) == NO


def test_rights_follow_the_access_bits(purse: Classic) -> None:
    assert read(purse, 7)[:10] == bytes(6) + VALUES
    assert read(purse, 7)[10:16] == bytes(6)
    assert write(purse, 4, TEXT) == NO, "key A may not write"
    assert write(purse, 7, trailer(KEY_B, KEY_A)) == NO
    opened(purse, kind=0x61, key=KEY_B)
    assert write(purse, 7, trailer(bytes(6), KEY_B)) == OK
    assert opened(purse, key=bytes(6)) == OK


def test_what_a_key_may_not_write_of_the_trailer_stays(card: Classic) -> None:
    opened(card)
    keys_alone = bytes.fromhex("F78F0069")  # trailer 100: key B writes the keys, and nobody the bits
    assert write(card, 7, trailer(KEY_A, KEY_B, keys_alone)) == OK
    opened(card)
    assert write(card, 7, trailer(KEY_B, KEY_A)) == NO
    opened(card, kind=0x61, key=KEY_B)
    assert write(card, 7, trailer(KEY_B, KEY_A)) == OK
    assert opened(card, key=KEY_B) == OK
    assert read(card, 7) == bytes(6) + keys_alone + bytes(6) + OK


def test_bits_whose_copies_disagree_lose_the_sector_for_good(card: Classic) -> None:
    opened(card)
    assert write(card, 7, trailer(KEY_A, KEY_B, bytes.fromhex("F78F0169"))) == OK
    opened(card)
    assert read(card) == NO
    assert write(card, 7, trailer(KEY_A, KEY_B)) == NO


def test_values_with_the_most_significant_byte_first(purse: Classic) -> None:
    assert purse.answer(bytes.fromhex("FFB1000404")) == bytes.fromhex("00000064") + OK
    assert purse.answer(bytes.fromhex("FFD70004050200000014")) == OK
    assert purse.answer(bytes.fromhex("FFB1000404")) == bytes.fromhex("00000050") + OK
    assert purse.answer(bytes.fromhex("FFD70004050100000014")) == NO, "key A may not raise it"
    opened(purse, kind=0x61, key=KEY_B)
    assert purse.answer(bytes.fromhex("FFD70004050100000100")) == OK
    assert purse.answer(bytes.fromhex("FFB1000404")) == (80 + 256).to_bytes(4, "big") + OK
    assert purse.answer(bytes.fromhex("FFD70005050200000007")) == NO, "block 5 holds no value"
    assert purse.answer(bytes.fromhex("FFD70004020305")) == OK, "a copy to block 5"
    assert purse.answer(bytes.fromhex("FFB1000504")) == (80 + 256).to_bytes(4, "big") + OK
    assert purse.answer(bytes.fromhex("FFD7000505007FFFFFFF")) == OK
    assert purse.answer(bytes.fromhex("FFD70005050100000001")) == NO, "too large a sum"


def test_values_with_the_least_significant_byte_first_at_omnikey(purse: Classic) -> None:
    card = ClassicAtOmnikey(purse.eeprom)
    opened(card, kind=0x61, key=KEY_B)
    assert card.answer(bytes.fromhex("FFD800040414000000")) == OK
    assert value_of(read(card)[:16]) == 80
    assert card.answer(bytes.fromhex("FFD400040400010000")) == OK
    assert value_of(read(card)[:16]) == 80 + 256
    assert card.answer(bytes.fromhex("FFD70004050200000014")) == b"\x6d\x00"
    assert card.answer(bytes.fromhex("FFD800050401000000")) == b"\x69\x82", "block 5 holds no value"


def test_a_torn_value_is_no_value_any_more(purse: Classic) -> None:
    purse.eeprom.cut(1, 6)
    with pytest.raises(Pulled):
        purse.answer(bytes.fromhex("FFD70004050200000014"))
    purse.power_off()
    opened(purse)
    assert purse.answer(bytes.fromhex("FFB1000404")) == NO
    assert read(purse)[:4] == (80).to_bytes(4, "little")


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.integers(-(2**31), 2**31 - 1), st.integers(0, 63), st.integers(0, 15), st.integers(1, 255))
def test_a_value_is_read_back_and_any_altered_byte_is_seen(value: int, address: int, at: int, bits: int) -> None:
    block = value_block(value, address)
    assert value_of(block) == value
    assert value_of(block[:at] + bytes([block[at] ^ bits]) + block[at + 1 :]) is None


@pytest.mark.parametrize("bad", [{16: (KEY_A, KEY_B)}, {0: (b"", KEY_B)}])
def test_a_memory_of_another_shape_is_refused(bad: dict[int, tuple[bytes, bytes]]) -> None:
    with pytest.raises(ValueError, match="Classic"):
        delivered(UID, bad)
