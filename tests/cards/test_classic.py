"""MIFARE Classic at readers of both makers, against the emulated card, which shares no code with this."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import classic
from cards.classic import ClassicKey, KeyKind, Maker, NoRoom, ValueWentWrong, maker_of, sector_of
from cards.classic_value import LEAST, MOST, ValueBlock
from cards.dialogue import Dialogue, converse
from cards.errors import BadAnswer, CardError, CardRefused
from drivers.virtual.cards.classic import Classic, ClassicAtOmnikey, delivered

KEY_A, KEY_B = ClassicKey(bytes.fromhex("A0A1A2A3A4A5")), ClassicKey(bytes.fromhex("B0B1B2B3B4B5"))
BEDS = {Maker.ACS: Classic, Maker.OMNIKEY: ClassicAtOmnikey}
TEXT = b"sixteen bytes ok"


def card_at(maker: Maker) -> Classic:
    return BEDS[maker](delivered(bytes.fromhex("DEADBEEF"), {1: (KEY_A.value, KEY_B.value)}))


def opened(maker: Maker) -> Classic:
    card = card_at(maker)
    converse(classic.load_key(KEY_A), card.answer)
    converse(classic.authenticate(4, KeyKind.A), card.answer)
    return card


def holding(maker: Maker, value: int) -> Classic:
    card = opened(maker)
    converse(classic.write_block(4, ValueBlock(value, 4).encode()), card.answer)
    return card


@pytest.fixture(params=list(Maker))
def maker(request: pytest.FixtureRequest) -> Maker:
    return Maker(request.param)


def test_a_block_is_written_and_read(maker: Maker) -> None:
    card = opened(maker)
    converse(classic.write_block(5, TEXT), card.answer)
    assert converse(classic.read_block(5), card.answer) == TEXT


def test_a_wrong_key_is_refused_and_none_is_tried_after_it(maker: Maker) -> None:
    card, sent = card_at(maker), list[bytes]()

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        return card.answer(command)

    converse(classic.load_key(KEY_B), transmit)
    with pytest.raises(CardRefused, match="sector 1") as refused:
        converse(classic.authenticate(4, KeyKind.A), transmit)
    assert len(sent) == 2
    assert KEY_B.value.hex() not in str(refused.value).lower()


def test_a_sector_that_is_not_open_is_refused(maker: Maker) -> None:
    with pytest.raises(CardRefused, match="block 8"):
        converse(classic.read_block(8), opened(maker).answer)


@pytest.mark.parametrize(("start", "by"), [(100, 1), (100, -100), (0, -5), (MOST, -MOST), (-7, 7), (5, 0), (1, 258)])
def test_values_go_up_and_down(maker: Maker, start: int, by: int) -> None:
    card = holding(maker, start)
    assert converse(classic.change_value(maker, 4, by), card.answer) == start + by
    assert converse(classic.read_value(4), card.answer) == ValueBlock(start + by, 4)


def test_a_value_is_copied_within_its_sector(maker: Maker) -> None:
    card = holding(maker, 77)
    converse(classic.copy_value(maker, 4, 5), card.answer)
    assert converse(classic.read_value(5), card.answer).value == 77


@pytest.mark.parametrize(("source", "target"), [(4, 8), (4, 7), (1, 0)])
def test_a_value_does_not_leave_its_sector(maker: Maker, source: int, target: int) -> None:
    with pytest.raises(ValueError, match="one sector"):
        converse(classic.copy_value(maker, source, target), opened(maker).answer)


def test_the_wrong_byte_order_is_noticed() -> None:
    """A reader with the commands of ACS and the order of OMNIKEY: 1 would be 16,777,216."""
    card = holding(Maker.ACS, 100)

    def turned(command: bytes) -> bytes:
        swapped = command[:6] + command[:5:-1] if command[1] == classic.VALUE else command
        return card.answer(swapped)

    with pytest.raises(ValueWentWrong, match="16777316"):
        converse(classic.change_value(Maker.ACS, 4, 1), turned)


def test_a_copy_that_did_not_happen_is_noticed() -> None:
    card = holding(Maker.ACS, 77)
    converse(classic.write_block(5, ValueBlock(3, 5).encode()), card.answer)

    def idle(command: bytes) -> bytes:
        return b"\x90\x00" if command[1] == classic.VALUE else card.answer(command)

    with pytest.raises(ValueWentWrong, match="block 5"):
        converse(classic.copy_value(Maker.ACS, 4, 5), idle)


@pytest.mark.parametrize(("start", "by"), [(MOST, 1), (LEAST, -1), (-2, -MOST)])
def test_a_result_without_room_is_not_asked_for(maker: Maker, start: int, by: int) -> None:
    card = holding(maker, start)
    with pytest.raises(NoRoom, match="32 bits"):
        converse(classic.change_value(maker, 4, by), card.answer)
    assert converse(classic.read_value(4), card.answer).value == start


def test_more_than_a_reader_can_be_told_is_not_asked_for() -> None:
    with pytest.raises(ValueError, match="at most"):
        converse(classic.change_value(Maker.ACS, 4, LEAST), lambda _: b"")


def test_where_there_is_no_value_none_is_changed(maker: Maker) -> None:
    card = opened(maker)
    converse(classic.write_block(4, TEXT), card.answer)
    with pytest.raises(BadAnswer, match="disagree"):
        converse(classic.change_value(maker, 4, 1), card.answer)
    assert converse(classic.read_block(4), card.answer) == TEXT


@pytest.mark.parametrize("block", [0, 3, 7, 127, 143, 255])
def test_what_closes_sectors_is_not_written(block: int) -> None:
    with pytest.raises(ValueError, match="for good"):
        converse(classic.write_block(block, TEXT), lambda _: b"\x90\x00")


@pytest.mark.parametrize(
    ("block", "sector"), [(0, 0), (3, 0), (4, 1), (63, 15), (127, 31), (128, 32), (143, 32), (144, 33), (255, 39)]
)
def test_sectors_of_both_sizes(block: int, sector: int) -> None:
    assert sector_of(block) == sector


@pytest.mark.parametrize("block", [-1, 256])
def test_a_block_that_no_card_has_is_refused(block: int) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        sector_of(block)


@pytest.mark.parametrize(
    ("reader", "maker"),
    [
        ("ACS ACR122U PICC Interface 00 00", Maker.ACS),
        ("HID Global OMNIKEY 5022 Smart Card Reader 00 00", Maker.OMNIKEY),
        ("OMNIKEY CardMan 5x21-CL 0", Maker.OMNIKEY),
        ("ACSIS Reader 0", None),
        ("Identiv uTrust 3700 F CL Reader 0", None),
    ],
)
def test_the_maker_is_in_the_readers_name(reader: str, maker: Maker | None) -> None:
    assert maker_of(reader) is maker


def test_keys_have_their_size_and_do_not_show_themselves() -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        ClassicKey(b"short")
    assert "A0A1" not in repr(KEY_A).upper()
    assert str(KEY_A.value) not in repr(KEY_A)


@given(st.integers(LEAST, MOST), st.integers(0, 255))
def test_a_value_block_is_read_as_it_was_written(value: int, address: int) -> None:
    block = ValueBlock(value, address)
    assert ValueBlock.parse(block.encode()) == block


@given(st.integers(LEAST, MOST), st.integers(0, 127))
def test_no_single_bit_of_a_value_block_can_be_changed(value: int, bit: int) -> None:
    data = bytearray(ValueBlock(value, 4).encode())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadAnswer):
        ValueBlock.parse(bytes(data))


@pytest.mark.parametrize(("value", "address"), [(MOST + 1, 0), (LEAST - 1, 0), (0, 256)])
def test_a_value_that_cannot_be_is_not_made(value: int, address: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        ValueBlock(value, address)


DIALOGUES: list[Callable[[], Dialogue[object]]] = [
    lambda: classic.read_block(4),
    lambda: classic.read_value(4),
    lambda: classic.change_value(Maker.ACS, 4, 1),
    lambda: classic.change_value(Maker.OMNIKEY, 4, -1),
    lambda: classic.copy_value(Maker.ACS, 4, 5),
    lambda: classic.authenticate(4, KeyKind.B),
]


@pytest.mark.parametrize("begin", DIALOGUES)
@given(answers=st.lists(st.binary(max_size=20) | st.binary(min_size=16, max_size=16).map(lambda d: d + b"\x90\x00")))
def test_any_answers_end_a_dialogue_well(begin: Callable[[], Dialogue[object]], answers: list[bytes]) -> None:
    left = iter([*answers, *[b"\x6f\x00"] * 3])
    try:
        converse(begin(), lambda _: next(left))
    except CardError:
        return
