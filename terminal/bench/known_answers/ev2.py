"""Known answers of EV2 authentication and secure messaging."""

from __future__ import annotations

from cards.aes import ZERO_BLOCK, AesKey, decrypt
from cards.card_keys import change_other_key, change_own_key
from cards.channel import CommMode
from cards.dialogue import Dialogue, converse
from cards.ev2_auth import (
    PROOF_BYTES,
    Ev2Proof,
    authenticate_ev2_first,
    authenticate_ev2_non_first,
    session_keys,
    session_vectors,
)
from cards.ev2_session import TI_BYTES, Ev2Session
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Facts
from terminal.bench.known_answers.transcript import Transcript, command, proves

_STATUS_BYTES = 2
_LRP_CHALLENGE_BYTES = 17


def _authentication(given: Given) -> Dialogue[Ev2Session]:
    """EV2First, or NonFirst where the card's second answer is as short as that one's."""
    key, key_no, rnd_a = given.key("key"), given.number("key_no"), given.octets("rnd_a")
    if len(given.octets("r_apdu_1")) == _LRP_CHALLENGE_BYTES + _STATUS_BYTES:
        raise NotTellable("this card is in LRP mode, which is not spoken here")
    if len(given.octets("r_apdu_2")) == PROOF_BYTES + _STATUS_BYTES:
        return authenticate_ev2_first(key, key_no, rnd_a)
    before = Ev2Session(AesKey(ZERO_BLOCK), AesKey(ZERO_BLOCK), given.octets("ti", bytes(TI_BYTES)))
    return authenticate_ev2_non_first(before, key, key_no, rnd_a)


def _answers(given: Given) -> list[bytes]:
    return [given.octets("r_apdu_1"), given.octets("r_apdu_2")]


def _met(given: Given) -> Ev2Session:
    return converse(_authentication(given), Transcript(_answers(given)))


def _rnd_b(given: Given) -> bytes:
    if "rnd_b" in given:
        return given.octets("rnd_b")
    return decrypt(given.key("key"), given.octets("r_apdu_1")[:-_STATUS_BYTES])


def _proof(given: Given) -> Ev2Proof:
    plain = decrypt(given.key("key"), given.octets("r_apdu_2")[:-_STATUS_BYTES])
    if len(plain) != PROOF_BYTES:
        raise NotTellable("the second answer is not one of EV2First")
    return Ev2Proof.read(plain)


def _keys(given: Given) -> tuple[AesKey, AesKey]:
    if "r_apdu_1" in given:
        session = _met(given)
        return session.enc, session.mac
    return session_keys(given.key("key"), given.octets("rnd_a"), given.octets("rnd_b"))


AUTHENTICATION: Facts = {
    "c_apdu_1": lambda given: command(_authentication(given), _answers(given), 0),
    "c_apdu_2": lambda given: command(_authentication(given), _answers(given), 1),
    "rnd_b": _rnd_b,
    "ti": lambda given: _met(given).ti,
    "rnd_a_rotated_ok": lambda given: proves(lambda: _met(given)),
    "pdcap2": lambda given: _proof(given).card_can,
    "pcdcap2": lambda given: _proof(given).reader_can,
    "sv1": lambda given: session_vectors(given.octets("rnd_a"), _rnd_b(given))[0],
    "sv2": lambda given: session_vectors(given.octets("rnd_a"), _rnd_b(given))[1],
    "k_ses_auth_enc": lambda given: _keys(given)[0].value,
    "k_ses_auth_mac": lambda given: _keys(given)[1].value,
}


def _session(given: Given) -> Ev2Session:
    """The session of an entry; a key that is not given is not used."""
    enc, mac = (
        given.key(name) if name in given else AesKey(ZERO_BLOCK) for name in ("k_ses_auth_enc", "k_ses_auth_mac")
    )
    return Ev2Session(enc, mac, given.octets("ti"), counter=given.number("cmd_ctr"))


def _mode(given: Given) -> CommMode:
    """As `mode` says ("plain", "mac", "full"); without it FULL where a key for enciphering is given, else MAC."""
    if "mode" not in given:
        return CommMode.FULL if "k_ses_auth_enc" in given else CommMode.MAC
    name = given.text("mode").upper()
    if name not in CommMode.__members__:
        raise NotTellable(f"mode {name!r} is not known here")
    return CommMode[name]


def _sent(given: Given) -> Dialogue[bytes]:
    session = _session(given)
    if "new_key" in given:
        yield from _key_changed(given, session)
        return b""
    header, data = given.octets("header", b""), given.octets("data", b"")
    return (yield from session.send(given.byte("ins"), header, data, _mode(given)))


def _key_changed(given: Given, session: Ev2Session) -> Dialogue[None]:
    """The session's own key, or with `old_key` another one."""
    key_no, new, version = given.byte("header"), given.key("new_key"), given.byte("new_key_version")
    if "old_key" in given:
        session.key_no = given.number("auth_key_no", 0)
        yield from change_other_key(session, key_no, given.key("old_key"), new, version)
    else:
        session.key_no = key_no
        yield from change_own_key(session, new, version)


def _answered(given: Given) -> bytes:
    return converse(_sent(given), Transcript([given.octets("r_apdu")]))


MESSAGING: Facts = {
    "iv": lambda given: _session(given).command_iv(),
    "c_apdu": lambda given: command(_sent(given), [], 0),
    "resp_mac_ok": lambda given: proves(lambda: _answered(given)),
    "resp_data": _answered,
    "resp_plain": _answered,
}
