"""The host's side of SSI: which codes the frames carry, and what is answered to each. Pure."""

from __future__ import annotations

from drivers.scanner.code import ANEW_MS, FORGET_MS, Code, Fault, read_code
from drivers.scanner.ssi import AIM_OF_TYPE, DECODER, NAK_RESEND, Frame, FrameParser, Op, ack, nak

SETTLE_MS = 250  # a decoder leaves less than that between two bytes of a frame
_BYTES_PER_CHAR = 4


class SsiHost:
    """Feed it bytes as they come: it gives codes, and `take_answer` gives what is to be sent back.

    Every frame is acknowledged; noise is answered by NAK, for which the decoder sends its frame again. A frame that it
    sends again because our answer was lost is acknowledged again and is no second scan. A code that takes several
    frames has its type in the first. What was left out is in `faults`, as in LineParser.
    """

    def __init__(self, chars_max: int = 4096, strip_aim: bool = True) -> None:
        self._chars_max = chars_max
        self._bytes_max = chars_max * _BYTES_PER_CHAR
        self._strip_aim = strip_aim
        self._frames = FrameParser()
        self._answer = b""
        self._message = b""
        self._last: bytes | None = None
        self._unhealed = False
        self._stalled = False
        self.faults: set[Fault] = set()

    def feed(self, data: bytes) -> list[Code]:
        """The codes that end within `data`."""
        return self._heard(self._frames.feed(data))

    def silent(self, since_ms: int) -> list[Code]:
        """Nothing came for `since_ms`: half a frame never gets whole, and what was not sent again is lost, with the
        frames that may still come of it."""
        codes = self._heard(self._frames.settle()) if since_ms >= SETTLE_MS else []
        if since_ms >= FORGET_MS:
            if self._unhealed or self._message:
                self.faults.add("scan_noisy")
            self._stalled = since_ms < ANEW_MS and (self._stalled or bool(self._message))
            self._unhealed, self._message = False, b""
            self._frames.in_noise = False
        return codes

    def take_answer(self) -> bytes:
        """What the decoder is to hear now."""
        answer, self._answer = self._answer, b""
        return answer

    def _heard(self, frames: list[Frame]) -> list[Code]:
        damaged = self._frames.take_damaged()
        if damaged:
            self._unhealed, self._last = True, None
        codes = [code for one in frames if one.source == DECODER for code in self._frame(one)]
        if damaged and self._frames.in_noise:
            self._answer += nak(NAK_RESEND)
        return codes

    def _frame(self, one: Frame) -> list[Code]:
        if one.opcode in {Op.CMD_ACK, Op.CMD_NAK}:
            return []
        self._answer += ack()
        if one.opcode != Op.DECODE_DATA or (one.retransmitted and one.data == self._last):
            return []
        self._unhealed, self._last = False, one.data
        self._message = (self._message + one.data)[: self._bytes_max + 2]  # the type, and one byte more than may be
        if one.continued:
            return []
        message, self._message = self._message, b""
        if self._stalled:
            self._stalled = False
            self.faults.add("scan_noisy")
            return []
        return self._code(message)

    def _code(self, message: bytes) -> list[Code]:
        found = self._read(message[1:])
        if isinstance(found, str):
            self.faults.add(found)
            return []
        if found is None:
            return []
        aim = found.aim or (AIM_OF_TYPE.get(message[0], "") if self._strip_aim else "")
        return [Code(found.text, aim)]

    def _read(self, data: bytes) -> Code | Fault | None:
        """A decoder may put the suffix that it was set to behind a code here, too."""
        if len(data) > self._bytes_max:
            return "scan_too_long"
        try:
            return read_code(data.rstrip(b"\r\n").decode("utf-8"), self._chars_max, self._strip_aim)
        except UnicodeDecodeError:
            return "scan_noisy"
