"""Claims: one right to enrol one device at one store and lane, for 72 hours (appliance.md, Provisioning)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select, update

from hq import schema
from hq.keys import Keys, RandomBytes
from hq.problems import HqError
from protocol.enrolment import CLAIM, Claim, claim_text
from protocol.signing import Signed

LIFETIME_MS = 72 * 3600 * 1000
TRIES = 5
LANE = r"[A-Za-z0-9]{1,16}"  # no dash: `store-lane` names one place only


class ClaimState(StrEnum):
    OPEN = "open"
    BOUND = "bound"  # a device has proved that it holds the claim; it has not said hello yet
    USED = "used"


@dataclass(frozen=True)
class ClaimRow:
    """`public_key`, `device` and `epoch` are those of the device that it is bound to."""

    id: str
    store: str
    lane: str
    secret: str = field(repr=False)
    issued_ms: int
    expires_ms: int
    tries_left: int
    state: ClaimState
    public_key: str | None
    device: str | None
    epoch: int | None


def make_claim(
    connection: Connection, keys: Keys, *, hq: str, ca_pin: str, store: str, lane: str, now_ms: int, random: RandomBytes
) -> str:
    """A new claim as the text of its QR code (`SP1:…`). Raises HqError for an unknown store or a bad address."""
    if connection.scalar(select(schema.store.c.id).where(schema.store.c.id == store)) is None:
        known = ", ".join(connection.scalars(select(schema.store.c.id).order_by(schema.store.c.id)))
        raise HqError(f"there is no store {store!r}; the chain has {known}")
    if not re.fullmatch(LANE, lane) or len(store) + len(lane) >= 64:
        raise HqError(f"{lane!r} is not a lane: give up to 16 letters and digits, such as 1")
    try:
        claim = Claim(
            id=f"c-{random(8).hex()}",
            hq=hq,
            ca_pin=ca_pin,
            secret=random(16).hex(),
            store=store,
            lane=lane,
            issued_ms=now_ms,
            expires_ms=now_ms + LIFETIME_MS,
        )
    except ValidationError:
        raise HqError(f"{hq!r} is not an address that terminals can use: try https://hq.example:8443") from None
    row = claim.model_dump(exclude={"hq", "ca_pin"})
    connection.execute(insert(schema.claim).values(**row, tries_left=TRIES, state=ClaimState.OPEN.value))
    return claim_text(Signed.make(CLAIM, claim.model_dump(), keys.signing))


def find_claim(connection: Connection, claim: str) -> ClaimRow | None:
    query = select(schema.claim).where(schema.claim.c.id == claim).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else ClaimRow(**{**row, "state": ClaimState(row["state"])})


def change_claim(connection: Connection, claim: str, **values: Any) -> None:
    connection.execute(update(schema.claim).where(schema.claim.c.id == claim).values(**values))
