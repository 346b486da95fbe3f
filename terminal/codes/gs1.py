"""GS1 element strings and Digital Links, read by biip into application identifiers and their values."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biip.gs1_element_strings import GS1ElementString

CHARS_MAX = 4096


class Gs1Error(ValueError):
    """The text is no GS1 code, or one whose values cannot be; it is not repeated here."""


def prepare() -> None:
    """Load what the first GS1 code would otherwise wait for: tables of all prefixes take a tenth of a second."""
    for name in ("biip.gs1_digital_link_uris", "biip.rcn"):  # with all that these need
        import_module(name)


def read_element_strings(text: str) -> dict[str, str]:
    """Values by application identifier of a code without its AIM identifier; GS ends a value of variable length.

    Raises Gs1Error, also for a wrong check digit and for one identifier with two values.
    """
    _check_length(text)
    from biip import BiipException  # its tables take long to load, and most codes need none of them
    from biip.gs1_messages import GS1Message

    try:
        code = GS1Message.parse(text)
    except (BiipException, ValueError) as error:
        raise Gs1Error("these are no GS1 element strings") from error
    return _values(code.element_strings)


def read_digital_link(uri: str) -> dict[str, str]:
    """Values by application identifier of a GS1 Digital Link, in its path and its query. Raises Gs1Error."""
    _check_length(uri)
    from biip import BiipException
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        code = GS1DigitalLinkURI.parse(uri)
    except (BiipException, ValueError) as error:
        raise Gs1Error("this is no GS1 Digital Link") from error
    return _values(code.element_strings)


def _check_length(text: str) -> None:
    if not 0 < len(text) <= CHARS_MAX:
        raise Gs1Error(f"a GS1 code of {len(text)} characters; it has 1 to {CHARS_MAX}")


def _values(strings: Iterable[GS1ElementString]) -> dict[str, str]:
    values: dict[str, str] = {}
    for string in strings:
        if string.gtin_error or string.gln_error or string.sscc_error:
            raise Gs1Error(f"the number of application identifier {string.ai.ai} has a wrong check digit")
        if values.setdefault(string.ai.ai, string.value) != string.value:
            raise Gs1Error(f"application identifier {string.ai.ai} stands twice with two values")
    return values
