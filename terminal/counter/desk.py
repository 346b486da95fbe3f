"""The desk: what happens at one till, event by event, on the till's one thread."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loyalty import Quote, Verdict
from loyalty import Refused as NotSettled
from loyalty.assurance import Action
from protocol.directory import card_key
from terminal.codes.code import DynamicMemberCode, MemberNumber, Product, Refused, SunLink, Voucher
from terminal.codes.gs1 import prepare
from terminal.codes.reading import read_code
from terminal.counter.act import recorded
from terminal.counter.attention import Attention
from terminal.counter.barcode import find_goods, read_coupon, refusal_of
from terminal.counter.by_card import SILENT, Said, by_card
from terminal.counter.by_code import CLAIMED, Identified, by_code, by_number
from terminal.counter.by_link import by_link
from terminal.counter.paper import Paper
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.pin_pad import PinPad
from terminal.counter.proof_gate import require_proof
from terminal.counter.sell import Checkout, Given, quote_for, sell, tenders_from
from terminal.counter.shop import Shop
from terminal.counter.shortage import refusal
from terminal.counter.shown_to_hq import HqSaid
from terminal.counter.till import Till, draft, restore
from terminal.store.known_member import KnownMember

log = logging.getLogger(__name__)
DRAFT = "till"  # the name under which the open basket is noted
MAX_ENTRY = 24  # digits of the longest code that is only digits
SHOWN_ENTRY = 14  # digits of the longest product number: what is longer is nothing to be read from a screen


@dataclass(frozen=True)
class Tap:
    """The newest card event, for the page and for measuring: `at_ns` is the reader's monotonic time."""

    id: str
    at_ns: int


