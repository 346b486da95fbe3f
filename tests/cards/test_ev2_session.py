"""EV2 secure messaging as NXP prints it, and nothing passes that was altered, repeated or cut."""

from __future__ import annotations

from typing import Any

import pytest

from cards.aes import AesKey, encrypt
from cards.channel import CommMode
from cards.cmac import cmac, truncated
from cards.dialogue import converse
from cards.errors import BadAnswer, CardRefused, ProofFailed, SessionOver
from cards.ev2_session import COUNTER_MAX, Ev2Session
from tests.cards.known import Scripted, each_flipped, entry, octets

ENC, MAC = AesKey(b"e" * 16), AesKey(b"m" * 16)
FULL, MACED, PLAIN = CommMode.FULL, CommMode.MAC, CommMode.PLAIN


def session_of(known: dict[str, Any]) -> Ev2Session:
    enc = AesKey(octets(known.get("k_ses_auth_enc", "00" * 16)))
    mac = AesKey(octets(known.get("k_ses_auth_mac", "00" * 16)))
    return Ev2Session(enc, mac, octets(known["ti"]), counter=known["cmd_ctr"])


def say(known: dict[str, Any], mode: CommMode, card: Scripted) -> bytes:
    ins, header, data = known["ins"], known.get("header", ""), known.get("data", "")
    return converse(session_of(known).send(octets(ins)[0], octets(header), octets(data), mode), card)


@pytest.mark.parametrize(
    ("id", "mode", "answer"),
    [
        ("an12196-mac-getfilesettings", MACED, "resp_data"),
        ("an12196-full-writedata-ndef", FULL, ""),
        ("an12196-full-writedata-proprietary", FULL, ""),
        ("an12196-getcarduid-full-response", FULL, "resp_plain"),
    ],
)
def test_the_printed_exchange(id: str, mode: CommMode, answer: str) -> None:
    known = entry(id)
    card = Scripted(known["r_apdu"])
    assert say(known, mode, card) == octets(known.get(answer, ""))
    assert card.heard == [known["c_apdu"]]


@pytest.mark.parametrize("id", ["an12196-full-writedata-ndef", "an12196-full-writedata-proprietary", "pm3-ev2-iv"])
def test_the_printed_initial_vector(id: str) -> None:
    known = entry(id)
    assert session_of(known).command_iv() == octets(known["iv"])


@pytest.mark.parametrize(
    ("id", "mode"), [("an12196-mac-getfilesettings", MACED), ("an12196-getcarduid-full-response", FULL)]
)
def test_an_answer_altered_in_any_byte_is_refused(id: str, mode: CommMode) -> None:
    known = entry(id)
    for altered in each_flipped(octets(known["r_apdu"])[:-2]):
        with pytest.raises(ProofFailed):
            say(known, mode, Scripted(altered.hex() + "9100"))


def test_an_answer_to_an_earlier_command_is_refused() -> None:
    known = entry("an12196-mac-getfilesettings")
    with pytest.raises(ProofFailed):
        say({**known, "cmd_ctr": 1}, MACED, Scripted(known["r_apdu"]))


@pytest.mark.parametrize("answer", ["9100", "00" * 7 + "9100"])
def test_an_answer_without_a_code_is_refused(answer: str) -> None:
    for mode in (MACED, FULL):
        with pytest.raises(BadAnswer, match="no code"):
            converse(Ev2Session(ENC, MAC, bytes(4)).send(0xF5, b"\2", mode=mode), Scripted(answer))


def coded(body: bytes, counter: int = 1) -> str:
    """What a card with the right key would say."""
    return (body + truncated(cmac(MAC, b"\0" + counter.to_bytes(2, "little") + bytes(4) + body))).hex() + "9100"


def test_a_good_code_over_something_that_was_not_enciphered() -> None:
    session = Ev2Session(ENC, MAC, bytes(4))
    with pytest.raises(BadAnswer, match="blocks"):
        converse(session.send(0xBD, mode=FULL), Scripted(coded(b"short")))
    session = Ev2Session(ENC, MAC, bytes(4))
    with pytest.raises(BadAnswer, match="padding"):
        converse(session.send(0xBD, mode=FULL), Scripted(coded(encrypt(ENC, bytes(16)))))
    with pytest.raises(SessionOver):
        converse(session.send(0xBD), Scripted())


def test_the_counter_moves_in_every_mode_and_makes_commands_differ() -> None:
    session = Ev2Session(ENC, MAC, bytes(4))
    card = Scripted(coded(b"", 1), "0102" + "9100", coded(b"", 3))
    converse(session.send(0x8D, b"\2", b"data"), card)
    assert converse(session.send(0xBD, b"\2", mode=PLAIN), card) == b"\1\2"
    converse(session.send(0x8D, b"\2", b"data"), card)
    assert session.counter == 3
    assert card.heard[1] == "90BD0000010200"
    assert card.heard[0] != card.heard[2]


@pytest.mark.parametrize("answer", ["919D", "911E"])
def test_an_error_ends_the_session(answer: str) -> None:
    session = Ev2Session(ENC, MAC, bytes(4))
    with pytest.raises(CardRefused):
        converse(session.send(0xF5, b"\2", mode=MACED), Scripted(answer))
    with pytest.raises(SessionOver, match="authenticate again"):
        converse(session.send(0xF5, b"\2", mode=MACED), Scripted())


def test_a_command_without_an_answer_ends_the_session() -> None:
    session = Ev2Session(ENC, MAC, bytes(4))

    def pulled(_: bytes) -> bytes:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        converse(session.send(0xF5, b"\2", mode=MACED), pulled)
    with pytest.raises(SessionOver):
        converse(session.send(0xF5, b"\2", mode=MACED), Scripted())


def test_a_counter_at_its_end_ends_the_session() -> None:
    with pytest.raises(SessionOver):
        converse(Ev2Session(ENC, MAC, bytes(4), counter=COUNTER_MAX).send(0xF5), Scripted())
    with pytest.raises(ValueError):
        Ev2Session(ENC, MAC, bytes(3))


def test_the_last_command_ends_the_session_without_a_code() -> None:
    session = Ev2Session(ENC, MAC, bytes(4))
    converse(session.send_last(0xC4, b"\0", bytes(17)), Scripted("9100"))
    with pytest.raises(SessionOver):
        converse(session.send(0xF5), Scripted())
    with pytest.raises(BadAnswer):
        converse(Ev2Session(ENC, MAC, bytes(4)).send_last(0xC4, b"\0", bytes(17)), Scripted("009100"))


@pytest.mark.parametrize("mode", list(CommMode))
def test_the_room_for_data_fits_into_a_short_command_and_no_more(mode: CommMode) -> None:
    session, header = Ev2Session(ENC, MAC, bytes(4)), bytes(7)
    card = Scripted("" + "9100" if mode is PLAIN else coded(b""))
    converse(session.send(0x8D, header, bytes(session.room(header, mode)), mode), card)
    assert 225 < len(octets(card.heard[0])) <= 246
