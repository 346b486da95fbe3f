"""HQ's register of cards: one is certified, issued to one member, told to terminals, and retired; stock is counted."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select, update

from cards.certificate import DAY_S, IssuedWith, verify
from cards.member_code import Issuer
from hq import issuer_keys, member_codes
from hq.card_register import Counts, Issue, Stock, certify, counted, deliver, end, issued
from hq.feed_rendering import render
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import card, change
from protocol.directory import CardProof, CardTechnology, card_key, member_ref, ref_key
from protocol.feed import RowKind, member_bucket
from tests.hq.mergers import merge, with_operator

UID = "04AABBCCDDEE80"
TAG = Issue(UID, CardTechnology.NTAG424, 1)
NOTHING = {"blank": 0, "delivered": 0, "begun": 0, "issued": 0, "spoiled": 0, "retired": 0}


@pytest.fixture
def issuing(hq: Headquarters) -> Headquarters:
    member_codes.begin(hq, Random(4).randbytes)
    return hq


def stock(hq: Headquarters, technology: str = "ntag424") -> dict[str, int]:
    with hq.database.reading() as connection:
        return counted(connection)[technology].figures()


def told(hq: Headquarters, member: str, uid: str = UID) -> dict[str, object] | None:
    """What the feed says of the card in this member's bucket."""
    key, bucket = card_key(hq.keys.lookup, uid), member_bucket(member)
    with hq.database.reading() as connection:
        assert (bucket.value, key) in connection.execute(select(change.c.bucket, change.c.key)).all()
        return render(connection, [(bucket, RowKind.CARD, key)], "2026-11-20")[bucket][0].body