class Desk:
    """One till. Every method is one event; it changes the till or raises Refusal and leaves it as it was."""

    def __init__(
        self, shop: Shop, new_intent: Callable[[], str], attention: Attention, paper: Paper | None = None
    ) -> None:
        self.shop = shop
        self.attention = attention
        self.paper = paper or Paper()
        self.pad = PinPad(shop, attention)
        self.tap: Tap | None = None
        self.last_scan: dict[str, Any] | None = None
        self.entry = ""
        self._shown: tuple[str, bytes] | None = None  # the code or link that was taken last, and whose it is
        self.set_aside: Till | None = None  # the basket that was emptied last, until another is begun
        self._new_intent = new_intent
        self.till = self._restored()
        self._noted = draft(self.till)

    def card(self, uid: str, technology: str, tap: Tap, said: Said = SILENT) -> None:
        """A member's card at the reader, and what it said. An unknown or blocked card, and one that does not prove its
        key, is a notice; the basket goes on without it."""
        self._came(tap)
        self.shop.left()
        self._greet(by_card(self.shop, uid, technology, said))
        if said.challenge is not None:
            self.shop.spoke(card_key(self.shop.lookup_key, uid), said.challenge)

    def card_pulled(self, tap: Tap) -> None:
        """A card that left while it was spoken with changes nothing. Raises Refusal card_hold_still."""
        self._came(tap)
        raise Refusal("card_hold_still")

    def _came(self, tap: Tap) -> None:
        self.tap = tap
        self.attention.touched()

    def scan(self, text: str, aim: str = "", said: HqSaid | None = None) -> None:
        """A code from the scanner, the keypad or the counter's page. After a paid sale it opens the next one.

        `aim` is the scanner's AIM identifier, `said` what HQ said of a code that is good once. Raises Refusal with the
        sentence for what does nothing here.
        """
        code = read_code(text, self.shop.configured().codes, aim)
        coupon = code.code if isinstance(code, Voucher) else text.strip()
        match code:
            case MemberNumber(number):
                self._greet(by_number(self.shop, number))
            case DynamicMemberCode(shown):
                self._show_once(shown, lambda: by_code(self.shop, shown, said.code if said else None))
            case SunLink(url):
                self._show_once(url, lambda: by_link(self.shop, url, said.link if said else None))
            case _ if not isinstance(code, Refused) and self.shop.ledger.coupon(coupon) is not None:
                self.coupon(coupon, True)
            case Product():
                self._add(code)
            case _:
                raise refusal_of(code)

    def shows(self, text: str) -> bool:
        """Whether this code or link, which is good once, was taken for the member at the till."""
        here = self.till.member is not None and self.till.phase == "open"
        return here and self._shown == (self.till.member, _digest(text))

    def _show_once(self, text: str, take: Callable[[], Identified]) -> None:
        """What a scanner reads twice over is the same one. During payment none is used up."""
        if self.shows(text):
            return
        if self.till.phase == "paying":
            raise Refusal("card_during_payment", 409)
        found = take()
        self._greet(found)
        self._shown = (found.member.id, _digest(text))

    def _greet(self, found: Identified) -> None:
        if self.till.phase == "paid":
            self.next()
        before = self.till.member
        self.till.set_member(found.member.id, found.member.language, found.proof)
        if self.till.member != before:
            self.pad.close()
        self.till.notice = None
        self.attention.greeted()

    def _add(self, code: Product) -> None:
        piece = find_goods(self.shop, code)
        if self.till.phase == "paid":
            self.next()
        line = self.till.add(piece)
        self.set_aside = None
        self.till.notice = None
        self.last_scan = {"gtin": line.gtin, "name": piece.product.name, "no": line.no}
        self.attention.touched()

    def key(self, key: str) -> None:
        """A key of the keypad: digits gather, `enter` takes them as a code, `back` and `clear` take them away. While
        the pad is open they are the member's PIN."""
        if self.pad.takes_keys():
            self.pad.key(key, self.member())
            return
        entry = self.entry
        if key == "enter":
            self.entry = ""
            if entry:
                self.scan(entry)
        elif key in ("clear", "back"):
            self.entry = "" if key == "clear" else entry[:-1]
        else:
            self.entry = (entry + key)[:MAX_ENTRY]

    def shown_entry(self) -> str:
        """What the keypad gathered, as the screen shows it: of more digits than a product has, how many there are."""
        return self.entry if len(self.entry) <= SHOWN_ENTRY else "•" * len(self.entry)

    def quantity(self, number: int, quantity: int) -> None:
        self.till.set_quantity(number, quantity)
        self.till.notice = None

    def offer(self, offer: str, removed: bool) -> None:
        if self.shop.programme().offer(offer) is None:
            raise Refusal("offer_unknown", 404, offer=offer[:64])
        self.till.remove_offer(offer, removed)

    def coupon(self, code: str, chosen: bool) -> None:
        """Choose a coupon for this basket, or leave it. One that takes nothing off yet stays: goods may follow.

        Raises Refusal with the verdict on a coupon that cannot be used.
        """
        code = read_coupon(code)
        if chosen:
            codes = tuple(dict.fromkeys((*self.till.coupons, code)))
            basket = replace(self.till.basket(), coupons=codes)
            quote = quote_for(self.shop, basket, self.member(), self.till.proof)
            why = next(answer.why for answer in quote.coupons if answer.code == code)
            if why not in (None, Verdict.COUPON_NOT_NEEDED):
                raise refusal(self.shop, self.member(), NotSettled(Verdict(why), {"code": code}))
        self.till.choose_coupon(code, chosen)
        self.till.notice = None

    def points(self, points: int) -> int:
        """Choose how many points to use. Returns how many of them are missing here (0: all can be used).

        Raises Refusal proof_… for a card that lets no points go; with a number they wait for a better proof.
        """
        if points and self.till.member is not None and self.till.proof.level != CLAIMED.level:
            require_proof(self.shop, Action.REDEEM, self.till.proof.shown(hq=self.shop.online()))
        self.till.use_points(points)
        self.till.notice = None
        return self.shop.missing(points, self.member())

    def clear_member(self) -> None:
        self.shop.left()
        self.till.set_member(None, None)
        self.pad.close()
        self.attention.left()

    def paying(self, on: bool) -> None:
        self.till.start_paying(on)
        self.till.notice = None

    def pay(self, intent: str, tenders: Sequence[Given]) -> dict[str, Any]:
        """Pay the basket that carries `intent`. A second click, or a page that asks again, gets the same receipt."""
        body = {"intent": intent, "tenders": [list(tender) for tender in tenders]}
        before = recorded(self.shop, intent, body)
        if before is not None:
            return before
        if intent != self.till.intent:
            raise Refusal("intent_unknown", 409)
        till = self.till
        given = tenders_from(tenders)
        checkout = Checkout(intent, till.basket(), self.member(), given, till.proof)
        receipt = sell(self.shop, checkout, body)
        self.till.paid(receipt)
        self.paper.booked(self.shop, receipt, till.language)
        self.pad.close()
        self.attention.touched()
        return receipt

    def next(self) -> None:
        """Open an empty basket with a new intent."""
        self.shop.left()
        self.pad.close()
        self.till = Till(self._new_intent())
        self.last_scan = self.set_aside = None
        self.attention.left()

    def member_done(self) -> None:
        """The member has seen enough; a basket that was begun stays."""
        if self.till.lines and self.till.phase != "paid":
            self.pad.close()
            self.attention.show_detail(False)
        else:
            self.next()

    def empty(self) -> None:
        """Take all goods out: nobody wants them any more. `bring_back` undoes it until something else is scanned."""
        till = self.till
        if till.phase == "paid" or not till.lines:
            raise Refusal("empty_basket", 409)
        self.till = Till(self._new_intent())
        self.till.set_member(till.member, till.language, till.proof)
        till.phase, till.notice = "open", None
        self.set_aside, self.last_scan = till, None

    def bring_back(self) -> None:
        """The basket that was emptied, as it was, with its own intent: for whoever is at the till now, as far as proven
        now. A member who left meanwhile, or whose card was found to be a copy, does not come back with the goods."""
        if self.set_aside is None:
            raise Refusal("nothing_to_undo", 409)
        now, self.till, self.set_aside = self.till, self.set_aside, None
        if now.member != self.till.member:
            self.till.set_member(now.member, now.language, now.proof)
        self.till.proof = now.proof

    def language(self, language: str) -> None:
        self.till.language = language
        self.attention.touched()

    def refused(self, phrase: Phrase) -> None:
        """Show why something did not happen, on both screens."""
        self.till.notice = phrase
        self.attention.touched()

    def tick(self) -> bool:
        """Once a second: whether the member has left, and personal data or the pad was taken off the screen."""
        prepare()
        if not self.attention.expired():
            return False
        if self.till.phase == "paid" or not self.till.lines:
            self.next()
            return True
        shut = self.pad.state() != "closed"
        self.pad.close()
        return shut

    def member(self) -> KnownMember | None:
        """The member at the till, blocked meanwhile or not: an open sale goes on as it began."""
        return self.shop.directory.member(self.till.member) if self.till.member else None

    def quote(self) -> Quote:
        return quote_for(self.shop, self.till.basket(), self.member(), self.till.proof)

    def keep(self) -> None:
        """Note the open basket so that it survives a power cut; done after the screen has it."""
        current = draft(self.till)
        if current != self._noted:
            self.shop.ledger.note(DRAFT, current)
            self._noted = current

    def _restored(self) -> Till:
        """The basket from before the power cut; if its sale was committed, its receipt."""
        till = restore(self.shop.ledger.noted(DRAFT), self._new_intent)
        receipt = self.shop.ledger.answer(till.intent)
        if receipt is not None:
            till.paid(receipt)
            self.paper.restored(receipt)
        if till.member is not None:
            self.attention.greeted()
        return till


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
