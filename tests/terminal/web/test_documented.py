"""The page on the POS API names every request and every code that a POS can meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.web.served import Served, served_shop

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "pos-api.md").read_text("utf-8")
WHERE = (
    *(f"counter/{name}" for name in ("returnable", "refund", "void", "top_up", "pay_out", "unverified", "approvals")),
    *(f"counter/{name}" for name in ("sell", "shop", "barcode", "pin_proof", "by_pos", "entries")),
    *(f"web/{name}" for name in ("problems", "lending", "pos_api", "refund_api", "value_api", "auth")),
)
_CODE = re.compile(r"(?:Phrase|Refusal)\(\s*\"(\w+)\"|HTTPException\(\d+,\s*\"(\w+)\"|\"(entry_\w+)\"")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path) as shop:
        yield shop


def codes() -> set[str]:
    texts = ((ROOT / "terminal" / f"{name}.py").read_text("utf-8") for name in WHERE)
    return {code for text in texts for found in _CODE.findall(text) for code in found if code}


def undocumented(page: str, names: set[str]) -> set[str]:
    return {name for name in names if f"`{name}`" not in page}


def test_every_code_is_on_the_page() -> None:
    assert len(codes()) > 30
    assert undocumented(PAGE, codes()) == set()


def test_every_request_is_on_the_page(served: Served) -> None:
    _, document = served.request("GET", "/openapi.json")
    known = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if "pos" in described.get("tags", [])
    }
    assert len(known) >= 12
    assert undocumented(PAGE, known) == set()


def test_a_code_that_is_missing_is_found() -> None:
    assert undocumented("`busy`", {"busy", "refund_held"}) == {"refund_held"}
