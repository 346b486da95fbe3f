"""From the JSON document to a `Programme`: everything is checked, and everything that is wrong is said at once."""

from __future__ import annotations

from loyalty.birthday import BirthdayPolicy
from loyalty.count_card import read_count_cards
from loyalty.coupon_rule import read_coupons
from loyalty.currency import read_currency
from loyalty.document import DocumentError, Fault, parse
from loyalty.earning_rules import read_earning, read_earning_events, read_earning_sets
from loyalty.formats import FORMAT, beyond_format, too_new
from loyalty.gift_card import GiftCards
from loyalty.lottery import read_lotteries
from loyalty.merit import read_merit
from loyalty.offers import KINDS, Offer
from loyalty.points_policy import PointsPolicy
from loyalty.programme import PointsAsMoney, Programme
from loyalty.refund_policy import RefundPolicy
from loyalty.reward import read_rewards
from loyalty.section import Section, unique
from loyalty.tax import read_tax
from loyalty.tier_policy import read_tier_policy
from loyalty.tiers import read_tiers
from loyalty.value_policy import StoredValue

MAX_OFFERS = 5000
SINCE = {name: kind.since for name, kind in KINDS.items()}


class ProgrammeError(DocumentError):
    """A programme document that cannot be used; `faults` lists all that is wrong, each with the way out."""


def read_programme(document: object) -> Programme:
    """The programme of a document: parsed JSON, or its text or bytes. Fields: docs/programme.md.

    Raises ProgrammeError with every fault at once.
    """
    try:
        value = parse(document) if isinstance(document, str | bytes) else document
    except DocumentError as error:
        raise ProgrammeError(error.faults) from error
    newer = too_new(value)
    if newer:  # what it means cannot be judged, so nothing else is said
        raise ProgrammeError([newer])
    faults: list[Fault] = []
    programme = whole(Section(value, "$", faults))
    noted = {fault.path for fault in faults}
    faults += [fault for fault in beyond_format(value, SINCE) if fault.path not in noted]
    if faults:
        raise ProgrammeError(faults)
    return programme


def whole(section: Section) -> Programme:
    """The programme of a section that holds a whole document. Faults are noted in the section."""
    section.integer("format", 1, FORMAT)
    programme = _programme(section)
    section.close()
    return programme


def _programme(section: Section) -> Programme:
    starts, ends = section.day("valid_from"), section.day("valid_until")
    if ends < starts:
        section.fault("valid_until", f"use a day not before 'valid_from', {starts}")
    tiers, offers = read_tiers(section), _offers(section)
    coupons = read_coupons(section, offers, tiers)
    stored_value = StoredValue.read(section.section("stored_value")) if section.has("stored_value") else None
    gift_cards = GiftCards.read(section.section("gift_cards")) if section.has("gift_cards") else None
    sets, points_as_money = read_earning_sets(section), _points_as_money(section.section("points_as_money"))
    return Programme(
        id=section.identifier("id"),
        version=section.integer("version", 1),
        currency=read_currency(section),
        zone=section.zone("zone"),
        valid_from=starts,
        valid_until=ends,
        tiers=tiers,
        earning=read_earning(section, sets),
        earning_sets=sets,
        earning_events=read_earning_events(section),
        points_as_money=points_as_money,
        points=_points_policy(section, points_as_money),
        offers=offers,
        copyable_daily_points=_copyable_daily(section.section("limits")),
        cash_rounding=section.integer("cash_rounding", 0, 100_000),
        stored_value=stored_value,
        gift_cards=gift_cards,
        count_cards=read_count_cards(section),
        coupons=coupons,
        rewards=read_rewards(section, coupons, gift_cards, stored_value),
        order_cap=section.fraction("order_cap", 1) if section.has("order_cap") else None,
        tax=read_tax(section),
        birthday=BirthdayPolicy.read(section.section("birthday")) if section.has("birthday") else BirthdayPolicy(),
        tier_policy=read_tier_policy(section, tiers),
        merit=read_merit(section),
        lotteries=read_lotteries(section, coupons),
        refunds=RefundPolicy.read(section.section("refunds")) if section.has("refunds") else RefundPolicy(),
    )


def _points_as_money(entry: Section) -> PointsAsMoney:
    months = entry.integer("lifetime_months", 1, 1200) if entry.has("lifetime_months") else None
    rule = PointsAsMoney(
        points=entry.integer("points", 1),
        money=entry.integer("money", 1),
        cap=entry.fraction("cap", 1),
        lifetime_months=months,
    )
    entry.close()
    return rule


def _points_policy(section: Section, points_as_money: PointsAsMoney) -> PointsPolicy:
    if not section.has("points"):
        return PointsPolicy()
    return PointsPolicy.read(section.section("points"), points_as_money.lifetime_months)


def _copyable_daily(entry: Section) -> int:
    points = entry.integer("copyable_daily_points", 0)
    entry.close()
    return points


def _offers(section: Section) -> tuple[Offer, ...]:
    readers = {name: kind.read for name, kind in KINDS.items()}
    offers, readable = [], []
    for entry in section.sections("offers", 0, MAX_OFFERS):
        offer = entry.variants("kind", readers)
        if offer:
            offers.append(offer)
            readable.append(entry)
            entry.close()
    unique(readable, "id", [offer.id for offer in offers])
    return tuple(offers)
