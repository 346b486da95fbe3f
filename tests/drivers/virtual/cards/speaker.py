"""The other side of EV2 secure messaging, short and with the library's own CMAC: neither card nor terminal code."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

from drivers.virtual.cards.card import Card

RND_A = bytes.fromhex("13C5DB8A5930439FC3DEF9A4C675360F")
APPLICATION = bytes.fromhex("00A4040C07D2760000850101")
SEVEN = bytes.fromhex("04A1B2C3D4E5F6")


class Queue:
    """Chance that gives what it was told to; whoever draws more, or another length, fails."""

    def __init__(self, *draws: str) -> None:
        self._draws = [bytes.fromhex(draw) for draw in draws]

    def __call__(self, length: int) -> bytes:
        draw = self._draws.pop(0)
        assert len(draw) == length
        return draw


def full_mac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


def cbc(key: bytes, data: bytes, *, encrypt: bool, iv: bytes = bytes(16)) -> bytes:
    cipher = Cipher(AES(key), CBC(iv))
    worker = cipher.encryptor() if encrypt else cipher.decryptor()
    return worker.update(data) + worker.finalize()


def wrap(ins: int, data: bytes = b"") -> bytes:
    """A native command in ISO/IEC 7816-4 dress."""
    return bytes([0x90, ins, 0, 0]) + (bytes([len(data)]) + data if data else b"") + b"\x00"


class Speaker:
    """A terminal that speaks with one card. `log_in` before any secured command."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.counter = 0
        self.ti = bytes(4)

    def plain(self, ins: int, data: bytes = b"") -> bytes:
        """Send without protection (the counter moves all the same); give the answer with its status."""
        self.counter += 1
        return self.card.answer(wrap(ins, data))

    def log_in(self, key: bytes, number: int = 0, *, first: bool = True) -> bytes:
        """The status of the second pass, or of the first one if that fails."""
        opening = wrap(0x71, bytes([number, 0])) if first else wrap(0x77, bytes([number]))
        asked = self.card.answer(opening)
        if asked[-2:] != b"\x91\xaf":
            return asked[-2:]
        rnd_b = cbc(key, asked[:-2], encrypt=False)
        answer = self.card.answer(wrap(0xAF, cbc(key, RND_A + rnd_b[1:] + rnd_b[:1], encrypt=True)))
        if answer[-2:] != b"\x91\x00":
            return answer[-2:]
        plain = cbc(key, answer[:-2], encrypt=False)
        if first:
            self.ti, self.counter, plain = plain[:4], 0, plain[4:]
        assert plain[:16] == RND_A[1:] + RND_A[:1], "the card did not prove that it has the key"
        mixed = bytes(a ^ b for a, b in zip(RND_A[2:8], rnd_b[:6], strict=True))
        context = bytes.fromhex("00010080") + RND_A[:2] + mixed + rnd_b[6:] + RND_A[8:]
        self.enc, self.mac = (full_mac(key, bytes.fromhex(label) + context) for label in ("A55A", "5AA5"))
        return answer[-2:]

    def secured(self, ins: int, header: bytes = b"", data: bytes = b"", *, full: bool) -> bytes:
        """Send with MAC, enciphered if `full`; give the data of the answer. Fails on a status or MAC that is wrong."""
        answer, status = split(self.raw(ins, header, data, full=full))
        assert status == b"\x91\x00", status.hex()
        self.counter += 1
        body, mac = answer[:-8], answer[-8:]
        assert mac == self.mac_of(b"\x00", body)
        if not full or not body:
            return body
        return cbc(self.enc, body, encrypt=False, iv=self._iv("5AA5")).rstrip(b"\x00")[:-1]

    def raw(self, ins: int, header: bytes, data: bytes, *, full: bool) -> bytes:
        """The same, and the answer as it comes."""
        if full and data:
            padded = data + b"\x80" + bytes(-(len(data) + 1) % 16)
            data = cbc(self.enc, padded, encrypt=True, iv=self._iv("A55A"))
        return self.card.answer(wrap(ins, header + data + self.mac_of(bytes([ins]), header + data)))

    def mac_of(self, code: bytes, data: bytes) -> bytes:
        return full_mac(self.mac, code + self.counter.to_bytes(2, "little") + self.ti + data)[1::2]

    def _iv(self, label: str) -> bytes:
        start = bytes.fromhex(label) + self.ti + self.counter.to_bytes(2, "little") + bytes(8)
        return cbc(self.enc, start, encrypt=True)


def split(answer: bytes) -> tuple[bytes, bytes]:
    """Data and status word."""
    return answer[:-2], answer[-2:]
