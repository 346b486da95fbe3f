"""A virtual scanner that speaks SSI at the other end of a pseudo-terminal, from the decoder's side.

`python -m drivers.virtual.ssi_scanner PORT` makes the symlink PORT and reads orders as JSON lines, each answered with a
line: `{"scan": "6901234567892"}` is a code, `{"damage": 2}` spoils the next two frames on the wire, `{"mute": 1}` makes
it miss the next answer. It ends with its input.
"""

from __future__ import annotations

import json
import os
import select
import sys
import termios
import tty
from pathlib import Path
from typing import Any, BinaryIO

from drivers.scanner.ssi import CONTINUED, DATA_BYTES_MAX, DECODER, RETRANSMITTED, Frame, FrameParser, Op, frame

EAN_13 = 0x0B
TRIES = 3  # as a decoder does: once, and twice again
ANSWER_S_MAX = 2.0


class SsiDecoder:
    """The decoder at its end of a wire, the file descriptor `end`; one thread's. `scan` waits for the host's answers.

    `damage` frames are spoilt on the wire and `mute` answers of the host are not heard, each counted down to 0.
    """

    def __init__(self, end: int = -1, answer_s: float = ANSWER_S_MAX) -> None:
        self.end = end
        self.damage = 0
        self.mute = 0
        self._answer_s = answer_s
        self._frames = FrameParser()

    def scan(self, text: str, code_type: int = EAN_13) -> bool:
        """Send one code, in as many frames as it needs. Whether the host took each of them."""
        data = bytes([code_type]) + text.encode()
        parts = [data[start : start + DATA_BYTES_MAX] for start in range(0, len(data), DATA_BYTES_MAX)]
        return all(self.send(part, CONTINUED if part is not parts[-1] else 0) for part in parts)

    def send(self, data: bytes, status: int = 0) -> bool:
        """Send one DECODE_DATA frame until the host takes it, three times at most. Whether it did."""
        self._forget_answers()
        for again in (0, *[RETRANSMITTED] * (TRIES - 1)):
            self._write(frame(Op.DECODE_DATA, DECODER, status | again, data))
            answer = self._answer()
            if answer is not None and answer.opcode == Op.CMD_ACK:
                return True
        return False

    def _write(self, sent: bytes) -> None:
        if self.damage:
            self.damage -= 1
            sent = sent[:-1] + bytes([sent[-1] ^ 0xFF])
        while sent:
            sent = sent[os.write(self.end, sent) :]

    def _forget_answers(self) -> None:
        """What the host said to an earlier frame answers no later one."""
        while select.select([self.end], [], [], 0)[0]:
            self._frames.feed(os.read(self.end, 4096))

    def _answer(self) -> Frame | None:
        """The host's next answer, or None if none came in time."""
        while select.select([self.end], [], [], self._answer_s)[0]:
            for heard in self._frames.feed(os.read(self.end, 4096)):
                if self.mute:
                    self.mute -= 1
                    return None
                return heard
        return None


class SsiScanner(SsiDecoder):
    """A decoder on a pseudo-terminal; after `unplug` and `plug` the symlink `port` leads to another one."""

    def __init__(self, port: Path, answer_s: float = ANSWER_S_MAX) -> None:
        super().__init__(answer_s=answer_s)
        self.port = port
        self._slave = -1
        self.plug()

    def __enter__(self) -> SsiScanner:
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def plug(self) -> None:
        """Put the cable in. Raises OSError when the symlink cannot be made."""
        self.end, self._slave = os.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        """Pull the cable, if it is in."""
        self.port.unlink(missing_ok=True)
        for end in (self._slave, self.end):
            if end >= 0:
                os.close(end)
        self.end = self._slave = -1


def obey(scanner: SsiScanner, line: bytes) -> dict[str, Any]:
    """Do one order and say what came of it."""
    try:
        order = json.loads(line)
        if "scan" in order:
            return {"done": "scan", "taken": scanner.scan(str(order["scan"]))}
        name = next(name for name in ("damage", "mute") if name in order)
        setattr(scanner, name, int(order[name]))
    except (ValueError, TypeError, StopIteration) as error:
        return {"error": f"no such order: {error}"}
    return {"done": name}


def serve(scanner: SsiScanner, orders: BinaryIO, answers: BinaryIO) -> None:
    """Obey until `orders` ends."""
    for line in orders:
        answers.write(json.dumps(obey(scanner, line)).encode() + b"\n")
        answers.flush()


def main() -> None:
    """The process; its only argument is the port to make."""
    with SsiScanner(Path(sys.argv[1])) as scanner:
        serve(scanner, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
