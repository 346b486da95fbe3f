"""Known answers of codes of authentication, keys of cards, factory signatures and ATRs."""

from __future__ import annotations

from cards.atr import Atr, CardType, card_type, read_atr
from cards.cmac import cmac, subkeys
from cards.diversify import diversification_input, diversify
from cards.originality import CURVES, verify
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Facts

_ONE_BLOCK_INPUT = 15  # up to here a plain code is made of one block, and AN10922 of two
_DIVERSIFIED = b"\x01"


def _material(given: Given) -> bytes:
    if "m" in given:
        return given.octets("m")
    return diversification_input(given.octets("uid"), given.octets("aid"), given.octets("system_id"))


def _plain(given: Given) -> bytes:
    """The code that a wrong implementation takes for the key; to be equal to ours would be a fault of ours."""
    key, material = given.key("master_key"), _material(given)
    plain = cmac(key, _DIVERSIFIED + material)
    if len(material) < _ONE_BLOCK_INPUT and diversify(key, material).value == plain:
        return b""
    return plain


def _original(given: Given) -> bool:
    name = given.text("curve")
    if name not in CURVES:
        raise NotTellable(f"curve {name!r} is not known here")
    return verify(CURVES[name], given.octets("public_key"), given.octets("uid"), given.octets("signature"))


def _card(given: Given) -> CardType:
    return card_type(given.octets("atr"))


def _atr(given: Given) -> Atr:
    atr = read_atr(given.octets("atr"))
    if atr is None:
        raise NotTellable("input atr is no ATR")
    return atr


def _checksum(given: Given) -> bool:
    ok = _atr(given).checksum_ok
    if ok is None:
        raise NotTellable("this ATR has no checksum")
    return ok


def _storage(number: int | None, width: int) -> bytes:
    if number is None:
        raise NotTellable("this ATR is not a storage card's")
    return number.to_bytes(width, "big")


CMAC: Facts = {"cmac": lambda given: cmac(given.key("key"), given.octets("message"))}
DIVERSIFICATION: Facts = {
    "k1": lambda given: subkeys(given.key("master_key"))[0],
    "k2": lambda given: subkeys(given.key("master_key"))[1],
    "derived_key": lambda given: diversify(given.key("master_key"), _material(given)).value,
    "plain_rfc4493_cmac": _plain,
}
ORIGINALITY: Facts = {"valid": _original}
ATR: Facts = {
    "tck_ok": _checksum,
    "ss": lambda given: _storage(_card(given).standard, 1),
    "card_name": lambda given: _storage(_card(given).name, 2),
    "historical": lambda given: _atr(given).historical,
}
