"""Lots of stored value follow their postings: granted, spent, topped up, returned and wound back (D24)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import apsw
import pytest

from loyalty.ledger import Account
from loyalty.value import Draw, ValueLot
from loyalty.value_move import ValueMove
from protocol.operation import Kind
from protocol.sale_records import ValueLotRecord
from terminal.errors import LeaseShort
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.value_lots import moved as after_postings
from tests.terminal.store.material import ADA, BEN, append, open_ledger, posting, sale
from tests.terminal.store.material_rights import (
    PURSE,
    WHEN,
    act,
    back,
    bought,
    grant,
    issued,
    moved,
    page,
    records,
    value_grant,
)


def test_value_that_hq_placed_here_can_be_spent_here(ledger: Ledger) -> None:
    ledger.apply_grants(page(value_grant(1)))
    assert ledger.held(ADA).value == (PURSE,)
    spent = PURSE.spend(3_000)
    append(ledger, postings=moved(PURSE, spent))
    assert ledger.held(ADA).value == (spent,)
    assert ledger.held(ADA).value[0].principal_left == 7_500, "2,500 of 3,000 was principal"


def test_more_than_the_lot_holds_is_refused_by_the_check(ledger: Ledger) -> None:
    ledger.apply_grants(page(value_grant(1)))
    larger = replace(PURSE, principal=20_000)
    with pytest.raises(LeaseShort) as caught:
        append(ledger, postings=moved(larger, larger.spend(20_000)))
    assert (caught.value.asset, caught.value.lot, caught.value.available) == ("principal", PURSE.id, 10_000)
    assert ledger.held(ADA).value == (PURSE,)


def test_a_top_up_makes_its_lot_here_with_its_own_terms(ledger: Ledger) -> None:
    """It can be spent at once, at this terminal (F051)."""
    room = "member:top_up:m-ada"
    ledger.apply_grants(page(grant(1, limits={room: 60_000})))
    lot = ValueLot("s01-1-aa.1.1", 50_000, 5_000, 0, WHEN, "2027-09-30", Draw.PRINCIPAL_FIRST)
    used = (posting("lease", room, -50_000, "limit"), posting("used", room, 50_000, "limit"))
    made = {"lot": ValueLotRecord.of(lot).model_dump(mode="json")}
    act(ledger, Kind.TOP_UP, postings=(*issued(lot), *used), detail=made)
    assert ledger.held(ADA).value == (lot,)
    assert ledger.held(ADA).limits == {room: 10_000}
    append(ledger, postings=moved(lot, lot.spend(50_001)))
    assert ledger.held(ADA).value[0].bonus_left == 4_999


def test_what_hq_takes_back_leaves_the_record_of_what_was_spent(ledger: Ledger) -> None:
    """A later refund winds exactly that back, into this lease (rule 5, D24)."""
    ledger.apply_grants(page(value_grant(1)))
    spent = PURSE.spend(3_000)
    append(ledger, postings=moved(PURSE, spent))
    act(
        ledger,
        Kind.LEASE_RETURN,
        postings=(
            *back("principal", PURSE.id, spent.principal_left),
            *back("bonus", PURSE.id, spent.bonus_left),
        ),
    )
    assert ledger.held(ADA).value == ()
    rest = ValueLot(PURSE.id, 2_500, 500, 3_000, PURSE.topped_up_on, PURSE.expires_on)
    append(ledger, postings=moved(rest, rest.wind_back(3_000)))
    (held,) = ledger.held(ADA).value
    assert (held.principal_left, held.bonus_left) == (2_500, 500)


def test_a_pay_out_ends_the_bonus(ledger: Ledger) -> None:
    ledger.apply_grants(page(value_grant(1)))
    out = PURSE.pay_out(4_000)
    act(ledger, Kind.PAY_OUT, postings=moved(PURSE, out))
    (held,) = ledger.held(ADA).value
    assert (held.principal_left, held.bonus_left, held.bonus_ended) == (6_000, 0, 2_000)


def test_bonus_past_its_date_ends_and_the_principal_stays(ledger: Ledger) -> None:
    ledger.apply_grants(page(value_grant(1)))
    ended = ValueMove(PURSE, PURSE.end_bonus())
    act(ledger, Kind.EXPIRE, postings=records(ended.postings(Account.EXPIRED)))
    (held,) = ledger.held(ADA).value
    assert (held.principal_left, held.bonus_left) == (10_000, 0)


def test_a_gift_card_is_its_bearers_whoever_pays_with_it(ledger: Ledger) -> None:
    card = ValueLot("card-1.1", 5_000, 0, 0, "2026-03-01")
    ledger.apply_grants(page(value_grant(1, card, None)))
    assert ledger.held(ADA).value == ()
    assert ledger.bearer().value == (card,)
    append(ledger, member=ADA, postings=moved(card, card.spend(2_000)))
    append(ledger, member=None, postings=moved(card.spend(2_000), card.spend(3_000)))
    assert ledger.bearer().value[0].left == 2_000
    assert ledger.effects(ADA, 0).value == {}, "it is not the member's"


def test_a_gift_card_that_is_sold_as_a_line_belongs_to_its_bearer(ledger: Ledger) -> None:
    card = ValueLot("s01-1-aa.1.1.c1", 5_000, 0, 0, WHEN)
    append(ledger, member=BEN, postings=issued(card))
    assert ledger.bearer().value == (card,)
    assert ledger.held(BEN).value == ()


def test_value_of_a_sale_made_elsewhere_comes_back_as_what_it_drew(ledger: Ledger) -> None:
    """This terminal never had the lot: it knows what the sale's own bytes say, and nothing more to spend."""
    drawn = moved(PURSE, PURSE.spend(6_000))
    state = bought(value=[ValueLotRecord.of(PURSE).model_dump(mode="json")])
    foreign = sale(7, postings=drawn, detail=state)
    (part,) = ledger.value_of(foreign, {"tenders": []})
    assert (part.principal, part.bonus, part.spent, part.left) == (5_000, 1_000, 6_000, 0)
    (rest,) = ledger.value_of(foreign, {"tenders": [{"kind": "stored_value", "back": 1_500, "account": None}]})
    assert (rest.spent, rest.left) == (4_500, 0), "1,500 of it came back before"
    detail = {"sale": None, "known": {"value": [ValueLotRecord.of(rest).model_dump(mode="json")]}}
    act(ledger, Kind.REFUND, postings=moved(rest, rest.wind_back(4_500)), detail=detail)
    (held,) = ledger.held(ADA).value
    assert (held.principal_left, held.bonus_left) == (3_750, 750)
    assert ledger.value_of(foreign, {"tenders": []}) == (held,), "now it is here"


