"""The lines between the devices process and the terminal."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import ButtonPressed, CardRemoved, CardTapped, Event, KeyPressed, Noted, PrintEnded, Scanned
from drivers.receipt import Cell, Columns, Cut, Feed, Qr, Receipt, Rule, Text
from drivers.status import status
from terminal.devices.lines import (
    LIMIT_MS_MAX,
    LINE_BYTES_MAX,
    LINK_APDU_BYTES_MAX,
    PATTERNS,
    Answer,
    CardFault,
    Exchange,
    LineError,
    OpenDrawer,
    PrintJob,
    Sound,
    answer_line,
    drawer_line,
    event_line,
    exchange_line,
    light_line,
    print_line,
    read_command,
    read_event,
    sound_line,
)

EVENTS = [
    CardTapped("counter", "04A1B2C3D4E5F6", "uid", 12345, "3B8F"),
    CardTapped("counter", "08A1B2C3", "random_uid", 12345),
    CardRemoved("counter", 12346),
    Scanned("hand", "茶\x1d 690\u2028", 12347),
    Scanned("hand", "x" * 4096, 12347),
    KeyPressed("pad", "enter", 12348),
    status("scanner", "hand", "scan_too_long", limit=4096),
    Scanned("hand", "0106901234567892", 12347, "]C1"),
    ButtonPressed("call", 12348),
    PrintEnded("counter", "01J-5:receipt", "unknown", 12348),
    Noted("scale", "counter", {"grams": 512, "unit": "kg"}, 12348),
    status("scale", "counter", "device_ready"),
]
FAULTS = get_args(CardFault)
BAD = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"event":"card"}',
    b'{"event":"toast","device":"x"}',
    b'{"event":["card"]}',
    b'{"event":"card","device":"c","uid":"04a1","technology":"uid","at_ns":1}',
    b'{"event":"card","device":"c","uid":"04A","technology":"uid","at_ns":1}',
    b'{"event":"card","device":"c","uid":"00112233445566778899AA","technology":"uid","at_ns":1}',
    b'{"event":"card","device":"c","uid":"04A1","technology":"uid","at_ns":"1"}',
    b'{"event":"card","device":"","uid":"04A1","technology":"uid","at_ns":1}',
    b'{"event":"scan","device":"c","text":"","at_ns":1}',
    b'{"event":"scan","device":"c","text":"' + b"x" * 4097 + b'","at_ns":1}',
    b'{"event":"scan","device":"c","text":"1","at_ns":1,"aim":"C1"}',
    b'{"event":"scan","device":"c","text":"1","at_ns":1,"aim":"]C12"}',
    b'{"event":"key","device":"c","key":"F1","at_ns":1}',
    b'{"event":"status","kind":"Toaster!","device":"c","state":"ready","code":"x","params":{},"sentence":""}',
    b'{"event":"button","device":"c"}',
    b'{"event":"print_ended","device":"c","job":"a b","outcome":"printed","at_ns":1}',
    b'{"event":"print_ended","device":"c","job":"a","outcome":"perhaps","at_ns":1}',
    b'{"event":"noted","kind":"scale","device":"c","values":{},"at_ns":1}',
    b'{"event":"noted","kind":"scale","device":"c","values":{"grams":0.5},"at_ns":1}',
    b'{"event":"noted","kind":"scale","device":"c","values":{"' + b"x" * 65 + b'":1},"at_ns":1}',
    b'{"event":"status","kind":"scanner","device":"c","state":"great","code":"x","params":{},"sentence":""}',
    b'{"event":"status","kind":"scanner","device":"c","state":"ready","code":"x","params":{"a":[1]},"sentence":""}',
    b'{"event":"scan","device":"c","text":"1","at_ns":1}' + b" " * LINE_BYTES_MAX,
    b"[" * 20_000,
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_come_back_as_they_went(event: Event) -> None:
    line = event_line(event)
    assert line.count(b"\n") == 1
    assert len(line) <= LINE_BYTES_MAX
    assert read_event(line) == event


def test_the_lines_are_those_of_the_interface() -> None:
    assert json.loads(event_line(EVENTS[0])) == {
        "event": "card",
        "device": "counter",
        "uid": "04A1B2C3D4E5F6",
        "technology": "uid",
        "at_ns": 12345,
        "atr": "3B8F",
        "card": 0,
    }
    assert json.loads(event_line(EVENTS[5])) == {"event": "key", "device": "pad", "key": "enter", "at_ns": 12348}


@pytest.mark.parametrize("line", BAD, ids=lambda line: line[:60].decode())
def test_a_bad_line_is_refused_without_its_text(line: bytes) -> None:
    with pytest.raises(LineError) as caught:
        read_event(line)
    assert "04A" not in str(caught.value)


def test_newer_devices_may_say_more() -> None:
    line = b'{"event":"scan","device":"hand","text":"690","at_ns":1,"symbology":"EAN13"}'
    assert read_event(line) == Scanned("hand", "690", 1)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_come_back(pattern: str) -> None:
    assert read_command(light_line(pattern)) == pattern  # type: ignore[arg-type]  # PATTERNS are patterns


ASK = Exchange(7, "counter", 3, "00A4040000", 1500)
ANSWERS = [Answer(7, "9000"), Answer(0, "AB" * LINK_APDU_BYTES_MAX), *(Answer(7, fault=fault) for fault in FAULTS)]


def test_exchanges_come_back_and_are_those_of_the_interface() -> None:
    assert read_command(exchange_line(ASK)) == ASK
    assert json.loads(exchange_line(ASK)) == {
        "exchange": 7,
        "device": "counter",
        "card": 3,
        "apdu": "00A4040000",
        "limit_ms": 1500,
    }


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: str(answer.fault))
def test_answers_come_back(answer: Answer) -> None:
    line = answer_line(answer)
    assert read_event(line) == answer
    assert set(json.loads(line)) == {"answer", "apdu" if answer.fault is None else "fault"}


RECEIPT = Receipt(
    (
        Text("静点茶饮", align="center", width=2, height=2, bold=True),
        Rule("double"),
        Columns((Cell("大红袍", share=1), Cell("¥268.00", align="right", least=10)), bold=True),
        Qr("https://example.com/r/1", size=4, level="H"),
        Feed(2),
        Cut(),
    )
)
ORDERS: list[tuple[Any, bytes]] = [
    (PrintJob("sale-1", "counter", RECEIPT), print_line(PrintJob("sale-1", "counter", RECEIPT))),
    (OpenDrawer("counter"), drawer_line(OpenDrawer("counter"))),
    (Sound("attention"), sound_line(Sound("attention"))),
]


@pytest.mark.parametrize(("order", "line"), ORDERS, ids=lambda value: type(value).__name__)
def test_orders_come_back_as_they_went(order: Any, line: bytes) -> None:
    assert read_command(line) == order
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"sound":"loud"}',
        b'{"open_drawer":""}',
        b'{"print":"a b","device":"c","receipt":{"lines":[{"line":"feed"}]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[{"line":"text"}]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[{"line":"barcode","data":"1"}]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[{"line":"text","text":"\\u001bp"}]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[{"line":"qr","data":"a\\nb"}]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[{"line":"text","text":"a","width":9}]}}',
        b'{"print":"a","device":"c","receipt":{"lines":[' + b'{"line":"cut"},' * 200 + b'{"line":"cut"}]}}',
    ],
    ids=lambda line: line[:80].decode(),
)
def test_a_bad_order_is_refused(line: bytes) -> None:
    with pytest.raises(LineError):
        read_command(line)


def test_what_is_said_to_a_card_is_not_in_what_is_logged() -> None:
    assert "A404" not in repr(ASK)
    assert "9000" not in repr(ANSWERS[0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"exchange": -1},
        {"exchange": "7"},
        {"device": ""},
        {"card": -1},
        {"apdu": "00a4040000"},
        {"apdu": "00A404"},
        {"apdu": "00A404000"},
        {"apdu": "AB" * (LINK_APDU_BYTES_MAX + 1)},
        {"apdu": None},
        {"limit_ms": 0},
        {"limit_ms": LIMIT_MS_MAX + 1},
        {"limit_ms": 0.5},
    ],
    ids=lambda wrong: json.dumps(wrong)[:40],
)
def test_a_bad_exchange_is_refused_without_its_bytes(wrong: dict[str, Any]) -> None:
    with pytest.raises(LineError) as caught:
        read_command(json.dumps(json.loads(exchange_line(ASK)) | wrong).encode())
    assert "A404" not in str(caught.value).upper()


@pytest.mark.parametrize(
    "line",
    [
        b'{"answer":7}',
        b'{"answer":7,"apdu":"9000","fault":"card_gone"}',
        b'{"answer":7,"fault":"tired"}',
        b'{"answer":7,"apdu":"90"}',
        b'{"answer":"7","apdu":"9000"}',
        b'{"answer":7,"apdu":"' + b"AB" * (LINK_APDU_BYTES_MAX + 1) + b'"}',
    ],
    ids=lambda line: line[:50].decode(),
)
def test_a_bad_answer_is_refused(line: bytes) -> None:
    with pytest.raises(LineError):
        read_event(line)


@settings(derandomize=True, max_examples=400)
@given(
    st.one_of(
        st.binary(max_size=200), st.dictionaries(st.text(max_size=8), st.text()).map(lambda d: json.dumps(d).encode())
    )
)
def test_no_line_does_anything_but_raise_a_line_error(line: bytes) -> None:
    for read in (read_event, read_command):
        with pytest.raises(LineError):
            read(line)
