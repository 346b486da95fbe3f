"""The file that says what a till knows of the member's rights, as `loyalty.TillState` has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from loyalty import Coupon, CouponState, DocumentError, Fault, Lot, TillState
from loyalty.checks import MAX_POINTS
from loyalty.points import ASSURANCE
from loyalty.section import Section, unique

MAX_LOTS = 1000
MAX_COUPONS = 1000
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_OFFER = "a key is the id of an offer; leave it out where there is none"
_COUNTER = "a key is the name of a limit, see docs/limits.md; leave it out where there is none"


def state_reader(usual: TillState) -> Callable[[object], TillState]:
    """Reads {"lots", "assurance", "copyable_used", "store", "debt", "used", "leased", "coupons", "stamps"}.

    Each is optional; what is left out is as in `usual`.
    """

    def read(value: object) -> TillState:
        faults: list[Fault] = []
        section = Section(value, "$", faults)
        state = read_state(section, usual)
        finish(section, faults)
        return state

    return read


def read_state(section: Section, usual: TillState) -> TillState:
    """All keys of a state."""
    return replace(
        read_holdings(section, usual),
        store=section.identifier("store") if section.has("store") else usual.store,
        debt=section.integer("debt", 0, MAX_POINTS) if section.has("debt") else usual.debt,
        used=_counts(section, "used", _COUNTER),
        leased=_counts(section, "leased", _COUNTER),
        coupons=_coupons(section) if section.has("coupons") else usual.coupons,
        stamps=_counts(section, "stamps", _OFFER),
    )


def read_holdings(section: Section, usual: TillState) -> TillState:
    """The keys about points that a member file may have too: lots, assurance, copyable_used."""
    return replace(
        usual,
        lots=_lots(section) if section.has("lots") else usual.lots,
        assurance=section.choice("assurance", ASSURANCE) if section.has("assurance") else usual.assurance,
        copyable_used=(
            section.integer("copyable_used", 0, MAX_POINTS) if section.has("copyable_used") else usual.copyable_used
        ),
    )


def _lots(section: Section) -> tuple[Lot, ...]:
    lots = []
    for entry in section.sections("lots", 0, MAX_LOTS):
        lots.append(_lot(entry))
        entry.close()
    return tuple(lots)


def finish(section: Section, faults: list[Fault]) -> None:
    """Close a document's outermost section. Raises DocumentError with all `faults`, if there are any."""
    section.close()
    if faults:
        raise DocumentError(faults)


def _lot(entry: Section) -> Lot:
    return Lot(
        id=entry.identifier("id"),
        points=entry.integer("points", 0, MAX_POINTS),
        earned_on=entry.day("earned_on").isoformat(),
        expires_on=_day(entry, "expires_on"),
    )


def _coupons(section: Section) -> tuple[Coupon, ...]:
    entries = section.sections("coupons", 0, MAX_COUPONS)
    coupons = tuple(_coupon(entry) for entry in entries)
    unique(entries, "code", [coupon.code for coupon in coupons])
    return coupons


def _coupon(entry: Section) -> Coupon:
    state = entry.choice("state", CouponState) if entry.has("state") else CouponState.ISSUED
    coupon = Coupon(
        code=entry.identifier("code"),
        rule=entry.identifier("rule"),
        holder=entry.identifier("holder") if entry.has("holder") else None,
        starts_on=_day(entry, "starts_on"),
        expires_on=_day(entry, "expires_on"),
        state=CouponState(state or CouponState.ISSUED),
    )
    entry.close()
    return coupon


def _day(entry: Section, key: str) -> str | None:
    return entry.day(key).isoformat() if entry.has(key) else None


def _counts(section: Section, key: str, remedy: str) -> dict[str, int]:
    return section.keyed_integers(key, _ID, remedy) if section.has(key) else {}
