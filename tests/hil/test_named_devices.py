"""Which devices a bench names, and what a person is asked to do with them."""

from __future__ import annotations

import re

import pytest

from drivers import registry
from drivers.options import PcscOptions
from hil_tests.devices.named import FILE, BenchWrong, named
from hil_tests.devices.person import PersonCardReaderBed, PersonLightBed

README = FILE.parent / "README.md"
REAL = {(kind, driver) for kind, driver in registry.DRIVERS if driver != "virtual"}
READER = '[card_reader.pcsc]\nreader = "ACS*"\ncards = ["04A1B2C3D4E5F6"]\n'
LIGHT = "[light.gpio]\nred = 17\ngreen = 27\n"


def test_the_file_that_ships_names_nothing_and_its_examples_are_right() -> None:
    text = FILE.read_text("utf-8")
    assert named(text) == {}
    examples = "\n".join(line.removeprefix("# ") for line in text.split("For example:")[1].splitlines())
    devices = named(examples.replace("#\n", "\n"))
    assert set(devices) == REAL
    shown = README.read_text("utf-8")
    for (kind, driver), device in devices.items():
        row = next(line for line in shown.splitlines() if line.startswith(f"| `{kind}.{driver}` |"))
        fields = type(device.options).model_fields
        keys = set(re.findall(r"`([a-z_]+)`", row.split("|")[2]))
        assert {name for name, field in fields.items() if field.is_required()} <= keys <= {*fields, "cards"}


def test_a_device_has_its_driver_s_options_and_cards_beside() -> None:
    device = named(READER)["card_reader", "pcsc"]
    assert device.options == PcscOptions(reader="ACS*")
    assert device.cards == ("04A1B2C3D4E5F6",)
    assert device.made().kind == "card_reader"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[card_reader.pcs]\n",
            "bench.toml: [card_reader.pcs]: no card_reader driver named 'pcs'; did you mean 'pcsc'?",
        ),
        ("[light.gpio]\nred = 17\n", "bench.toml: [light.gpio] green is missing: it has no default, add it"),
        (LIGHT + "bleu = 22\n", "bench.toml: [light.gpio] bleu = 22: there is no such key; did you mean 'blue'?"),
        ("[light.gpio\n", "bench.toml is no TOML: "),
        ("light = 3\n", "bench.toml: light: tables are written [KIND.DRIVER]"),
        ("[light]\nred = 17\n", "bench.toml: light: tables are written [KIND.DRIVER]"),
        ('[card_reader.pcsc]\ncards = "04A1B2C3D4E5F6"\n', "cards as a list of UIDs"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    with pytest.raises(BenchWrong) as raised:
        named(text)
    assert words in str(raised.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BenchWrong) as raised:
        named("[light.gpio]\nred = 17\n[scanner.seriel]\n")
    assert len(str(raised.value).splitlines()) == 2


def test_a_person_is_asked_for_a_card_that_is_there_and_for_no_other() -> None:
    asked: list[str] = []

    def ask(sentence: str) -> str:
        asked.append(sentence)
        return "y"

    bed = PersonCardReaderBed(named(READER)["card_reader", "pcsc"], ask)
    bed.tap("04A1B2C3D4E5F6")
    with pytest.raises(pytest.skip.Exception, match="no card 04112233445566"):
        bed.tap("04112233445566")
    bed.unplug()
    bed.close()
    assert [sentence.split()[0] for sentence in asked] == ["Lay", "Pull", "Plug"]


@pytest.mark.parametrize(("answer", "seen"), [("y", True), ("n", False), ("", False)])
def test_a_light_shows_what_the_person_says(answer: str, seen: bool) -> None:
    bed = PersonLightBed(named(LIGHT)["light", "gpio"], lambda sentence: answer)
    assert bed.sees("ok") is seen
    bed.close()
