"""The link of a chain: what fits, and where the card mirrors into it."""

from __future__ import annotations

import pytest

from cards.aes import AesKey
from cards.ndef import read_uri_file
from cards.sun import SunError, SunFault, code, verify
from cards.sun_link import TEMPLATE, ShownLink, SunLink, read_link
from cards.sun_url import read_sun_url


def test_the_places_are_those_of_the_parameters() -> None:
    link = SunLink("https://u=n.example/c=t", code_key=2)
    uid_at, counter_at, code_at = (link.settings.uid_at, link.settings.counter_at, link.settings.code_at)
    assert uid_at is not None
    assert counter_at is not None
    assert code_at is not None
    file = bytearray(link.file)
    for at, text in ((uid_at, b"04A1B2C3D4E5F6"), (counter_at, b"00002A"), (code_at, b"0123456789ABCDEF")):
        assert not file[at : at + len(text)].strip(b"0")
        file[at : at + len(text)] = text
    url = read_uri_file(bytes(file))
    assert url == "https://u=n.example/c=t?u=04A1B2C3D4E5F6&n=00002A&c=0123456789ABCDEF"
    message = read_sun_url(url, TEMPLATE)
    assert message.picc is not None
    assert (message.picc.uid.hex(), message.picc.counter) == ("04a1b2c3d4e5f6", 42)
    assert message.signed == b"04A1B2C3D4E5F6&n=00002A&c="
    assert link.settings.code_from == uid_at


@pytest.mark.parametrize(
    "base", ["http://a.example", "https://a.example?x=1", "https://a.example/#", "https://ä.cn", ""]
)
def test_a_base_that_cannot_be_a_links_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="begins with https"):
        SunLink(base, code_key=2)


def test_a_link_that_does_not_fit_is_refused() -> None:
    SunLink("https://" + "a" * 200, code_key=2)
    with pytest.raises(ValueError, match="the card's file has 256"):
        SunLink("https://" + "a" * 210, code_key=2)


KEY = AesKey(bytes(16))
BLANK = ShownLink(bytes.fromhex("04A1B2C3D4E5F6"), 42, b"")


def url(base: str = "https://a.example/c", counter: str = "00002A") -> str:
    message = BLANK.message()
    assert message.picc is not None
    return f"{base}?u=04A1B2C3D4E5F6&n={counter}&c={code(KEY, message.picc, message.signed).hex().upper()}"


def test_a_link_is_taken_apart_as_any_link_and_put_together_as_it_was() -> None:
    assert read_link(url()).message() == read_sun_url(url(), TEMPLATE)
    assert verify(read_link(url()).message(), None, lambda _: KEY).counter == 42
    assert "A1B2" not in repr(read_link(url())).upper()


def test_a_link_with_another_counter_is_not_the_cards() -> None:
    with pytest.raises(SunError) as caught:
        verify(read_link(url(counter="00002B")).message(), None, lambda _: KEY)
    assert caught.value.fault is SunFault.BAD_CODE


@pytest.mark.parametrize(
    "text",
    [
        url().lower(),
        url() + "&x=1",
        url().replace("&n=", "&x=1&n="),
        url(base="https://a.example/c?x=1"),
        url(base="https://a.example/" + "a" * 500),
        url(base="https://"),
        url().replace("https", "ftp"),
        "",
    ],
)
def test_what_is_not_built_as_our_links_is_malformed(text: str) -> None:
    with pytest.raises(SunError) as caught:
        read_link(text)
    assert caught.value.fault is SunFault.MALFORMED
    assert "04A1" not in str(caught.value)