def test_a_card_is_certified_issued_and_told(issuing: Headquarters) -> None:
    deliver(issuing, CardTechnology.NTAG424, 10)
    made = certify(issuing, "m1", TAG, until_day=30_000)
    key = issuer_keys.load_issuers(issuing.state)[1]
    with issuing.database.reading() as connection:
        tenant = issuer_keys.tenant(connection)
        ref = member_ref(issuing.keys.lookup, "m1")
        owner = connection.scalar(select(card.c.member).where(card.c.key == ref_key(issuing.keys.lookup, ref)))
    assert owner == "m1"
    read = verify(made, bytes.fromhex(UID), tenant, [Issuer(tenant, 1, key.public_key())], issuing.clock() // 1000)
    assert (read.member_ref, read.issued_with, read.key_set) == (ref, IssuedWith.KEY, 1)
    assert stock(issuing) == NOTHING | {"delivered": 10, "blank": 9, "begun": 1}
    issued(issuing, "m1", TAG)
    assert stock(issuing) == NOTHING | {"delivered": 10, "blank": 9, "issued": 1}
    proof = {"technology": "ntag424", "key_no": 3, "application": None, "version": 1}
    assert told(issuing, "m1") == {"member": "m1", "state": "active", "proof": proof}


def test_a_card_of_before_gets_its_key_and_then_a_newer_one(issuing: Headquarters) -> None:
    with issuing.database.reading() as connection:
        known = connection.scalar(select(card.c.proof).where(card.c.member == "m1"))
    assert known is None
    for version in (1, 2):
        old = Issue("04A1B2C3D4E5F6", CardTechnology.DESFIRE_EV2, version)
        certify(issuing, "m1", old)
        issued(issuing, "m1", old)
        row = told(issuing, "m1", old.uid)
        assert row is not None
        assert row["proof"] == {
            "technology": "desfire_ev2",
            "key_no": 1,
            "application": "495053",
            "version": version,
        }
    assert stock(issuing, "desfire_ev2")["issued"] == 1


@pytest.mark.parametrize("technology", CardTechnology)
def test_every_technology_has_a_proof(technology: CardTechnology) -> None:
    assert CardProof.model_validate(Issue(UID, technology, 254).proof().model_dump()).version == 254


def test_what_stands_in_the_way_is_said(issuing: Headquarters) -> None:
    wrong = {
        "another member's": ("m2", Issue("04A1B2C3D4E5F6", CardTechnology.NTAG424, 1)),
        "is blocked": ("m4", Issue("04A1B2C3D4E5F9", CardTechnology.NTAG424, 1)),
        "no active member": ("m3", TAG),
        "same at every tap": ("m1", Issue("08112233", CardTechnology.NTAG424, 1)),
        "4, 7 or 10 bytes": ("m1", Issue("0411", CardTechnology.NTAG424, 1)),
        "in hex": ("m1", Issue("card", CardTechnology.NTAG424, 1)),
    }
    for sentence, (member, issue) in wrong.items():
        with pytest.raises(HqError, match=sentence):
            certify(issuing, member, issue)
    assert stock(issuing) == NOTHING
    with pytest.raises(HqError, match="was not certified here"):
        issued(issuing, "m1", TAG)
    with pytest.raises(HqError, match="versions are 1 to 254"):
        Issue(UID, CardTechnology.NTAG424, 255)
    with pytest.raises(HqError, match="leave the key's number out"):
        Issue(UID, "ntag424", 1, key_no=3)
    for key_no in (None, -1, 14):
        with pytest.raises(HqError, match=f"fm1208 is a plug-in: .* 0 to 13, not {key_no}"):
            Issue(UID, "fm1208", 1, key_no)
    with pytest.raises(HqError, match="no such card"):
        end(issuing, UID, Stock.SPOILED)
    with pytest.raises(HqError, match="1 to 1000000 cards"):
        deliver(issuing, CardTechnology.NTAG424, 0)


@pytest.mark.parametrize("uid", ["", "xyz", "04AABB", "08AABBCC"])
def test_what_is_no_uid_is_said_at_every_step(issuing: Headquarters, uid: str) -> None:
    no_card = Issue(uid, CardTechnology.NTAG424, 1)
    for step in (lambda: certify(issuing, "m1", no_card), lambda: issued(issuing, "m1", no_card)):
        with pytest.raises(HqError, match="UID"):
            step()


def test_a_card_whose_certificate_cannot_be_is_not_begun(issuing: Headquarters) -> None:
    today = issuing.clock() // 1000 // DAY_S
    for until_day, said in ((65_536, "between 1970 and 6 June 2149"), (today - 1, "before today"), (-3653, "today")):
        with pytest.raises(HqError, match=said):
            certify(issuing, "m1", TAG, until_day)
        assert stock(issuing) == NOTHING
    certify(issuing, "m1", TAG, today)
    assert stock(issuing)["begun"] == 1, "its last day may be today"


def test_without_an_issuer_key_no_card_is_certified(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="no issuer key yet"):
        certify(hq, "m1", TAG)


def test_a_retired_card_leads_to_nobody_and_never_will(issuing: Headquarters) -> None:
    certify(issuing, "m1", TAG)
    issued(issuing, "m1", TAG)
    end(issuing, UID, Stock.RETIRED)
    assert told(issuing, "m1") is None
    assert stock(issuing) == NOTHING | {"blank": -1, "retired": 1}
    for act in (certify, issued):
        with pytest.raises(HqError, match="counted as retired"):
            act(issuing, "m1", TAG)


def test_a_card_that_is_blank_again_can_be_anothers(issuing: Headquarters) -> None:
    certify(issuing, "m1", TAG)
    issued(issuing, "m1", TAG)
    with pytest.raises(HqError, match="another member's"):
        certify(issuing, "m2", TAG)
    end(issuing, UID, None)
    assert stock(issuing) == NOTHING
    certify(issuing, "m2", TAG)
    issued(issuing, "m2", TAG)
    row = told(issuing, "m2")
    assert row is not None
    assert row["member"] == "m2"


def test_a_half_issued_card_may_become_anothers_or_be_spoiled(issuing: Headquarters) -> None:
    certify(issuing, "m1", TAG)
    certify(issuing, "m2", TAG)
    assert stock(issuing)["begun"] == 1
    end(issuing, UID, Stock.SPOILED)
    assert stock(issuing) == NOTHING | {"blank": -1, "spoiled": 1}


def test_a_card_follows_a_merge_with_its_key(issuing: Headquarters) -> None:
    certify(issuing, "m1", TAG)
    issued(issuing, "m1", TAG)
    merge(with_operator(issuing), "m1", "m2")
    row = told(issuing, "m2")
    assert row is not None
    assert (row["member"], row["proof"]) == ("m2", TAG.proof().model_dump(mode="json"))
    certify(issuing, "m1", Issue(UID, CardTechnology.NTAG424, 2))


def test_a_card_without_a_key_is_told_as_ever(issuing: Headquarters) -> None:
    """The control: without a proof the row is what it always was."""
    certify(issuing, "m1", TAG)
    issued(issuing, "m1", TAG)
    with issuing.database.transaction() as connection:
        key = card_key(issuing.keys.lookup, UID)
        connection.execute(update(card).where(card.c.key == key).values(proof=None))
    assert told(issuing, "m1") == {"member": "m1", "state": "active"}


def test_a_card_of_a_plugin_is_told_with_its_keys_number_and_counted(issuing: Headquarters) -> None:
    assert "fm1208" not in counts(issuing)
    one = Issue("04A1B2C3", "fm1208", 1, key_no=2)
    certify(issuing, "m1", one)
    issued(issuing, "m1", one)
    proof = {"technology": "fm1208", "key_no": 2, "application": None, "version": 1}
    assert told(issuing, "m1", one.uid) == {"member": "m1", "state": "active", "proof": proof}
    assert counts(issuing)["fm1208"].issued == 1


def counts(hq: Headquarters) -> dict[str, Counts]:
    with hq.database.reading() as connection:
        return counted(connection)
