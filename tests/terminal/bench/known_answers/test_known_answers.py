"""Every known answer comes of the product's own code, and an answer altered in one place does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.known_answers.categories import CATEGORIES
from terminal.bench.known_answers.entries import Entry, read_entries
from terminal.bench.known_answers.given import NotTellable
from terminal.bench.known_answers.judge import judge
from terminal.bench.known_answers.patterns import searched
from tests.cards.known import FILE

ENTRIES = read_entries(FILE)
BY_ID = {entry.id: entry for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_the_answer_comes_of_the_products_own_code(entry: Entry) -> None:
    verdict = judge(entry, CATEGORIES)
    assert (verdict.outcome, verdict.why) == ("passed", "")


def test_every_category_of_the_file_is_computed_and_none_else() -> None:
    assert {entry.category for entry in ENTRIES} == set(CATEGORIES)
    assert sum(entry.verified for entry in ENTRIES) == 60


def altered(expected: Any) -> Iterator[Any]:
    """A value wrong in one place: at its beginning, in its middle, at its end."""
    if isinstance(expected, bool):
        yield not expected
    elif isinstance(expected, int):
        yield expected + 1
    elif isinstance(expected, str):
        for at in {0, len(expected) // 2, len(expected) - 1} if expected else ():
            other = "1" if expected[at] != "1" else "2"
            yield expected[:at] + other + expected[at + 1 :]


FACTS = [
    (entry, name, wrong) for entry in ENTRIES for name, value in entry.expected.items() for wrong in altered(value)
]


@pytest.mark.parametrize(("entry", "name", "wrong"), FACTS, ids=lambda value: getattr(value, "id", ""))
def test_an_altered_answer_fails(entry: Entry, name: str, wrong: Any) -> None:
    verdict = judge(replace(entry, expected={**entry.expected, name: wrong}), CATEGORIES)
    assert verdict.outcome == "failed"
    assert name in verdict.why


def test_every_category_has_an_altered_answer() -> None:
    assert {entry.category for entry, _, _ in FACTS} == set(CATEGORIES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1,19", "1,18"),
        ("1,19", "2,19"),
        ("2,26", "3,26"),
        ("2,26", "2,27"),
        ("A-Z", "A-Y"),
        ("A-Z", "A-a"),
        ("^%", "^"),
    ],
)
def test_a_pattern_that_takes_other_tracks_fails(old: str, new: str) -> None:
    entry = BY_ID["track1-format"]
    pattern = entry.expected["regex"].replace(old, new)
    assert pattern != entry.expected["regex"]
    assert judge(replace(entry, expected={"regex": pattern}), CATEGORIES).outcome == "failed"
    assert judge(replace(entry, expected={"regex": "("}), CATEGORIES).outcome == "failed"


def answer(category: str, given: dict[str, Any], expected: dict[str, Any]) -> str:
    return judge(Entry("x", category, given, expected, True), CATEGORIES).outcome


def test_another_change_of_a_key() -> None:
    """NXP AN12196, table 25."""
    keys = {"k_ses_auth_enc": "4CF3CB41A22583A61E89B158D252FC53", "k_ses_auth_mac": "5529860B2FC5FB6154B7F28361D30BF9"}
    said = {"ti": "7614281A", "cmd_ctr": 2, "ins": "C4", "header": "02", "r_apdu": "203BB55D1089D5879100"}
    key = {"new_key": "F3847D627727ED3BC9C4CC050489B966", "new_key_version": 1, "old_key": "00" * 16}
    sent = "90C4000029022CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1FAC75D0CE20BCD1D06E600"
    change = {**keys, **said, **key}
    assert answer("ev2_secure_messaging", change, {"c_apdu": sent, "resp_mac_ok": True}) == "passed"
    spoiled = {**change, "r_apdu": "203BB55D1089D5869100"}
    assert answer("ev2_secure_messaging", spoiled, {"resp_mac_ok": True}) == "failed"
    assert answer("ev2_secure_messaging", spoiled, {"resp_mac_ok": False}) == "passed"


def test_another_change_of_a_key_of_an_older_card() -> None:
    """Worked out by hand: both keys' difference, its version, the CRC of the command and that of the new key."""
    session = {"session_key": "0FC6A1FE6ADE6BFA12F06FA7F1008495", "key_no": 3, "auth_key_no": 0, "key_version": "10"}
    keys = {"old_key": "58D3923BBF4B319B80D38AE891AF8206", "new_key": "46E26991FB5E659FCBAF0B3197B2624B"}
    sent = "C40383AFE2F809F8A3B90CB89DD60A3D97D2E259F3C78EAE01C4B1668EE1E95B5702"
    plain = "1E31FBAA441554044B7C81D9061DE04D107EF7D0BAF200F02C00000000000000"
    facts = {"native_cmd": sent, "cryptogram": plain}
    assert answer("desfire_ev1_secure_messaging", {**session, **keys}, facts) == "passed"


