"""Examples of what proves on its way: PINs, keys and links of cards, member codes; and of entries."""

from __future__ import annotations

from protocol.card_keys import CardKey, CardKeys, CardKeysAsk
from protocol.control import Configuration
from protocol.entries import Entry, EntryAnswer, EntryKind, EntryVerdict
from protocol.links import (
    AppCode,
    AppCodeAsk,
    CodeAnswer,
    CodeAsk,
    CodeVerdict,
    LinkAnswer,
    LinkAsk,
    LinkSeen,
    LinksSeen,
    LinkVerdict,
)
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
        "card_keys_with_link": CardKeys(keys=(CardKey(card="ab" * 16, version=1, key="5e" * 16, link="6f" * 16),)),
        "link_ask": LinkAsk(uid="04AABBCCDDEE80", counter=70, code="94EED9EE65337086"),
        "link_answer": LinkAnswer(verdict=LinkVerdict.FRESH, card="ab" * 16, member="m1"),
        "links_seen": LinksSeen(seen=(LinkSeen(card="ab" * 16, counter=70, from_ms=AT_MS, until_ms=AT_MS + 240_000),)),
        "member_code_ask": CodeAsk(code="M1:ABC"),
        "member_code_answer": CodeAnswer(verdict=CodeVerdict.TAKEN, member="m1"),
        "app_code_ask": AppCodeAsk(member="m1"),
        "app_code": AppCode(code="M1:ABC", good_until_ms=AT_MS),
        "entry_card_sale": Entry(
            intent="5e" * 16,
            kind=EntryKind.CARD_SALE,
            member="m1",
            level="P1",
            pin_given=True,
            staff="Li",
            card="04AABBCCDDEE80",
            others_lost=True,
        ),
        "entry_phone_change": Entry(
            intent="6f" * 16, kind=EntryKind.PHONE_CHANGE, member="m1", level="P4", pin_given=True, phone="13800001234"
        ),
        "entry_pin_change": Entry(
            intent="7a" * 16,
            kind=EntryKind.PIN_CHANGE,
            member="m1",
            level="P1",
            pin_given=True,
            staff="Li",
            pin="482915",
            old_pin="730418",
        ),
        "entry_answer": EntryAnswer(verdict=EntryVerdict.DONE, cards=2),
        "configuration_with_pins": Configuration(version=6, pins=rules),
    }
