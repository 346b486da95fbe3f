"""What every reader must do that carries APDUs: a card proves itself through it, and may be pulled at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from cards import ntag424
from cards.aes import AesKey
from cards.channel import CommMode
from cards.dialogue import Dialogue, converse
from cards.ev2_auth import authenticate_ev2_first
from cards.files import get_file_settings
from cards.picc import get_card_uid
from drivers.base import CardRemoved, CardTapped, ExchangesApdus
from drivers.card_reader.uid import GET_UID
from drivers.errors import CardGone
from tests.contracts.driver import Bed
from tests.contracts.recorder import Recorder

UID = "04D5A2B1C3E4F6"
KEY = bytes(range(16))
RND_A = bytes(range(16, 32))
APDUS = 5  # of `proof`
LIMIT_S = 30.0


class TalkBed(Bed, Protocol):
    """Hands with a wallet of emulated cards: an order is one of drivers.virtual.cards.wallet."""

    def show(self, order: Mapping[str, Any]) -> None: ...


def proof() -> Dialogue[bytes]:
    """A mutual authentication and what only its keys open: five APDUs."""
    yield from ntag424.select_application()
    session = yield from authenticate_ev2_first(AesKey(KEY), 0, RND_A)
    yield from get_file_settings(session, 2, CommMode.MAC)
    return (yield from get_card_uid(session))


def shown(bed: TalkBed, told: Recorder, **more: Any) -> int:
    """Show the card and give the number of its tap."""
    bed.show({"tap": UID, "card": "ntag424", "keys": [KEY.hex()], **more})
    tapped = told.next(CardTapped)
    assert tapped.uid == UID
    assert tapped.atr == "3B8180018080"
    return tapped.card


def prove(bed: TalkBed, card: int) -> tuple[bytes, int]:
    """What the proof finds out about card number `card`, and with how many APDUs."""
    reader, sent = bed.driver, []
    assert isinstance(reader, ExchangesApdus)

    def transmit(apdu: bytes) -> bytes:
        sent.append(apdu)
        return reader.exchange(card, apdu, LIMIT_S)

    return converse(proof(), transmit), len(sent)


class CardTalkContract:
    """Inherit beside the contract of card readers."""

    def test_a_card_proves_itself_again_and_again(self, bed: TalkBed, told: Recorder) -> None:
        told.status("device_ready")
        card = shown(bed, told)
        assert card > 0
        for _ in range(3):
            assert prove(bed, card) == (bytes.fromhex(UID), APDUS)
        assert isinstance(bed.driver, ExchangesApdus)
        assert bed.driver.exchange(card, GET_UID, LIMIT_S) == bytes.fromhex(UID) + b"\x90\x00"
        with pytest.raises(CardGone):
            bed.driver.exchange(card + 1, GET_UID, LIMIT_S)

    @pytest.mark.parametrize("at", range(1, APDUS + 1))
    def test_a_card_that_is_pulled_at_any_apdu_is_gone_and_proves_itself_at_the_next_tap(
        self, bed: TalkBed, told: Recorder, at: int
    ) -> None:
        told.status("device_ready")
        card = shown(bed, told, fault={"pull_at": at})
        with pytest.raises(CardGone):
            prove(bed, card)
        told.next(CardRemoved)
        again = shown(bed, told)
        assert again > card
        assert prove(bed, again) == (bytes.fromhex(UID), APDUS)
        with pytest.raises(CardGone):
            prove(bed, card)
