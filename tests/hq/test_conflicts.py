"""The list of conflicts, in words a shop owner understands: what happened, who bears it, what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hq.conflicts import conflicts
from hq.headquarters import Headquarters
from hq.reasons import LANGUAGES, Reason, told
from tests.hq.devices import Device, acknowledged, join, upload
from tests.hq.looking import balance, broken
from tests.hq.rich import sized


def listed(hq: Headquarters, language: str = "en") -> list[dict[str, Any]]:
    with hq.database.reading() as connection:
        return conflicts(connection, language)


def test_the_same_intent_from_two_devices_stands_and_one_refund_is_proposed_d23(
    hq: Headquarters, device: Device
) -> None:
    other = join(hq, "s02", "1")
    for one in (device, other):
        one.sell("m2", earn=10, intent="ab" * 16)
        acknowledged(hq, one.batch())
    (found,) = listed(hq)
    (words,) = found["told"]
    assert (found["device"], found["seq"], found["reasons"]) == ("s02-1", 1, ["intent_twice"])
    assert "s01-1 1" in words["happened"]
    assert "refund this one" in words["do"]
    assert balance(hq, "m2") == (340, 0)
    assert broken(hq) == []


def test_a_fork_is_told_with_what_it_may_cost(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    clone = device.fork(0)
    device.sell("m1", use=[("open.m1", 100)])
    clone.sell("m1", use=[("open.m1", 600)])
    acknowledged(hq, device.batch())
    upload(hq, clone.batch())
    (found,) = listed(hq, "zh-CN")
    assert (found["outcome"], found["bound"]["points"]) == ("quarantined", 692)
    assert "s01-1" in found["told"][0]["happened"]
    assert "692 积分" in found["told"][0]["bears"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("reason", sorted(Reason))
def test_each_reason_says_three_things_and_leaves_nothing_open(reason: Reason, language: str) -> None:
    parts = LANGUAGES[language][reason.value]
    names = {name: 7 for part in parts for name in re.findall(r"{(\w+)}", part)}
    words = told(reason, names, language)
    for part in (words.happened, words.bears, words.do):
        assert len(part) > 4
        assert "{" not in part
        assert "?" not in part
        assert part.endswith((".", "。"))


def test_both_languages_name_the_same_values() -> None:
    for reason in Reason:
        english, chinese = (set(re.findall(r"{\w+}", " ".join(LANGUAGES[name][reason]))) for name in ("en", "zh-CN"))
        assert english == chinese, reason
