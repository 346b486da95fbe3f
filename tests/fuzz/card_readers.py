"""Readers of what cards, stripes and links bring, with examples of it."""

from __future__ import annotations

from collections.abc import Iterator

from cards.aes import AesKey, pad, unpad
from cards.apdu import Answer
from cards.atr import Atr, read_atr
from cards.errors import BadAnswer
from cards.files import FileSettings
from cards.ndef import NdefError, read_uri_file, uri_file
from cards.sdm_settings import SdmSettings
from cards.sun import SunError, open_picc_data
from cards.sun_url import SunTemplate, read_sun_url
from cards.version import Version
from terminal.codes.gs1 import Gs1Error, read_digital_link, read_element_strings
from terminal.codes.magstripe import Track, read_track
from tests.cards.known import entry, octets
from tests.fuzz.readers import Reader

SETTINGS = octets(entry("an12196-mac-getfilesettings")["resp_data"])
LINK = "https://a.example/?e=FD91EC264309878BE6345CBE53BADF40&f=CEE9A53E3E463EF1F459635736738962&c=ECC1E7F6C6C73BF6"
ENCIPHERED = SunTemplate("c", picc="e", file="f", signed_from="f")
CLEAR = SunTemplate("c", uid="u", counter="n")


def card_readers() -> Iterator[Reader]:
    """Those whose errors are known; whoever never raises is tried elsewhere."""
    yield Reader("answer", (octets("01029000"),), Answer.parse, (BadAnswer,), _answer, True)
    yield Reader("padding", (pad(b"text"), pad(bytes(16))), unpad, (BadAnswer,), pad)
    yield Reader("file settings", (SETTINGS, octets("00032130800000")), FileSettings.parse, (BadAnswer,), _settings)
    yield Reader("mirrors", (SETTINGS[7:],), SdmSettings.parse, (BadAnswer,), SdmSettings.encode)
    yield Reader("version", (octets("04040230001105" * 2) + bytes(14),), Version.parse, (BadAnswer,))
    yield Reader("ndef", (uri_file(LINK), uri_file("urn:" + "x" * 300)), read_uri_file, (NdefError,), uri_file)
    yield Reader("picc data", (octets(entry("an12196-sun-1")["picc_enc"]),), _picc_data, (SunError,))
    yield Reader(
        "sun link", (LINK.encode(),), lambda data: read_sun_url(data.decode("latin-1"), ENCIPHERED), (SunError,)
    )
    clear = b"https://a.example/?u=041E3C8A2D6B80&n=000006&c=4B00064004B0B3D3"
    yield Reader("clear sun link", (clear,), lambda data: read_sun_url(data.decode("latin-1"), CLEAR), (SunError,))
    yield Reader(
        "atr", tuple(octets(entry(f"atr-{name}")["atr"]) for name in ("classic-1k", "fm1208")), _atr, (BadAnswer,)
    )
    strings = entry("gs1-128-fnc1")["scan"].removeprefix("]C1").encode()
    yield Reader("gs1", (strings,), lambda data: read_element_strings(data.decode("latin-1")), (Gs1Error,))
    uri = entry("gs1-digital-link")["uri"].encode()
    yield Reader("digital link", (uri,), lambda data: read_digital_link(data.decode("latin-1")), (Gs1Error,))
    yield Reader(
        "track", (entry("track1-format")["track1"].encode(), b";1234567890123=99121010?"), _track, (BadAnswer,)
    )


def _answer(answer: Answer) -> bytes:
    return answer.data + answer.sw.to_bytes(2, "big")


def _settings(settings: FileSettings) -> bytes:
    """The answer that a card gives for these settings."""
    changed = settings.encode()
    return b"\0" + changed[:3] + settings.size.to_bytes(3, "little") + changed[3:]


def _picc_data(data: bytes) -> object:
    return open_picc_data(AesKey(bytes(16)), data)


def _atr(data: bytes) -> Atr:
    """None is the refusal of this reader, and of the next one."""
    atr = read_atr(data)
    if atr is None or atr.checksum_ok is False:
        raise BadAnswer("no ATR")
    return atr


def _track(data: bytes) -> Track:
    track = read_track(data.decode("latin-1"))
    if track is None:
        raise BadAnswer("no track")
    return track
