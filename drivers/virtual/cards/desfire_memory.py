"""How a DESFire's applications and files lie in its memory: regions by name, those of an application under `app/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.virtual.cards.channel import BAD_PARAMETER, Mode, Refused
from drivers.virtual.cards.eeprom import Eeprom

UID_BYTES = 7
KEY_BYTES = 16
AID_BYTES = 3
PICC = bytes(AID_BYTES)
KEYS_MAX = 14
FILES = range(32)
FREE, NEVER = 0xE, 0xF
STANDARD, BACKUP = 0x00, 0x01
DELIVERED_SETTINGS = 0x0F  # everything may be changed; lists and new applications are free
NO_SIGNATURE = bytes(56)


def delivered(
    uid: bytes,
    applications: Mapping[bytes, Sequence[bytes]],
    master: bytes = bytes(KEY_BYTES),
    signature: bytes = NO_SIGNATURE,
) -> Eeprom:
    """The memory of a card whose master key is AES, with `applications`: keys by AID. Raises ValueError.

    A card from the factory has a DES master key; here somebody has changed it to one of AES, zeros unless given. Only
    NXP can make the originality signature; zeros are a card that fails that check.
    """
    if (len(uid), len(master), len(signature)) != (UID_BYTES, KEY_BYTES, len(NO_SIGNATURE)):
        raise ValueError("a DESFire has a UID of 7 bytes, a master key of 16 bytes and a signature of 56 bytes")
    regions = {
        "uid": uid,
        "config": bytes(1),
        "signature": signature,
        "settings": bytes([DELIVERED_SETTINGS]),
        "key.0": master + b"\x00",
    }
    for aid, keys in applications.items():
        good = 1 <= len(keys) <= KEYS_MAX and all(len(key) == KEY_BYTES for key in keys)
        if len(aid) != AID_BYTES or aid == PICC or not good:
            raise ValueError("an application has an AID of 3 bytes other than 000000 and 1 to 14 keys of 16 bytes")
        regions |= new_application(aid, DELIVERED_SETTINGS, keys)
    return Eeprom(regions)


def new_application(aid: bytes, settings: int, keys: Sequence[bytes]) -> dict[str, bytes]:
    """The regions of an application without files."""
    start = place(aid)
    return {f"{start}settings": bytes([settings])} | {
        f"{start}key.{number}": key + b"\x00" for number, key in enumerate(keys)
    }


def place(aid: bytes) -> str:
    """How the names of an application's regions begin; those of the card itself by nothing."""
    return "" if aid == PICC else f"app/{aid.hex().upper()}/"


@dataclass(frozen=True)
class FileMeta:
    """Kind, protection and access rights of a file, as they stand in `app/…/meta.N`."""

    kind: int
    mode: Mode
    read: int
    write: int
    read_write: int
    change: int

    @classmethod
    def parse(cls, raw: bytes, keys: int) -> FileMeta:
        """`keys` is how many the application has. Raises Refused(BAD_PARAMETER) for one it has not."""
        rights = int.from_bytes(raw[2:4], "little")
        read, write, both, change = (rights >> shift & 0xF for shift in (12, 8, 4, 0))
        if raw[1] > Mode.FULL or not {read, write, both, change} <= {*range(keys), FREE, NEVER}:
            raise Refused(BAD_PARAMETER)
        return cls(raw[0], Mode(raw[1]) if raw[1] in {1, 3} else Mode.PLAIN, read, write, both, change)
