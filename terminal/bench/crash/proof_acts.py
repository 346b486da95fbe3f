"""What cards and members prove at the till: codes that are taken once, links of cards, and guesses at PINs."""

from __future__ import annotations

import hashlib

from cards.pin_attempts import MINUTE_MS, PinCount
from terminal.bench.crash.made import NOON_MS, Till
from terminal.store.card_counters import LinkSeen
from terminal.store.pin_attempts import Guess

NOON_S = NOON_MS // 1000


def use_code(till: Till) -> None:
    """One of a few codes, so that some come again; now and then the time has passed in which it could be taken."""
    number, passed_s = till.chance.randrange(12), till.chance.choice((0, 0, 0, 60))
    digest = hashlib.sha256(str(number).encode()).digest()
    till.ledger.codes_used.use(digest, NOON_S + 10 * number, NOON_S + passed_s)


def guess_pin(till: Till) -> None:
    """Begin, as one whose power goes before the PIN is looked at. After too many it is refused, and nothing written."""
    now_ms = NOON_MS + till.ledger.next_seq() * MINUTE_MS
    begun = till.ledger.pin_attempts.begin(till.member(), 1, now_ms, online=True)
    till.guess = begun if isinstance(begun, Guess) else till.guess


def right_pin(till: Till) -> None:
    """The newest guess was right, maybe begun before a restart."""
    if till.guess is not None:
        till.ledger.pin_attempts.right(till.guess)
        till.guess = None


def learn_count(till: Till) -> None:
    """HQ tells what another terminal has counted."""
    told = PinCount(1, till.chance.randint(0, 2), {"crash-2:1": till.chance.randint(1, 4)}, NOON_MS)
    till.ledger.pin_attempts.learn(till.member(), told)


def see_link(till: Till) -> None:
    """A link of one of a few cards, so that some come again."""
    card, counter = f"{till.chance.randrange(4):032x}", till.chance.randrange(20)
    till.ledger.card_counters.take(LinkSeen(card, 1, counter, NOON_MS, None))


ACTS = {
    "see_link": (see_link, 5),
    "use_code": (use_code, 5),
    "guess_pin": (guess_pin, 5),
    "right_pin": (right_pin, 2),
    "learn_count": (learn_count, 1),
}
