"""Whatever is sent to an emulated card, it answers with a status word, and goes on answering."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.cards.card import Card
from drivers.virtual.cards.wallet import Wallet

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
CARDS = {
    "ntag424": ("04A1B2C3D4E5F6", "00A4040C07D2760000850101"),
    "desfire": ("04A1B2C3D4E5F6", "905A00000301020300"),
    "desfire_ev1": ("04A1B2C3D4E5F6", "905A00000301020300"),
    "classic": ("04A1B2C3", "FF8600000501000060 00".replace(" ", "")),
    "classic_omnikey": ("04A1B2C3", "FF82000006FFFFFFFFFFFF"),
    "fm1208": ("04A1B2C3", "0084000008"),
    "uid": ("04A1B2C3", "FFCA000000"),
}
KEYS: dict[str, object] = {"desfire": {"010203": ["00" * 16]}}
KNOWN = bytes.fromhex("0A3C45515A5C5F606A6F71777A828486888DA4A7AAADAFB0B1BDC4C7CACBCDD4D6D7D8DADFF5F6FC3D")
COMMANDS = st.one_of(
    st.binary(max_size=80),
    st.tuples(st.sampled_from([0x00, 0x90, 0xFF]), st.sampled_from(KNOWN), st.binary(max_size=60)).map(
        lambda parts: bytes([parts[0], parts[1], 0, 0, len(parts[2])]) + parts[2] + b"\x00"
    ),
)


def a_card(kind: str) -> Card:
    uid, opening = CARDS[kind]
    card = Wallet(Random(1).randbytes).take(
        {"tap": uid, "card": kind, **({"keys": KEYS[kind]} if kind in KEYS else {})}
    )
    card.answer(bytes.fromhex(opening))
    return card


@pytest.mark.parametrize("kind", CARDS)
def test_every_command_is_answered(kind: str) -> None:
    @settings(max_examples=max(30, TRIES // 12), derandomize=True, database=None, deadline=None)
    @given(st.lists(COMMANDS, min_size=1, max_size=8))
    def check(commands: list[bytes]) -> None:
        card = a_card(kind)
        for command in commands:
            assert 2 <= len(card.answer(command)) <= 258
        assert card.answer(bytes.fromhex("FFCA000000")) == bytes.fromhex(CARDS[kind][0]) + b"\x90\x00"

    check()
