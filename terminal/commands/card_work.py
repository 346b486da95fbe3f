"""What the bench does with a card: issue, rekey and retire it, however often it is pulled away, until it is whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from cards.channel import CommMode, InTheClear
from cards.dialogue import Dialogue
from cards.errors import CardError
from cards.files import read_data
from cards.generations import ISSUED, RETIRED, CardKeys
from cards.inspection import Inspection, inspect
from cards.layout import Layout
from cards.ndef import NdefError, read_uri_file
from cards.ntag424 import FILE_BYTES, NDEF_FILE
from cards.personal_errors import CannotPersonalise, Obstacle
from cards.personalise import Work, issue, personalise, recognise, rekey, retire
from cards.sun_link import SunLink
from drivers.base import CardTapped
from drivers.errors import CardGone, CardMute
from keystore.masters import CARDS, KeyStore, KeyStoreError, card_diversify, newest
from terminal.commands.card_bench import CardBench, Tell
from terminal.commands.card_hq import Card, Register

T = TypeVar("T")
TAPS_MAX = 5


@dataclass
class Done:
    """What became of a card, for people and programs; no keys."""

    uid: str = field(repr=False)
    technology: str
    version: int
    member: str | None = None
    steps: list[str] = field(default_factory=list)
    stock: dict[str, int] = field(default_factory=dict)  # of cards of this technology, by HQ's count

    def figures(self) -> dict[str, Any]:
        return asdict(self)


class CardWork:
    """`bench` has the reader, `store` the masters, `register` speaks to HQ; `random` makes challenges."""

    def __init__(
        self, bench: CardBench, store: KeyStore, register: Register, random: Callable[[int], bytes], tell: Tell
    ) -> None:
        self._bench, self._store, self._register = bench, store, register
        self._random, self._tell = random, tell

    def issue(self, who: str, version: int | None, link: str | None, until: str | None) -> Done:
        """Make the card that comes `who`'s, with keys of this version or the newest."""
        to = version or newest(self._store)

        def work(tap: CardTapped, layout: Layout, uid: bytes) -> Done:
            card = Card(uid.hex().upper(), layout.technology, to)
            given = self._register.certify(who, card, until)
            done = self._written(tap, layout, issue(uid, to, given.certificate, _link(layout, link)))
            self._issued(done, given.member, card)
            return done

        return self._until_whole(work)

    def rekey(self, version: int | None, link: str | None, until: str | None) -> Done:
        """Give the card that comes keys of this version or the newest; its member stays, and its link unless given."""
        to = version or newest(self._store)
        if to == ISSUED[0]:
            raise KeyStoreError("no master is newer than version 1: make the next by `stillpoint card master`")

        def work(tap: CardTapped, layout: Layout, uid: bytes) -> Done:
            card = Card(uid.hex().upper(), layout.technology, to)
            base = link or self._bench.lead(tap, _base_of(layout))
            given = self._register.certify(card.uid, card, until)
            done = self._written(tap, layout, rekey(uid, to, given.certificate, _link(layout, base)))
            self._issued(done, given.member, card)
            return done

        return self._until_whole(work)

    def retire(self, *, blank: bool) -> Done:
        """Have HQ forget whose the card is that comes, and wipe it; with `blank` it gets keys of the factory."""
        versions = self._store.versions(CARDS)
        if not blank and RETIRED not in versions:
            raise KeyStoreError("there is no master for retired cards: make it by `stillpoint card master --retired`")

        def work(tap: CardTapped, layout: Layout, uid: bytes) -> Done:
            name = uid.hex().upper()
            stock = self._register.retired(name, blank=False)
            done = self._written(tap, layout, retire(uid, versions - {RETIRED}, to_factory=blank))
            if blank:
                stock = self._register.retired(name, blank=True)
            done.stock = stock.get(layout.technology, {})
            return done

        return self._until_whole(work)

    def _issued(self, done: Done, member: str, card: Card) -> None:
        done.member, done.stock = member, self._register.issued(member, card).get(card.technology, {})

    def _written(self, tap: CardTapped, layout: Layout, work: Work) -> Done:
        done = Done(work.uid.hex().upper(), layout.technology, work.to)

        def tell(step: str) -> None:
            done.steps.append(step)
            self._tell(step)

        keys = CardKeys(card_diversify(self._store), work.uid, layout.application)
        self._bench.lead(tap, personalise(work, layout, keys, self._random, tell))
        return done

    def _until_whole(self, work: Callable[[CardTapped, Layout, bytes], Done]) -> Done:
        """Do it with the card that comes first; when it leaves too early, with the same card again."""
        first: bytes | None = None
        for left in reversed(range(TAPS_MAX)):
            tap = self._bench.tap()
            try:
                layout, uid = self._bench.lead(tap, recognise())
                if first not in (None, uid):
                    raise CannotPersonalise(Obstacle.OTHER_CARD, "the one that was begun comes first")
                first = uid
                return work(tap, layout, uid)
            except CannotPersonalise:
                raise
            except (CardGone, CardMute, CardError) as error:
                if not left:
                    raise
                self._tell(f"{error}: take the card away, put it back and leave it there")
        raise AssertionError("the last tap either ends well or raises")


def look(bench: CardBench, store: KeyStore | None, random: Callable[[int], bytes]) -> Inspection:
    """What can be said of the card that comes, with keys or without."""
    tap = bench.tap()

    def keys_of(layout: Layout, uid: bytes) -> CardKeys:
        assert store is not None
        return CardKeys(card_diversify(store), uid, layout.application)

    return bench.lead(tap, inspect(keys_of if store is not None else None, random))


def _link(layout: Layout, base: str | None) -> SunLink | None:
    return SunLink(base, layout.link_key) if base and layout.link_key is not None else None


def _base_of(layout: Layout) -> Dialogue[str | None]:
    """What the card's link begins with now; None where it is none that we would write."""
    yield from layout.select()
    if layout.link_key is None:
        return None
    file = yield from read_data(InTheClear(), NDEF_FILE, 0, FILE_BYTES[NDEF_FILE], CommMode.PLAIN)
    try:
        return SunLink(read_uri_file(file).partition("?")[0], layout.link_key).base
    except (NdefError, ValueError):
        return None