def test_links_as_a_whole() -> None:
    """NXP AN12196, the second link; nfc-developer/sdm-backend, test_plain_sdm."""
    link = (
        "https://www.my424dna.com/?picc_data=FD91EC264309878BE6345CBE53BADF40"
        "&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6"
    )
    zeros = {"k_sdm_meta_read": "00" * 16, "k_sdm_file_read": "00" * 16}
    told = {"uid": "04958CAA5C5E80", "read_ctr": 8, "sdmmac": "ECC1E7F6C6C73BF6", "file_data": "78" * 16, "valid": True}
    assert answer("ntag424_sdm", {**zeros, "url": link}, told) == "passed"
    assert answer("ntag424_sdm_negative", {**zeros, "url": link[:-1] + "7"}, {"valid": False}) == "passed"
    assert answer("ntag424_sdm_negative", {**zeros, "url": link[:-1]}, {"valid": True}) == "failed"
    clear = "https://s.example/?u=041E3C8A2D6B80&n=000006&c=4B00064004B0B3D3"
    assert answer("ntag424_sdm", {**zeros, "url": clear}, {"valid": True, "read_ctr": 6}) == "passed"


def test_other_codes() -> None:
    """RFC 4231, case 1; RFC 9285; an EAN-8; a second track with its own pattern."""
    mac = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert answer("hmac", {"key": "0b" * 20, "data": "4869205468657265"}, {"mac": mac}) == "passed"
    assert answer("base45", {"ascii": "base-45"}, {"base45": "UJCLQE7W581"}) == "passed"
    assert answer("gtin", {"without_check": "7351353"}, {"check": "7"}) == "passed"
    pattern = "^;\\d{1,19}=(\\d{4}|=)(\\d{3}|=)[^?]*\\?$"
    assert answer("magstripe", {"track2": ";1=99121010?"}, {"matches": True, "regex": pattern}) == "passed"
    assert answer("magstripe", {"track2": ";1=991?"}, {"matches": True}) == "failed"
    assert answer("magstripe", {"track2": ";1=99121010?"}, {"regex": pattern[:-1] + "("}) == "failed"


def test_a_pattern_that_finds_no_end_is_given_up() -> None:
    """The control: the same pattern in a text where it ends at once."""
    endless = r"(\d+)+X"
    with pytest.raises(NotTellable, match="finds no end within"):
        searched(endless, ["1" * 60], 0.5)
    assert searched(endless, ["12X", "a"], 60.0) == [True, False]
    assert searched("(", [""], 60.0) is None
    with pytest.raises(NotTellable, match="too much"):
        searched("(" * 100_000, [""], 60.0)


def test_the_second_key_of_a_transaction() -> None:
    given = {**BY_ID["an12196-ev2first-key0"].given, "r_apdu_2": "00" * 16 + "9100"}
    expected = {"c_apdu_1": "90770000010000", "rnd_a_rotated_ok": False}
    assert answer("ev2_auth", given, expected) == "passed"


