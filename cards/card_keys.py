"""Changing the keys of a card under any session, and asking for their versions (NXP AN12196 on ChangeKey)."""

from __future__ import annotations

from cards.aes import AesKey, xor
from cards.channel import Channel, CommMode, KeyedChannel
from cards.crc import crc32
from cards.dialogue import Dialogue
from cards.errors import BadAnswer

CHANGE_KEY, KEY_VERSION = 0xC4, 0x64
PICC_AES = 0x80  # at the level of the whole card the number of the key also says its kind


def change_own_key(session: KeyedChannel, new: AesKey, version: int, kind: int = 0) -> Dialogue[None]:
    """Change the key that `session` was opened with; this ends the session. `kind` is PICC_AES for a card's own key."""
    yield from session.send_last(CHANGE_KEY, bytes((session.key_no | kind,)), new.value + bytes((version,)))


def change_other_key(session: KeyedChannel, key_no: int, old: AesKey, new: AesKey, version: int) -> Dialogue[None]:
    """Change key `key_no`, which is not the session's own and must be `old` now: the card is sent the difference."""
    if key_no == session.key_no:
        raise ValueError(f"key {key_no} opened this session: change_own_key changes it")
    difference = xor(old.value, new.value) + bytes((version,))
    yield from session.send_key(CHANGE_KEY, bytes((key_no,)), difference, crc32(new.value))


def key_version(channel: Channel, key_no: int, mode: CommMode) -> Dialogue[int]:
    """Which version of key `key_no` the card holds; MAC in a session, PLAIN before one."""
    answer = yield from channel.send(KEY_VERSION, bytes((key_no,)), mode=mode)
    if len(answer) != 1:
        raise BadAnswer(f"the version of a key has {len(answer)} bytes, not 1")
    return answer[0]
