"""Chips whose links HQ can judge: HQ's masters made their keys, and each tap counts up."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cards.aes import AesKey
from cards.generations import CardKeys
from cards.layout import NTAG424
from cards.sun import code
from cards.sun_link import ShownLink
from hq import member_codes
from hq.card_masters import MASTERS
from hq.card_register import Issue, certify, issued
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from keystore.file_store import FileStore
from keystore.masters import CARDS, card_diversify
from protocol.directory import CardTechnology
from protocol.links import LinkAsk

UID = "04AABBCCDDEE80"
BASE = "https://card.example/c"


@dataclass
class Chip:
    """`key` makes the codes; a copy is a chip with the same key and a counter of its own."""

    uid: str
    key: AesKey
    counter: int = 0

    def tap(self) -> ShownLink:
        """The link that it writes at its next tap."""
        self.counter += 1
        return self.link(self.counter)

    def link(self, counter: int) -> ShownLink:
        blank = ShownLink(bytes.fromhex(self.uid), counter, b"")
        message = blank.message()
        assert message.picc is not None
        return ShownLink(blank.uid, counter, code(self.key, message.picc, message.signed))


def ask_of(link: ShownLink) -> LinkAsk:
    return LinkAsk(uid=link.uid.hex().upper(), counter=link.counter, code=link.code.hex().upper())


def url_of(link: ShownLink) -> str:
    return f"{BASE}?u={link.uid.hex().upper()}&n={link.counter:06X}&c={link.code.hex().upper()}"


def masters(hq: Headquarters) -> FileStore:
    """HQ's masters; made, with an issuer key, where there are none yet."""
    store = FileStore(hq.state / FOLDER / MASTERS, Random(3).randbytes)
    if not store.versions(CARDS):
        store.make(CARDS, 1)
        member_codes.begin(hq, Random(4).randbytes)
    return store


def chip_of(hq: Headquarters, uid: str = UID, member: str = "m1") -> Chip:
    """A chip that HQ issued to a member."""
    keys = CardKeys(card_diversify(masters(hq)), bytes.fromhex(uid), NTAG424.application)
    issue = Issue(uid, CardTechnology.NTAG424, 1)
    certify(hq, member, issue)
    issued(hq, member, issue)
    assert NTAG424.link_key is not None
    return Chip(uid, keys.key(NTAG424.link_key, 1))
