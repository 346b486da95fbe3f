"""A dialogue is led to its end, and is closed when the card fails it."""

from __future__ import annotations

import pytest

from cards.dialogue import Dialogue, converse


def test_answers_go_to_the_command_they_belong_to() -> None:
    def ask() -> Dialogue[bytes]:
        first = yield b"a"
        second = yield b"b"
        return first + second

    assert converse(ask(), lambda command: command * 2) == b"aabb"


def test_a_dialogue_without_commands_gives_its_result() -> None:
    def nothing() -> Dialogue[int]:
        return 7
        yield b""

    assert converse(nothing(), lambda _: b"") == 7


def test_a_card_that_goes_away_ends_the_dialogue_and_closes_it() -> None:
    closed = []

    def ask() -> Dialogue[None]:
        try:
            yield b"a"
        finally:
            closed.append(True)

    def gone(_: bytes) -> bytes:
        raise ConnectionError("pulled")

    with pytest.raises(ConnectionError):
        converse(ask(), gone)
    assert closed == [True]
