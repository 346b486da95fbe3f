"""EV2 secure messaging (NXP AN12196, AN12343): NTAG 424 DNA, DESFire EV2 and EV3 after EV2First.

Both sides count commands. Each code and each initial vector covers the counter and the transaction identifier TI, so
that nothing said before can be said again.
"""

from __future__ import annotations

import hmac

from cards.aes import AesKey, decrypt, encrypt, pad, unpad
from cards.apdu import ask_native
from cards.channel import READ, WRITE, CommMode
from cards.cmac import MAC_BYTES, cmac, truncated
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, ProofFailed, SessionOver

TI_BYTES = 4
COUNTER_MAX = 0xFFFF
COMMAND_BYTES_MAX = 240  # within the 255 of a short APDU; cards that know EV2 take them in one command
_COMMAND_LABEL, _ANSWER_LABEL = b"\xa5\x5a", b"\x5a\xa5"
_STATUS_OK = b"\0"
_BLOCK = 16


class Ev2Session:
    """The keys, TI and command counter of one authentication; a channel (`cards.channel`).

    Any error ends it, as it does in the card. `key_no` is the key that was proven.
    """

    read_ins, write_ins = READ, WRITE

    def __init__(self, enc: AesKey, mac: AesKey, ti: bytes, key_no: int = 0, counter: int = 0) -> None:
        if len(ti) != TI_BYTES or not 0 <= counter <= COUNTER_MAX:
            raise ValueError(f"a session has a TI of {TI_BYTES} bytes and a counter up to {COUNTER_MAX}")
        self.enc, self.mac, self.ti, self.key_no, self.counter = enc, mac, ti, key_no, counter
        self._over = False

    def send(self, ins: int, header: bytes = b"", data: bytes = b"", mode: CommMode = CommMode.FULL) -> Dialogue[bytes]:
        """As `Channel`. A wrong code in the answer is a ProofFailed."""
        answer = yield from self._exchange(ins, header, data, mode)
        self._over = True  # until the answer has proven itself
        if mode is not CommMode.PLAIN:
            answer = self._verified(answer)
        if mode is CommMode.FULL and answer:
            answer = unpad(decrypt(self.enc, answer, self.answer_iv()))
        self._over = False
        return answer

    def send_last(self, ins: int, header: bytes, data: bytes) -> Dialogue[None]:
        """As `KeyedChannel`."""
        answer = yield from self._exchange(ins, header, data, CommMode.FULL)
        self._over = True
        if answer:
            raise BadAnswer(f"native command {ins:02X} ended the session and was answered with data")

    def send_key(self, ins: int, header: bytes, data: bytes, check: bytes) -> Dialogue[None]:
        """As `KeyedChannel`."""
        if (yield from self.send(ins, header, data + check, CommMode.FULL)):
            raise BadAnswer(f"native command {ins:02X} was answered with data")

    def room(self, header: bytes, mode: CommMode) -> int:
        """As `Channel`."""
        if mode is CommMode.PLAIN:
            return COMMAND_BYTES_MAX - len(header)
        left = COMMAND_BYTES_MAX - len(header) - MAC_BYTES
        return left if mode is CommMode.MAC else left // _BLOCK * _BLOCK - 1

    def command_iv(self) -> bytes:
        """The initial vector of the next command's cryptogram."""
        return self._iv(_COMMAND_LABEL)

    def answer_iv(self) -> bytes:
        """The initial vector of the last answer's cryptogram: the counter has moved on since its command."""
        return self._iv(_ANSWER_LABEL)

    def _exchange(self, ins: int, header: bytes, data: bytes, mode: CommMode) -> Dialogue[bytes]:
        """Say the command, take the answer as it is, and count."""
        if self._over or self.counter == COUNTER_MAX:
            raise SessionOver("this session is over: authenticate again")
        self._over = True  # a command that is not answered leaves nobody knowing what the card counted
        answer = yield from ask_native(ins, self._protected(ins, header, data, mode))
        self.counter += 1
        self._over = False
        return answer

    def _protected(self, ins: int, header: bytes, data: bytes, mode: CommMode) -> bytes:
        if mode is CommMode.PLAIN:
            return header + data
        if mode is CommMode.FULL and data:
            data = encrypt(self.enc, pad(data), self.command_iv())
        return header + data + self._code(bytes((ins,)), header + data)

    def _verified(self, answer: bytes) -> bytes:
        if len(answer) < MAC_BYTES:
            raise BadAnswer(f"an answer of {len(answer)} bytes holds no code of {MAC_BYTES}")
        body, code = answer[:-MAC_BYTES], answer[-MAC_BYTES:]
        if not hmac.compare_digest(code, self._code(_STATUS_OK, body)):
            raise ProofFailed("the code of the card's answer is wrong: somebody altered it, or it is another card")
        return body

    def _code(self, first: bytes, rest: bytes) -> bytes:
        return truncated(cmac(self.mac, first + self._count() + self.ti + rest))

    def _iv(self, label: bytes) -> bytes:
        return encrypt(self.enc, (label + self.ti + self._count()).ljust(_BLOCK, b"\0"))

    def _count(self) -> bytes:
        return self.counter.to_bytes(2, "little")
