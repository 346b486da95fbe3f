"""A SUN link taken apart: which of its parameters are what, and which bytes of it the code covers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cards.aes import BLOCK
from cards.sun import CODE_BYTES, COUNTER_BYTES, FILE_DATA_MAX, UID_BYTES, PiccData, SunError, SunFault, SunMessage

URL_MAX = 512  # longer than the NDEF file of an NTAG 424 DNA
_HEX = re.compile(r"(?:[0-9A-F]{2})*")


@dataclass(frozen=True, slots=True)
class SunTemplate:
    """The names of the parameters in the links of a chain's cards; an empty name is a parameter that is not there.

    `signed_from` names the parameter whose value begins what the code covers; it reaches to the code's own value.
    Without it the code covers nothing but UID and counter. `picc` is enciphered PICC data; with an empty `picc` the
    link carries `uid` and `counter` in the clear.
    """

    code: str
    picc: str = ""
    uid: str = ""
    counter: str = ""
    file: str = ""
    signed_from: str = ""


def read_sun_url(url: str, template: SunTemplate) -> SunMessage:
    """Take a link apart; nothing is proven yet. Raises SunError, MALFORMED, which never repeats the link."""
    if len(url) > URL_MAX or not url.isascii():
        raise SunError(SunFault.MALFORMED, f"a link of {len(url)} characters: at most {URL_MAX}, all of them ASCII")
    code_at = _place(url, template.code)
    signed = b""
    if template.signed_from:
        signed = url[_place(url, template.signed_from) : code_at].encode("ascii")
    code = _value(url, template.code, CODE_BYTES)
    file_enc = _value(url, template.file) if template.file else b""
    if len(file_enc) % BLOCK or len(file_enc) > FILE_DATA_MAX:
        raise SunError(SunFault.MALFORMED, f"parameter {template.file} of this link has {len(file_enc)} bytes")
    if template.picc:
        return SunMessage(code, signed, picc_enc=_value(url, template.picc, BLOCK), file_enc=file_enc)
    return SunMessage(code, signed, picc=_in_the_clear(url, template), file_enc=file_enc)


def _in_the_clear(url: str, template: SunTemplate) -> PiccData:
    """UID and counter as a card mirrors them: the counter most significant byte first."""
    counter = int.from_bytes(_value(url, template.counter, COUNTER_BYTES), "big") if template.counter else None
    return PiccData(_value(url, template.uid, UID_BYTES), counter)


def _place(url: str, name: str) -> int:
    """Where the value of the one parameter `name` begins."""
    places = [found.end() for found in re.finditer(rf"[?&]{re.escape(name)}=", url)]
    if len(places) != 1:
        raise SunError(SunFault.MALFORMED, f"this link has parameter {name} {len(places)} times, not once")
    return places[0]


def _value(url: str, name: str, length: int | None = None) -> bytes:
    """A parameter's bytes. Cards mirror upper-case hex alone, so nothing else has this card's code."""
    written = re.split(r"[&#]", url[_place(url, name) :], maxsplit=1)[0]
    if not _HEX.fullmatch(written) or (length is not None and len(written) != 2 * length):
        raise SunError(SunFault.MALFORMED, f"parameter {name} of this link is not {length or 'whole'} bytes of hex")
    return bytes.fromhex(written)
