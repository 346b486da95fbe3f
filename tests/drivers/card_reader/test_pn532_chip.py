"""Speaking with a PN532: waking, acknowledgements, damaged frames, and talks that do not end."""

from __future__ import annotations

import pytest

from drivers.card_reader.pn532_chip import ChipFailed, ChipSilent
from drivers.card_reader.pn532_frames import ACK, NACK, frame
from drivers.errors import CardGone, CardMute
from drivers.virtual.cards.card import Card
from drivers.virtual.cards.uid_only import UidOnly, marked
from drivers.virtual.pn532_chip import VirtualPn532
from tests.cards.known import entry, octets
from tests.drivers.card_reader.pn532_line import Line, awake, on_line

ADA = bytes.fromhex("04A1B2C3D4E5F6")
SELECT = bytes.fromhex("00A4040000")


class Talker(UidOnly):
    """Speaks APDUs and counts them."""

    atr = bytes.fromhex("3B8180018080")
    count = 0

    def answer(self, apdu: bytes) -> bytes:
        self.count += 1
        return apdu + b"\x90\x00"


@pytest.fixture
def line() -> Line:
    return Line(VirtualPn532())


def laid(line: Line) -> Talker:
    card = Talker(marked(ADA))
    line.chip.card = card
    return card


def test_the_chip_is_woken_and_set_up_in_the_frames_of_the_known_answers(line: Line) -> None:
    assert on_line(line).wake() == (0x32, 1, 6)
    assert line.heard[0] == ACK + octets(entry("pn532-constants")["wakeup_long"])
    assert line.heard[1] == octets(entry("pn532-samconfiguration-normal-irq0")["frame"])
    assert line.heard[2] == octets(entry("pn532-getfirmwareversion")["frame"])
    assert line.beats > 0


def test_without_waking_it_sleeps(line: Line) -> None:
    """The control: the wake-up is needed."""
    with pytest.raises(ChipSilent):
        on_line(line).find()


def test_a_card_is_found_and_its_presence_asked_for_without_starting_it_anew(line: Line) -> None:
    chip = awake(line)
    assert chip.find() is None
    card: Card = laid(line)
    target = chip.find()
    assert target is not None
    assert (target.uid, target.atr) == (ADA, card.atr)
    line.heard.clear()
    assert chip.is_there(target)
    assert line.heard == [frame(bytes.fromhex("D40006"))]
    line.chip.card = None
    assert not chip.is_there(target)


def test_a_storage_card_is_there_while_its_number_is(line: Line) -> None:
    chip = awake(line)
    line.chip.card = UidOnly(marked(ADA))
    target = chip.find()
    assert target is not None
    assert chip.is_there(target)
    line.chip.card = UidOnly(marked(ADA[:-1] + b"\x00"))
    assert not chip.is_there(target)


def test_a_command_that_gets_no_acknowledgement_is_sent_again_but_never_to_a_card(line: Line) -> None:
    chip = awake(line)
    card = laid(line)
    target = chip.find()
    assert target is not None
    losses = [b""]
    line.bend = lambda sent: losses.pop() if losses else sent
    assert chip.find() is not None
    losses.append(b"")
    with pytest.raises(CardMute):
        chip.exchange(target, SELECT, 1)
    assert card.count == 1
    assert chip.exchange(target, SELECT, 1) == SELECT + b"\x90\x00"


def test_an_answer_without_its_acknowledgement_is_an_answer(line: Line) -> None:
    chip = awake(line)
    laid(line)
    line.bend = lambda sent: sent.removeprefix(ACK)
    target = chip.find()
    assert target is not None
    assert chip.exchange(target, SELECT, 1) == SELECT + b"\x90\x00"


@pytest.mark.parametrize("byte", range(6, 18))
def test_a_byte_that_came_damaged_is_repaired_by_asking_again(line: Line, byte: int) -> None:
    chip = awake(line)
    card = laid(line)
    target = chip.find()
    assert target is not None
    bends = [byte]

    def bend(sent: bytes) -> bytes:
        at = bends.pop() if bends else len(sent)
        return sent[:at] + bytes([sent[at] ^ 0x10]) + sent[at + 1 :] if at < len(sent) else sent

    line.bend = bend
    assert chip.exchange(target, SELECT, 1) == SELECT + b"\x90\x00"
    assert (card.count, line.heard.count(NACK)) == (1, int(byte not in {6, 18}))


@pytest.mark.parametrize(("status", "error"), [(0x01, CardGone), (0x2B, CardGone), (0x0D, ChipFailed)])
def test_errors_of_the_card_and_of_the_chip(line: Line, status: int, error: type[Exception]) -> None:
    chip = awake(line)
    laid(line)
    target = chip.find()
    assert target is not None
    line.bend = lambda _: ACK + frame(bytes([0xD5, 0x41, status]))
    with pytest.raises(error):
        chip.exchange(target, SELECT, 1)


@pytest.mark.parametrize("part", [b"\x40", b"\x40" + bytes(200)])
def test_an_answer_that_goes_on_for_ever_is_given_up(line: Line, part: bytes) -> None:
    chip = awake(line)
    laid(line)
    target = chip.find()
    assert target is not None
    line.bend = lambda _: ACK + frame(b"\xd5\x41" + part)
    with pytest.raises(CardMute, match="does not end"):
        chip.exchange(target, SELECT, 1000)


def test_a_card_that_does_not_answer_is_given_up_by_an_acknowledgement(line: Line) -> None:
    chip = awake(line)
    laid(line)
    target = chip.find()
    assert target is not None
    line.heard.clear()
    line.bend = lambda sent: sent[: len(ACK)]
    with pytest.raises(CardMute):
        chip.exchange(target, SELECT, 1)
    assert line.heard[1:] == [ACK]
    assert 1 <= line.now <= 10


def test_a_chip_that_does_not_understand_is_none(line: Line) -> None:
    chip = awake(line)
    line.bend = lambda _: ACK + octets(entry("pn532-error-frame")["frame"])
    with pytest.raises(ChipSilent):
        chip.find()
