"""Bringing a card from one generation of keys to another, with its files: issuing, rekeying and retiring it.

Every step looks first and does only what is missing, so a card that was pulled away or torn at any point is made whole
by doing the same again. That holds because of the order:

1. keys other than 0, each of which says its own generation; 2. the files; 3. key 0, which until then opens the card as
before; 4. what was written is proven and read back.

No key is tried that the card does not claim, and few where it claims nothing before an authentication: an NTAG 424 DNA
counts failures, and locks a key for good at a thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cards import certificate as certificates
from cards import desfire
from cards.card_keys import change_other_key, change_own_key, key_version
from cards.certificate import CertificateError
from cards.channel import CommMode, InTheClear, KeyedChannel
from cards.dialogue import Dialogue
from cards.errors import CardRefused, ProofFailed
from cards.files import change_file_settings, get_file_settings, read_data, write_data
from cards.generations import FACTORY, ISSUED, RETIRED, CardKeys
from cards.layout import LAYOUTS, MASTER_KEY, CardFile, Layout, has_application, make_application
from cards.ndef import NdefError, read_uri_file
from cards.ntag424 import NDEF_FILE
from cards.personal_errors import CannotPersonalise, Obstacle
from cards.picc import get_card_uid
from cards.sun import SunError
from cards.sun import verify as verify_sun
from cards.sun_link import TEMPLATE, SunLink
from cards.sun_url import read_sun_url
from cards.version import get_version

Tell = Callable[[str], None]  # is told each step that was done, in a few words
Random = Callable[[int], bytes]
TRIES_MAX = 3  # each that fails is counted by an NTAG 424 DNA; each that succeeds takes ten off
_NOT_OPEN = {0x919D, 0x91AE}


@dataclass(frozen=True)
class Work:
    """What a card is to become: keys of generation `to`, this certificate (empty: none) and this link.

    `begins` are the generations, beside `to`, that its keys may be of now.
    """

    uid: bytes = field(repr=False)
    to: int
    begins: frozenset[int]
    certificate: bytes = field(default=b"", repr=False)
    link: SunLink | None = None

    def allows(self, generation: int) -> bool:
        return generation == self.to or generation in self.begins


def issue(uid: bytes, version: int, certificate: bytes, link: SunLink | None) -> Work:
    """A blank card becomes a member's. ValueError for a version that is none."""
    return Work(uid, _version(version), frozenset({FACTORY}), certificate, link)


def rekey(uid: bytes, version: int, certificate: bytes, link: SunLink | None) -> Work:
    """An issued card gets keys of a newer master, from whichever older one, and the certificate that says so."""
    if _version(version) == ISSUED[0]:
        raise ValueError(f"a card goes to newer keys: none is older than version {version}")
    return Work(uid, version, frozenset(range(ISSUED[0], version)), certificate, link)


def retire(uid: bytes, versions: frozenset[int], to_factory: bool) -> Work:
    """A card, also a half issued one, loses certificate and link, and gets keys of its retirement or of the factory.

    `versions` are all that there are masters of.
    """
    begins = frozenset({FACTORY, *map(_version, versions)})
    return Work(uid, FACTORY, begins) if to_factory else Work(uid, RETIRED, begins)


def recognise() -> Dialogue[tuple[Layout, bytes]]:
    """The layout for a card that was just tapped, and its UID. Raises CannotPersonalise."""
    version = yield from get_version()
    layout = LAYOUTS.get(version.product)
    if layout is None:
        raise CannotPersonalise(Obstacle.UNKNOWN_CARD, version.product.value)
    if not any(version.uid):
        raise CannotPersonalise(Obstacle.RANDOM_UID)
    return layout, version.uid


def personalise(work: Work, layout: Layout, keys: CardKeys, random: Random, tell: Tell) -> Dialogue[None]:
    """Make the card what `work` says, from wherever it stands. Raises CardError; then the same may be done again."""
    if not (yield from has_application(layout)):
        yield from _application(layout)
        tell("the application was made")
    session, generation = yield from _enter(work, layout, keys, random)
    if (yield from get_card_uid(session)) != work.uid:
        raise CannotPersonalise(Obstacle.OTHER_CARD)
    if FACTORY in work.begins and work.certificate and generation == work.to:
        yield from _same_member(work, layout, session)
    for key_no in layout.keys[1:]:
        yield from _key(work, keys, session, key_no, tell)
    for file in layout.files(work.certificate, work.link):
        yield from _file(layout, session, file, tell)
    if generation != work.to:
        yield from change_own_key(session, keys.key(MASTER_KEY, work.to), work.to)
        tell(f"key {MASTER_KEY} was changed")
    yield from verify(work, layout, keys, random)
    tell("the card was proven and read back")


