"""Known answers of DESFire EV1: AES authentication, its chain of codes, its cryptograms."""

from __future__ import annotations

from cards.aes import ZERO_BLOCK, decrypt
from cards.card_keys import CHANGE_KEY, change_other_key, change_own_key
from cards.crc import crc32
from cards.dialogue import Dialogue, converse
from cards.ev1_auth import authenticate_ev1
from cards.ev1_session import STATUS_OK, Ev1Session
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Facts
from terminal.bench.known_answers.transcript import Transcript, command, proves

_MORE, _DONE = b"\x91\xaf", b"\x91\x00"
_NATIVE_BYTES = 2
_AROUND = slice(5, -1)  # of an APDU with data and Le


def _authentication(given: Given) -> Dialogue[Ev1Session]:
    native = given.octets("native_cmd")
    if len(native) != _NATIVE_BYTES:
        raise NotTellable("input native_cmd is not a command and a key number")
    return authenticate_ev1(given.key("key"), native[1], given.octets("rnd_a"))


def _answers(given: Given) -> list[bytes]:
    return [given.octets("enc_rnd_b") + _MORE, given.octets("enc_rnd_a_response") + _DONE]


def _met(given: Given) -> Ev1Session:
    return converse(_authentication(given), Transcript(_answers(given)))


AUTHENTICATION: Facts = {
    "c_apdu_1": lambda given: command(_authentication(given), _answers(given), 0),
    "rnd_b": lambda given: decrypt(given.key("key"), given.octets("enc_rnd_b")),
    "token": lambda given: command(_authentication(given), _answers(given), 1)[_AROUND],
    "rnd_a_rotated_ok": lambda given: proves(lambda: _met(given)),
    "session_key": lambda given: _met(given).key.value,
}


def _session(given: Given) -> Ev1Session:
    return Ev1Session(given.key("session_key"), given.number("key_no", 0), given.octets("initial_iv", ZERO_BLOCK))


def _codes(given: Given) -> list[bytes]:
    """The code of each answer, each command and each answer having moved the chain."""
    session, codes = _session(given), []
    for exchange in given.rows("exchanges"):
        session.code(exchange.octets("command"))
        codes.append(session.code(exchange.octets("response_data") + exchange.octets("status", STATUS_OK)))
    return codes


def _key_changed(given: Given) -> Dialogue[None]:
    """The session's own key, or with `old_key` another one."""
    session, new, version = _session(given), given.key("new_key"), given.byte("key_version")
    if "old_key" in given:
        session.key_no = given.number("auth_key_no", 0)
        return change_other_key(session, given.number("key_no"), given.key("old_key"), new, version)
    return change_own_key(session, new, version)


def _cryptogram(given: Given) -> bytes:
    """What is enciphered to change a key."""
    sealed = command(_key_changed(given), [], 0)[_AROUND][1:]
    return decrypt(given.key("session_key"), sealed, given.octets("initial_iv", ZERO_BLOCK))


MESSAGING: Facts = {
    "rx_cmacs": _codes,
    "cryptogram": _cryptogram,
    "native_cmd": lambda given: bytes((CHANGE_KEY,)) + command(_key_changed(given), [], 0)[_AROUND],
    "crc32_le": lambda given: crc32(given.octets("data") + given.octets("status_appended", b"")),
}
