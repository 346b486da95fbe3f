"""Secure dynamic messaging: what NTAG 424 DNA puts into its NDEF file as it is read (NT4H2421Gx, 9.3)."""

from __future__ import annotations

from collections.abc import Callable

from drivers.virtual.cards.aes import BLOCK, block, cmac, encipher, short_mac
from drivers.virtual.cards.file_settings import COUNTER_MIRROR, KEYS, NOWHERE, UID_MIRROR, Mirror

LABEL_ENC = bytes.fromhex("C33C00010080")
LABEL_MAC = bytes.fromhex("3CC300010080")
PADDING_BYTES_MAX = 15


def session_keys(key: bytes, uid: bytes, counter: bytes) -> tuple[bytes, bytes]:
    """The keys for enciphering and for the MAC. A part that is not mirrored comes in empty."""
    enc, mac = (label + uid + counter for label in (LABEL_ENC, LABEL_MAC))
    return cmac(key, _filled(enc)), cmac(key, _filled(mac))


def mirrored(
    data: bytes, mirror: Mirror, uid: bytes, counter: int, key: Callable[[int], bytes], padding: bytes
) -> bytes:
    """The file as it goes over the air. `padding` is 15 random bytes, of which the PICC data takes what it needs."""
    number = counter.to_bytes(3, "little") if mirror.options & COUNTER_MIRROR else b""
    shown_uid = uid if mirror.options & UID_MIRROR else b""
    out = data
    if mirror.uid_at is not None:
        out = _put(out, mirror.uid_at, shown_uid)
    if mirror.counter_at not in {None, NOWHERE} and mirror.counter_at is not None:
        out = _put(out, mirror.counter_at, number[::-1])
    if mirror.picc_at is not None:
        out = _put(out, mirror.picc_at, picc_data(key(mirror.meta), shown_uid, number, padding))
    if mirror.file in KEYS and mirror.mac_at is not None and mirror.mac_from is not None:
        enc_key, mac_key = session_keys(key(mirror.file), shown_uid, number)
        if mirror.enc_at is not None and mirror.enc_chars is not None:
            plain = data[mirror.enc_at : mirror.enc_at + mirror.enc_chars // 2]
            out = _put(out, mirror.enc_at, encipher(enc_key, plain, block(enc_key, number.ljust(BLOCK, b"\x00"))))
        out = _put(out, mirror.mac_at, short_mac(mac_key, out[mirror.mac_from : mirror.mac_at]))
    return out


def picc_data(key: bytes, uid: bytes, counter: bytes, padding: bytes) -> bytes:
    """Tag, UID, counter and random padding in one enciphered block."""
    tag = (UID_MIRROR | len(uid) if uid else 0) | (COUNTER_MIRROR if counter else 0)
    plain = bytes([tag]) + uid + counter
    return encipher(key, plain + padding[: BLOCK - len(plain)])


def _filled(vector: bytes) -> bytes:
    return vector + bytes(-len(vector) % BLOCK)


def _put(data: bytes, at: int, value: bytes) -> bytes:
    """In upper-case hex digits."""
    text = value.hex().upper().encode()
    return data[:at] + text + data[at + len(text) :]
