"""Known answers of frames on serial lines: PN532 and Zebra SSI."""

from __future__ import annotations

from drivers.card_reader import pn532_frames as pn532
from drivers.scanner import ssi
from terminal.bench.known_answers.given import Given
from terminal.bench.known_answers.judge import Facts

_SAM_NORMAL = bytes((pn532.FROM_HOST, 0x14, 0x01, 0x00, 0x01))  # SAMConfiguration: no SAM, no timeout, use IRQ
_SHORT_WAKE_UP = bytes.fromhex("5555000000")


def _frame(given: Given) -> bytes:
    """A frame that our own parser finds again."""
    data = given.octets("tfi_and_data")
    built = pn532.frame(data)
    return built if pn532.Pn532Parser().feed(built) == [pn532.Pn532Frame("data", data)] else b""


def _ssi_frame(given: Given) -> bytes:
    """A frame that our own parser finds again."""
    parts = given.byte("opcode"), given.byte("source"), given.byte("status"), given.octets("data", b"")
    built = ssi.frame(*parts)
    return built if ssi.FrameParser().feed(built) == [ssi.Frame(*parts)] else b""


PN532: Facts = {
    "frame": _frame,
    "ack": lambda _: pn532.ACK,
    "nack": lambda _: pn532.NACK,
    "wakeup_long": lambda _: pn532.WAKE_UP,
    "wakeup_elechouse_plus_sam": lambda _: _SHORT_WAKE_UP + pn532.frame(_SAM_NORMAL),
    "wakeup_nfcpy": lambda _: f"{bytes(10).hex()} before the first frame",
    "default_baud": lambda _: pn532.BAUD,
}
SSI: Facts = {"frame": _ssi_frame}
