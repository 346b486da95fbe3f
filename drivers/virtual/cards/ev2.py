"""EV2 secure messaging from the card's side, as NTAG 424 DNA and DESFire EV2 have it (data sheet NT4H2421Gx, 9.1)."""

from __future__ import annotations

from hmac import compare_digest

from drivers.virtual.cards.aes import block, cmac, decipher, encipher, pad, short_mac, unpad, xor
from drivers.virtual.cards.channel import BAD_INTEGRITY, STATUS_OK, Mode, Refused

MAC_BYTES = 8
COUNTER_MAX = 0xFFFF
LABEL_ENC = bytes.fromhex("A55A")
LABEL_MAC = bytes.fromhex("5AA5")
ONE_KEY_OF_128_BITS = bytes.fromhex("00010080")


def session_keys(key: bytes, rnd_a: bytes, rnd_b: bytes) -> tuple[bytes, bytes]:
    """The keys for enciphering and for MACs, by NIST SP 800-108 with CMAC."""
    context = rnd_a[:2] + xor(rnd_a[2:8], rnd_b[:6]) + rnd_b[6:] + rnd_a[8:]
    enc, mac = (cmac(key, label + ONE_KEY_OF_128_BITS + context) for label in (LABEL_ENC, LABEL_MAC))
    return enc, mac


class Ev2Channel:
    """A session. The counter moves between command and answer, in every mode."""

    def __init__(self, key_no: int, keys: tuple[bytes, bytes], ti: bytes, counter: int = 0) -> None:
        self.key_no = key_no
        self._enc, self._mac = keys
        self.ti = ti
        self.counter = counter

    def open(self, mode: Mode, ins: int, header: bytes, body: bytes) -> bytes:
        """The data of a command, checked and deciphered; the counter moves on. Raises Refused(BAD_INTEGRITY)."""
        data = self._checked(ins, header, body) if mode != Mode.PLAIN else body
        if self.counter == COUNTER_MAX:
            raise Refused(BAD_INTEGRITY)
        if mode == Mode.FULL and data:
            data = self._deciphered(data)
        self.counter += 1
        return data

    def seal(self, mode: Mode, data: bytes) -> bytes:
        """What is sent for an answer of `data` with status OK."""
        if mode == Mode.PLAIN:
            return data
        if mode == Mode.FULL and data:
            data = encipher(self._enc, pad(data), self._iv(LABEL_MAC))
        return data + short_mac(self._mac, bytes([STATUS_OK]) + self._binding() + data)

    def _checked(self, ins: int, header: bytes, body: bytes) -> bytes:
        data, mac = body[:-MAC_BYTES], body[-MAC_BYTES:]
        if not compare_digest(mac, short_mac(self._mac, bytes([ins]) + self._binding() + header + data)):
            raise Refused(BAD_INTEGRITY)
        return data

    def _deciphered(self, data: bytes) -> bytes:
        if len(data) % 16:
            raise Refused(BAD_INTEGRITY)
        try:
            return unpad(decipher(self._enc, data, self._iv(LABEL_ENC)))
        except ValueError as error:
            raise Refused(BAD_INTEGRITY) from error

    def _binding(self) -> bytes:
        return self.counter.to_bytes(2, "little") + self.ti

    def _iv(self, label: bytes) -> bytes:
        return block(self._enc, label + self.ti + self.counter.to_bytes(2, "little") + bytes(8))
