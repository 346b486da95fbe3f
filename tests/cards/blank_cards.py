"""Blank emulated cards of each technology, what is written into them, and the masters their keys come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards import certificate as certificates
from cards.aes import AesKey
from cards.card_keys import KEY_VERSION
from cards.certificate import Certificate, IssuedWith
from cards.dialogue import converse
from cards.diversify import diversify
from cards.generations import RETIRED, CardKeys, NoMaster
from cards.layout import DESFIRE_EV1, DESFIRE_EV2, NTAG424, Layout
from cards.personalise import Work, personalise, recognise
from cards.sun_link import SunLink
from drivers.virtual.cards.card import Command
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.desfire_ev1 import DesfireEv1
from drivers.virtual.cards.desfire_memory import delivered as new_desfire
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.faults import Fault, Faulty
from drivers.virtual.cards.native import NativeCard
from drivers.virtual.cards.ntag424 import Ntag424
from drivers.virtual.cards.ntag424 import delivered as new_ntag424

UID = bytes.fromhex("04A1B2C3D4E5F6")
MASTERS = {version: AesKey(bytes([version]) * 16) for version in (1, 2, RETIRED)}
LINK = SunLink("https://shop.example/t", code_key=2)
SOUND = Fault()
_ISSUER = Ed25519PrivateKey.from_private_bytes(bytes(32))


class Silent(Ntag424):
    """Tells no version of a key before an authentication."""

    def command(self, command: Command) -> bytes:
        silent = command.ins == KEY_VERSION and self.channel is None
        return b"\x91\xae" if silent else super().command(command)


@dataclass(frozen=True)
class Blank:
    layout: Layout
    make: Callable[[Eeprom, Callable[[int], bytes]], NativeCard]
    memory: Callable[[], Eeprom]

    def card(self) -> NativeCard:
        return self.make(self.memory(), Random(1).randbytes)


BLANKS = {
    "ntag424": Blank(NTAG424, Ntag424, lambda: new_ntag424(UID)),
    "desfire_ev2": Blank(DESFIRE_EV2, Desfire, lambda: new_desfire(UID, {})),
    "desfire_ev1": Blank(DESFIRE_EV1, DesfireEv1, lambda: new_desfire(UID, {})),
}
SILENT = Blank(NTAG424, Silent, lambda: new_ntag424(UID))


def certificate(version: int, member: bytes = b"member 1", uid: bytes = UID) -> bytes:
    return certificates.issue(Certificate(1, uid, member, IssuedWith.KEY, version, 20_000), bytes(16), _ISSUER)


def keys_of(layout: Layout, uid: bytes = UID) -> CardKeys:
    def made(version: int, material: bytes) -> AesKey:
        if version not in MASTERS:
            raise NoMaster(f"version {version}")
        return diversify(MASTERS[version], material)

    return CardKeys(made, uid, layout.application)


def tap(card: NativeCard, work: Work, fault: Fault = SOUND) -> list[str]:
    """Lay the card on a reader and personalise it, with the fault of this tap; gives the steps that were done."""
    card.power_off()
    faulty, done = Faulty(card, fault), list[str]()
    layout, _ = converse(recognise(), faulty.answer)
    converse(personalise(work, layout, keys_of(layout), Random(2).randbytes, done.append), faulty.answer)
    return done


def region(layout: Layout) -> str:
    """How the names of the application's places in memory begin."""
    return "" if layout is NTAG424 else f"app/{layout.application.hex().upper()}/"


def held_keys(card: NativeCard, layout: Layout) -> dict[int, tuple[bytes, int]]:
    """Each key of the card and the version that it says, looked up in its memory; none before there are any."""
    names = {number: f"{region(layout)}key.{number}" for number in layout.keys}
    return {n: (card.eeprom[name][:16], card.eeprom[name][16]) for n, name in names.items() if name in card.eeprom}


def file_of(card: NativeCard, layout: Layout) -> bytes:
    """The file with the certificate, as it lies in memory."""
    return card.eeprom[f"{region(layout)}file.{layout.certificate_file}"]
