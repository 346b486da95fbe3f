"""The link in a card that lies at a reader: read where the card's key is not here, so that HQ can say what it proves.

Reading it counts up in the card, so it is read only where HQ is there to be asked.
"""

from __future__ import annotations

from cards import ntag424
from cards.channel import CommMode, InTheClear
from cards.dialogue import Dialogue
from cards.errors import CardError
from cards.files import read_data
from cards.layout import LAYOUTS
from cards.ndef import NdefError, read_uri_file
from protocol.directory import card_key
from protocol.links import LinkAsk
from terminal.counter.by_card import Draw, Said
from terminal.counter.by_link import link_ask
from terminal.counter.shop import Shop

_LINKED = {layout.technology for layout in LAYOUTS.values() if layout.link_key is not None}


class CardLink:
    """The question to a card for its link; one that shows none says nothing."""

    def dialogue(self, _: Draw) -> Dialogue[Said]:
        try:
            yield from ntag424.select_application()
            size = ntag424.FILE_BYTES[ntag424.NDEF_FILE]
            file = yield from read_data(InTheClear(), ntag424.NDEF_FILE, 0, size, CommMode.PLAIN)
            return Said(link=read_uri_file(file))
        except (CardError, NdefError):
            return Said()


def link_wanted(shop: Shop, uid: str) -> CardLink | None:
    """What a card is asked whose key is not here and does not come; None where it makes no links, and offline."""
    proof = shop.card(card_key(shop.lookup_key, uid)).proof if shop.online() else None
    return CardLink() if proof is not None and proof.technology in _LINKED else None


def asked_of_hq(shop: Shop, uid: str, said: Said) -> LinkAsk | None:
    """What HQ is asked of the link in the card of this UID; None for another card's, or none. Raises Refusal."""
    asked = link_ask(shop, said.link) if said.link else None
    return asked if asked is not None and asked.uid == uid.upper() else None
