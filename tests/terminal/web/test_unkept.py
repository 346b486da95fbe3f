"""A bank card or another wallet's code, by whichever way it comes: a sentence, and its digits are nowhere then."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.till_client import TillClient
from terminal.code_scans import expected
from terminal.codes.gs1 import CHARS_MAX
from terminal.counter.phrase import Refusal
from tests.terminal.codes.test_payment import EMV
from tests.terminal.shops import TEA
from tests.terminal.web.served import Served, served_shop

VISA = "4111111111111111"
TRACKS = f"%B{VISA}^MEMBER/TEST^99121010000000000000?;{VISA}=99121010000000000000?"
TRACK_3 = f";01{VISA}=1560000000000000000030000000000000{'0' * 42}=000000000?"
THREE_TRACKS = TRACKS.replace("?;", f"{'0' * 27}?;") + TRACK_3
IN_GROUPS = (
    "4111 1111 1111 1111",
    "4111.1111.1111.1111",
    "4111_1111_1111_1111",
    "A4111-1111-1111-1111",
    "PAN:4111-1111-1111-1111",
    "4111-1111-1111-1111-1-000123",
)
CODES = {
    "code_of_bank_card": (VISA, *IN_GROUPS, TRACKS, THREE_TRACKS),
    "code_of_payment": ("134567890123456789", "284567890123456789", EMV),
}
CASES = [(text, said) for said, texts in CODES.items() for text in texts]
Way = Callable[[Served, TillClient, str], object]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path) as shop:
        yield shop


def by_scanner(served: Served, _page: TillClient, text: str) -> None:
    """As the terminal takes what a scanner brought."""
    scan = served.station.do(lambda desk: desk.scan(text))
    scan.add_done_callback(expected)
    assert isinstance(scan.exception(10), Refusal)


def by_page(_served: Served, page: TillClient, text: str) -> object:
    return page.act("counter/scan", {"code": text})


def as_coupon(_served: Served, page: TillClient, text: str) -> object:
    return page.act("counter/coupon", {"code": text, "chosen": True})


def in_a_basket(served: Served, _page: TillClient, text: str) -> object:
    return served.pos("POST", "/api/v1/quote", {"items": [{"gtin": text, "quantity": 1}], "coupons": [text]})


def as_a_gift_card(served: Served, _page: TillClient, text: str) -> object:
    tender = {"kind": "gift_card", "amount": 5000, "account": text}
    sale = {"items": [{"gtin": TEA, "quantity": 1}], "intent": "ab" * 16, "tenders": [tender]}
    return served.pos("POST", "/api/v1/sales", sale)


def by_keypad(_served: Served, page: TillClient, text: str) -> None:
    for key in [*filter(str.isdigit, text), "enter"]:
        page.act("keypad", {"key": key})


def digits_of(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def left(served: Served, text: str, said: list[Any], log: str) -> set[str]:
    """Where `text` is, or the digits that it is about: what was answered and shown, the log, and all files."""
    secrets = {text, VISA, *re.findall(f"{VISA[:4]}.*{VISA[-4:]}", text)} if VISA in digits_of(text) else {text}
    files = {path.name: path.read_bytes() for path in served.test.folder.rglob("*") if path.is_file()}
    assert "ledger.db" in files
    places = {"said": json.dumps(said).encode(), "log": log.encode(), **files}
    return {name for name, data in places.items() for secret in secrets if secret.encode() in data}


def play(served: Served, way: Way, text: str, caplog: pytest.LogCaptureFixture) -> tuple[list[Any], str]:
    """Everything that was shown and answered, and the log."""
    said: list[Any] = []
    with caplog.at_level(logging.DEBUG), TillClient(served.url) as page:
        said.append(way(served, page, text))
        served.station.do(lambda desk: desk.keep()).result(10)
        page.until(lambda view: said.append(view) or view["counter"]["notice"] is not None or way in SILENT)
    return said, caplog.text


SILENT = (in_a_basket, as_a_gift_card)  # a POS is answered; the till's own screen is not concerned


@pytest.mark.parametrize("way", [by_scanner, by_page, as_coupon, in_a_basket])
@pytest.mark.parametrize(("text", "sentence"), CASES)
def test_it_is_refused_and_nowhere(
    served: Served, way: Way, text: str, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    said, log = play(served, way, text, caplog)
    assert sentence in json.dumps(said)
    assert left(served, text, said, log) == set()


def test_all_that_a_stripe_holds_is_looked_at_and_more_than_any_code_is_not(served: Served) -> None:
    """The control: a stripe of 225 characters without a bank card's number is another card's, and not known here."""
    others = THREE_TRACKS.replace(VISA, VISA[:-1] + "2")
    with TillClient(served.url) as page:
        said = [page.act("counter/scan", {"code": text})[1] for text in (THREE_TRACKS, others, "9" * (CHARS_MAX + 1))]
    assert len(THREE_TRACKS) == len(others) == 79 + 39 + 107
    assert [each["error"]["code"] for each in said] == ["code_of_bank_card", "barcode_foreign", "body_invalid"]


def test_a_tenders_account_is_no_bank_card(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    said, log = play(served, as_a_gift_card, VISA, caplog)
    assert said[0][1]["error"]["code"] == "code_of_bank_card"
    assert left(served, VISA, said, log) == set()


def test_a_keypad_shows_no_number_that_is_longer_than_a_products(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    said, log = play(served, by_keypad, VISA, caplog)
    assert "code_of_bank_card" in json.dumps(said)
    assert left(served, VISA, said, log) == set()


@pytest.mark.parametrize("text", [VISA, *IN_GROUPS])
def test_a_receipts_number_that_is_a_bank_cards_is_not_said_again(served: Served, text: str) -> None:
    status, answer = served.pos("POST", "/api/v1/refunds/preview", {"sale": text})
    assert (status, answer["error"]["code"]) == (422, "code_of_bank_card")
    assert VISA not in digits_of(json.dumps(answer))


@pytest.mark.parametrize("careless", ["say", "log", "keep"])
def test_what_is_left_would_be_found(served: Served, careless: str, caplog: pytest.LogCaptureFixture) -> None:
    """The control: a till that says, logs or keeps what it was given."""

    def way(served: Served, page: TillClient, text: str) -> object:
        if careless == "log":
            logging.getLogger("terminal").info("scanned %s", text)
        if careless == "keep":
            served.station.do(lambda desk: desk.shop.ledger.note("scan", {"text": text})).result(10)
        page.act("counter/scan", {"code": "hello"})
        return text if careless == "say" else None

    said, log = play(served, way, VISA, caplog)
    found = left(served, VISA, said, log)
    assert found == {"say": {"said"}, "log": {"log"}}.get(careless, found)
    assert found
