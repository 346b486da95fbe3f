"""A chain as a folder of files: organisation, programme, goods and members; everything wrong is told at once."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cards.uid import check_enrolled
from hq.problems import HqError
from loyalty import ProgrammeError, read_programme
from protocol.directory import CardState, MemberState, Text
from protocol.operation import Identifier, IsoDate

MAX_ERRORS_SHOWN = 20
Optional = BeforeValidator(lambda text: text or None)


class ChainError(HqError):
    """A folder that does not hold a chain; the message lists what is wrong, file by file."""


def _enrolled(uid: str) -> str:
    """A card's UID, or nothing for no card."""
    if uid:
        check_enrolled(bytes.fromhex(uid))
    return uid


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Region(_Entry):
    id: Identifier
    name: dict[str, Text]


class Store(_Entry):
    id: Identifier
    name: dict[str, Text]
    region: Identifier
    zone: Text
    cutoff_hours: Annotated[int, Field(ge=0, le=12)]


class Organisation(_Entry):
    id: Identifier
    name: dict[str, Text]
    regions: tuple[Region, ...]
    stores: Annotated[tuple[Store, ...], Field(min_length=1)]


class Product(_Entry):
    """`price` is the shelf price in minor units. The Chinese of Taiwan may be left out."""

    gtin: Annotated[str, Field(pattern=r"^(\d{8}|\d{12,14})$")]
    name_zh: Text
    name_zh_tw: Annotated[Text | None, Optional] = None
    name_en: Text
    price: Annotated[int, Field(ge=0, lt=10**12)]
    category: Identifier

    @property
    def name(self) -> dict[str, str]:
        taiwanese = {"zh-TW": self.name_zh_tw} if self.name_zh_tw else {}
        return {"zh-CN": self.name_zh, **taiwanese, "en": self.name_en}


class Member(_Entry):
    """One member with at most one card and one lot of points; dates are ISO."""

    id: Identifier
    name: Text
    phone: Annotated[str, Field(pattern=r"^[+\d -]{0,32}$")] = Field(repr=False)
    birthday: Annotated[IsoDate | None, Optional]
    language: Identifier
    tier: Identifier
    state: MemberState
    home_store: Identifier
    second_store: Annotated[Identifier | None, Optional]
    last_seen: IsoDate
    card_uid: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){0,10}$"), AfterValidator(_enrolled)] = Field(repr=False)
    card_state: Annotated[CardState | None, Optional]
    points: Annotated[int, Field(ge=0, lt=10**12)]
    points_earned_on: Annotated[IsoDate | None, Optional]
    points_expires_on: Annotated[IsoDate | None, Optional]


@dataclass(frozen=True)
class Chain:
    organisation: Organisation
    programme: dict[str, Any]
    products: tuple[Product, ...]
    members: tuple[Member, ...]


Kind = TypeVar("Kind", bound=_Entry)


def read_chain(folder: Path) -> Chain:
    """Raises ChainError with everything that is wrong."""
    errors: list[str] = []
    organisation = _organisation(folder, errors)
    programme = _programme(folder, errors)
    products = tuple(_table(folder / "products.csv", Product, errors))
    members = tuple(_table(folder / "members.csv", Member, errors))
    if organisation and not errors:
        errors += _references(organisation, programme, members)
        errors += _doubled("products.csv", [product.gtin for product in products])
        errors += _doubled("members.csv", [member.id for member in members])
        errors += _same_card(members)
    if errors or organisation is None:
        shown = errors[:MAX_ERRORS_SHOWN] + [f"and {len(errors) - MAX_ERRORS_SHOWN} more"] * (
            len(errors) > MAX_ERRORS_SHOWN
        )
        raise ChainError(f"{folder} is not a chain:\n" + "\n".join(shown))
    return Chain(organisation, programme, products, members)


def _organisation(folder: Path, errors: list[str]) -> Organisation | None:
    document = _json(folder / "chain.json", errors)
    if document is None:
        return None
    try:
        return Organisation.model_validate(document)
    except ValidationError as error:
        errors += _told("chain.json", error)
        return None


def _programme(folder: Path, errors: list[str]) -> dict[str, Any]:
    document = _json(folder / "programme.json", errors)
    try:
        if document is not None:
            read_programme(document)
    except ProgrammeError as error:
        errors.append(f"programme.json: {error}")
    return document if isinstance(document, dict) else {}


def _json(path: Path, errors: list[str]) -> Any | None:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        errors.append(f"{path.name}: {error}")
        return None


def _table(path: Path, kind: type[Kind], errors: list[str]) -> Iterator[Kind]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, strict=True), 2):
                try:
                    yield kind.model_validate(row)
                except ValidationError as error:
                    errors += _told(f"{path.name} line {number}", error)
    except (OSError, ValueError, csv.Error) as error:
        errors.append(f"{path.name}: {error}")


def _told(where: str, error: ValidationError) -> list[str]:
    """Field and fault, without the value: it may be a name or a phone number."""
    return [f"{where}: {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]


def _references(organisation: Organisation, programme: dict[str, Any], members: tuple[Member, ...]) -> Iterator[str]:
    regions, stores = {region.id for region in organisation.regions}, {store.id for store in organisation.stores}
    tiers = {tier["id"] for tier in programme["tiers"]}
    for store in organisation.stores:
        if store.region not in regions:
            yield f"chain.json: store {store.id} is in region {store.region}, which does not exist"
    for member in members:
        for place in (member.home_store, member.second_store):
            if place is not None and place not in stores:
                yield f"members.csv: member {member.id} names store {place}, which does not exist"
        if member.tier not in tiers:
            yield f"members.csv: member {member.id} has tier {member.tier}, which the programme does not have"
        if member.points and member.points_earned_on is None:
            yield f"members.csv: member {member.id} has points without points_earned_on"


def _same_card(members: tuple[Member, ...]) -> Iterator[str]:
    """Members by their ids: a UID is in no message."""
    owners: dict[str, list[str]] = {}
    for member in members:
        owners.setdefault(member.card_uid.upper(), []).append(member.id)
    for uid, ids in owners.items():
        if uid and len(ids) > 1:
            yield f"members.csv: members {', '.join(ids)} have the same card_uid"


def _doubled(where: str, keys: list[str]) -> list[str]:
    return [f"{where}: {key} comes {count} times" for key, count in Counter(keys).items() if count > 1]
