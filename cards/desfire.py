"""DESFire EV1, EV2 and EV3: applications with AES keys, and standard files in them (NXP AN12752, DESFire notes)."""

from __future__ import annotations

from collections.abc import Iterable

from cards.access import AccessRights
from cards.apdu import ask_native
from cards.channel import Channel, CommMode
from cards.dialogue import Dialogue
from cards.errors import BadAnswer

AID_BYTES = 3
PICC = bytes(AID_BYTES)
KEYS_MAX = 14
APPLICATIONS_MAX = 28 * 16  # EV1 knows 28, later ones as many as fit; a longer list is not believed
SELECT, CREATE, DELETE, LIST, CREATE_FILE, DELETE_FILE, LIST_FILES = 0x5A, 0xCA, 0xDA, 0x6A, 0xCD, 0xDF, 0x6F
FILES_MAX = 32
_AES = 0x80
DEFAULT_KEY_SETTINGS = 0x0B  # the master key changes keys and settings, makes and deletes files; lists are not free


def aid(number: int) -> bytes:
    """An application identifier as it travels: three bytes, least first."""
    return number.to_bytes(AID_BYTES, "little")


def select_application(application: bytes) -> Dialogue[None]:
    """Select by AID (as `aid` gives it), or the card itself by PICC; this ends a session."""
    _nothing((yield from ask_native(SELECT, application)), "a selection")


def create_application(
    channel: Channel, application: bytes, keys: int, mode: CommMode, key_settings: int = DEFAULT_KEY_SETTINGS
) -> Dialogue[None]:
    """Make an application with `keys` AES keys of zeros. PLAIN where the card lets anybody, MAC in a session."""
    if not 1 <= keys <= KEYS_MAX:
        raise ValueError(f"an application has 1 to {KEYS_MAX} keys, not {keys}")
    header = application + bytes((key_settings, _AES | keys))
    _nothing((yield from channel.send(CREATE, header, mode=mode)), "a new application")


def create_standard_file(
    channel: Channel, file_no: int, protection: CommMode, rights: AccessRights, size: int, mode: CommMode
) -> Dialogue[None]:
    """Make a file of `size` zeros in the selected application, to be used with `protection` from then on."""
    header = bytes((file_no, protection)) + rights.encode() + size.to_bytes(3, "little")
    _nothing((yield from channel.send(CREATE_FILE, header, mode=mode)), "a new file")


def delete_application(channel: Channel, application: bytes, mode: CommMode) -> Dialogue[None]:
    """Remove an application with its keys and files. Asked at the level of the card with its master key."""
    _nothing((yield from channel.send(DELETE, application, mode=mode)), "a deletion")


def delete_file(channel: Channel, file_no: int, mode: CommMode) -> Dialogue[None]:
    """Remove a file; its room comes back only with its application's."""
    _nothing((yield from channel.send(DELETE_FILE, bytes((file_no,)), mode=mode)), "a deletion")


def application_ids(channel: Channel, mode: CommMode) -> Dialogue[list[bytes]]:
    """The applications of the card, asked at its level."""
    data = yield from channel.send(LIST, mode=mode)
    if len(data) % AID_BYTES or len(data) > AID_BYTES * APPLICATIONS_MAX:
        raise BadAnswer(f"a list of applications of {len(data)} bytes")
    return [data[at : at + AID_BYTES] for at in range(0, len(data), AID_BYTES)]


def file_numbers(channel: Channel, mode: CommMode) -> Dialogue[list[int]]:
    """The files of the selected application."""
    data = yield from channel.send(LIST_FILES, mode=mode)
    if len(data) > FILES_MAX:
        raise BadAnswer(f"a list of {len(data)} files")
    return list(data)


def _nothing(answer: Iterable[int], what: str) -> None:
    if list(answer):
        raise BadAnswer(f"{what} was answered with data")
