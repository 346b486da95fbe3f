"""The examples of docs/reference/codes.md: each is read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from terminal.codes.code import (
    Claim,
    Code,
    DynamicMemberCode,
    MemberNumber,
    Misread,
    Price,
    Product,
    ReceiptNumber,
    Refused,
    SunLink,
    Unknown,
    Voucher,
)
from terminal.codes.reading import CodeRules, read_code
from terminal.codes.weighed import WeightCode

PAGE = (Path(__file__).parents[2] / "docs/reference/codes.md").read_text("utf-8")
ROW = re.compile(r"^\| `(?P<text>[^`]+)` \| (?:`(?P<aim>\][A-Za-z][0-9A-Za-z])`)? ?\| (?P<said>.+) \|$", re.MULTILINE)
RULES = CodeRules((WeightCode("21IIIIIWWWWWC"), WeightCode("22IIIIIPPPPPC")), ("69012345",))
KINDS: dict[type, str] = {
    Misread: "misread",
    MemberNumber: "member number",
    DynamicMemberCode: "dynamic member code",
    SunLink: "link of a card",
    Voucher: "coupon",
    ReceiptNumber: "receipt",
    Claim: "claim",
    Unknown: "nothing",
}


def words(code: Code) -> str:
    """A code as the page writes it."""
    if isinstance(code, Refused):
        return f"refused: {code.kind}"
    if not isinstance(code, Product):
        return KINDS[type(code)]
    parts = [f"GTIN `{code.gtin}`"]
    parts += [
        f"{name} `{value}`" for name in ("batch", "serial", "expires_on", "grams") if (value := getattr(code, name))
    ]
    parts += [f"price `{amount(code.price)}`"] if code.price else []
    parts += [f"else {code.otherwise.kind}"] if code.otherwise else []
    return ", ".join(parts)


def amount(price: Price) -> str:
    if not price.decimals:
        return str(price.digits)
    return f"{price.digits // 10**price.decimals}.{price.digits % 10**price.decimals:0{price.decimals}d}"


def holds(found: str, said: str) -> bool:
    """What a code was read as stands first; an explanation may follow."""
    return said == found or said.startswith((f"{found}: ", f"{found}, if"))


@pytest.mark.parametrize("row", [*ROW.finditer(PAGE)], ids=lambda row: row["text"][:40])
def test_an_example_is_read_as_the_page_says(row: re.Match[str]) -> None:
    found = words(read_code(row["text"].replace("␝", "\x1d"), RULES, row["aim"] or ""))
    assert holds(found, row["said"]), found


def test_the_page_has_an_example_of_everything() -> None:
    read = {type(read_code(row["text"].replace("␝", "\x1d"), RULES, row["aim"] or "")) for row in ROW.finditer(PAGE)}
    assert read == {*KINDS, Product, Refused}
    assert len(ROW.findall(PAGE)) > 35


def test_an_example_that_is_something_else_would_be_found() -> None:
    assert not holds("GTIN `1`", "GTIN `12`")
    assert not holds("GTIN `1`, else bank_card", "GTIN `1`")
    assert not holds("coupon", "nothing")
