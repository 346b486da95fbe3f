"""Keys of single cards for the terminals that serve their members (cards.md, Cards). No master travels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocol.operation import Message, later

MOST_CARDS = 64
Uid = Annotated[str, Field(pattern=r"^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$")]
KEY_HEX = r"^[0-9a-f]{32}$"


class CardKeysAsk(Message):
    """UIDs of cards that were shown at the asking terminal, and whose keys it does not have."""

    uids: tuple[Uid, ...] = Field(min_length=1, max_length=MOST_CARDS, strict=False, repr=False)


class CardKey(Message):
    """`card` is the card's key in the directory; `version` that of the master, as in `CardProof`. `link` is the key
    that makes the codes of its links, of a card that has such."""

    card: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    version: Annotated[int, Field(ge=1, le=254)]
    key: Annotated[str, Field(pattern=KEY_HEX, repr=False)]
    link: Annotated[str, Field(pattern=KEY_HEX)] | None = later(None, repr=False)


class CardKeys(Message):
    """The keys that this terminal may have; cards of others, and unknown ones, are left out."""

    keys: tuple[CardKey, ...] = Field(max_length=MOST_CARDS, strict=False)
