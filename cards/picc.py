"""Commands about the whole card: its true UID, its factory signature, its configuration."""

from __future__ import annotations

from cards.apdu import NATIVE_SUCCESS, ask, wrap
from cards.channel import Channel, CommMode
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, CardRefused

GET_CARD_UID, READ_SIGNATURE, SET_CONFIGURATION = 0x51, 0x3C, 0x5C
SIGNATURE_BYTES = 56
UID_LENGTHS = {4, 7, 10}
_SIGNATURE_STATUS = 0x9190  # NTAG 424 DNA and DESFire Light end this answer alone so (NXP AN12343, table 44)


def get_card_uid(channel: Channel) -> Dialogue[bytes]:
    """The UID, enciphered under the session: the only true one of a card that shows random UIDs."""
    uid = yield from channel.send(GET_CARD_UID, mode=CommMode.FULL)
    if len(uid) not in UID_LENGTHS:
        raise BadAnswer(f"a UID has {len(uid)} bytes, not 4, 7 or 10")
    return uid


def read_signature() -> Dialogue[bytes]:
    """NXP's signature over the UID, asked before any authentication. `cards.originality` judges it."""
    answer = yield from ask(wrap(READ_SIGNATURE, b"\0"))
    if answer.sw not in {NATIVE_SUCCESS, _SIGNATURE_STATUS}:
        raise CardRefused(answer.sw, "Read_Sig")
    if len(answer.data) != SIGNATURE_BYTES:
        raise BadAnswer(f"a signature has {len(answer.data)} bytes, not {SIGNATURE_BYTES}")
    return answer.data


def set_configuration(channel: Channel, option: int, data: bytes) -> Dialogue[None]:
    """Configure the card for good, such as random UIDs; needs a session with its master key."""
    if (yield from channel.send(SET_CONFIGURATION, bytes((option,)), data, CommMode.FULL)):
        raise BadAnswer("a configuration was answered with data")
