"""AES authentication and secure messaging of DESFire EV1 from the card's side: one chain of CMACs.

Its data sheet is not public; this follows the transcripts among the known answers ("DESFire EV1 Communication
Examples", libfreefare). The start value goes on over the three messages of the authentication, and after it over every
command and answer: what is enciphered leaves its last block, everything else its CMAC, of which 8 bytes are sent.
"""

from __future__ import annotations

from hmac import compare_digest

from drivers.virtual.cards.aes import BLOCK, ZERO, cmac, crc32, decipher, encipher, rotated
from drivers.virtual.cards.channel import BAD_INTEGRITY, BAD_LENGTH, NOT_AUTHENTICATED, STATUS_OK, Mode, Refused
from drivers.virtual.cards.native import CHALLENGE_BYTES, Answer, NativeCard

MAC_BYTES = 8
CRC_BYTES = 4
CHANGE_KEY = 0xC4
KEY_NUMBER = 0x3F  # the other bits tell the kind of a new master key of the card
KEY_AND_VERSION = 17
SETTINGS_BYTES = {0x5F: 3, 0x54: 1}  # ChangeFileSettings and ChangeKeySettings
WRITES = (0x3D, 0x8D)


class Ev1Channel:
    """A session with its chain."""

    def __init__(self, key_no: int, key: bytes, chain: bytes = ZERO) -> None:
        self.key_no = key_no
        self._key = key
        self._chain = chain

    def open(self, mode: Mode, ins: int, header: bytes, body: bytes) -> bytes:
        """The data of a command, checked and deciphered; the chain moves on. Raises Refused."""
        said = bytes([ins]) + header
        if mode == Mode.FULL and body:
            return self._deciphered(said, body)
        if mode == Mode.MAC and body:
            data, mac = body[:-MAC_BYTES], body[-MAC_BYTES:]
            if not compare_digest(mac, self._moved(said + data)):
                raise Refused(BAD_INTEGRITY)
            return data
        self._moved(said + body)
        return body

    def seal(self, mode: Mode, data: bytes) -> bytes:
        """What is sent for an answer of `data` with status OK: every answer carries a MAC or a checksum."""
        if mode != Mode.FULL or not data:
            return data + self._moved(data + bytes([STATUS_OK]))
        plain = data + crc32(data + bytes([STATUS_OK]))
        sealed = encipher(self._key, plain + bytes(-len(plain) % BLOCK), self._chain)
        self._chain = sealed[-BLOCK:]
        return sealed

    def _deciphered(self, said: bytes, body: bytes) -> bytes:
        """A new key that takes the place of another one comes with a checksum of its own, which is handed on."""
        if len(body) % BLOCK:
            raise Refused(BAD_LENGTH)
        plain = decipher(self._key, body, self._chain)
        self._chain = body[-BLOCK:]
        length = _data_bytes(said)
        data, crc, rest = plain[:length], plain[length : length + CRC_BYTES], plain[length + CRC_BYTES :]
        if not compare_digest(crc, crc32(said + data)):
            raise Refused(BAD_INTEGRITY)
        return data + rest[:CRC_BYTES] if said[0] == CHANGE_KEY and said[1] & KEY_NUMBER != self.key_no else data

    def _moved(self, message: bytes) -> bytes:
        self._chain = cmac(self._key, message, self._chain)
        return self._chain[:MAC_BYTES]


def session_key(rnd_a: bytes, rnd_b: bytes) -> bytes:
    """First and last four bytes of each challenge, by turns."""
    return rnd_a[:4] + rnd_b[:4] + rnd_a[12:] + rnd_b[12:]


def authenticate_aes(card: NativeCard, data: bytes) -> Answer:
    """AuthenticateAES, AA: the key number."""
    if len(data) != 1:
        raise Refused(BAD_LENGTH)
    key = card.key(data[0])
    card.channel = None
    rnd_b = card.chance(CHALLENGE_BYTES)
    challenge = encipher(key, rnd_b)

    def prove(token: bytes) -> Answer:
        if len(token) != 2 * CHALLENGE_BYTES:
            raise Refused(BAD_LENGTH)
        plain = decipher(key, token, challenge)
        rnd_a, proof = plain[:CHALLENGE_BYTES], plain[CHALLENGE_BYTES:]
        if not compare_digest(proof, rotated(rnd_b)):
            raise Refused(NOT_AUTHENTICATED)
        card.channel = Ev1Channel(data[0], session_key(rnd_a, rnd_b))
        return STATUS_OK, encipher(key, rotated(rnd_a), token[-BLOCK:])

    return card.go_on(challenge, prove)


def _data_bytes(said: bytes) -> int:
    """How many of the deciphered bytes are data: the header or the kind of command says so."""
    if said[0] == CHANGE_KEY:
        return KEY_AND_VERSION
    if said[0] in WRITES:
        return int.from_bytes(said[5:8], "little")
    return SETTINGS_BYTES.get(said[0], 0)
