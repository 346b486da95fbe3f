"""`stillpoint-hq card` as a person, or `stillpoint card`, types it."""

from __future__ import annotations

import json
from pathlib import Path

from cards import certificate
from tests.hq.test_cli import run

UID = "04AABBCCDDEE80"
CARD = ("--uid", UID, "--technology", "ntag424", "--key-version", 1)


def test_a_card_goes_through_its_life(hq_folder: Path) -> None:
    state = ("--state", hq_folder)
    run("issuer", *state)
    assert run("card", "delivered", "ntag424", 500, *state).output == "500 cards of ntag424 counted\n"
    assert run("card", "delivered", "ntag424", -2, *state).exit_code == 0
    made = json.loads(run("card", "certify", "13800001234", *CARD, "--until", "2030-01-01", "--json", *state).output)
    read, _ = certificate.read(bytes.fromhex(made["certificate"]))
    assert (made["member"], read.uid.hex().upper(), read.until_day) == ("m1", UID, 21_915)
    assert run("card", "issued", "m1", *CARD, *state).output == "the card is m1's; terminals learn of it\n"
    shown = run("card", "stock", *state).output
    assert "ntag424: 497 blank, 498 delivered, 0 begun, 1 issued, 0 spoiled, 0 retired\n" in shown
    assert run("card", "retired", "--uid", UID, "--blank", *state).output.startswith("the card is counted as blank")
    assert json.loads(run("card", "stock", "--json", *state).output)["ntag424"]["blank"] == 498
    run("card", "certify", "m1", *CARD, *state)
    assert run("card", "spoiled", "--uid", UID, *state).output == "the card is counted as spoiled\n"
    again = run("card", "certify", "m1", *CARD, *state)
    assert (again.exit_code, again.output) == (1, "Error: this card is counted as spoiled: take another\n")
