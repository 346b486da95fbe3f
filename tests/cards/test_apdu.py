"""APDUs are built to the letter, and answers are bounded whatever a card says."""

from __future__ import annotations

import pytest

from cards.apdu import FRAMES_MAX, Answer, Command, ask_iso, ask_native, wrap
from cards.dialogue import converse
from cards.errors import BadAnswer, CardRefused
from tests.cards.known import Scripted, always


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (Command(0x00, 0x84, le=8), "0084000008"),
        (Command(0x00, 0x84, le=256), "0084000000"),
        (Command(0x00, 0xA4, 4, 12, b"\xd2\x76"), "00A4040C02D276"),
        (Command(0x00, 0xA4, 4, 0, b"\xd2\x76", 256), "00A4040002D27600"),
        (Command(0x00, 0xB0, le=300), "00B00000" + "00012C"),
        (Command(0x00, 0xD6, data=bytes(256)), "00D60000" + "000100" + "00" * 256),
        (Command(0x00, 0xD6, data=bytes(256), le=65_536), "00D60000" + "000100" + "00" * 256 + "0000"),
        (wrap(0x60), "9060000000"),
        (wrap(0x71, b"\x02\x00"), "9071000002020000"),
    ],
)
def test_a_command_is_encoded_as_the_standard_says(command: Command, octets: str) -> None:
    assert command.encode().hex().upper() == octets


def test_what_no_apdu_can_say_is_refused() -> None:
    for command in (Command(0, 0, data=bytes(65_536)), Command(0, 0, le=0), Command(0, 0, le=65_537)):
        with pytest.raises(ValueError, match="no APDU"):
            command.encode()
    with pytest.raises(ValueError, match="255"):
        wrap(0x3D, bytes(256))


def test_neither_commands_nor_answers_show_their_data() -> None:
    assert "5EC2E7" not in repr(Command(0xFF, 0x82, data=bytes.fromhex("5EC2E7"))).upper()
    assert "5EC2E7" not in repr(Answer.parse(bytes.fromhex("5EC2E79000"))).upper()


@pytest.mark.parametrize("raw", [b"", b"\x90", bytes(65_539)])
def test_an_answer_without_status_or_without_end_is_bad(raw: bytes) -> None:
    with pytest.raises(BadAnswer):
        Answer.parse(raw)


def test_frames_are_put_together() -> None:
    card = Scripted("0102" + "91AF", "03" + "91AF", "04" + "9100")
    assert converse(ask_native(0x60), card) == bytes((1, 2, 3, 4))
    assert card.heard == ["9060000000", "90AF000000", "90AF000000"]


def test_a_card_that_never_ends_is_stopped() -> None:
    with pytest.raises(BadAnswer, match=f"{FRAMES_MAX} frames"):
        converse(ask_native(0x60), always("91AF"))
    with pytest.raises(BadAnswer, match="longer than 20 bytes"):
        converse(ask_native(0x60, answer_max=20), always("00" * 21 + "9100"))


def test_a_refusal_names_the_command_and_the_status() -> None:
    with pytest.raises(CardRefused, match=r"native command BD .*919D.*rights") as refused:
        converse(ask_native(0xBD), always("919D"))
    assert refused.value.sw == 0x919D
    with pytest.raises(CardRefused, match=r"SELECT .*6A82"):
        converse(ask_iso(Command(0, 0xA4), "SELECT"), always("6A82"))


def test_success_of_the_other_kind_is_no_success() -> None:
    with pytest.raises(CardRefused):
        converse(ask_native(0xBD), always("9000"))
    with pytest.raises(CardRefused):
        converse(ask_iso(Command(0, 0xA4), "SELECT"), always("9100"))
