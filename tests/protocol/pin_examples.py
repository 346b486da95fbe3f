"""Examples of PINs and card keys on their way: rows, rules, what a terminal reports, and secrets."""

from __future__ import annotations

from protocol.card_keys import CardKey, CardKeys, CardKeysAsk
from protocol.control import Configuration
from protocol.operation import Message
from protocol.pins import PinGuesses, PinPeppers, PinReport, PinRow, PinRules, pin_key

AT_MS = 1_795_147_200_000
HASH = "$argon2id$v=19$m=19456,t=2,p=1,keyid=pepper-1$" + "A" * 22 + "$" + "A" * 43


def pin_examples() -> dict[str, Message]:
    """By the name of the golden file."""
    key = pin_key(bytes(32), "m1")
    rules = PinRules(peppers=("pepper-1",), memory_kib=19456, passes=2, lanes=1)
    return {
        "pin_row": PinRow(version=2, hash=HASH, reset=4, wrong={"s01-1:1": 2}, last_ms=AT_MS),
        "pin_report": PinReport(guesses=(PinGuesses(key=key, version=2, reset=4, wrong=2, last_ms=AT_MS),)),
        "pin_peppers": PinPeppers(peppers={"pepper-1": "5e" * 32}),
        "card_keys_ask": CardKeysAsk(uids=("04AABBCCDDEE80", "08A1B2C3")),
        "card_keys": CardKeys(keys=(CardKey(card="ab" * 16, version=1, key="5e" * 16),)),
        "configuration_with_pins": Configuration(version=6, pins=rules),
    }
