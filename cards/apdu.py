"""Command and answer APDUs (ISO/IEC 7816-4), and native DESFire commands wrapped into them (class 90)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cards.dialogue import Dialogue
from cards.errors import BadAnswer, CardRefused

SHORT_DATA_MAX = 255
SHORT_ANSWER_MAX = 256
DATA_MAX = 65_535
ANSWER_DATA_MAX = 65_536
SUCCESS = 0x9000
NATIVE_CLASS = 0x90
NATIVE_SUCCESS = 0x9100
NATIVE_MORE = 0x91AF
NEXT_FRAME = 0xAF
FRAMES_MAX = 64  # far more than the longest standard file needs; a card that never ends is stopped here


@dataclass(frozen=True, slots=True)
class Command:
    """`le` is how many bytes the answer may hold, 1 to 65,536, or None where the command asks for none.

    `data` stays out of the repr: it may hold a key on its way to a reader.
    """

    cla: int
    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    def encode(self) -> bytes:
        """The bytes on the wire: short where everything fits, else extended. ValueError for what no APDU can say."""
        if len(self.data) > DATA_MAX or not (self.le is None or 1 <= self.le <= ANSWER_DATA_MAX):
            raise ValueError(f"no APDU holds {len(self.data)} bytes of data with an answer of {self.le}")
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        if len(self.data) <= SHORT_DATA_MAX and (self.le or 0) <= SHORT_ANSWER_MAX:
            length = bytes((len(self.data),)) if self.data else b""
            return head + length + self.data + (b"" if self.le is None else bytes((self.le % 256,)))
        length = b"\0" + len(self.data).to_bytes(2, "big") if self.data else b""
        wanted = b"" if self.le is None else (b"" if self.data else b"\0") + (self.le % 65_536).to_bytes(2, "big")
        return head + length + self.data + wanted


@dataclass(frozen=True, slots=True)
class Answer:
    """What a card said: `data`, which stays out of the repr, and the status word `sw`."""

    data: bytes = field(repr=False)
    sw: int

    @classmethod
    def parse(cls, raw: bytes) -> Answer:
        """Read the bytes of an answer. Raises BadAnswer if no card can have meant them."""
        if not 2 <= len(raw) <= ANSWER_DATA_MAX + 2:
            raise BadAnswer(f"an answer of {len(raw)} bytes: a status word has 2, an answer at most {ANSWER_DATA_MAX}")
        return cls(bytes(raw[:-2]), int.from_bytes(raw[-2:], "big"))


def ask(command: Command) -> Dialogue[Answer]:
    """One command, one answer, whatever its status."""
    return Answer.parse((yield command.encode()))


def ask_iso(command: Command, asked: str) -> Dialogue[bytes]:
    """One command that must succeed with 9000; gives the data. `asked` names it in the error."""
    answer = yield from ask(command)
    if answer.sw != SUCCESS:
        raise CardRefused(answer.sw, asked)
    return answer.data


def wrap(ins: int, data: bytes = b"") -> Command:
    """A native command in its ISO clothes: 90 ins 00 00 [Lc data] 00."""
    if len(data) > SHORT_DATA_MAX:
        raise ValueError(f"a native command carries at most {SHORT_DATA_MAX} bytes, not {len(data)}")
    return Command(NATIVE_CLASS, ins, 0, 0, data, SHORT_ANSWER_MAX)


def ask_native(ins: int, data: bytes = b"", answer_max: int = ANSWER_DATA_MAX) -> Dialogue[bytes]:
    """A native command; gives the data of all frames of its answer.

    Raises CardRefused for a status that is neither 9100 nor "more follows" (91AF), BadAnswer for more than
    `FRAMES_MAX` frames or `answer_max` bytes: a card must not hold a terminal by never ending.
    """
    asked, collected = f"native command {ins:02X}", b""
    command = wrap(ins, data)
    for _ in range(FRAMES_MAX):
        answer = yield from ask(command)
        collected += answer.data
        if len(collected) > answer_max:
            raise BadAnswer(f"{asked}: the answer is longer than {answer_max} bytes")
        if answer.sw == NATIVE_SUCCESS:
            return collected
        if answer.sw != NATIVE_MORE:
            raise CardRefused(answer.sw, asked)
        command = wrap(NEXT_FRAME)
    raise BadAnswer(f"{asked}: the answer does not end after {FRAMES_MAX} frames")
