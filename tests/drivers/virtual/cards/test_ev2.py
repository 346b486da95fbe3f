"""EV2 secure messaging of the cards against NXP's transcripts: they hear those commands and give those answers."""

from __future__ import annotations

import pytest

from drivers.virtual.cards.channel import Mode, Refused
from drivers.virtual.cards.ev2 import Ev2Channel, session_keys
from drivers.virtual.cards.ntag424 import Ntag424, delivered
from tests.cards.known import each_flipped, entry, octets
from tests.drivers.virtual.cards.speaker import APPLICATION, SEVEN, Queue


@pytest.mark.parametrize("id", ["an12196-ev2first-key0", "an12196-ev2first-key3"])
def test_the_card_plays_its_part_of_the_transcript(id: str) -> None:
    known = entry(id)
    card = Ntag424(delivered(SEVEN), Queue(known["rnd_b"], known["ti"]))
    assert card.answer(APPLICATION) == octets("9000")
    assert card.answer(octets(known["c_apdu_1"])).hex().upper() == known["r_apdu_1"]
    assert card.answer(octets(known["c_apdu_2"])).hex().upper() == known["r_apdu_2"]


@pytest.mark.parametrize("id", ["an12196-ev2first-key0", "an12343-ev2-session-keys-desfire-light"])
def test_session_keys(id: str) -> None:
    known = entry(id)
    keys = session_keys(octets(known["key"]), octets(known["rnd_a"]), octets(known["rnd_b"]))
    assert [key.hex().upper() for key in keys] == [known["k_ses_auth_enc"], known["k_ses_auth_mac"]]


TRANSCRIPTS = {
    "an12196-mac-getfilesettings": Mode.MAC,
    "an12196-full-writedata-ndef": Mode.FULL,
    "an12196-full-writedata-proprietary": Mode.FULL,
    "an12196-getcarduid-full-response": Mode.FULL,
}


def channel_of(known: dict[str, str]) -> Ev2Channel:
    keys = octets(known.get("k_ses_auth_enc", "00" * 16)), octets(known["k_ses_auth_mac"])
    return Ev2Channel(0, keys, octets(known["ti"]), int(known["cmd_ctr"]))


@pytest.mark.parametrize("id", TRANSCRIPTS)
def test_commands_are_opened_and_answers_sealed_as_written_down(id: str) -> None:
    known, mode = entry(id), TRANSCRIPTS[id]
    channel = channel_of(known)
    header = octets(known.get("header", ""))
    body = octets(known["c_apdu"])[5 + len(header) : -1]
    assert channel.open(mode, octets(known["ins"])[0], header, body) == octets(known.get("data", ""))
    plain = octets(known.get("resp_data", known.get("resp_plain", "")))
    assert channel.seal(mode, plain).hex().upper() + "9100" == known["r_apdu"]


@pytest.mark.parametrize("id", TRANSCRIPTS)
def test_a_command_that_was_altered_anywhere_is_refused(id: str) -> None:
    known, mode = entry(id), TRANSCRIPTS[id]
    header = octets(known.get("header", ""))
    body = octets(known["c_apdu"])[5 + len(header) : -1]
    for bent in each_flipped(body):
        with pytest.raises(Refused, match="911E"):
            channel_of(known).open(mode, octets(known["ins"])[0], header, bent)


def test_change_key_is_opened_as_written_down() -> None:
    known = entry("an12196-changekey-case2")
    plain = channel_of(known).open(Mode.FULL, 0xC4, octets(known["header"]), octets(known["c_apdu"])[6:-1])
    assert plain == octets(known["new_key"]) + bytes([int(known["new_key_version"])])


def test_a_counter_that_is_used_up_ends_the_session() -> None:
    channel = Ev2Channel(0, (bytes(16), bytes(16)), bytes(4), 0xFFFF)
    with pytest.raises(Refused, match="911E"):
        channel.open(Mode.PLAIN, 0xAD, bytes(7), b"")


def test_start_values_count() -> None:
    """Two answers with the same words are two ciphertexts."""
    channel = Ev2Channel(0, (bytes(16), bytes(16)), bytes(4))
    first = channel.seal(Mode.FULL, b"word")
    channel.open(Mode.PLAIN, 0xAD, b"", b"")
    assert channel.seal(Mode.FULL, b"word")[:16] != first[:16]
