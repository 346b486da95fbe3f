"""What can be said of a card: what it claims to everybody, and what it proves where its keys are at hand.

Nothing is written, and no key is tried that the card does not claim to hold; those of the factory are never tried. The
factory's signature is read before any key is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cards import certificate as certificates
from cards.card_keys import key_version
from cards.certificate import Certificate, CertificateError
from cards.channel import CommMode, InTheClear
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, CardRefused, ProofFailed
from cards.files import read_data
from cards.generations import FACTORY, CardKeys, NoMaster
from cards.layout import CERTIFICATE_BYTES, LAYOUTS, Layout, has_application
from cards.ndef import NdefError, read_uri_file
from cards.ntag424 import FILE_BYTES, NDEF_FILE
from cards.originality import NXP, Factory
from cards.picc import read_signature
from cards.version import Version, get_version

Random = Callable[[int], bytes]


@dataclass(frozen=True)
class Inspection:
    """`claims` are the generations that the keys say they are of, by number; nothing of it is proven.

    `proven` is the generation whose challenge key the card proved, False where it failed, None where it was not asked.
    `certificate` is None where there is none or it is torn. `link` is what a phone would open. `original` is whether
    the factory signed this UID, None where the card shows no signature or no key for such a chip is known; anybody can
    copy it, with the UID.
    """

    product: str
    technology: str | None
    uid: bytes = field(repr=False)
    random_uid: bool
    application: bool = False
    claims: tuple[int | None, ...] = ()
    certificate: Certificate | None = None
    link: str | None = field(default=None, repr=False)
    proven: int | bool | None = None
    original: bool | None = None


def inspect(
    keys_of: Callable[[Layout, bytes], CardKeys] | None, random: Random, factory: Factory = NXP
) -> Dialogue[Inspection]:
    """Look at the card that was just tapped. `keys_of` gives the keys of a card of ours, None where none are at hand.

    Raises CardError for a card that does not speak as its kind does.
    """
    version = yield from get_version()
    layout = LAYOUTS.get(version.product)
    known = any(version.uid)
    original = (yield from _is_original(version, layout, factory)) if known else None
    if layout is None or not known or not (yield from has_application(layout)):
        return _bare(version, layout, original)
    claims = yield from _claims(layout)
    seen = yield from _read(layout, layout.certificate_file, CERTIFICATE_BYTES)
    link = None
    if layout.link_key is not None:
        link = _link((yield from _read(layout, NDEF_FILE, FILE_BYTES[NDEF_FILE])))
    proven: int | bool | None = None
    certificate = _certificate(seen)
    generation = claims[layout.challenge_key]
    if generation is None and certificate is not None:
        generation = certificate.key_set
    if keys_of is not None and generation is not None and generation != FACTORY:
        proven = yield from _prove(layout, keys_of(layout, version.uid), generation, random)
    found = replace(_bare(version, layout, original), application=True, claims=claims)
    return replace(found, certificate=certificate, link=link, proven=proven)


def _bare(version: Version, layout: Layout | None, original: bool | None) -> Inspection:
    technology = layout.technology if layout else None
    return Inspection(version.product.value, technology, version.uid, not any(version.uid), original=original)


def _is_original(version: Version, layout: Layout | None, factory: Factory) -> Dialogue[bool | None]:
    """An NTAG 424 DNA is asked within its application, a DESFire outside of any."""
    keys = factory.get(version.product.value)
    if not keys:
        return None
    try:
        if layout is not None and not layout.makes_application:
            yield from layout.select()
        signature = yield from read_signature()
    except (BadAnswer, CardRefused):
        return None
    return any(key.signed(version.uid, signature) for key in keys)


def _claims(layout: Layout) -> Dialogue[tuple[int | None, ...]]:
    found: list[int | None] = []
    for key_no in layout.keys:
        try:
            found.append((yield from key_version(InTheClear(), key_no, CommMode.PLAIN)))
        except CardRefused:
            found.append(None)
    return tuple(found)


def _read(layout: Layout, file_no: int, size: int) -> Dialogue[bytes]:
    """A file that everybody may read; empty where this card does not let us."""
    try:
        return (yield from read_data(layout.clear, file_no, 0, size, CommMode.PLAIN))
    except CardRefused:
        return b""


def _prove(layout: Layout, keys: CardKeys, generation: int, random: Random) -> Dialogue[int | bool | None]:
    key_no = layout.challenge_key
    try:
        key = keys.key(key_no, generation)
        yield from layout.begin(key, key_no, random(16))
    except NoMaster:
        return None
    except ProofFailed:
        return False
    return generation


def _certificate(data: bytes) -> Certificate | None:
    try:
        return certificates.read(data)[0]
    except CertificateError:
        return None


def _link(file: bytes) -> str | None:
    try:
        return read_uri_file(file)
    except NdefError:
        return None