@pytest.mark.parametrize(
    ("category", "given", "expected"),
    [
        ("lrp_cmac", {}, {"cmac": "00"}),
        ("aes_cmac", {"key": "00" * 16, "message": ""}, {"omac": "00"}),
        ("aes_cmac", {"key": "00" * 24, "message": ""}, {"cmac": "00"}),
        ("aes_cmac", {"key": "00" * 16}, {"cmac": "00"}),
        ("aes_cmac", {"key": "xy", "message": ""}, {"cmac": "00"}),
        ("aes_cmac", {"key": 5, "message": ""}, {"cmac": "00"}),
        ("originality_signature", {"curve": "secp256r1"}, {"valid": True}),
        ("ev2_secure_messaging", {"ti": "00" * 4, "cmd_ctr": 0, "ins": "F5", "mode": "lrp"}, {"c_apdu": "00"}),
        ("ev2_secure_messaging", {"ti": "00" * 4, "cmd_ctr": 0, "ins": "F5"}, {"resp_data": "00"}),
        ("ev2_secure_messaging", {"ti": "00" * 4, "cmd_ctr": 70_000, "ins": "F5"}, {"iv": "00"}),
        ("ntag424_sdm", {"picc_enc": "00" * 24}, {"uid": "00"}),
        ("ntag424_sdm_negative", {"picc_enc": "00" * 24, "sdmmac": "00" * 8}, {"valid": False}),
        (
            "ntag424_sdm_negative",
            dict.fromkeys(("picc_enc", "k_sdm_meta_read", "k_sdm_file_read"), "00" * 16),
            {"valid": False},
        ),
        (
            "ev2_auth",
            {"key": "00" * 16, "key_no": 0, "rnd_a": "00" * 16, "r_apdu_1": "01" + "00" * 16 + "91AF"},
            {"c_apdu_1": "00"},
        ),
        ("argon2id", {"memory_kib": 2**30, "iterations": 9, "tag_len": 32, "lanes": 1}, {"tag": "00"}),
        ("pcsc_atr", {"atr": "3B8180018080"}, {"ss": "03"}),
        ("pcsc_atr", {"atr": "3B00"}, {"tck_ok": True}),
        ("pcsc_atr", {"atr": ""}, {"tck_ok": True}),
        ("desfire_ev1_secure_messaging", {"session_key": "00" * 16, "exchanges": [5]}, {"rx_cmacs": "00"}),
        ("key_diversification", {"master_key": "00" * 16, "m": "00" * 32}, {"derived_key": "00"}),
        ("ntag424_kdf", {"master_key": "00" * 16, "key_no": 2}, {"undiversified_key1": "00"}),
        ("gtin", {"without_check": "12a"}, {"check": "1"}),
        ("gs1", {"scan": "\n"}, {"ais": {}}),
    ],
)
def test_what_cannot_be_told_here_is_unsupported(
    category: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    verdict = judge(Entry("x", category, given, expected, True), CATEGORIES)
    assert verdict.outcome == "unsupported"
    assert verdict.why


def test_a_wrong_answer_beside_one_that_cannot_be_told_fails() -> None:
    given = {"key": "00" * 16, "message": ""}
    assert answer("aes_cmac", given, {"omac": "00", "cmac": "00"}) == "failed"


@pytest.mark.parametrize("wrong", [None, 5, [], {}, "zz", json.dumps({})])
def test_an_answer_of_another_type_fails(wrong: Any) -> None:
    for id in ("aes-cmac-rfc4493-len0", "ev1-aes-cmac-chain", "gs1-digital-link", "track1-format", "atr-desfire"):
        entry = BY_ID[id]
        name = next(iter(entry.expected))
        assert judge(replace(entry, expected={name: wrong}), CATEGORIES).outcome == "failed"
