"""The right to refund a sale lies in one place at a time (D30; sync.md, Leases 11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest

from loyalty.refund_json import so_far_json
from loyalty.refund_sale import RefundsSoFar, TenderSide
from loyalty.sale import TenderKind
from protocol.lease import RefundRight
from protocol.operation import Kind, Operation, OperationKey
from terminal.errors import RefundElsewhere, RefundOutdated, SpendingStopped
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from tests.terminal.store.material import BEN, DIGEST, FOREVER_MS, append, open_ledger, sale
from tests.terminal.store.material_rights import act, bought, grant, key, page, refund_detail

FRESH = so_far_json(RefundsSoFar(tenders=(TenderSide(TenderKind.CASH, 990),)))
ELSEWHERE = key(7, "s02-1-bb", 3)


def sell(ledger: Ledger) -> OperationKey:
    return key(append(ledger, detail=bought()).seq)


def refund(ledger: Ledger, sold: OperationKey, so_far: dict[str, Any], kind: Kind = Kind.REFUND) -> Operation:
    return act(ledger, kind, detail=refund_detail(sold, so_far, 100))


def granted(number: int, sold: OperationKey, so_far: dict[str, Any] = FRESH) -> RefundRight:
    other = sale(sold.seq, device=sold.device, epoch=sold.epoch, detail=bought(), intent=f"{number:032x}")
    return RefundRight(sale=sold, operation=other.encode().decode(), so_far=so_far)


def release(ledger: Ledger, through: int | None = None, *sales: OperationKey) -> None:
    detail: dict[str, Any] = {"sales": [each.model_dump() for each in sales]} if sales else {}
    act(ledger, Kind.RELEASE, member=None, detail=detail | ({"through": through} if through else {}))


def so_far_of(ledger: Ledger, sold: OperationKey) -> dict[str, Any] | None:
    right = ledger.refund_right(sold)
    return None if right is None else right.so_far


def test_the_right_is_born_with_the_sale(ledger: Ledger) -> None:
    sold = sell(ledger)
    right = ledger.refund_right(sold)
    assert right is not None
    assert (right.sale, right.so_far) == (sold, FRESH)
    found = ledger.operation(1)
    assert found is not None
    assert right.operation.encode() == found.encode(), "the sale's own bytes go with it"
    assert ledger.refund_right(key(2)) is None
    assert ledger.refund_right(ELSEWHERE) is None


def test_each_refund_hands_on_what_came_back_so_far(ledger: Ledger) -> None:
    sold = sell(ledger)
    first = refund(ledger, sold, FRESH).detail["after"]
    assert so_far_of(ledger, sold) == first
    second = refund(ledger, sold, first, Kind.VOID).detail["after"]
    assert so_far_of(ledger, sold) == second
    assert second["lines"] == [{"no": 1, "back": 2}]


def test_a_refund_that_was_worked_out_before_another_one_is_refused(ledger: Ledger) -> None:
    sold = sell(ledger)
    refund(ledger, sold, FRESH)
    with pytest.raises(RefundOutdated, match="another refund meanwhile"):
        refund(ledger, sold, FRESH)
    assert ledger.head().seq == 2


def test_without_the_right_nothing_is_refunded(ledger: Ledger) -> None:
    sell(ledger)
    with pytest.raises(RefundElsewhere, match=ELSEWHERE.name):
        refund(ledger, ELSEWHERE, FRESH)
    with pytest.raises(RefundElsewhere):
        refund(ledger, key(9), FRESH)
    assert ledger.head().seq == 1


def test_what_is_no_sale_has_no_right(ledger: Ledger) -> None:
    act(ledger, Kind.RELEASE, member=None)
    assert ledger.refund_right(key(1)) is None


def test_a_managers_unverified_refund_needs_none(ledger: Ledger) -> None:
    act(ledger, Kind.REFUND, member=None, detail={"sale": None, "unverified_minor": 500})


def test_a_release_takes_the_rights_of_all_sales_up_to_it(ledger: Ledger) -> None:
    first, second, third = (sell(ledger) for _ in range(3))
    after = refund(ledger, first, FRESH).detail["after"]
    assert so_far_of(ledger, first) == after
    release(ledger, 2)
    assert [so_far_of(ledger, each) for each in (first, second, third)] == [None, None, FRESH]
    assert ledger.released_through() == 2
    with pytest.raises(RefundElsewhere):
        refund(ledger, first, after)


def test_a_release_by_name_takes_one(ledger: Ledger) -> None:
    first, second = sell(ledger), sell(ledger)
    release(ledger, None, second)
    assert so_far_of(ledger, second) is None
    assert so_far_of(ledger, first) == FRESH


def test_a_granted_right_is_here_with_what_came_back_elsewhere(ledger: Ledger) -> None:
    before = refund_detail(ELSEWHERE, FRESH, 100)["after"]
    ledger.apply_grants(page(grant(1, BEN, refunds=(granted(1, ELSEWHERE, before),))))
    right = ledger.refund_right(ELSEWHERE)
    assert right == granted(1, ELSEWHERE, before)
    assert ledger.rights_granted() == (ELSEWHERE,)
    with pytest.raises(RefundOutdated):
        refund(ledger, ELSEWHERE, FRESH)
    refund(ledger, ELSEWHERE, before)
    release(ledger, None, ELSEWHERE)
    assert ledger.refund_right(ELSEWHERE) is None


def test_a_grant_and_a_release_that_cross_leave_one_holder(ledger: Ledger) -> None:
    """HQ gives the right of an old sale back while this terminal writes its evening's release: that release does not
    take it, since HQ cannot know which came first. Only its name does."""
    sold = sell(ledger)
    release(ledger, 1)
    later = sell(ledger)
    ledger.apply_grants(page(grant(1, None, refunds=(granted(1, sold),))))
    release(ledger, later.seq)
    assert so_far_of(ledger, later) is None
    assert so_far_of(ledger, sold) == FRESH
    release(ledger, None, sold)
    assert so_far_of(ledger, sold) is None


def test_a_right_that_was_used_here_comes_back_with_what_others_refunded(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        sold = sell(ledger)
        after = refund(ledger, sold, FRESH).detail["after"]
        release(ledger, None, sold)
        elsewhere = refund_detail(sold, after, 100)["after"]
        ledger.apply_grants(page(grant(1, None, refunds=(granted(1, sold, elsewhere),))))
        assert so_far_of(ledger, sold) == elsewhere
        assert audit(path) == []
        refund(ledger, sold, elsewhere)
    assert audit(path) == []


def test_rights_are_there_after_a_restart(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        first, second = sell(ledger), sell(ledger)
        release(ledger, None, second)
        after = refund(ledger, first, FRESH).detail["after"]
    with open_ledger(path) as ledger:
        assert [so_far_of(ledger, each) for each in (first, second)] == [after, None]
    assert audit(path) == []


def test_a_right_is_a_lease_and_stops_with_the_others_but_a_void_does_not(path: Path) -> None:
    """Leases 4 and 8: a void undoes what this till did on the same day."""
    with open_ledger(path) as ledger:
        sold, other = sell(ledger), sell(ledger)
        with pytest.raises(SpendingStopped):
            refund(ledger, sold, FRESH)
        refund(ledger, other, FRESH, Kind.VOID)
        release(ledger, sold.seq)
    assert audit(path) == []


def test_two_refunds_of_one_state_never_both_count(path: Path) -> None:
    """The control: without the guard on what came back so far, the same unit is paid out twice."""
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        sold = sell(ledger)
        once = sale(2, kind=Kind.REFUND, detail=refund_detail(sold, FRESH, 100))
        again = sale(3, kind=Kind.REFUND, detail=refund_detail(sold, FRESH, 100))
        ledger.append(once, DIGEST, {})
        with pytest.raises(RefundOutdated):
            ledger.append(again, DIGEST, {})
        ledger._file.connection.execute("DELETE FROM refund_right")
        ledger.append(again, DIGEST, {})


def test_an_audit_finds_a_right_that_its_refunds_do_not_explain(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        refund(ledger, sell(ledger), FRESH)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE refund_right SET so_far = '{}'")
    connection.execute("UPDATE ledger SET released_through = 1")
    connection.close()
    assert audit(path) == [
        "rights up to 0 were released, and the ledger says up to 1",
        "the right to refund s01-1-aa.1.1 is not as its newest refund left it",
    ]


def test_which_rights_came_by_grants_and_are_still_here(ledger: Ledger, path: Path) -> None:
    """What a restored HQ is told, with the number of the next operation."""
    elsewhere = [OperationKey(device="s02-1", epoch=1, seq=seq) for seq in (4, 5, 6)]
    for number, sold in enumerate(elsewhere, 1):
        ledger.apply_grants(page(grant(number, None, refunds=(granted(number, sold),))))
    sell(ledger)
    refund(ledger, elsewhere[0], FRESH)
    release(ledger, None, elsewhere[1])
    with OutboxReader(path) as outbox:
        assert outbox.rights_by(1, 3) == (4, (elsewhere[0], elsewhere[2]))
        assert outbox.rights_by(2, 2) == (4, ())
