"""What a card of each technology looks like once it is issued: its application, its keys, its files.

Key 0 may change everything and is changed last, so that a card which was taken away too early can always be gone on
with. One key is for the challenge at the till; on an NTAG 424 DNA another one makes the codes of its links.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cards import desfire, ntag424
from cards.access import FREE, NEVER, AccessRights
from cards.aes import AesKey
from cards.channel import READ_EV1, WRITE_EV1, CommMode, InTheClear, KeyedChannel
from cards.dialogue import Dialogue
from cards.errors import CardRefused
from cards.ev1_auth import authenticate_ev1
from cards.ev2_auth import authenticate_ev2_first
from cards.files import FileSettings
from cards.sun_link import SunLink
from cards.version import Product

MASTER_KEY = 0
CERTIFICATE_BYTES = 128
APPLICATION = desfire.aid(0x535049)  # of this system, on every DESFire
_RIGHTS = AccessRights(read=FREE, write=MASTER_KEY, read_write=NEVER, change=MASTER_KEY)
_CERTIFICATE = FileSettings(CommMode.MAC, _RIGHTS, CERTIFICATE_BYTES)
_NO_APPLICATION = 0x91A0

Begin = Callable[[AesKey, int, bytes], Dialogue[KeyedChannel]]


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file as it is to be; `content` fills it to its end."""

    number: int
    settings: FileSettings
    content: bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """`keys` are all key numbers, the master first. `link_key` is None where a card makes no links.

    `begin` proves a key; `application` enters the materials of the keys, `select` makes it the one that is spoken with.
    `clear` is how anybody reads its files.
    """

    technology: str
    application: bytes
    keys: range
    challenge_key: int
    link_key: int | None
    certificate_file: int
    begin: Begin
    select: Callable[[], Dialogue[None]]
    makes_application: bool
    clear: InTheClear = field(default_factory=InTheClear)

    def files(self, certificate: bytes, link: SunLink | None) -> list[CardFile]:
        """The files of a card with this certificate, none if it is empty, and this link, likewise."""
        made = [CardFile(self.certificate_file, _CERTIFICATE, certificate.ljust(CERTIFICATE_BYTES, b"\0"))]
        if self.link_key is None:
            return made
        size = ntag424.FILE_BYTES[ntag424.NDEF_FILE]
        settings = FileSettings(CommMode.PLAIN, _RIGHTS, size, link.settings if link else None)
        return [*made, CardFile(ntag424.NDEF_FILE, settings, (link.file if link else b"").ljust(size, b"\0"))]


def _select_application() -> Dialogue[None]:
    yield from desfire.select_application(APPLICATION)


NTAG424 = Layout(
    "ntag424",
    ntag424.APPLICATION,
    ntag424.KEYS,
    challenge_key=3,
    link_key=2,
    certificate_file=ntag424.PROPRIETARY_FILE,
    begin=authenticate_ev2_first,
    select=ntag424.select_application,
    makes_application=False,
)
DESFIRE_EV2 = Layout(
    "desfire_ev2",
    APPLICATION,
    range(2),
    challenge_key=1,
    link_key=None,
    certificate_file=1,
    begin=authenticate_ev2_first,
    select=_select_application,
    makes_application=True,
)
DESFIRE_EV1 = Layout(
    "desfire_ev1",
    APPLICATION,
    range(2),
    challenge_key=1,
    link_key=None,
    certificate_file=1,
    begin=authenticate_ev1,
    select=_select_application,
    makes_application=True,
    clear=InTheClear(READ_EV1, WRITE_EV1),
)
LAYOUTS = {
    Product.NTAG424: NTAG424,
    Product.NTAG424_TT: NTAG424,
    Product.DESFIRE_EV1: DESFIRE_EV1,
    Product.DESFIRE_EV2: DESFIRE_EV2,
    Product.DESFIRE_EV3: DESFIRE_EV2,
}


def has_application(layout: Layout) -> Dialogue[bool]:
    """Select the application; False where a DESFire does not have it yet."""
    try:
        yield from layout.select()
    except CardRefused as refused:
        if layout.makes_application and refused.sw == _NO_APPLICATION:
            return False
        raise
    return True


def make_application(layout: Layout) -> Dialogue[None]:
    """Make and select it, with keys of the factory. Raises CardRefused where the card lets nobody do so freely."""
    yield from desfire.select_application(desfire.PICC)
    yield from desfire.create_application(InTheClear(), layout.application, len(layout.keys), CommMode.PLAIN)
    yield from layout.select()
