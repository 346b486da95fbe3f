"""A PIN, right or wrong, by whichever way it comes: its digits are in no answer, view, log, draft or file then."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.till_client import TillClient
from tests.terminal.counter.desks import TAP
from tests.terminal.counter.pin_world import PIN, WRONG, key_in, know_pins
from tests.terminal.shops import ADA, RICE
from tests.terminal.web.served import Served, served_shop

Way = Callable[[Served, TillClient, str], object]
SHORT, LONG, TEXT = "48291", "4829150000777", "48a915"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path, prepare=know_pins) as shop:
        yield shop


def by_keypad(served: Served, page: TillClient, pin: str) -> object:
    opened = page.act("counter/pin", {"open": True})
    key_in(served.station, pin)
    return opened


def by_page(_served: Served, page: TillClient, pin: str) -> object:
    keys = [*pin, "enter"]
    return [page.act("member/pin", {"open": True}), *(page.act("member/pin/key", {"key": key}) for key in keys)]


def left_open(_served: Served, page: TillClient, pin: str) -> object:
    """Keyed in and never ended, and the open basket is noted."""
    return [page.act("member/pin", {"open": True}), *(page.act("member/pin/key", {"key": key}) for key in pin)]


def by_pos(served: Served, _page: TillClient, pin: str) -> object:
    named = {"card": {"uid": ADA}, "pin": pin}
    status, answer = served.pos("POST", "/api/v1/pin", named)
    card = {"uid": ADA, "pin_proof": answer.get("pin_proof", "00" * 16)}
    quote = served.pos("POST", "/api/v1/quote", {"items": [{"gtin": RICE, "quantity": 1}], "card": card})
    return [status, answer, quote]


def misplaced(served: Served, _page: TillClient, pin: str) -> object:
    """In fields where none belongs."""
    card = {"uid": ADA, "pin_proof": pin, "pin": pin}
    return [
        served.pos("POST", "/api/v1/pin", {"card": card, "pin": int(pin) if pin.isdigit() else pin, "extra": pin}),
        served.pos("POST", "/api/v1/balance", card),
    ]


def played(served: Served, way: Way, pin: str, caplog: pytest.LogCaptureFixture) -> dict[str, bytes]:
    """Every place where it could be, after it was given: what was answered, each view, the log, all files."""
    said: list[Any] = []
    with caplog.at_level(logging.DEBUG), TillClient(served.url) as counter, TillClient(served.url, "member") as member:
        served.station.card(ADA, "uid", TAP).result(10)
        said.append(way(served, counter, pin))
        counter.act("counter/scan", {"code": RICE})
        for screen in (counter, member):
            screen.until(lambda view: said.append(view) or _settled(view))
        served.station.do(lambda desk: desk.keep()).result(10)
    served.station.do(lambda desk: said.append(repr(desk.pad.view()))).result(10)
    files = {path.name: path.read_bytes() for path in served.test.folder.rglob("*") if path.is_file()}
    assert {"ledger.db", "directory.db"} <= files.keys()
    return {"said": json.dumps(said).encode(), "log": caplog.text.encode(), **files}


def _settled(view: dict[str, Any]) -> bool:
    """The goods are shown, and nobody looks at a PIN any more."""
    screen = view.get("counter") or view["member_screen"]
    return bool(screen["basket"] and screen["basket"]["lines"]) and screen["pin"]["state"] != "looking"


def places(found: dict[str, bytes], pin: str) -> set[str]:
    return {name for name, data in found.items() if pin.encode() in data}


@pytest.mark.parametrize("pin", [PIN, WRONG, SHORT, LONG])
@pytest.mark.parametrize("way", [by_keypad, by_page, left_open, by_pos, misplaced])
def test_it_is_nowhere(served: Served, way: Way, pin: str, caplog: pytest.LogCaptureFixture) -> None:
    assert places(played(served, way, pin, caplog), pin) == set()


def test_what_is_no_number_is_nowhere_either(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    for way in (by_pos, misplaced):
        assert places(played(served, way, TEXT, caplog), TEXT) == set()


def test_the_rest_of_a_pin_is_nowhere_once_the_cashier_closed_the_pad(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    def closed(served: Served, page: TillClient, pin: str) -> None:
        page.act("member/pin", {"open": True})
        for digit in pin[:3]:
            page.act("member/pin/key", {"key": digit})
        page.act("counter/pin", {"open": False})
        key_in(served.station, pin[3:] + pin)

    assert places(played(served, closed, PIN, caplog), PIN[3:] + PIN) == set()


@pytest.mark.parametrize("careless", ["say", "show", "log", "keep"])
def test_a_pin_that_is_left_would_be_found(served: Served, careless: str, caplog: pytest.LogCaptureFixture) -> None:
    """The control: a till that says, shows, logs or keeps what was keyed in."""

    def way(served: Served, page: TillClient, pin: str) -> object:
        if careless == "log":
            logging.getLogger("terminal").info("keyed in: %s", pin)
        if careless == "keep":
            served.station.do(lambda desk: desk.shop.ledger.note("pad", {"digits": pin})).result(10)
        if careless == "show":
            for digit in pin:
                page.act("keypad", {"key": digit})
        return pin if careless == "say" else None

    found = places(played(served, way, PIN, caplog), PIN)
    expected = {"say": "said", "show": "said", "log": "log"}
    assert found
    assert expected.get(careless) in (*found, None)
