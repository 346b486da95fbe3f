"""Changing the keys of a card, and asking for their versions (NXP AN12196, section on ChangeKey)."""

from __future__ import annotations

import zlib

from cards.aes import AesKey, xor
from cards.channel import Channel, CommMode
from cards.dialogue import Dialogue
from cards.errors import BadAnswer
from cards.ev2_session import Ev2Session

CHANGE_KEY, KEY_VERSION = 0xC4, 0x64
PICC_AES = 0x80  # at the level of the whole card the number of the key also says its kind


def crc32(data: bytes) -> bytes:
    """CRC-32 (IEEE 802.3) without its final inversion, least byte first, as DESFire sends it."""
    return (zlib.crc32(data) ^ 0xFFFF_FFFF).to_bytes(4, "little")


def change_own_key(session: Ev2Session, new: AesKey, version: int, kind: int = 0) -> Dialogue[None]:
    """Change the key that `session` was opened with; this ends the session. `kind` is PICC_AES for a card's own key."""
    yield from session.send_last(CHANGE_KEY, bytes((session.key_no | kind,)), new.value + bytes((version,)))


def change_other_key(session: Ev2Session, key_no: int, old: AesKey, new: AesKey, version: int) -> Dialogue[None]:
    """Change key `key_no`, which is not the session's own and must be `old` now: the card is sent the difference."""
    if key_no == session.key_no:
        raise ValueError(f"key {key_no} opened this session: change_own_key changes it")
    data = xor(old.value, new.value) + bytes((version,)) + crc32(new.value)
    answer = yield from session.send(CHANGE_KEY, bytes((key_no,)), data, CommMode.FULL)
    if answer:
        raise BadAnswer("a change of a key was answered with data")


def key_version(channel: Channel, key_no: int, mode: CommMode) -> Dialogue[int]:
    """Which version of key `key_no` the card holds; MAC in a session, PLAIN before one."""
    answer = yield from channel.send(KEY_VERSION, bytes((key_no,)), mode=mode)
    if len(answer) != 1:
        raise BadAnswer(f"the version of a key has {len(answer)} bytes, not 1")
    return answer[0]
