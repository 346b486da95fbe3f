"""MIFARE DESFire EV1: as the EV2 that is emulated here, without what came later.

It knows AuthenticateAES alone, reads and writes by EV1's commands, and has no originality signature. NXP's data sheet
is not public; what EV1 lacks follows libfreefare, and NXP AN12752, which compares the generations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drivers.virtual.cards import desfire_applications as applications
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.native import Answer, Native

MAJOR = 1
_MAJOR_AT = 3
_LATER_COMMANDS = {0x3C, 0x8D, 0xAD}  # the signature, and files by frames that the link chains
_LATER_LOGINS = {0x71, 0x77}


def get_version(card: Desfire, data: bytes) -> Answer:
    """The hardware's major version is 1."""
    status, hardware = applications.get_version(card, data)
    return status, hardware[:_MAJOR_AT] + bytes([MAJOR]) + hardware[_MAJOR_AT + 1 :]


class DesfireEv1(Desfire):
    """The card in a reader's field."""

    kind = "desfire_ev1"
    commands: ClassVar[Mapping[int, Native]] = {
        ins: native for ins, native in Desfire.commands.items() if ins not in _LATER_COMMANDS
    }
    logins: ClassVar[Mapping[int, Callable[[Any, bytes], Answer]]] = {
        ins: login for ins, login in Desfire.logins.items() if ins not in _LATER_LOGINS
    } | {0x60: get_version}
