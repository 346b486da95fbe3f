"""`stillpoint-hq card sold`, `card returned`, `phone` and `entries` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

from hq.cli_state import opened
from protocol.entries import EntryVerdict
from tests.hq.devices import join
from tests.hq.entering import NEW, OLD, Till, owner, phone_of
from tests.hq.mergers import merge, with_operator
from tests.hq.test_cli import run


def test_a_card_is_sold_and_returned_by_an_operator(hq_folder: Path) -> None:
    state = ("--by", "Wang", "--state", hq_folder)
    sold = run("card", "sold", "13800001234", "--uid", NEW.lower(), "--others-lost", *state)
    assert sold.output == "the card is m1's; cards and numbers that lead there: 1; terminals learn of it\n"
    with opened(hq_folder) as hq:
        assert (owner(hq, NEW), owner(hq, OLD)) == (("m1", "active"), ("m1", "blocked"))
    returned = run("card", "returned", "m1", "--uid", NEW, *state)
    assert returned.output == "the card is nobody's; cards and numbers that lead to m1: 0; terminals learn of it\n"
    with opened(hq_folder) as hq:
        assert owner(hq, NEW) is None


def test_a_phone_number_is_changed_by_an_operator(hq_folder: Path) -> None:
    state = ("--by", "Wang", "--state", hq_folder)
    assert run("phone", "m1", "+86 139-0000 1111", *state).output == (
        "the phone number of m1 is changed; terminals learn its ends\n"
    )
    with opened(hq_folder) as hq:
        assert phone_of(hq, "m1") == "+8613900001111"
    assert run("phone", "+8613900001111", "13900001111", *state).exit_code == 0, "found by it"


def test_what_is_not_done_is_one_sentence(hq_folder: Path) -> None:
    by = ("--by", "Wang")
    wrong = {
        "no active member m3": ("card", "sold", "m3", "--uid", NEW, *by),
        "another member's: have it returned": ("card", "sold", "m2", "--uid", OLD, *by),
        "m1's already": ("card", "sold", "m1", "--uid", OLD, *by),
        "is blocked": ("card", "sold", "m4", "--uid", "04A1B2C3D4E5F9", *by),
        "names nobody": ("card", "sold", "m1", "--uid", "08112233", *by),
        "not m2's": ("card", "returned", "m2", "--uid", OLD, *by),
        "number is another member's": ("phone", "m1", "13800000000", *by),
        "in hex": ("card", "sold", "m1", "--uid", "card", *by),
        "6 to 15 digits": ("phone", "m1", "12345", *by),
        "who does it": ("phone", "m1", "13900001111", "--by", ""),
        "no member has this": ("phone", "nobody", "13900001111", *by),
    }
    for sentence, arguments in wrong.items():
        result = run(*arguments, "--state", hq_folder)
        assert (result.exit_code, sentence in result.output) == (1, True), result.output
        assert not any(secret in result.output for secret in (OLD, "04A1B2C3D4E5F9", "13800000000"))
    run("issuer", "--state", hq_folder)
    run("card", "certify", "m1", "--uid", NEW, "--technology", "ntag424", "--key-version", 1, "--state", hq_folder)
    assert "`stillpoint card issue`" in run("card", "sold", "m1", "--uid", NEW, *by, "--state", hq_folder).output


def test_entries_are_listed_the_newest_first_with_who_and_where(hq_folder: Path) -> None:
    assert run("entries", "--state", hq_folder).output == "no entry\n"
    with opened(hq_folder) as hq:
        till = Till(hq, join(hq, "s01", "1"))
        assert till.sell("m2", others_lost=True).verdict is EntryVerdict.DONE
        merge(with_operator(hq), "m2", "m1")
    run("phone", "m5", "13900001111", "--by", "Wang", "--state", hq_folder)
    newest, oldest = run("entries", "--state", hq_folder).output.splitlines()
    assert newest.endswith("m5 has another phone number, at HQ, approved by Wang")
    assert oldest.endswith("m2 got a card, all others were blocked, at Willow Bank (s01-1), approved by Lin")
    assert run("entries", "--newest", 1, "--state", hq_folder).output == f"{newest}\n"
    assert run("entries", "m1", "--state", hq_folder).output == f"{oldest}\n", "also of before the merge"
    chinese = run("entries", "--language", "zh-CN", "--state", hq_folder).output
    assert "会员 m2 领到一张卡，其余的卡均已停用，柳岸店（s01-1），批准人：Lin" in chinese
    assert "会员 m5 更换了手机号，总部，批准人：Wang" in chinese
    shown = run("entries", "--json", "--state", hq_folder).output
    [_, sale] = json.loads(shown)["entries"]
    assert (sale["kind"], sale["member"], sale["device"], sale["epoch"]) == ("card_sale", "m2", "s01-1", 1)
    assert (sale["others_lost"], len(sale["card"]), sale["staff"]) == (True, 8, "Lin")
    assert not any(secret in shown + chinese for secret in (NEW, "13900001111"))
