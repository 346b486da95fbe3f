"""The link of a chain: what fits, and where the card mirrors into it."""

from __future__ import annotations

import pytest

from cards.ndef import read_uri_file
from cards.sun_link import TEMPLATE, SunLink
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