def test_postings_that_no_step_of_a_lot_makes_are_a_bug(ledger: Ledger) -> None:
    ledger.apply_grants(page(value_grant(1)))
    principal_only = tuple(each for each in moved(PURSE, PURSE.spend(60)) if each.asset == "principal")
    with pytest.raises(AssertionError, match="its postings say"):
        append(ledger, postings=principal_only)
    assert ledger.held(ADA).value == (PURSE,)


def test_an_audit_finds_a_lot_that_does_not_agree_with_its_lease(path: Path) -> None:
    """The control of the audit: a record bent by hand is named."""
    with open_ledger(path) as ledger:
        ledger.apply_grants(page(value_grant(1)))
    assert audit(path) == []
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE value_lot SET spent = 100")
    connection.close()
    assert audit(path) == ["value lot g-v has (9917, 1983) left and its leases hold (10000, 2000)"]


@pytest.mark.parametrize("draw", list(Draw))
@pytest.mark.parametrize("seed", range(20))
def test_any_history_of_a_lot_follows_from_its_postings(draw: Draw, seed: int) -> None:
    """Spent, wound back, paid out, ended: the record that the ledger keeps is the lot that pricing has."""
    chance = Random(f"{draw}{seed}")
    lot = ValueLot("v", chance.randint(0, 5_000), chance.randint(1, 900), 0, WHEN, draw=draw)
    kept = lot
    for _ in range(40):
        before = lot
        steps = [lot.spend(chance.randint(0, lot.left)), lot.wind_back(chance.randint(0, lot.spent))]
        steps += [lot.pay_out(chance.randint(0, lot.principal_left)), lot.end_bonus()] if chance.random() < 0.1 else []
        lot = chance.choice(steps)
        kept = after_postings(kept, moved(before, lot))
        assert kept == lot
