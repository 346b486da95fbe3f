"""A card that the directory does not know yet: the issuer's certificate in it tells whose it is, and proves no more.

Whoever can read a card's file can copy it, so this is P1. A card that is unknown although HQ has told of later ones was
taken back, and its certificate counts for nothing.
"""

from __future__ import annotations

from cards.certificate import DAY_S, Certificate, CertificateError, verify
from cards.channel import CommMode
from cards.dialogue import Dialogue
from cards.errors import CardError
from cards.files import read_data
from cards.layout import CERTIFICATE_BYTES, DESFIRE_EV1, DESFIRE_EV2, NTAG424, Layout
from protocol.directory import ref_key
from protocol.operation import ClockQuality
from terminal.counter.member_codes import issuers_of
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember

_SECOND_MS = 1000


def read_papers() -> Dialogue[bytes]:
    """The file with the certificate, of whichever kind of card this is; b"" where it shows none. No key is tried."""
    try:
        yield from NTAG424.select()
        return (yield from _read(NTAG424))
    except CardError:
        pass  # a DESFire has no application of that name
    for layout in (DESFIRE_EV2, DESFIRE_EV1):
        try:
            yield from layout.select()
            return (yield from _read(layout))
        except CardError:
            continue  # the first DESFire reads by another command
    return b""


def _read(layout: Layout) -> Dialogue[bytes]:
    return (yield from read_data(layout.clear, layout.certificate_file, 0, CERTIFICATE_BYTES, CommMode.PLAIN))


def has_papers(shop: Shop) -> bool:
    """Whether any certificate could be believed here."""
    return shop.configured().issuers is not None


def by_certificate(shop: Shop, uid: str, data: bytes) -> KnownMember:
    """The member whom the certificate in the card of this UID names. Raises Refusal card_unknown where it is none that
    counts here, and as `Shop.holder`."""
    told, reading = shop.configured().issuers, shop.clock()
    if told is None:
        raise Refusal("card_unknown", 404)
    now_s = reading.utc_ms // _SECOND_MS if reading.quality is ClockQuality.TRUSTED else None
    try:
        shown = verify(data, bytes.fromhex(uid), bytes.fromhex(told.tenant), issuers_of(told), now_s)
    except CertificateError:
        raise Refusal("card_unknown", 404) from None
    if not _may_be_news(shop, shown):
        raise Refusal("card_unknown", 404)
    return shop.holder(ref_key(shop.lookup_key, shown.member_ref))


def _may_be_news(shop: Shop, shown: Certificate) -> bool:
    """Whether the card may have been issued after HQ was last heard."""
    heard_ms = shop.directory.members_known_since()
    return heard_ms is None or shown.issued_day >= heard_ms // _SECOND_MS // DAY_S
