"""What stands on the receipt of a sale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.receipt import Columns, Text
from terminal.codes.code import ReceiptNumber
from terminal.codes.reading import read_code
from terminal.counter.paper import Slip
from terminal.languages import LANGUAGES
from terminal.paper.sheets import sheets
from tests.terminal.counter.desks import TAP, cash
from tests.terminal.paper.slips import Tray, texts
from tests.terminal.shops import ADA, RICE, TEA, WINE, open_shop


@pytest.fixture(scope="module")
def slip(tmp_path_factory: pytest.TempPathFactory) -> Slip:
    """Two teas, rice and wine for a gold member, who uses 200 points and pays with a note."""
    tray = Tray()
    with open_shop(tmp_path_factory.mktemp("shop")) as test:
        desk = tray.desk(test)
        desk.card(ADA, "uid", TAP)
        for code in (TEA, TEA, RICE, WINE):
            desk.scan(code)
        desk.points(200)
        cash(desk, 100_000)
    return tray.newest


def written(slip: Slip) -> list[str]:
    (sheet,) = sheets(slip)
    return texts(sheet.lines)


def test_the_whole_receipt_in_the_members_language(slip: Slip) -> None:
    assert slip.language == "zh-CN"
    assert written(slip) == [
        "一店",
        "单号 d-00000001-1-000001",
        "2026-10-28 12:00",
        "绿茶",
        " | 2 x 50.00 | 100.00",
        " | 等级折扣 | -12.00",
        " | 满150减20 | -9.09",
        "大米 | 100.00",
        " | 等级折扣 | -12.00",
        " | 满150减20 | -9.09",
        "红酒 | 23.45",
        " | 会员价 | -3.45",
        " | 等级折扣 | -2.40",
        " | 满150减20 | -1.82",
        "商品合计 | 223.45",
        "已优惠 | -49.85",
        "积分抵现（200 分） | -2.00",
        "应付 | ¥171.60",
        "现金 | 1,000.00",
        "找零 | 828.40",
        "会员 | 王**",
        "获得积分 | +257",
        "积分余额 | 1,057",
        " | 本店可用 | 657",
        " | 待确认 | 257",
        "数据截至 2026-10-28 12:00",
        "QR d-00000001-1-000001",
        "谢谢惠顾",
    ]


def test_english(slip: Slip) -> None:
    lines = written(replace(slip, language="en"))
    assert lines[0] == "First"
    assert {"Green tea", "Rice | 100.00", "To pay | ¥171.60", "Cash | 1,000.00", "Change | 828.40"} <= set(lines)


def test_what_the_lines_say_adds_up(slip: Slip) -> None:
    """From the paper alone, as a customer would."""
    (sheet,) = sheets(slip)
    amounts = [line.cells[-1].text for line in sheet.lines if isinstance(line, Columns)]
    minor = [int(text.replace(".", "").replace(",", "")) for text in amounts if "." in text and "¥" not in text]
    goods, sums = minor[:10], minor[10:]
    assert sum(goods) == slip.receipt["net"] == sums[0] + sums[1]
    assert sums[0] + sums[1] + sums[2] == sums[3] - sums[4] == slip.receipt["due"]


def test_the_code_is_known_as_a_receipts_number_when_it_is_scanned(slip: Slip) -> None:
    number = next(line.removeprefix("QR ") for line in written(slip) if line.startswith("QR "))
    assert read_code(number) == ReceiptNumber(number)


def test_a_copy_says_so_in_large_letters(slip: Slip) -> None:
    assert "COPY" not in written(replace(slip, language="en"))
    (sheet,) = sheets(replace(slip, language="en", copy=True))
    marks = [line for line in sheet.lines if isinstance(line, Text) and line.text == "COPY"]
    assert [(mark.width, mark.bold) for mark in marks] == [(2, True)]


def test_the_store_decides_what_time_it_is(slip: Slip) -> None:
    assert "2026-10-28 04:00" in written(replace(slip, zone="UTC"))


def test_a_guests_receipt_has_no_member_and_no_points(tmp_path: Path) -> None:
    tray = Tray()
    with open_shop(tmp_path) as test:
        desk = tray.desk(test)
        desk.scan(RICE)
        desk.pay(desk.till.intent, [("card", 10_000)])
    lines = written(tray.newest)
    assert lines[3:6] == ["大米 | 100.00", "应付 | ¥100.00", "刷卡 | 100.00"]
    assert not [line for line in lines if "会员" in line or "积分" in line]


def test_balances_that_were_not_proven_are_not_on_paper(slip: Slip) -> None:
    lines = written(replace(slip, receipt={**slip.receipt, "balance": None}))
    assert "会员 | 王**" in lines
    assert not [line for line in lines if line.startswith("积分余额")]


def test_never_checked_with_headquarters(slip: Slip) -> None:
    balance = {**slip.receipt["balance"], "as_of_ms": None, "value": {"total": 12_300, "here": 0, "waiting": 300}}
    lines = written(replace(slip, receipt={**slip.receipt, "balance": balance}))
    assert lines[-5:-2] == ["储值 | 123.00", " | 储值待确认 | 3.00", "还没有与总部核对"]


@pytest.mark.parametrize(("on_top", "at"), [(True, "before"), (False, "after")])
def test_tax_stands_above_the_sum_that_it_is_part_of(slip: Slip, on_top: bool, at: str) -> None:
    tax = {"on_top": on_top, "total": 1300, "rates": [{"rate": "A 13%", "net": 10_000, "tax": 1300}]}
    lines = written(replace(slip, language="en", receipt={**slip.receipt, "tax": tax}))
    due = lines.index("To pay | ¥171.60")
    found = lines.index(" | A 13% on ¥100.00 | 13.00")
    assert (found < due) == (at == "before")
    assert lines[found - 1] == ("Tax | 13.00" if on_top else "Tax included | 13.00")


def test_stamps_rounding_and_the_end_of_a_cards_number(slip: Slip) -> None:
    stamps = [{"name": {"en": "Coffee"}, "phrase": {"code": "stamps_gained", "params": {"stamps": 2}}}]
    tenders = [{"kind": "gift_card", "amount": 100, "account": "GC-00112233"}, {"kind": "cash", "amount": 5}]
    changed: dict[str, Any] = {"stamps": stamps, "tenders": tenders, "rounding": -3, "change": 0}
    lines = written(replace(slip, language="en", receipt={**slip.receipt, **changed}))
    assert {"Coffee: Stamps +2", "Rounding | -0.03", "Gift card *2233 | 1.00", "Cash | 0.05"} <= set(lines)
    assert "00112233" not in "".join(lines)


def test_currencies_without_decimals_and_with_three(slip: Slip) -> None:
    assert "应付 | ¥17,160" in written(replace(slip, currency="JPY"))
    assert "应付 | KWD 17.160" in written(replace(slip, currency="KWD"))


def test_weighed_goods_by_weight_and_price_of_a_kilogram(slip: Slip) -> None:
    (line, *_) = slip.receipt["lines"]
    melon = {**line, "quantity": 1, "grams": 1234, "unit_price": 999, "gross": 1233, "reasons": []}
    lines = written(replace(slip, language="en", receipt={**slip.receipt, "lines": [melon]}))
    assert " | 1.234 kg x 9.99 | 12.33" in lines


def test_a_sale_of_weighed_goods_says_so_by_itself(tmp_path: Path) -> None:
    tray = Tray()
    with open_shop(tmp_path) as test:
        desk = tray.desk(test)
        desk.scan(RICE)
        desk.till.lines[0] = replace(desk.till.lines[0], grams=500)
        desk.pay(desk.till.intent, [("card", desk.quote().due)])
    assert " | 0.500 千克 x 100.00 | 50.00" in written(tray.newest)


def test_no_code_of_a_sentence_is_left_bare(slip: Slip) -> None:
    for language in LANGUAGES:
        lines = written(replace(slip, language=language, copy=True))
        assert not [line for line in lines if "ui_" in line or "paper_" in line or "{" in line]
