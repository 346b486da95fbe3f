"""Secure messaging of DESFire EV1 with an AES key: one chain of codes over all commands and answers.

Everything that is said moves the chain: the code of a message is CMAC begun with the code before it, and its first
eight bytes travel. Enciphered parts carry a CRC and hand their last block on. The source is the published behaviour of
the card (libfreefare, "DESFire EV1 Communication Examples"); NXP's own data sheet is not public.
"""

from __future__ import annotations

import hmac

from cards.aes import BLOCK, ZERO_BLOCK, AesKey, decrypt, encrypt, xor
from cards.apdu import ask_native
from cards.channel import COMMAND_BYTES_MAX, READ_EV1, WRITE_EV1, CommMode
from cards.cmac import MAC_BYTES, subkeys
from cards.crc import CRC_BYTES, crc32
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, ProofFailed, SessionOver

STATUS_OK = b"\0"
PADDING_MAX = BLOCK


class Ev1Session:
    """The session key and the chain of one authentication; a channel (`cards.channel`). Any error ends it."""

    read_ins, write_ins = READ_EV1, WRITE_EV1

    def __init__(self, key: AesKey, key_no: int = 0, chain: bytes = ZERO_BLOCK) -> None:
        self.key, self.key_no, self.chain = key, key_no, chain
        self._whole, self._filled = subkeys(key)
        self._over = False

    def send(self, ins: int, header: bytes = b"", data: bytes = b"", mode: CommMode = CommMode.MAC) -> Dialogue[bytes]:
        """As `Channel`. Answers carry a code in every mode; a wrong one is a ProofFailed."""
        answer = yield from self._exchange(ins, self._protected(ins, header, data, mode))
        if mode is CommMode.FULL and len(answer) != MAC_BYTES:
            opened = self._deciphered(answer)
        else:
            opened = self._verified(answer)
        self._over = False
        return opened

    def send_last(self, ins: int, header: bytes, data: bytes) -> Dialogue[None]:
        """As `KeyedChannel`."""
        sealed = self.encipher(bytes((ins,)) + header, data)
        if (yield from self._exchange(ins, header + sealed)):
            raise BadAnswer(f"native command {ins:02X} ended the session and was answered with data")

    def send_key(self, ins: int, header: bytes, data: bytes, check: bytes) -> Dialogue[None]:
        """As `KeyedChannel`."""
        sealed = self.encipher(bytes((ins,)) + header, data, check)
        if self._verified((yield from self._exchange(ins, header + sealed))):
            raise BadAnswer(f"native command {ins:02X} was answered with data")
        self._over = False

    def room(self, header: bytes, mode: CommMode) -> int:
        """As `Channel`."""
        left = COMMAND_BYTES_MAX - len(header)
        if mode is CommMode.FULL:
            return left // BLOCK * BLOCK - CRC_BYTES
        return left if mode is CommMode.PLAIN else left - MAC_BYTES

    def code(self, message: bytes) -> bytes:
        """Move the chain over `message`; the first eight bytes of it are what travels."""
        if message and len(message) % BLOCK == 0:
            filled, mask = message, self._whole
        else:
            filled, mask = message + b"\x80" + bytes(-(len(message) + 1) % BLOCK), self._filled
        masked = filled[:-BLOCK] + xor(filled[-BLOCK:], mask)
        self.chain = encrypt(self.key, masked, self.chain)[-BLOCK:]
        return self.chain[:MAC_BYTES]

    def encipher(self, said: bytes, data: bytes, check: bytes = b"") -> bytes:
        """`data` with the CRC over `said` and it, enciphered; moves the chain."""
        sealed = encrypt(self.key, with_crc(said, data, check), self.chain)
        self.chain = sealed[-BLOCK:]
        return sealed

    def _exchange(self, ins: int, body: bytes) -> Dialogue[bytes]:
        """Say the command; the session stays over until the answer has proven itself."""
        if self._over:
            raise SessionOver("this session is over: authenticate again")
        self._over = True
        return (yield from ask_native(ins, body))

    def _protected(self, ins: int, header: bytes, data: bytes, mode: CommMode) -> bytes:
        said = bytes((ins,)) + header
        if mode is CommMode.FULL and data:
            return header + self.encipher(said, data)
        code = self.code(said + data)
        return header + data + (code if mode is CommMode.MAC and data else b"")

    def _verified(self, answer: bytes) -> bytes:
        if len(answer) < MAC_BYTES:
            raise BadAnswer(f"an answer of {len(answer)} bytes holds no code of {MAC_BYTES}")
        data, code = answer[:-MAC_BYTES], answer[-MAC_BYTES:]
        if not hmac.compare_digest(code, self.code(data + STATUS_OK)):
            raise ProofFailed("the code of the card's answer is wrong: somebody altered it, or it is another card")
        return data

    def _deciphered(self, answer: bytes) -> bytes:
        if not answer:
            raise BadAnswer("an enciphered answer is empty")
        plain = decrypt(self.key, answer, self.chain)
        self.chain = answer[-BLOCK:]
        return without_crc(plain)


def with_crc(said: bytes, data: bytes, check: bytes = b"") -> bytes:
    """Data, CRC, check and zeros up to a whole block: the text of a cryptogram to the card."""
    text = data + crc32(said + data) + check
    return text + bytes(-len(text) % BLOCK)


def without_crc(plain: bytes) -> bytes:
    """The data of a deciphered answer: it ends where the CRC over data and status stands, before the padding.

    The padding is zeros, or 80 and zeros, so the place of the CRC has to be found. Raises ProofFailed where there is
    none: without the key nobody makes an answer that has one.
    """
    ends = range(max(0, len(plain) - CRC_BYTES - PADDING_MAX), len(plain) - CRC_BYTES + 1)
    for end in ends:
        crc, padding = plain[end : end + CRC_BYTES], plain[end + CRC_BYTES :]
        if not padding.removeprefix(b"\x80").strip(b"\0") and hmac.compare_digest(crc, crc32(plain[:end] + STATUS_OK)):
            return plain[:end]
    raise ProofFailed("the checksum of the card's enciphered answer is wrong: it was altered, or made with another key")
