"""Cards that are pulled or torn while they are personalised: the same work again makes them whole, at whatever point.

No card is ever left with a key that nobody can compute, and no key is ever tried that the card does not hold.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.card_keys import change_other_key, change_own_key
from cards.dialogue import Dialogue, converse
from cards.errors import CardError
from cards.generations import FACTORY, RETIRED
from cards.personalise import Work, issue, rekey, retire
from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.faults import Fault, Faulty
from drivers.virtual.cards.native import NativeCard
from drivers.virtual.cards.ntag424 import Ntag424
from tests.cards.blank_cards import (
    BLANKS,
    LINK,
    SILENT,
    SOUND,
    UID,
    Blank,
    certificate,
    file_of,
    held_keys,
    keys_of,
    tap,
)

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600")) // 20
ISSUE = issue(UID, 1, certificate(1), LINK)
WORKS = {
    "issue": ([], ISSUE),
    "rekey": ([ISSUE], rekey(UID, 2, certificate(2), LINK)),
    "retire": ([ISSUE], retire(UID, frozenset({1}), to_factory=False)),
    "blank": ([ISSUE], retire(UID, frozenset({1}), to_factory=True)),
}
FAULTS: dict[str, Callable[[int], Fault]] = {
    "pulled": lambda at: Fault(pull_at=at),
    "unheard": lambda at: Fault(lose_at=at),
    "torn at once": lambda at: Fault(torn_write=at),
    "torn half way": lambda at: Fault(torn_write=at, torn_bytes=9),
    "altered": lambda at: Fault(wrong_mac_at=at),
}
Personaliser = Callable[[NativeCard, Work, Fault], object]


def spoilt(blank: Blank, card: NativeCard, work: Work, fault: Fault, by: Personaliser = tap) -> bool:
    """Whether the fault came to bear. Afterwards every key is one that we can compute."""
    try:
        by(card, work, fault)
    except (Pulled, CardError):
        keys = keys_of(blank.layout)
        for number, (value, version) in held_keys(card, blank.layout).items():
            assert value == keys.key(number, version).value
        return True
    return False


def is_whole(blank: Blank, card: NativeCard, work: Work) -> bool:
    held = held_keys(card, blank.layout)
    keys = keys_of(blank.layout)
    right = {number: (keys.key(number, work.to).value, work.to) for number in blank.layout.keys}
    return held == right and file_of(card, blank.layout) == work.certificate.ljust(128, b"\0")


def attempts(blank: Blank, before: list[Work], work: Work, kind: str) -> Iterator[NativeCard]:
    """A fresh card for each point at which the fault can come, spoilt there."""
    for at in range(1, 200):
        card = blank.card()
        for done in before:
            tap(card, done)
        if not spoilt(blank, card, work, FAULTS[kind](at)) and kind != "altered":
            return
        if kind == "altered" and at > 60:
            return
        yield card
    raise AssertionError("the fault never stopped coming to bear")


@pytest.mark.parametrize("blank", [*BLANKS.values(), SILENT], ids=[*BLANKS, "silent"])
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("work", WORKS)
def test_a_card_is_made_whole_wherever_it_was_pulled(blank: Blank, kind: str, work: str) -> None:
    before, wanted = WORKS[work]
    count = 0
    for card in attempts(blank, before, wanted, kind):
        tap(card, wanted)
        assert is_whole(blank, card, wanted)
        if isinstance(card, Ntag424):
            assert [card.failures.total(number) for number in blank.layout.keys] == [0] * 5
        count += 1
    assert count >= 3


@given(kind=st.sampled_from(sorted(BLANKS)), seed=st.integers(0, 2**32))
@settings(max_examples=TRIES, deadline=None)
def test_a_card_is_made_whole_after_any_row_of_faults(kind: str, seed: int) -> None:
    blank, chance = BLANKS[kind], Random(seed)
    card = blank.card()
    for work in (ISSUE, rekey(UID, 2, certificate(2), LINK), retire(UID, frozenset({1, 2}), to_factory=False)):
        for _ in range(chance.randrange(5)):
            spoilt(blank, card, work, FAULTS[chance.choice(list(FAULTS))](chance.randint(1, 45)))
        tap(card, work)
        assert is_whole(blank, card, work)


def test_a_half_issued_card_can_be_given_up() -> None:
    for blank in BLANKS.values():
        for card in attempts(blank, [], ISSUE, "pulled"):
            gone = retire(UID, frozenset({1}), to_factory=False)
            tap(card, gone)
            assert {version for _, version in held_keys(card, blank.layout).values()} == {RETIRED}


def blindly(card: NativeCard, work: Work, fault: Fault) -> None:
    """A personaliser that never looks: it takes every card for blank, and changes the master key first."""
    card.power_off()
    faulty, layout, keys = Faulty(card, fault), BLANKS["ntag424"].layout, keys_of(BLANKS["ntag424"].layout)

    def steps() -> Dialogue[None]:
        yield from layout.select()
        session = yield from layout.begin(keys.key(0, FACTORY), 0, bytes(16))
        yield from change_own_key(session, keys.key(0, work.to), work.to)
        session = yield from layout.begin(keys.key(0, work.to), 0, bytes(16))
        for number in layout.keys[1:]:
            yield from change_other_key(session, number, keys.key(number, FACTORY), keys.key(number, work.to), work.to)

    converse(steps(), faulty.answer)


def test_a_personaliser_that_does_not_look_leaves_cards_that_it_can_never_finish() -> None:
    """The control of the tests above: they would see it."""
    blank = BLANKS["ntag424"]
    stuck = 0
    for at in range(1, 10):
        card = blank.card()
        assert spoilt(blank, card, ISSUE, Fault(lose_at=at), blindly)
        for _ in range(3):
            if not spoilt(blank, card, ISSUE, SOUND, blindly):
                break
        else:
            stuck += 1
            assert isinstance(card, Ntag424)
            assert card.failures.total(0) == 3
    assert stuck == 6
