"""The pad on which a member keys in the PIN. Its digits are in memory alone, and no view tells more than how many.

It takes the keys of the page and of a keypad. Once it is closed before its time, the keypad is deaf for as long as a
hand may still go on, so that the rest of a PIN does not come to stand where the cashier's digits do.
"""

from __future__ import annotations

from typing import Any

from terminal.counter import pin_proof
from terminal.counter.attention import Attention
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.pin_check import Looking
from terminal.counter.pins_here import Draw
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember

MOST_DIGITS = 12
DEAF_MS = 3000
UNCHECKED = Phrase("pin_unchecked")
IN_ORDER = tuple("1234567890")


class PinPad:
    """One till's. `said` is why the last PIN was not taken."""

    def __init__(self, shop: Shop, attention: Attention) -> None:
        self._shop, self._attention = shop, attention
        self._digits = ""
        self._open = False
        self._deaf_until = attention.now()
        self._looking: Looking | None = None
        self._to_look_at: Looking | None = None
        self._order = IN_ORDER
        self._in_order = False
        self.said: Phrase | None = None

    def open(self) -> None:
        """Raises Refusal pin_not_here."""
        pin_proof.keys_here(self._shop)
        self._forget()
        self._open, self._in_order, self.said = True, False, None
        self._shuffle()

    def close(self) -> None:
        """Whatever was keyed in is forgotten, and a PIN that is looked at proves nothing."""
        if self._open:
            self._deaf_until = self._attention.now() + DEAF_MS
        self._forget()
        self._open, self.said = False, None

    def takes_keys(self) -> bool:
        """Whether keys of the keypad are the pad's now."""
        return self._open or self._attention.now() < self._deaf_until

    def put_in_order(self, on: bool) -> None:
        """The digits stand where those of a telephone do, for who cannot search; or anywhere again."""
        self._in_order = on
        self._shuffle()

    def key(self, key: str, member: KnownMember | None) -> None:
        """A digit, `back`, `clear` or `enter`, which has the PIN looked at. Raises StorageFull."""
        if not self._open:
            if self.takes_keys():
                self._deaf_until = self._attention.now() + DEAF_MS
        elif self._looking is None:
            self._press(key, member)

    def to_look_at(self) -> Looking | None:
        """What `enter` began, once: somebody else looks, and says what came of it by `looked`."""
        handed, self._to_look_at = self._to_look_at, None
        return handed

    def looked(self, looking: Looking, right: bool | None) -> bool:
        """Whether the member at the pad has proven to know the PIN. `right` is None if nobody could look."""
        awaited = self._looking is looking
        if awaited:
            self._looking = None
        try:
            if right is not None:
                pin_proof.end(self._shop, looking, right)
            elif awaited:
                self.said = UNCHECKED
        except Refusal as refusal:
            if awaited:
                self.said = refusal.phrase
                self._shuffle()
            return False
        if not (right and awaited):
            return False
        self._open = False
        return True

    def state(self) -> str:
        """closed, open, or looking."""
        if not self._open:
            return "closed"
        return "open" if self._looking is None else "looking"

    def view(self) -> dict[str, Any]:
        """For the member's screen: never a digit that was keyed in."""
        return {"digits": len(self._digits), "keys": list(self._order), "in_order": self._in_order}

    def _press(self, key: str, member: KnownMember | None) -> None:
        if key == "enter":
            self._enter(member)
        elif key in ("back", "clear"):
            self._digits = self._digits[:-1] if key == "back" else ""
        elif len(self._digits) < MOST_DIGITS:
            self._digits += key
            self.said = None

    def _enter(self, member: KnownMember | None) -> None:
        pin, self._digits = self._digits, ""
        if member is None or not pin:
            return
        try:
            self._looking = self._to_look_at = pin_proof.begin_of_member(self._shop, member, pin)
            self.said = None
        except Refusal as refusal:
            self.said = refusal.phrase

    def _forget(self) -> None:
        self._digits, self._looking = "", None

    def _shuffle(self) -> None:
        pins = self._shop.pins
        self._order = IN_ORDER if self._in_order or pins is None else shuffled(pins.draw)


def shuffled(draw: Draw) -> tuple[str, ...]:
    """The digits in an order of chance, each order as likely as any other."""
    return tuple(sorted(IN_ORDER, key=lambda _: draw(8)))
