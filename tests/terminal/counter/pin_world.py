"""A test shop in a chain with PINs: Ada (m1) has one, Cy (m3) has none."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from random import Random

from cards.pin import Pepper, PinGuess, PinHash, hash_pin
from cards.pin_attempts import PinCount
from cards.pin_cost import FLOOR
from protocol.control import Configuration
from protocol.directory import CardRow, CardState, number_key
from protocol.feed import RowKind, member_bucket
from protocol.pins import PinRow, PinRules, pin_key
from terminal.counter.pins_here import PinsHere
from terminal.counter.station import Station
from tests.terminal.counter.shown_codes import ISSUERS, NUMBER, configure
from tests.terminal.shops import LOOKUP, TestShop

PIN, WRONG = "482915", "739184"
PEPPER = Pepper("pepper-1", bytes(range(32)))
KEPT = hash_pin(PIN, "m1", PEPPER, FLOOR, b"salt of the test")
RULES = PinRules(peppers=(PEPPER.name,), memory_kib=FLOOR.memory_kib, passes=FLOOR.passes, lanes=FLOOR.lanes)
UNTRIED = PinCount(1)
SECRET = bytes.fromhex(LOOKUP)


def know_pins(test: TestShop, peppers: dict[str, Pepper] | None = None) -> None:
    """From now on the shop takes PINs, and knows m1's printed number; `peppers` are those at hand."""
    at_hand = {PEPPER.name: PEPPER} if peppers is None else peppers
    configure(test, Configuration(version=2, issuers=ISSUERS, pins=RULES))
    tell_pin(test)
    row = CardRow(member="m1", state=CardState.ACTIVE).model_dump(mode="json")
    test.tell_members((RowKind.CARD, number_key(SECRET, NUMBER), row))
    test.shop = replace(test.shop, pins=PinsHere(lambda: at_hand, Random(5).randbytes))


def tell_pin(test: TestShop, count: PinCount = UNTRIED, kept: PinHash = KEPT) -> None:
    """HQ's row of Ada's PIN, with the wrong guesses that HQ knows of."""
    row = PinRow(
        version=count.version, hash=kept.text, reset=count.reset, wrong=dict(count.wrong), last_ms=count.last_ms
    )
    test.tell(member_bucket("m1"), (RowKind.PIN, pin_key(SECRET, "m1"), row.model_dump(mode="json")))


@dataclass
class Looker:
    """Somebody else who looks at PINs, and waits for the word of the test. `begun` are those that were handed over."""

    begun: list[tuple[PinGuess, Future[bool]]] = field(default_factory=list)

    def look(self, guess: PinGuess) -> Future[bool]:
        future: Future[bool] = Future()
        self.begun.append((guess, future))
        return future

    def answer(self) -> bool:
        """The oldest is looked at now."""
        guess, future = self.begun.pop(0)
        future.set_result(guess.is_right())
        return future.result()


def key_in(station: Station, pin: str) -> None:
    """On a keypad that belongs to the till."""
    for pressed in (*pin, "enter"):
        station.do(lambda desk, pressed=pressed: desk.key(pressed)).result(10)
