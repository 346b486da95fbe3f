"""The link that a chain writes into its NTAG 424 DNA cards: `<base>?u=<UID>&n=<counter>&c=<code>`, in the clear.

The code is made with a key of the card's own. UID and counter are not enciphered, as that would need a key that all
cards share; the UID is what every reader is told anyway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cards.access import FREE, NEVER
from cards.ndef import uri_file
from cards.ntag424 import FILE_BYTES, NDEF_FILE
from cards.sdm_settings import ASCII, COUNTER_MIRROR, UID_MIRROR, SdmSettings
from cards.sun import CODE_BYTES, COUNTER_BYTES, UID_BYTES, PiccData, SunError, SunFault, SunMessage
from cards.sun_url import URL_MAX, SunTemplate

TEMPLATE = SunTemplate("c", uid="u", counter="n", signed_from="u")
_PARAMETERS = (("u", UID_BYTES), ("n", COUNTER_BYTES), ("c", CODE_BYTES))
_WHOLE = re.compile(r"https?://[^?#&\s]{1,256}\?u=([0-9A-F]{14})&n=([0-9A-F]{6})&c=([0-9A-F]{16})")


class SunLink:
    """The file with the link, and where the card mirrors into it. ValueError for a base that cannot be a link's."""

    def __init__(self, base: str, code_key: int) -> None:
        if not base.startswith("https://") or not base.isascii() or not base.isprintable() or set("?# &") & set(base):
            raise ValueError("the link of a card begins with https:// and has no ?, #, & or blank in it")
        blanks = "&".join(f"{name}={'0' * 2 * size}" for name, size in _PARAMETERS)
        self.base = base
        self.file = uri_file(f"{base}?{blanks}")
        if len(self.file) > FILE_BYTES[NDEF_FILE]:
            raise ValueError(f"this link makes {len(self.file)} bytes; the card's file has {FILE_BYTES[NDEF_FILE]}")
        uid_at, counter_at, code_at = (self.file.rindex(f"{name}=".encode()) + 2 for name, _ in _PARAMETERS)
        self.settings = SdmSettings(
            UID_MIRROR | COUNTER_MIRROR | ASCII,
            meta_read=FREE,
            file_read=code_key,
            counter_read=NEVER,
            uid_at=uid_at,
            counter_at=counter_at,
            code_from=uid_at,
            code_at=code_at,
        )


@dataclass(frozen=True, slots=True)
class ShownLink:
    """What a link of ours says; nothing is proven yet. It is small enough to travel, and the base does not matter."""

    uid: bytes = field(repr=False)
    counter: int
    code: bytes = field(repr=False)

    def message(self) -> SunMessage:
        """For `cards.sun.verify`: the code covers the link from the UID to itself."""
        signed = f"{self.uid.hex().upper()}&n={self.counter:06X}&c=".encode()
        return SunMessage(self.code, signed, picc=PiccData(self.uid, self.counter))


def read_link(url: str) -> ShownLink:
    """Take a link apart. Raises SunError, MALFORMED, for one that is not built as ours; it never repeats the link."""
    found = _WHOLE.fullmatch(url) if len(url) <= URL_MAX else None
    if found is None:
        raise SunError(SunFault.MALFORMED, f"a link of {len(url)} characters is not built as those of our cards")
    uid, counter, code = found.groups()
    return ShownLink(bytes.fromhex(uid), int(counter, 16), bytes.fromhex(code))
