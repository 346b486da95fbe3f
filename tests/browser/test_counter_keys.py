"""What the counter makes of keys: a hand and a scanner that types are told apart, in any state."""

from __future__ import annotations

import pytest

from tests.browser.fixture_server import Stage
from tests.browser.recorded_views import recorded
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

INTENT = "0f" * 16
GTIN = "6901234500015"
VISA = "4111111111111111"


def test_what_the_terminals_keypad_gathered_is_taken_there(counter: Screen, stage: Stage) -> None:
    """More digits than a product has come as dots, and the page sends no dots."""
    view = recorded("counter_member")
    view["counter"]["entry"] = "•" * 16
    counter.send(view)
    counter.page.locator(".scan-field button").click()
    assert stage.pressed() == ("keypad", {"key": "enter"})


def test_a_typed_code_is_scanned_by_enter(counter: Screen, stage: Stage) -> None:
    counter.by_hand(GTIN)
    assert counter.text(".code") == GTIN
    counter.press("Enter")
    assert stage.pressed() == ("counter/scan", {"code": GTIN})
    assert counter.text(".code") == "扫商品，或输入条码"


def test_a_scanner_that_types_needs_no_focus_and_ignores_what_was_left_in_the_field(
    counter: Screen, stage: Stage
) -> None:
    counter.by_hand("69")
    counter.page.locator("[data-line='1'] button").first.focus()
    counter.by_scanner(GTIN)
    assert stage.pressed() == ("counter/scan", {"code": GTIN})
    assert stage.forget() == [], "Enter of the scanner pressed no button"


def test_a_swiped_stripe_is_sent_whole_and_its_number_never_shown(counter: Screen, stage: Stage) -> None:
    """Three tracks in one: the terminal says what they are. Left without its Enter, a number stands there as dots."""
    tracks = f"%B{VISA}^MEMBER/TEST^9912101{'0' * 45}?;{VISA}=9912101{'0' * 13}?;01{VISA}={'0' * 86}?"
    assert len(tracks) > 200
    counter.by_scanner(tracks)
    assert stage.pressed() == ("counter/scan", {"code": tracks})
    counter.by_hand(VISA[:14])
    assert counter.text(".code") == VISA[:14]
    counter.by_hand(VISA[14:])
    assert counter.text(".code") == "•" * len(VISA)
    counter.press("Enter")
    assert stage.pressed() == ("counter/scan", {"code": VISA})


TRACKS = ("%B990001000000000017^MEMBER/TEST A^9912101?", ";990001000000000017=9912101?", "+01990001000000000017=0?")


def test_no_byte_of_a_swipe_is_a_key_where_each_track_has_its_enter(counter: Screen, stage: Stage) -> None:
    """The `+` before track 3 meets an empty field; the space of a name meets a button that has the focus."""
    counter.page.locator("[data-line='1'] button").first.focus()
    counter.by_scanner("\n".join(TRACKS))
    assert [stage.pressed() for _ in TRACKS] == [("counter/scan", {"code": track}) for track in TRACKS]
    counter.press("-")
    assert stage.pressed() == ("counter/quantity", {"no": 3, "quantity": 2}), "what comes next is the hand's"


def test_a_third_track_alone_adds_no_unit(counter: Screen, stage: Stage) -> None:
    counter.by_scanner(TRACKS[2])
    assert stage.pressed() == ("counter/scan", {"code": TRACKS[2]})
    counter.press("-")
    assert stage.pressed() == ("counter/quantity", {"no": 3, "quantity": 2})


@pytest.mark.parametrize(
    ("swipe", "scanned"),
    [
        ("%E?\n;E?\n+E?", ["%E?", ";E?", "+E?"]),
        (f"\n{TRACKS[1]}\n", [TRACKS[1]]),
        (f"{TRACKS[0]}\n\n", [TRACKS[0]]),
        ("\n\n", []),
    ],
)
def test_a_swipe_while_paying_confirms_nothing(counter: Screen, stage: Stage, swipe: str, scanned: list[str]) -> None:
    """Tracks that were not read, or are empty, end with Enter too."""
    counter.press("F2")
    assert stage.pressed() == ("counter/paying", {"on": True})
    counter.by_hand("20")
    counter.by_scanner(swipe)
    assert [stage.pressed() for _ in scanned] == [("counter/scan", {"code": code}) for code in scanned]
    counter.by_hand("0\n")
    assert stage.pressed() == ("counter/pay", {"intent": INTENT, "tenders": [{"kind": "cash", "amount": 20000}]})


def test_a_star_in_a_code_sets_no_quantity(counter: Screen, stage: Stage) -> None:
    counter.by_scanner("12*345678")
    assert stage.pressed() == ("counter/scan", {"code": "12*345678"})
    counter.by_hand("12*")
    assert stage.pressed() == ("counter/quantity", {"no": 3, "quantity": 12})


def test_presses_of_a_hand_add_up(counter: Screen, stage: Stage) -> None:
    counter.by_hand("++-")
    assert [stage.pressed()[1]["quantity"] for _ in "++-"] == [4, 5, 4]


def test_a_scan_while_paying_is_a_scan_and_no_amount(counter: Screen, stage: Stage) -> None:
    counter.press("F2")
    assert stage.pressed() == ("counter/paying", {"on": True})
    counter.by_hand("20")
    counter.by_scanner(GTIN)
    assert stage.pressed() == ("counter/scan", {"code": GTIN})
    assert counter.text(".given strong") == "¥20.00"


def test_the_same_digits_by_hand_are_an_amount(counter: Screen, stage: Stage) -> None:
    counter.press("F2")
    stage.pressed()
    counter.by_hand("200000\n")
    assert stage.pressed() == ("counter/pay", {"intent": INTENT, "tenders": [{"kind": "cash", "amount": 20_000_000}]})


@pytest.mark.parametrize(("key", "quantity"), [("+", 4), ("-", 2)])
def test_plus_and_minus_mean_the_line_scanned_last(counter: Screen, stage: Stage, key: str, quantity: int) -> None:
    counter.press(key)
    assert stage.pressed() == ("counter/quantity", {"no": 3, "quantity": quantity})


def test_a_number_and_a_star_set_the_quantity(counter: Screen, stage: Stage) -> None:
    counter.by_hand("12*")
    assert stage.pressed() == ("counter/quantity", {"no": 3, "quantity": 12})
