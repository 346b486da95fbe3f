"""Keys are changed as NXP prints it, and the session that loses its key is over."""

from __future__ import annotations

import pytest

from cards.aes import AesKey
from cards.card_keys import PICC_AES, change_other_key, change_own_key, key_version
from cards.channel import CommMode, InTheClear
from cards.dialogue import converse
from cards.errors import BadAnswer, ProofFailed, SessionOver
from cards.ev2_session import Ev2Session
from tests.cards.known import Scripted, entry, octets

OWN = entry("an12196-changekey-case2")
NEW, ZERO = AesKey(octets("F3847D627727ED3BC9C4CC050489B966")), AesKey(bytes(16))
ANSWERED = "203BB55D1089D587" + "9100"


def session(counter: int) -> Ev2Session:
    keys = AesKey(octets(OWN["k_ses_auth_enc"])), AesKey(octets(OWN["k_ses_auth_mac"]))
    return Ev2Session(*keys, octets(OWN["ti"]), counter=counter)


def test_the_sessions_own_key_is_changed_as_printed() -> None:
    card, under = Scripted(OWN["r_apdu"]), session(OWN["cmd_ctr"])
    converse(change_own_key(under, AesKey(octets(OWN["new_key"])), OWN["new_key_version"]), card)
    assert card.heard == [OWN["c_apdu"]]
    with pytest.raises(SessionOver):
        converse(key_version(under, 1, CommMode.MAC), card)


def test_another_key_is_changed_as_printed() -> None:
    """NXP AN12196, table 25."""
    card = Scripted(ANSWERED)
    converse(change_other_key(session(2), 2, ZERO, NEW, 1), card)
    assert card.heard == [
        "90C4000029022CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1FAC75D0CE20BCD1D06E600"
    ]


def test_the_old_key_matters() -> None:
    card = Scripted(ANSWERED)
    converse(change_other_key(session(2), 2, AesKey(b"\1" + bytes(15)), NEW, 1), card)
    assert not card.heard[0].startswith("90C4000029022CF362B7")


def test_an_unproven_change_is_no_change() -> None:
    with pytest.raises(ProofFailed):
        converse(change_other_key(session(2), 2, ZERO, NEW, 1), Scripted("203BB55D1089D586" + "9100"))


def test_the_own_key_is_not_changed_as_another() -> None:
    with pytest.raises(ValueError, match="opened this session"):
        converse(change_other_key(session(2), 0, ZERO, NEW, 1), Scripted())


def test_the_key_of_a_whole_card_says_its_kind() -> None:
    card = Scripted("9100")
    converse(change_own_key(session(2), NEW, 1, PICC_AES), card)
    assert card.heard[0].startswith("90C400002980")


def test_a_version_is_one_byte() -> None:
    assert converse(key_version(InTheClear(), 1, CommMode.PLAIN), Scripted("079100")) == 7
    with pytest.raises(BadAnswer):
        converse(key_version(InTheClear(), 1, CommMode.PLAIN), Scripted("9100"))
