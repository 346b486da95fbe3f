"""The words of every status."""

from __future__ import annotations

import string

import pytest

from drivers.status import VALUE_CHARS_MAX, WORDS, status


def params_of(sentence: str) -> dict[str, str]:
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return dict.fromkeys(names - {"kind", "device"}, "x")


@pytest.mark.parametrize("code", WORDS)
def test_each_code_is_one_sentence_or_two_with_all_its_values(code: str) -> None:
    made = status("card_reader", "counter", code, **params_of(WORDS[code][1]))
    assert made.code == code
    assert made.sentence[-1] in ".?"
    assert "{" not in made.sentence


@pytest.mark.parametrize(("code", "words"), WORDS.items())
def test_a_device_that_does_not_work_comes_with_a_way_out(code: str, words: tuple[str, str]) -> None:
    state, sentence = words
    if state in {"missing", "failed"}:
        assert any(hint in sentence for hint in ("Sales go on", "meanwhile", ":", "made")), sentence


def test_values_are_bounded() -> None:
    made = status("scanner", "hand", "port_absent", port="/" * 5000)
    assert made.params == {"port": "/" * VALUE_CHARS_MAX}
    assert len(made.sentence) < VALUE_CHARS_MAX + 200