def verify(work: Work, layout: Layout, keys: CardKeys, random: Random) -> Dialogue[None]:
    """The card proves its keys, shows its files, and makes a link that is good. Raises CardError."""
    yield from layout.select()
    for key_no in (layout.challenge_key, MASTER_KEY):
        session = yield from layout.begin(keys.key(key_no, work.to), key_no, random(16))
        if (yield from get_card_uid(session)) != work.uid:
            raise CannotPersonalise(Obstacle.OTHER_CARD)
    yield from layout.select()
    stored = layout.files(work.certificate, work.link)[0]
    seen = yield from read_data(layout.clear, stored.number, 0, stored.settings.size, CommMode.PLAIN)
    if seen != stored.content:
        raise CannotPersonalise(Obstacle.NOT_WHOLE, "its certificate")
    if work.link and layout.link_key is not None:
        yield from _link_is_good(work, layout.link_key, keys, len(work.link.file))


def _version(version: int) -> int:
    if version not in ISSUED:
        raise ValueError(f"key versions are {ISSUED[0]} to {ISSUED[-1]}, not {version}")
    return version


def _application(layout: Layout) -> Dialogue[None]:
    try:
        yield from make_application(layout)
    except CardRefused as refused:
        if refused.sw not in _NOT_OPEN:
            raise
        raise CannotPersonalise(Obstacle.CLOSED) from refused


def _enter(work: Work, layout: Layout, keys: CardKeys, random: Random) -> Dialogue[tuple[KeyedChannel, int]]:
    """A session with the card's master key, and the generation that this key is of."""
    generations, said = (yield from _to_try(work)), ""
    for generation in generations:
        try:
            session = yield from layout.begin(keys.key(MASTER_KEY, generation), MASTER_KEY, random(16))
        except ProofFailed:
            said += f", version {generation}"
        else:
            return session, generation
    raise CannotPersonalise(Obstacle.OTHER_KEYS, f"its key {MASTER_KEY} is not ours{said}")


def _to_try(work: Work) -> Dialogue[list[int]]:
    """The generation that the master key says it is of; where the card tells nobody, the likeliest few."""
    try:
        said = yield from key_version(InTheClear(), MASTER_KEY, CommMode.PLAIN)
    except CardRefused as refused:
        if refused.sw not in _NOT_OPEN:
            raise
        older = sorted(work.begins, reverse=True)
        return [*older[:1], work.to, *older[1:]][:TRIES_MAX]
    if not work.allows(said):
        raise CannotPersonalise(Obstacle.OTHER_KEYS, f"its key {MASTER_KEY} says version {said}")
    return [said]


def _same_member(work: Work, layout: Layout, session: KeyedChannel) -> Dialogue[None]:
    """A card that is issued already stays its member's. What is no certificate was torn, and is written again."""
    mine, _ = certificates.read(work.certificate)
    file_no, size = layout.certificate_file, layout.files(b"", None)[0].settings.size
    stored = yield from read_data(session, file_no, 0, size, CommMode.PLAIN)
    try:
        its, _ = certificates.read(stored)
    except CertificateError:
        return
    if its.member_ref != mine.member_ref:
        raise CannotPersonalise(Obstacle.OTHER_MEMBER)


def _key(work: Work, keys: CardKeys, session: KeyedChannel, key_no: int, tell: Tell) -> Dialogue[None]:
    now = yield from key_version(session, key_no, CommMode.MAC)
    if now == work.to:
        return
    if not work.allows(now):
        raise CannotPersonalise(Obstacle.OTHER_KEYS, f"its key {key_no} says version {now}")
    old, new = keys.key(key_no, now), keys.key(key_no, work.to)
    yield from change_other_key(session, key_no, old, new, work.to)
    tell(f"key {key_no} was changed")


def _file(layout: Layout, session: KeyedChannel, file: CardFile, tell: Tell) -> Dialogue[None]:
    number, wanted = file.number, file.settings
    if layout.makes_application and number not in (yield from desfire.file_numbers(session, CommMode.MAC)):
        yield from desfire.create_standard_file(session, number, wanted.mode, wanted.rights, wanted.size, CommMode.MAC)
        tell(f"file {number} was made")
    settings = yield from get_file_settings(session, number)
    if settings.size != wanted.size:
        raise CannotPersonalise(Obstacle.OTHER_KEYS, f"its file {number} has {settings.size} bytes")
    if settings != wanted:
        yield from change_file_settings(session, number, wanted)
        tell(f"file {number} got its rights")
    if (yield from read_data(session, number, 0, wanted.size, wanted.reading_mode(MASTER_KEY))) != file.content:
        yield from write_data(session, number, 0, file.content, wanted.writing_mode(MASTER_KEY))
        tell(f"file {number} was written")


def _link_is_good(work: Work, link_key: int, keys: CardKeys, size: int) -> Dialogue[None]:
    """Read the link as a phone does, and judge it as the shop does."""
    seen = yield from read_data(InTheClear(), NDEF_FILE, 0, size, CommMode.PLAIN)
    try:
        sun = verify_sun(
            read_sun_url(read_uri_file(seen), TEMPLATE),
            None,
            lambda uid: keys.key(link_key, work.to) if uid == work.uid else None,
        )
    except (NdefError, SunError) as error:
        raise CannotPersonalise(Obstacle.NOT_WHOLE, "its link") from error
    if sun.uid != work.uid:
        raise CannotPersonalise(Obstacle.OTHER_CARD)
