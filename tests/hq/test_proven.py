"""HQ shows how a member was proven at the till: in the member's record, and with what needs a look."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from hq.cli import main
from hq.conflicts import conflicts
from hq.headquarters import Headquarters
from hq.member_record import as_text, record_of
from hq.proven import proof_of, proof_words
from hq.reasons import LANGUAGES
from hq.schema import member
from hq.status import render
from hq.status_facts import facts
from loyalty.possession import CHALLENGE, Token
from protocol.operation import Operation
from tests.hq.devices import Device, acknowledged
from tests.hq.real_sales import GOLD, ring_up, settled

PIN_AND_CERTIFICATE = {"assurance": "P1", "proof": "certificate", "key_at_hand": False, "pin": True}


def sold(device: Device, **proof: object) -> Operation:
    """A sale to m1 whose till says this of the proof."""
    _, detail = settled(GOLD, 0, (), f"{device.name}.1.{len(device.operations) + 1}")
    state = detail["state"] | proof
    return Operation.decode(ring_up(device, detail=detail | {"state": state}))


def test_level_kind_pin_and_key_are_read_from_the_operation(device: Device) -> None:
    assert proof_of(sold(device, **PIN_AND_CERTIFICATE)) == {
        "level": "P1",
        "kind": "certificate",
        "pin": True,
        "key_at_hand": False,
    }


def test_an_older_release_kept_the_level_alone(device: Device) -> None:
    found = proof_of(sold(device))
    assert found == {"level": "P4", "kind": "", "pin": False, "key_at_hand": True}


@pytest.mark.parametrize("state", [None, 7, {}, {"assurance": 7}, {"assurance": "P1", "proof": "<b>"}])
def test_what_is_no_proof_is_none(device: Device, state: object) -> None:
    _, detail = settled(GOLD, 0, (), "lot")
    assert proof_of(Operation.decode(ring_up(device, detail=detail | {"state": state}))) is None


def test_a_guest_has_no_proof(device: Device) -> None:
    assert proof_of(Operation.decode(ring_up(device, None))) is None


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("kind", ["", *Token, CHALLENGE])
def test_every_kind_has_words_in_every_language(kind: str, language: str) -> None:
    said = proof_words({"level": "P1", "kind": kind, "pin": True, "key_at_hand": False}, language)
    assert "P1" in said
    assert not said.startswith(f"{kind} (")
    assert said.endswith((".", "。"))


def test_what_a_later_release_shows_is_named_as_it_names_it() -> None:
    assert "face" in proof_words({"level": "P2", "kind": "face", "pin": False, "key_at_hand": True}, "en")


def test_the_members_record_tells_it(hq: Headquarters, device: Device) -> None:
    sold(device, **PIN_AND_CERTIFICATE)
    acknowledged(hq, device.batch())
    with hq.database.reading() as connection:
        record = record_of(connection, "m1")
    assert record["purchases"][0]["proof"]["kind"] == "certificate"
    assert "the certificate in a card, which can be copied (P1), its key was not known there, with the PIN." in as_text(
        record
    )


def test_what_needs_a_look_tells_it(hq: Headquarters, device: Device) -> None:
    with hq.database.transaction() as connection:
        connection.execute(update(member).where(member.c.id == "m1").values(state="blocked"))
    sold(device, assurance="P4", proof=CHALLENGE)
    acknowledged(hq, device.batch())
    with hq.database.reading() as connection:
        (found,) = conflicts(connection, "zh-CN")
        page = render(facts(connection, hq.clock(), hq.zone, "en"), "en")
    assert found["proof"] == {"level": "P4", "kind": CHALLENGE, "pin": False, "key_at_hand": True}
    assert found["proof_told"] == "收银台出示：已证明密钥的卡 (P4)。"
    assert "Shown at the till: a card that proved its key (P4)." in page
    hq.close()
    said = CliRunner().invoke(main, ["conflicts", "--state", str(hq.state)])
    assert "a card that proved its key (P4)" in said.output
