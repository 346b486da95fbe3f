"""The rows of the directory: what HQ tells a terminal about members, cards, goods and stores."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from protocol.operation import Identifier, IsoDate, Message, later

Text = Annotated[str, Field(max_length=200)]
Points = Annotated[int, Field(ge=0, lt=2**63)]


class MemberState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"


class CardState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"  # lost, stolen or replaced


class CardTechnology(StrEnum):
    """How the key in a card is asked for, without a plug-in: EV2First, or AuthenticateAES of the first DESFire."""

    NTAG424 = "ntag424"
    DESFIRE_EV2 = "desfire_ev2"  # and EV3
    DESFIRE_EV1 = "desfire_ev1"


class LotRow(Message):
    """Points of one lot: at HQ's pool and in all leases together. Dates as in `loyalty.lots.Lot`."""

    id: Identifier
    points: Points
    earned_on: IsoDate
    expires_on: IsoDate | None = None


class CopyableUse(Message):
    """Points redeemed with copyable cards on one business date, as HQ knows (cards.md, P1)."""

    business_date: IsoDate
    points: Points


class MemberRow(Message):
    """One member. `phone_masked` never holds a whole number; `lots` are the member's whole active balance.

    `groups`, `purchases` and `qualifying` are as in `loyalty.MemberFacts`; `used` are counted rights of the member
    that are used once, such as a birthday's, by the key of the right (D19). `principal` and `bonus` are all of the
    member's stored value, at HQ and in leases, in minor units. What HQ does not know is left out.
    """

    id: Identifier
    name: Text
    phone_masked: Text
    birthday: IsoDate | None = None
    language: Text
    tier: Identifier
    state: MemberState = Field(strict=False)
    home_store: Identifier
    lots: tuple[LotRow, ...] = Field(default=(), strict=False)
    pending: Points = 0
    debt: Points = 0
    copyable_used: CopyableUse | None = None
    birthday_changed_on: IsoDate | None = later(None)
    groups: tuple[Identifier, ...] = later((), strict=False)
    purchases: Points | None = later(None)
    qualifying: Points | None = later(None)
    used: dict[Identifier, Points] = later({})
    principal: Points = later(0)
    bonus: Points = later(0)


class CardProof(Message):
    """The key that a card was issued with, which it must prove wherever that key is at hand; the key is not in here.

    `key_no` is its number in `application`, the identifier of a DESFire's application as it travels (least byte first,
    lower case hex), None where a card has no others. `version` counts the masters that keys come from, the first is 1.
    `technology` is `ntag424`, `desfire_ev2`, `desfire_ev1`, or the name of a plug-in that a terminal may have or not.
    """

    technology: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    key_no: Annotated[int, Field(ge=0, le=13)]
    application: Annotated[str, Field(pattern=r"^[0-9a-f]{6}$")] | None = None
    version: Annotated[int, Field(ge=1, le=254)]


class CardRow(Message):
    """A card; its key in the feed is `card_key(...)`, so a stolen directory shows no UID.

    `proof` is left out where a card has no key: then whatever it shows can be copied.
    """

    member: Identifier
    state: CardState = Field(strict=False)
    proof: CardProof | None = later(None)


class ProductRow(Message):
    """`price` is the shelf price in minor units; `name` by language tag."""

    gtin: Annotated[str, Field(pattern=r"^(\d{8}|\d{12,14})$")]
    name: dict[str, Text]
    price: Annotated[int, Field(ge=0, lt=10**12)]
    category: Identifier


class StoreRow(Message):
    id: Identifier
    name: dict[str, Text]
    region: Identifier
    zone: Text
    cutoff_hours: Annotated[int, Field(ge=0, le=12)]


def card_key(lookup_key: bytes, uid: str) -> str:
    """The directory key of a card's UID (hex, any case): HMAC-SHA-256 under the chain's lookup key, 128 bits."""
    message = b"uid:" + bytes.fromhex(uid)
    return hmac.new(lookup_key, message, hashlib.sha256).hexdigest()[:32]


def member_ref(lookup_key: bytes, member: str, number: int = 0) -> bytes:
    """The 8 bytes that stand for a member in codes and card certificates; `number` grows when one was blocked."""
    message = b"ref:%d:" % number + member.encode()
    return hmac.new(lookup_key, message, hashlib.sha256).digest()[:8]


def number_key(lookup_key: bytes, number: str) -> str:
    """The directory key of a printed member number (GSRN, 18 digits): it leads to the member as a card does."""
    return hmac.new(lookup_key, b"number:" + number.encode(), hashlib.sha256).hexdigest()[:32]


def ref_key(lookup_key: bytes, ref: bytes) -> str:
    """The directory key of a member reference: it leads to the member as a card does, and can be blocked as one."""
    return hmac.new(lookup_key, b"code:" + ref, hashlib.sha256).hexdigest()[:32]
