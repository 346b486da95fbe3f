"""The three files of NTAG 424 DNA: what they hold, who may use them, and how they look when they are read."""

from __future__ import annotations

from collections.abc import Callable

from drivers.virtual.cards.card import Chance
from drivers.virtual.cards.channel import BAD_PARAMETER, BEYOND_LIMIT, DENIED, NO_SUCH_FILE, Mode, Refused
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.file_settings import KEYS, FileSettings
from drivers.virtual.cards.sdm import PADDING_BYTES_MAX, mirrored

CAPABILITY, NDEF, PROPRIETARY = 1, 2, 3
FRAME_BYTES = 125  # FSC of 128 bytes (ATS 0677777102 80) less PCB and CRC
COUNTER_MAX = 0xFFFFFF
CAPABILITY_DATA = bytes.fromhex("001720010000FF0406E104010000000506E10500808283")


def delivered_files() -> dict[str, bytes]:
    """Regions of the files as NXP delivers them."""
    return {
        "file.1": CAPABILITY_DATA.ljust(32, b"\x00"),
        "file.2": bytes(256),
        "file.3": bytes(128),
        "settings.1": bytes.fromhex("0000E0"),
        "settings.2": bytes.fromhex("00E0EE"),
        "settings.3": bytes.fromhex("033023"),
        "counter.2": bytes(3),
    }


class Files:
    """The files of one card. `heard` is told every command, since the read counter goes by runs of reads."""

    def __init__(self, eeprom: Eeprom, chance: Chance) -> None:
        self._eeprom = eeprom
        self._chance = chance
        self._command = (0, 0)
        self._run: tuple[int, int, int] | None = None
        self._padding = bytes(PADDING_BYTES_MAX)

    def power_off(self) -> None:
        self._run = None

    def heard(self, cla: int, ins: int) -> None:
        if self._run is not None and self._run[:2] != (cla, ins):
            self._run = None
        self._command = (cla, ins)

    def number(self, number: int) -> int:
        """Raises Refused(NO_SUCH_FILE)."""
        if f"file.{number}" not in self._eeprom:
            raise Refused(NO_SUCH_FILE)
        return number

    def settings(self, file: int) -> FileSettings:
        return FileSettings.parse(self._eeprom[f"settings.{file}"])

    def readers(self, file: int) -> tuple[int, ...]:
        """Key numbers, or FREE, or NEVER."""
        settings = self.settings(file)
        return settings.read, settings.read_write

    def writers(self, file: int) -> tuple[int, ...]:
        settings = self.settings(file)
        return settings.write, settings.read_write

    def mirrors(self, file: int) -> bool:
        """Whether anybody may read the file because its answer proves itself."""
        mirror = self.settings(file).mirror
        return mirror is not None and mirror.file in KEYS

    def counter(self, file: int) -> int:
        return int.from_bytes(self._eeprom[f"counter.{file}"], "little")

    def described(self, file: int) -> bytes:
        """The answer to GetFileSettings: a standard file, its settings, and its size behind the access rights."""
        raw, size = self._eeprom[f"settings.{file}"], len(self._eeprom[f"file.{file}"])
        return b"\x00" + raw[:3] + size.to_bytes(3, "little") + raw[3:]

    def change(self, file: int, settings: FileSettings) -> None:
        """Raises Refused where mirrors do not fit. The read counter starts again when mirroring is switched on."""
        mirror, before = settings.mirror, self.settings(file).mirror
        if mirror is not None:
            if file != NDEF:
                raise Refused(DENIED)
            counter = self.counter(file) if before is not None else 0
            limited = mirror.limit is not None and mirror.limit <= counter
            if limited or not mirror.fits(len(self._eeprom[f"file.{file}"])):
                raise Refused(BAD_PARAMETER)
            if before is None:
                self._eeprom.replace(f"counter.{file}", bytes(3))
        self._eeprom.replace(f"settings.{file}", settings.raw)

    def seen(self, file: int, uid: bytes, key: Callable[[int], bytes]) -> bytes:
        """The file as one sees it who is not authenticated. Counts the read. Raises Refused(DENIED) at its limit."""
        data, mirror = self.stored(file), self.settings(file).mirror
        if mirror is None:
            return data
        counter = self.counter(file)
        if self._run != (*self._command, file):
            if counter >= (COUNTER_MAX if mirror.limit is None else mirror.limit):
                raise Refused(DENIED)
            counter += 1
            self._padding = self._chance(PADDING_BYTES_MAX)
            self._eeprom.replace(f"counter.{file}", counter.to_bytes(3, "little"))
            self._run = (*self._command, file)
        return mirrored(data, mirror, uid, counter, key, self._padding)

    def stored(self, file: int) -> bytes:
        """The file as it was written."""
        return self._eeprom[f"file.{file}"]

    def write(self, file: int, offset: int, data: bytes, before: int, mode: Mode) -> None:
        """Program frame by frame, each of them whole or not at all; `before` bytes of the command come first."""
        if offset + len(data) > len(self.stored(file)):
            raise Refused(BEYOND_LIMIT)
        start = 0
        for end in _frame_ends(len(data), before, mode):
            self._eeprom.program(f"file.{file}", offset + start, data[start:end], protected=True)
            start = end


def part(data: bytes, offset: int, length: int) -> bytes:
    """Some of a file; a length of zero is all the rest. Raises Refused(BEYOND_LIMIT)."""
    if offset >= len(data) or offset + length > len(data):
        raise Refused(BEYOND_LIMIT)
    return data[offset : offset + length] if length else data[offset:]


def _frame_ends(length: int, before: int, mode: Mode) -> list[int]:
    """How much of the data is there after each frame. What is enciphered counts by whole blocks."""
    ends = range(FRAME_BYTES - before, length, FRAME_BYTES)
    return [end - end % 16 if mode == Mode.FULL else end for end in ends] + [length]
