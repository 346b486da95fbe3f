"""Which PINs are taken, and that a kept one is known again and nothing else is."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.pin import Pepper, PinFault, PinHash, PinHashError, PinRules, fault_of, guess_at, hash_pin
from cards.pin_cost import Cost

CHEAP = Cost(64, 1)
PEPPER = Pepper("pepper-1", bytes(range(32)))
OTHER = Pepper("pepper-2", bytes(32))
PEPPERS = {PEPPER.name: PEPPER, OTHER.name: OTHER}
KEPT = hash_pin("482915", "m-ada", PEPPER, CHEAP, b"s" * 16)


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("482915", None),
        ("48291537", None),
        ("48291", PinFault.TOO_SHORT),
        ("482915370", PinFault.TOO_LONG),
        ("", PinFault.NOT_DIGITS),
        ("48291x", PinFault.NOT_DIGITS),
        ("48 915", PinFault.NOT_DIGITS),
        ("٤٨٢٩١٥", PinFault.NOT_DIGITS),
        ("４８２９１５", PinFault.NOT_DIGITS),
        ("000000", PinFault.TRIVIAL),
        ("121212", PinFault.TRIVIAL),
        ("482482", PinFault.TRIVIAL),
        ("456789", PinFault.TRIVIAL),
        ("890123", PinFault.TRIVIAL),
        ("321098", PinFault.TRIVIAL),
        ("112233", PinFault.TRIVIAL),
        ("5201314", PinFault.TRIVIAL),
    ],
)
def test_which_pins_are_taken(pin: str, fault: PinFault | None) -> None:
    assert fault_of(pin) is fault


@pytest.mark.parametrize("pin", ["910517", "199105", "001234", "432100"])
def test_what_others_know_of_the_member_is_no_pin(pin: str) -> None:
    assert fault_of(pin, ("13800001234", "19910517")) is PinFault.PERSONAL
    assert fault_of(pin) is None


def test_lengths_are_settings() -> None:
    assert fault_of("4829", rules=PinRules(4, 6)) is None
    assert fault_of("4829153", rules=PinRules(4, 6)) is PinFault.TOO_LONG


def test_the_right_pin_is_known_again_and_no_other() -> None:
    assert guess_at("482915", "m-ada", KEPT, PEPPERS, CHEAP).is_right()
    assert not guess_at("482916", "m-ada", KEPT, PEPPERS, CHEAP).is_right()
    assert not guess_at("", "m-ada", KEPT, PEPPERS, CHEAP).is_right()


def test_a_hash_moved_to_another_member_or_pepper_is_worth_nothing() -> None:
    assert not guess_at("482915", "m-ben", KEPT, PEPPERS, CHEAP).is_right()
    assert not guess_at("482915", "m-ada", dataclasses.replace(KEPT, pepper=OTHER.name), PEPPERS, CHEAP).is_right()


def test_nobody_is_looked_at_like_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown phone number costs the same Argon2id as a wrong PIN, and no PIN is its own."""
    costs = []

    def counted(pin: str, member: str, pepper: Pepper, cost: Cost, salt: bytes) -> bytes:
        costs.append(cost)
        return bytes(32)

    monkeypatch.setattr("cards.pin._tag", counted)
    assert not guess_at("482915", "nobody", None, PEPPERS, KEPT.cost).is_right(), (
        "not even where the tag is that of the dummy"
    )
    assert not guess_at("482915", "m-ada", KEPT, PEPPERS, CHEAP).is_right()
    assert costs == [KEPT.cost, KEPT.cost]


def test_a_pepper_that_is_not_here_is_said() -> None:
    with pytest.raises(PinHashError, match="pepper-1"):
        guess_at("482915", "m-ada", KEPT, {OTHER.name: OTHER}, CHEAP)
    with pytest.raises(PinHashError, match="key store"):
        guess_at("482915", "m-ada", None, {}, CHEAP)


def test_it_is_kept_as_text_and_read_again() -> None:
    assert KEPT.text.startswith("$argon2id$v=19$m=64,t=1,p=1,keyid=pepper-1$")
    assert PinHash.read(KEPT.text) == KEPT


@pytest.mark.parametrize(
    "text",
    [
        "",
        KEPT.text[:-1],
        KEPT.text + "\n",
        KEPT.text.replace("argon2id", "argon2i"),
        KEPT.text.replace("m=64", "m=9999999"),
        KEPT.text.replace("m=64", "m=4"),
        KEPT.text.replace("t=1", "t=999"),
        KEPT.text.replace("m=64", "m=064"),
        KEPT.text[:-1] + ("B" if KEPT.text[-1] != "B" else "C"),
    ],
)
def test_what_is_no_hash_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(PinHashError) as refused:
        PinHash.read(text)
    assert KEPT.text[-43:] not in str(refused.value)


@given(st.text(max_size=150) | st.text("$argon2idv=19mtpkey,0123456789AB+/", max_size=150))
def test_any_text_is_refused_or_is_itself(text: str) -> None:
    try:
        assert PinHash.read(text).text == text
    except PinHashError:
        return


def test_secrets_appear_in_no_text() -> None:
    assert PEPPER.key.hex() not in repr(PEPPER)
    assert str(PEPPER.key) not in repr(PEPPER)
    assert str(KEPT.tag) not in repr(KEPT)


def test_keys_and_salts_have_their_size() -> None:
    with pytest.raises(ValueError, match="pepper short has 3 bytes"):
        Pepper("short", b"abc")
    with pytest.raises(ValueError, match="16 bytes"):
        hash_pin("482915", "m-ada", PEPPER, CHEAP, b"salt")
