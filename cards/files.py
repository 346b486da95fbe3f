"""Standard data files of NTAG 424 DNA and DESFire: settings, reading, writing, over any channel."""

from __future__ import annotations

from dataclasses import dataclass

from cards.access import AccessRights
from cards.channel import Channel, CommMode
from cards.dialogue import Dialogue
from cards.errors import BadAnswer
from cards.sdm_settings import SdmSettings

GET_SETTINGS, CHANGE_SETTINGS = 0xF5, 0x5F
STANDARD, BACKUP = 0x00, 0x01
SDM = 0x40
_MODE_BITS = 0x03
_HEAD_BYTES = 7
FILE_BYTES_MAX = 8192  # the largest of these cards; a size beyond it is not believed
READ_BYTES_MAX = 224  # with padding and code it fits into one short answer
_PLACE_BYTES = 3


@dataclass(frozen=True, slots=True)
class FileSettings:
    """How a standard file is protected. `size` is in bytes; `sdm` is None where it mirrors nothing."""

    mode: CommMode
    rights: AccessRights
    size: int
    sdm: SdmSettings | None = None

    def encode(self) -> bytes:
        """As ChangeFileSettings wants them: the size cannot be changed."""
        option = self.mode | (SDM if self.sdm else 0)
        return bytes((option,)) + self.rights.encode() + (self.sdm.encode() if self.sdm else b"")

    def reading_mode(self, key_no: int | None) -> CommMode:
        """How to read under a session of key `key_no`, or without one: what is free alone goes unprotected."""
        return self.mode if key_no in {self.rights.read, self.rights.read_write} else CommMode.PLAIN

    def writing_mode(self, key_no: int | None) -> CommMode:
        """How to write, likewise."""
        return self.mode if key_no in {self.rights.write, self.rights.read_write} else CommMode.PLAIN

    @classmethod
    def parse(cls, data: bytes) -> FileSettings:
        """From a GetFileSettings answer. Raises BadAnswer for other kinds of files and for what cannot be."""
        if len(data) < _HEAD_BYTES:
            raise BadAnswer(f"file settings of {len(data)} bytes, at least {_HEAD_BYTES}")
        kind, option, size = data[0], data[1], int.from_bytes(data[4:_HEAD_BYTES], "little")
        if kind not in {STANDARD, BACKUP} or size > FILE_BYTES_MAX or option & ~(SDM | _MODE_BITS):
            raise BadAnswer(f"file type {kind:02X}, option {option:02X}, {size} bytes: not a file that we know")
        sdm, rest = None, data[_HEAD_BYTES:]
        if option & SDM:
            sdm = SdmSettings.parse(rest)
        elif rest:
            raise BadAnswer(f"{len(rest)} bytes follow the settings of a file without dynamic messaging")
        return cls(_mode(option), AccessRights.parse(data[2:4]), size, sdm)


def get_file_settings(channel: Channel, file_no: int, mode: CommMode = CommMode.MAC) -> Dialogue[FileSettings]:
    """Ask for a file's settings; in the clear where nobody is authenticated."""
    return FileSettings.parse((yield from channel.send(GET_SETTINGS, bytes((file_no,)), mode=mode)))


def change_file_settings(channel: Channel, file_no: int, settings: FileSettings) -> Dialogue[None]:
    """Give a file other rights, protection or mirrors, enciphered. `settings.size` plays no part."""
    answer = yield from channel.send(CHANGE_SETTINGS, bytes((file_no,)), settings.encode(), CommMode.FULL)
    _expect(answer, 0, "a change of settings")


def read_data(channel: Channel, file_no: int, offset: int, length: int, mode: CommMode) -> Dialogue[bytes]:
    """`length` bytes of a file, in as many commands as it takes. Raises BadAnswer if the card gives fewer or more."""
    data = b""
    while len(data) < length:
        count = min(length - len(data), READ_BYTES_MAX)
        part = yield from channel.send(channel.read_ins, _span(file_no, offset + len(data), count), mode=mode)
        data += _expect(part, count, "a part of a file")
    return data


def write_data(channel: Channel, file_no: int, offset: int, data: bytes, mode: CommMode) -> Dialogue[None]:
    """Write into a file, in as many commands as it takes: a card that leaves meanwhile keeps a part."""
    room = channel.room(bytes(1 + 2 * _PLACE_BYTES), mode)
    for at in range(0, len(data), room):
        part = data[at : at + room]
        answer = yield from channel.send(channel.write_ins, _span(file_no, offset + at, len(part)), part, mode)
        _expect(answer, 0, "a write")


def _span(file_no: int, offset: int, length: int) -> bytes:
    places = (value.to_bytes(_PLACE_BYTES, "little") for value in (offset, length))
    return bytes((file_no,)) + b"".join(places)


def _mode(option: int) -> CommMode:
    bits = option & _MODE_BITS
    return CommMode(bits) if bits in set(CommMode) else CommMode.PLAIN  # 2 is another spelling of plain


def _expect(answer: bytes, length: int, what: str) -> bytes:
    if len(answer) != length:
        raise BadAnswer(f"{what} was answered with {len(answer)} bytes, not {length}")
    return answer
