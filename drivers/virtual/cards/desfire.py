"""MIFARE DESFire EV2 as far as applications with AES keys, standard and backup files go (NXP AN12343, AN12752).

It lets itself be spoken with by EV2First and by EV1's AuthenticateAES. NXP's data sheet is not public, so status words
and rights follow what is published of EV1, EV2 and DESFire Light. Not emulated: DES keys, records, values, ISO names,
delegated applications, writes that are chained by AF. Not certain, and chosen here: GetVersion within a session is
refused; what is free only is used without protection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drivers.virtual.cards import desfire_applications as applications
from drivers.virtual.cards import desfire_files as files
from drivers.virtual.cards.card import Chance
from drivers.virtual.cards.channel import NO_SUCH_KEY, NOT_AUTHENTICATED, STATUS_OK, Mode, Refused
from drivers.virtual.cards.desfire_memory import KEY_BYTES, PICC, place
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.ev1 import authenticate_aes
from drivers.virtual.cards.native import Answer, Native, NativeCard, ev2_first, ev2_non_first

FRAME_BYTES = 59  # of an answer to a command of EV1's: a longer one is chained by AF
CHAINED = (0xBD, 0x6A)
LIST_FREE, MAKE_FREE = 0x02, 0x04


class Desfire(NativeCard):
    """The card in a reader's field. After power-up the card itself is selected, AID 000000."""

    kind = "desfire"
    atr = bytes.fromhex("3B8180018080")
    commands: ClassVar[Mapping[int, Native]] = {
        0x3C: Native(1, Mode.FULL, applications.read_sig),
        0x45: Native(0, Mode.MAC, applications.get_key_settings),
        0x51: Native(0, applications.key_mode, applications.get_card_uid),
        0x54: Native(0, applications.key_mode, applications.change_key_settings),
        0x5C: Native(1, applications.key_mode, applications.set_configuration),
        0x5F: Native(1, files.settings_mode, files.change_file_settings),
        0x64: Native(1, Mode.MAC, applications.get_key_version),
        0x6A: Native(0, Mode.MAC, applications.application_ids),
        0x6F: Native(0, Mode.MAC, files.file_ids),
        0xC4: Native(1, applications.key_mode, applications.change_key),
        0xCA: Native(5, Mode.MAC, applications.create_application),
        0xCB: Native(7, Mode.MAC, files.create_backup),
        0xCD: Native(7, Mode.MAC, files.create_standard),
        0xDA: Native(3, Mode.MAC, applications.delete_application),
        0xDF: Native(1, Mode.MAC, files.delete_file),
        0xF5: Native(1, Mode.MAC, files.file_settings),
        0xFC: Native(0, Mode.MAC, applications.format_card),
        0xA7: Native(0, Mode.MAC, files.abort),
        0xC7: Native(0, Mode.MAC, files.commit),
        0x3D: Native(7, files.write_mode, files.write_data),
        0x8D: Native(7, files.write_mode, files.write_data),
        0xAD: Native(7, files.read_mode, files.read_data),
        0xBD: Native(7, files.read_mode, files.read_data),
    }
    logins: ClassVar[Mapping[int, Callable[[Any, bytes], Answer]]] = {
        0x5A: applications.select,
        0x60: applications.get_version,
        0x71: ev2_first,
        0x77: ev2_non_first,
        0xAA: authenticate_aes,
    }

    def __init__(self, eeprom: Eeprom, chance: Chance) -> None:
        super().__init__(eeprom, chance)
        self.aid = PICC
        self.pending: dict[int, bytes] = {}

    @property
    def settings(self) -> int:
        """The key settings of what is selected."""
        return self.eeprom[self.region("settings")][0]

    def power_off(self) -> None:
        super().power_off()
        self.enter(PICC)

    def enter(self, aid: bytes) -> None:
        """Select; a session ends, and what was not committed is forgotten."""
        self.aid, self.channel = aid, None
        self.pending.clear()

    def region(self, name: str) -> str:
        """Where `name` of the selected application lies in memory."""
        return place(self.aid) + name

    def key(self, number: int) -> bytes:
        region = self.region(f"key.{number}")
        if region not in self.eeprom:
            raise Refused(NO_SUCH_KEY)
        return self.eeprom[region][:KEY_BYTES]

    def key_count(self) -> int:
        return len(self.eeprom.names(self.region("key.")))

    def need_key(self, number: int | None) -> None:
        """Raises Refused without a session, or without one of this key."""
        if self.channel is None or number not in {None, self.channel.key_no}:
            raise Refused(NOT_AUTHENTICATED)

    def need_master_unless_free(self) -> None:
        """Making and deleting is for the master key, unless the key settings free it."""
        if not self.settings & MAKE_FREE:
            self.need_key(applications.MASTER)

    def need_master_unless_listed(self) -> None:
        """So is looking at what there is."""
        if not self.settings & LIST_FREE:
            self.need_key(applications.MASTER)

    def send(self, ins: int, mode: Mode, answer: bytes) -> Answer:
        status, sent = super().send(ins, mode, answer)
        return self._in_frames(sent) if ins in CHAINED else (status, sent)

    def _in_frames(self, rest: bytes) -> Answer:
        if len(rest) <= FRAME_BYTES:
            return STATUS_OK, rest
        return self.go_on(rest[:FRAME_BYTES], lambda _: self._in_frames(rest[FRAME_BYTES:]))
