"""`stillpoint-hq card` as a person, or `stillpoint card`, types it."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import insert

from cards import certificate
from hq.cli_state import opened
from hq.schema import card_alarm
from protocol.directory import card_key
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


def test_alarms_are_listed_with_what_to_do(hq_folder: Path) -> None:
    state = ("--state", hq_folder)
    assert run("card", "alarms", *state).output == "no card needs a look\n"
    run("issuer", *state)
    run("card", "certify", "m1", *CARD, *state)
    run("card", "issued", "m1", *CARD, *state)
    pair = json.dumps([[70, 1, 2, "s01-1"], [65, 3, 4, "s02-1"]])
    with opened(hq_folder) as hq, hq.database.transaction() as connection:
        row = {"card": card_key(hq.keys.lookup, UID), "why": "backwards", "sightings": pair, "count": 1, "at_ms": 5}
        connection.execute(insert(card_alarm).values(**row))
    shown = run("card", "alarms", *state).output
    assert "counts backwards: its tap 70" in shown
    assert "issue another" in shown
    assert "计数倒退" in run("card", "alarms", "--language", "zh-CN", *state).output
    [alarm] = json.loads(run("card", "alarms", "--json", *state).output)["alarms"]
    assert (alarm["device"], alarm["count"]) == ("s02-1", 1)
    assert UID not in shown


def test_a_card_of_a_plugin_is_issued_by_its_name_and_its_keys_number(hq_folder: Path) -> None:
    state = ("--state", hq_folder)
    run("issuer", *state)
    of = ("--uid", "04A1B2C3", "--key-version", 1, "--technology")
    other = run("card", "certify", "m1", *of, "locker", "--key-no", 2, *state)
    assert other.exit_code == 2
    assert "'locker' is no kind of card here: ntag424, desfire_ev2, desfire_ev1, fm1208." in other.output
    unnumbered = run("card", "certify", "m1", *of, "fm1208", *state)
    assert (unnumbered.exit_code, "say the number of the key" in unnumbered.output) == (1, True)
    assert run("card", "delivered", "fm1208", 3, *state).output == "3 cards of fm1208 counted\n"
    for step in ("certify", "issued"):
        assert run("card", step, "m1", *of, "fm1208", "--key-no", 2, *state).exit_code == 0
    assert json.loads(run("card", "stock", "--json", *state).output)["fm1208"]["blank"] == 2
