"""A card that says anything while it is looked at or personalised: an error of the family, soon, never a success."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.dialogue import converse
from cards.errors import CardError
from cards.inspection import inspect
from cards.layout import DESFIRE_EV1, DESFIRE_EV2, NTAG424, Layout
from cards.personalise import issue, personalise
from drivers.virtual.cards.faults import Fault, Faulty
from tests.cards.blank_cards import BLANKS, LINK, UID, certificate, keys_of

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
LIMITS = settings(max_examples=max(50, TRIES // 10), derandomize=True, database=None, deadline=None)
COMMANDS_MAX = 1024
WORK = issue(UID, 1, certificate(1), LINK)
STATUS = st.sampled_from([b"\x91\x00", b"\x91\xaf", b"\x91\xae", b"\x91\xa0", b"\x90\x00"])
SAID = st.one_of(
    st.binary(max_size=20),
    st.builds(bytes.__add__, st.binary(max_size=64), STATUS),
    st.builds(lambda size, status: bytes(size) + status, st.integers(0, 300), STATUS),
)


@pytest.mark.parametrize("layout", [NTAG424, DESFIRE_EV2, DESFIRE_EV1], ids=lambda layout: layout.technology)
def test_a_card_that_says_anything_is_never_personalised(layout: Layout) -> None:
    @LIMITS
    @given(st.lists(SAID, min_size=1, max_size=40))
    def check(answers: list[bytes]) -> None:
        heard = iter(answers + [answers[-1]] * COMMANDS_MAX)
        with pytest.raises(CardError):
            converse(
                personalise(WORK, layout, keys_of(layout), Random(1).randbytes, list[str]().append),
                lambda _: next(heard),
            )

    check()


@LIMITS
@given(kind=st.sampled_from(sorted(BLANKS)), at=st.integers(1, 20), said=SAID)
def test_a_card_that_says_anything_once_is_looked_at(kind: str, at: int, said: bytes) -> None:
    card = Faulty(BLANKS[kind].card(), Fault())
    heard = 0

    def transmit(apdu: bytes) -> bytes:
        nonlocal heard
        heard += 1
        return said if heard == at else card.answer(apdu)

    try:
        seen = converse(inspect(keys_of, Random(1).randbytes), transmit)
    except CardError:
        return
    assert not seen.proven
    assert heard < COMMANDS_MAX
