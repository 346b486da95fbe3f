"""However long a receipt is, each sheet is one job that the devices process takes, and nothing is lost between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt import LINES_MAX, Text
from terminal.counter.paper import Slip
from terminal.counter.till import MAX_LINES
from terminal.devices.lines import PrintJob, print_line
from terminal.paper.sheets import sheets
from tests.terminal.paper.slips import texts

RECEIPT: dict[str, Any] = {
    "kind": "sale",
    "number": "s01-1-1-000123",
    "at_ms": 1_793_160_000_000,
    "store": {"en": "First"},
    "member": None,
    "reasons": [],
    "gross": 100,
    "net": 100,
    "saved": 0,
    "points_used": 0,
    "points_money": 0,
    "due": 100,
    "tax": None,
    "stamps": [],
    "tenders": [],
    "rounding": 0,
    "change": 0,
    "earned": [],
    "balance": None,
}
SLIP = Slip("job", RECEIPT, "en", "Asia/Shanghai", "CNY")


def slip(lines: int, reasons: int, name: str) -> Slip:
    """So many lines of goods with so many discounts each."""
    why = [{"offer": "o", "name": {"en": f"{name} off {at}"}, "step": "tier", "amount": 1} for at in range(reasons)]
    goods = [
        {"no": no, "gtin": "1", "name": {"en": f"{name} {no}"}, "quantity": 2, "gross": 200, "net": 100, "reasons": why}
        for no in range(lines)
    ]
    return replace(SLIP, receipt={**RECEIPT, "lines": goods})


def test_a_short_receipt_is_one_sheet_without_a_mark() -> None:
    (sheet,) = sheets(slip(3, 1, "Tea"))
    assert not [text for text in texts(sheet.lines) if "part" in text]


@pytest.mark.parametrize("name", ["Tea", "特级初榨橄榄油" * 30])
def test_the_longest_receipt_goes_through_in_order_and_whole(name: str) -> None:
    found = sheets(slip(MAX_LINES, 10, name))
    assert len(found) > 5
    for at, sheet in enumerate(found, 1):
        assert len(sheet.lines) <= LINES_MAX
        print_line(PrintJob(f"job.{at}", "counter", sheet))
        mark = sheet.lines[0]
        assert isinstance(mark, Text)
        assert mark.text == f"s01-1-1-000123, part {at} of {len(found)}"
    whole = [text for sheet in found for text in texts(sheet.lines[1:])]
    assert len([text for text in whole if text.endswith("| 2.00")]) == MAX_LINES
    assert len([text for text in whole if text.endswith("| -0.01")]) == 10 * MAX_LINES
    assert whole[-1] == "Thank you"


@given(lines=st.integers(0, 100), reasons=st.integers(0, 10), name=st.text(max_size=600))
def test_whatever_names_hq_sends_the_devices_process_takes_each_sheet(lines: int, reasons: int, name: str) -> None:
    for sheet in sheets(slip(lines, reasons, name)):
        print_line(PrintJob("job", "counter", sheet))


def test_a_value_that_is_no_receipt_is_refused() -> None:
    with pytest.raises(KeyError):
        sheets(replace(SLIP, receipt={**RECEIPT, "kind": "lease_return"}))
