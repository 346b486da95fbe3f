"""Links are taken apart by their template, to the character, and nothing of a link is repeated in an error."""

from __future__ import annotations

import pytest

from cards.aes import AesKey
from cards.sun import SunError, SunFault, verify
from cards.sun_url import URL_MAX, SunTemplate, read_sun_url
from tests.cards.known import entry, octets

PRINTED = entry("an12196-sun-1")
LINK = (  # NXP AN12196, the second example of a link
    "https://www.my424dna.com/?picc_data=FD91EC264309878BE6345CBE53BADF40"
    "&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6"
)
FULL = SunTemplate("cmac", picc="picc_data", file="enc", signed_from="enc")
CLEAR = SunTemplate("c", uid="u", counter="n")
ZERO = AesKey(bytes(16))


def test_the_printed_links() -> None:
    short = read_sun_url(PRINTED["url"], SunTemplate("c", picc="e"))
    assert (short.picc_enc, short.code, short.signed) == (octets(PRINTED["picc_enc"]), octets(PRINTED["sdmmac"]), b"")
    full = read_sun_url(LINK, FULL)
    assert full.signed == b"CEE9A53E3E463EF1F459635736738962&cmac="
    assert verify(full, ZERO, lambda _: ZERO).file_data == b"x" * 16


def test_a_link_in_the_clear_has_its_counter_highest_byte_first() -> None:
    message = read_sun_url("https://s.example/?u=041E3C8A2D6B80&n=000106&c=4B00064004B0B3D3", CLEAR)
    assert message.picc is not None
    assert (message.picc.uid, message.picc.counter) == (octets("041E3C8A2D6B80"), 0x106)
    without = read_sun_url("https://s.example/?u=041E3C8A2D6B80&c=4B00064004B0B3D3", SunTemplate("c", uid="u"))
    assert without.picc is not None
    assert without.picc.counter is None


def test_what_follows_the_code_does_not_matter() -> None:
    assert read_sun_url(LINK + "&lang=en#top", FULL) == read_sun_url(LINK, FULL)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://s.example/",
        LINK.replace("cmac=", "code="),
        LINK + "&cmac=ECC1E7F6C6C73BF6",
        LINK.replace("ECC1", "ecc1"),
        LINK.replace("ECC1", "ECC"),
        LINK.replace("ECC1", "ECC1ECC1"),
        LINK.replace("CEE9A53E", "CEE9A5"),
        LINK.replace("FD91", ""),
        LINK.replace("FD91", "FD9\u0661"),
        LINK.replace("enc=CEE9A53E3E463EF1F459635736738962", "enc=" + "00" * 300),
        LINK.ljust(URL_MAX + 1, "x"),
    ],
)
def test_other_links_are_malformed_and_not_repeated(url: str) -> None:
    with pytest.raises(SunError) as caught:
        read_sun_url(url, FULL)
    assert caught.value.fault is SunFault.MALFORMED
    assert "ECC1" not in str(caught.value)


def test_a_signed_part_that_follows_the_code_is_empty() -> None:
    template = SunTemplate("c", picc="e", signed_from="z")
    url = f"https://s.example/?e={PRINTED['picc_enc']}&c={PRINTED['sdmmac']}&z=1"
    assert read_sun_url(url, template).signed == b""
