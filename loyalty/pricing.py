"""`price`: from a basket to a quote, by the declared pipeline (D06) and the best lawful combination (D26)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.checkout import Checkout, Contender
from loyalty.checks import check_inputs
from loyalty.combination import Combination, best_combination
from loyalty.conditions import Buyer, Conditions, buyer_of, guest_of
from loyalty.coupons import ChosenCoupons, choose_coupons
from loyalty.earning import earn
from loyalty.explain import line_reasons, missed_offers, reasons
from loyalty.moment import Moment
from loyalty.money import allocate, split_units
from loyalty.pipeline import Run
from loyalty.points import bases, rights, use_points
from loyalty.programme import Programme
from loyalty.progress import tier_progress
from loyalty.quote import Quote, QuoteLine
from loyalty.rights_used import rights_used
from loyalty.search import Known
from loyalty.tax import Taxes, tax_of, tax_on_top

ENGINE = "2"  # changes whenever the same inputs may give another result (D21)


class _Priced(NamedTuple):
    """One shopper's best combination."""

    buyer: Buyer
    coupons: ChosenCoupons
    conditions: Conditions
    checkout: Checkout
    chosen: Combination


def price(basket: Basket, member: MemberFacts | None, programme: Programme, at: Moment, state: TillState) -> Quote:
    """The quote for `basket`, for a member or a guest (None). Same inputs, same quote; line order does not matter.

    Guarantees: no line below zero; a member never pays more than a guest; every amount has its reasons.
    Raises ValueError for inputs that a counter must have refused (`checks`).
    """
    check_inputs(basket, at, state)
    own, guest_net = _choose(basket, member, programme, at, state)
    done, lines = own.chosen.run, own.checkout.lines
    goods = done.nets
    nets = [one + other for one, other in zip(goods, own.checkout.others, strict=True)]
    taxes = tax_of(lines, nets, programme.tax)
    net, others = sum(nets), sum(own.checkout.others)
    payable = max(0, sum(goods) + min(0, others))  # points pay goods alone, and no more than is left to pay
    use = use_points(basket.points, payable, rights(member, state, programme, at), programme.points_as_money)
    shares = allocate(use.money, goods)
    on_top = tax_on_top(programme.tax)
    base = bases(goods, [tax for _, tax in taxes.lines], use.money, 0, programme.points, on_top=on_top)
    applied = [each.offer.id for each in done.applied]
    return Quote(
        currency=programme.currency,
        gross=sum(own.checkout.gross) + others,
        net=net,
        due=net + (taxes.total if on_top else 0) - use.money,
        guest_net=guest_net + others,
        lines=_quote_lines(own.checkout, done, nets, base, shares, taxes),
        reasons=reasons(done),
        missed=missed_offers(own.conditions, own.checkout, done),
        use=use,
        earned=earn(lines, base, programme, own.buyer.shopper),
        proven=own.chosen.proven,
        programme=programme.id,
        version=programme.version,
        engine=ENGINE,
        tax=taxes.totals,
        rights=rights_used(own.buyer, own.coupons, own.conditions, own.checkout, done),
        coupons=own.coupons.answers(applied),
        tier=tier_progress(member, programme) if member else None,
    )


def _choose(
    basket: Basket, member: MemberFacts | None, programme: Programme, at: Moment, state: TillState
) -> tuple[_Priced, int]:
    """The combination to apply, and what a guest would pay: the guest's basket is always a candidate (D26)."""
    lines = sorted(basket.lines, key=lambda line: line.no)
    touched = programme.index.touched(lines)
    coupons = choose_coupons(basket.coupons, member, state, programme, at)
    buyer = buyer_of(member, programme, at, state, basket.removed, frozenset(coupons.chosen))
    own_conditions = Conditions(programme.index, buyer, touched)
    checkout = Checkout(lines, buyer.shopper.tier, programme.order_cap)
    contenders = own_conditions.contenders(checkout)
    known: Known = {}
    own = _Priced(buyer, coupons, own_conditions, checkout, best_combination(checkout, contenders, known))
    if member is None:
        return own, own.chosen.run.net
    bearer = choose_coupons(basket.coupons, None, state, programme, at) if basket.coupons else coupons
    guest = guest_of(buyer, frozenset(bearer.chosen))
    anonymous = Checkout(lines, None, programme.order_cap)
    open_to_all = Conditions(programme.index, guest, touched).contenders(anonymous)
    if own.chosen.proven and _needs_no_member(own.chosen.run, open_to_all):
        return own, own.chosen.run.net
    other = best_combination(anonymous, open_to_all, known)
    better = min(own.chosen.run, other.run, key=lambda done: done.preference)  # the guest's after a best effort only
    return own._replace(chosen=Combination(better, own.chosen.proven)), other.run.net


def _needs_no_member(best: Run, open_to_all: Sequence[Contender]) -> bool:
    """Whether a guest may have a member's best combination too; no offer is closed to members, so none is better."""
    rights = {each.offer.id: each[2:] for each in open_to_all}
    return all(rights.get(applied.offer.id) == applied.contender[2:] for applied in best.applied)


def _quote_lines(
    checkout: Checkout, done: Run, nets: Sequence[int], bases: Sequence[int], paid: Sequence[int], taxes: Taxes
) -> tuple[QuoteLine, ...]:
    why = line_reasons(done)
    return tuple(
        QuoteLine(
            no=line.no,
            gtin=line.gtin,
            quantity=line.quantity,
            gross=line.gross,
            net=net,
            base=base,
            units=split_units(line.gross - net, pieces),
            reasons=tuple(why.get(place, ())),
            tax=tax,
            rate=rate,
            paid_by_points=points,
        )
        for place, (line, net, base, pieces, points, (rate, tax)) in enumerate(
            zip(checkout.lines, nets, bases, checkout.pieces, paid, taxes.lines, strict=True)
        )
    )
