"""DESFire EV1's dialect of the emulated card, played from transcripts and with the text-book cipher."""

from __future__ import annotations

import pytest

from drivers.virtual.cards.aes import crc32
from drivers.virtual.cards.channel import Mode, Refused
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.desfire_memory import delivered
from drivers.virtual.cards.ev1 import Ev1Channel, session_key
from tests.cards.known import each_flipped, entry, octets
from tests.drivers.virtual.cards.speaker import SEVEN, Queue, cbc, full_mac, wrap

AID = bytes.fromhex("010203")
ZERO = bytes(16)
WRITE_16 = bytes.fromhex("05000000100000")


def logged_in(id: str, *more: str) -> Desfire:
    """A card that went through the transcript of an authentication."""
    known = entry(id)
    number = octets(known["native_cmd"])[1]
    keys = [octets(known["key"]) if each == number else ZERO for each in range(2)]
    card = Desfire(delivered(SEVEN, {AID: keys}), Queue(known["rnd_b"], *more))
    assert card.answer(wrap(0x5A, AID)) == b"\x91\x00"
    assert card.answer(wrap(0xAA, bytes([number]))) == octets(known["enc_rnd_b"] + "91AF")
    assert card.answer(wrap(0xAF, octets(known["token"]))) == octets(known["enc_rnd_a_response"] + "9100")
    return card


@pytest.mark.parametrize("id", ["ev1-aes-auth-key-zero", "ev1-aes-auth-key1"])
def test_the_card_plays_its_part_of_the_authentication(id: str) -> None:
    known = entry(id)
    assert isinstance(logged_in(id).channel, Ev1Channel)
    assert session_key(octets(known["rnd_a"]), octets(known["rnd_b"])) == octets(known["session_key"])


def test_the_card_plays_a_file_from_its_making_to_its_end_with_one_chain() -> None:
    known, card = entry("ev1-aes-cmac-chain"), logged_in("ev1-aes-auth-key1")
    macs = known["rx_cmacs"].split(",")
    assert len(macs) == len(known["exchanges"])
    for said, mac in zip(known["exchanges"], macs, strict=True):
        command = octets(said["command"])
        answer = card.answer(wrap(command[0], command[1:]))
        assert answer == octets(said["response_data"] + mac + "91" + said["status"]), said["command"]


def test_the_card_changes_the_key_of_the_transcript() -> None:
    known, card = entry("ev1-changekey-same-aes"), logged_in("ev1-aes-auth-key-zero")
    command = octets(known["native_cmd"])
    assert card.answer(wrap(command[0], command[1:])) == b"\x91\x00"
    assert card.channel is None
    assert card.key(0) == octets(known["new_key"])
    assert card.answer(wrap(0x64, b"\x00")) == octets(known["key_version"]) + b"\x91\x00"


def test_a_changed_key_that_was_altered_anywhere_is_refused() -> None:
    command = octets(entry("ev1-changekey-same-aes")["native_cmd"])
    for bent in each_flipped(command[2:18]):
        card = logged_in("ev1-aes-auth-key-zero")
        assert card.answer(wrap(command[0], command[1:2] + bent + command[18:])) == b"\x91\x1e"
        assert card.key(0) == ZERO


def test_what_is_enciphered_carries_its_checksum_and_moves_the_chain() -> None:
    known = entry("desfire-crc32-uid")
    key, chain = bytes(range(16)), bytes(range(16, 32))
    channel = Ev1Channel(0, key, chain)
    sealed = channel.seal(Mode.FULL, octets(known["data"]))
    plain = cbc(key, sealed, encrypt=False, iv=chain)
    assert plain == octets(known["data"] + known["crc32_le"]) + bytes(5)
    data = b"sixteen bytes ok"
    said = bytes([0x3D]) + WRITE_16
    text = data + crc32(said + data) + bytes(12)
    again = cbc(key, text, encrypt=True, iv=sealed[-16:])
    assert channel.open(Mode.FULL, 0x3D, WRITE_16, again) == data
    with pytest.raises(Refused, match="911E"):
        channel.open(Mode.FULL, 0x3D, WRITE_16, again)  # the chain has moved


def test_a_maced_write_needs_its_mac() -> None:
    key = bytes(range(16))
    mac = full_mac(key, bytes([0x3D]) + WRITE_16 + bytes(16))[:8]
    assert Ev1Channel(0, key).open(Mode.MAC, 0x3D, WRITE_16, bytes(16) + mac) == bytes(16)
    for bent in each_flipped(bytes(16) + mac):
        with pytest.raises(Refused, match="911E"):
            Ev1Channel(0, key).open(Mode.MAC, 0x3D, WRITE_16, bent)


def test_a_wrong_token_opens_nothing() -> None:
    known = entry("ev1-aes-auth-key-zero")
    card = Desfire(delivered(SEVEN, {AID: [ZERO]}), Queue(known["rnd_b"]))
    card.answer(wrap(0x5A, AID))
    card.answer(wrap(0xAA, b"\x00"))
    assert card.answer(wrap(0xAF, bytes(32))) == b"\x91\xae"
    assert card.channel is None
