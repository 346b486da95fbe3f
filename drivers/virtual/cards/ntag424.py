"""NTAG 424 DNA (NXP NT4H2421Gx, data sheet rev. 3.0), in AES mode; LRP is not emulated.

Not certain, and chosen here: a session outlives the selection of a file, not of an application; a file that the
session's key may only use because it is free is used without protection; the read counter starts again only when
mirroring was off before; a write of several frames is checked whole before its first frame is programmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from drivers.virtual.cards import ntag424_data as data
from drivers.virtual.cards import ntag424_keys as keys
from drivers.virtual.cards.card import Chance, Command
from drivers.virtual.cards.channel import BAD_LENGTH, NO_SUCH_KEY, Mode, Refused
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.failures import Failures
from drivers.virtual.cards.file_settings import KEYS
from drivers.virtual.cards.native import Answer, Native, NativeCard, ev2_first, ev2_non_first
from drivers.virtual.cards.ntag424_files import Files, delivered_files
from drivers.virtual.cards.ntag424_iso import iso

UID_BYTES = 7
SIGNATURE_BYTES = 56
ANSWER_BYTES_MAX = 256
NO_SIGNATURE = bytes(SIGNATURE_BYTES)


def delivered(uid: bytes, secrets: Sequence[bytes] = (), signature: bytes = NO_SIGNATURE) -> Eeprom:
    """The memory of a new card: keys of zeros but for those given from number 0 on, files as delivered.

    Only NXP can make the originality signature; zeros are a card that fails that check. Raises ValueError.
    """
    sizes = len(uid) == UID_BYTES and len(signature) == SIGNATURE_BYTES
    if not sizes or len(secrets) > len(KEYS) or any(len(secret) != keys.KEY_BYTES for secret in secrets):
        raise ValueError("an NTAG 424 DNA has a UID of 7 bytes, up to 5 keys of 16 bytes and a signature of 56 bytes")
    given = [*secrets, *[bytes(keys.KEY_BYTES)] * (len(KEYS) - len(secrets))]
    regions = {"uid": uid, "signature": signature, "config": bytes(1), **delivered_files()}
    regions |= {f"key.{number}": secret + b"\x00" for number, secret in enumerate(given)}
    return Eeprom(regions | {f"failures.{number}": bytes(2) for number in KEYS})


class Ntag424(NativeCard):
    """The card in a reader's field. After power-up no application is selected."""

    kind = "ntag424"
    atr = bytes.fromhex("3B8180018080")
    commands: ClassVar[Mapping[int, Native]] = {
        keys.READ_SIG: Native(1, Mode.FULL, keys.read_sig),
        0x51: Native(0, Mode.FULL, keys.get_card_uid),
        0x5C: Native(1, Mode.FULL, keys.set_configuration),
        0x5F: Native(1, data.settings_mode, data.change_file_settings),
        0x64: Native(1, Mode.MAC, keys.get_key_version),
        0x8D: Native(7, data.write_mode, data.write_data),
        0xAD: Native(7, data.read_mode, data.read_data),
        0xC4: Native(1, Mode.FULL, keys.change_key),
        0xF5: Native(1, Mode.MAC, data.get_file_settings),
        0xF6: Native(1, data.counters_mode, data.get_file_counters),
    }
    logins: ClassVar[Mapping[int, Callable[[Any, bytes], Answer]]] = {
        keys.GET_VERSION: keys.get_version,
        0x71: ev2_first,
        0x77: ev2_non_first,
    }

    def __init__(self, eeprom: Eeprom, chance: Chance) -> None:
        super().__init__(eeprom, chance)
        self.failures = Failures(eeprom)
        self.files = Files(eeprom, chance)
        self.selected: int | None = None
        self.in_application = False

    def power_off(self) -> None:
        super().power_off()
        self.failures.power_off()
        self.files.power_off()
        self.selected, self.in_application = None, False

    def enter(self, *, application: bool) -> None:
        """Select the application, or what is above it; a session ends."""
        self.channel, self.selected, self.in_application = None, None, application

    def key(self, number: int) -> bytes:
        if number not in KEYS or not self.in_application:
            raise Refused(NO_SUCH_KEY)
        return self.eeprom[f"key.{number}"][: keys.KEY_BYTES]

    def may_log_in(self, number: int) -> None:
        self.failures.check(number)

    def logged_in(self, number: int, success: bool) -> None:
        self.failures.tried(number, success)

    def command(self, command: Command) -> bytes:
        self.files.heard(command.cla, command.ins)
        return super().command(command)

    def iso(self, command: Command) -> bytes:
        return iso(self, command)

    def send(self, ins: int, mode: Mode, answer: bytes) -> Answer:
        status, sent = super().send(ins, mode, answer)
        if ins == keys.READ_SIG and self.channel is None:
            status = keys.SIGNATURE_STATUS
        if len(sent) > ANSWER_BYTES_MAX:
            raise Refused(BAD_LENGTH)
        return status, sent
