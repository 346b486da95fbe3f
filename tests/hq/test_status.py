"""The status page: loopback only, everything escaped, each conflict a sentence in two languages."""

from __future__ import annotations

import json
from datetime import date

import pytest
import urllib3

from hq.problems import HqError
from hq.reasons import LANGUAGES, Reason, sentence, told
from hq.server import listen, require_loopback, split_address
from hq.status import render
from hq.status_facts import programme_told
from hq.status_words import WORDS
from protocol.batch import Outcome
from tests.hq.clients import Client
from tests.hq.devices import acknowledged, join, upload
from tests.hq.rich import sized
from tests.hq.served import ServedHq
from tests.hq.test_api import CONTACT


def fetch(served: ServedHq, path: str, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", served.status_url + path, headers=named, retries=False)
        return answer.status, answer.data.decode()


def test_the_page_tells_what_happened_in_both_languages(served: ServedHq) -> None:
    device = join(served.headquarters, "s01", "1")
    device.sell("m3", earn=10)
    device.sell("nobody", earn=10)
    acknowledged(served.headquarters, device.batch())
    with Client(served, device) as client:
        client.post("/v1/contact", CONTACT)
    status, english = fetch(served, "/")
    assert status == 200
    assert "Member m3 was blocked at HQ while the shop still served them." in english
    assert "member nobody, whom HQ does not know" in english
    assert "s01-1 · 1" in english
    assert "counter: ready" in english
    assert "{{" not in english
    _, chinese = fetch(served, "/?lang=zh-CN")
    assert "会员 m3 已在总部停用" in chinese
    assert 'lang="zh-CN"' in chinese
    assert fetch(served, "/", Accept_Language="zh-CN,zh;q=0.9")[1].startswith(chinese[:60])


def test_a_fork_stands_on_the_page_with_what_it_may_cost(served: ServedHq) -> None:
    hq = served.headquarters
    device = join(hq, "s01", "1")
    sized(hq, device)
    clone = device.fork(0)
    device.sell("m1", use=[("open.m1", 100)])
    clone.sell("m1", use=[("open.m1", 600)])
    acknowledged(hq, device.batch())
    upload(hq, clone.batch())
    (found,) = json.loads(fetch(served, "/status.json")[1])["conflicts"]
    assert (found["device"], found["outcome"]) == ("s01-1", "quarantined")
    page = fetch(served, "/?lang=zh-CN")[1]
    assert "商家最多承担它手里的额度：692 积分" in page
    assert "由两名操作员核销" in page


def test_the_facts_as_json(served: ServedHq) -> None:
    device = join(served.headquarters, "s01", "1")
    device.sell("m1", earn=10)
    device.sell("nobody", earn=10)
    for _ in range(2):
        acknowledged(served.headquarters, device.batch())
    facts = json.loads(fetch(served, "/status.json")[1])
    assert facts["members"] == 5
    assert facts["points"] == {"balance": 2530, "leased": 10, "debt": 0}
    assert facts["operations"] == {"applied": 1, "duplicate": 2, "flagged": 0, "parked": 1, "quarantined": 0}
    assert (facts["operations_twice"], facts["terminals"][0]["acked_seq"]) == (0, 2)
    points = json.loads(fetch(served, "/points.json")[1])
    assert points["m1"] == {"balance": 1010, "debt": 0, "pool": 1000, "leased": 10}
    assert "王小雨" not in json.dumps([facts, points], ensure_ascii=False)


def test_everything_from_outside_is_escaped(served: ServedHq) -> None:
    device = join(served.headquarters, "s01", "1")
    evil = "<script>alert(1)</script>"
    beat = CONTACT["heartbeat"] | {"devices": {evil: {"state": evil}}, "version": evil}
    with Client(served, device) as client:
        assert client.post("/v1/contact", CONTACT | {"heartbeat": beat}).status == 200
    page = fetch(served, "/")[1]
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_what_looks_like_a_place_holder_stays_text(served: ServedHq) -> None:
    with served.headquarters.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE setting SET value = '{{conflicts}}' WHERE name = 'chain'")
    assert "{{conflicts}}" in fetch(served, "/")[1]


def test_it_answers_to_loopback_names_only(served: ServedHq) -> None:
    assert fetch(served, "/status.json", Host="evil.example")[0] == 400
    assert fetch(served, "/status.json", Host="localhost")[0] == 200


def test_an_unknown_page_has_the_one_error_shape(served: ServedHq) -> None:
    status, body = fetch(served, "/nothing")
    assert (status, json.loads(body)["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "address", ["0.0.0.0:1", "192.168.1.5:8444", "hq.example:8444", "[::]:8444", "127.0.0.1.example:1"]
)
def test_the_page_is_not_served_to_the_world(address: str) -> None:
    with pytest.raises(HqError, match="loopback only"):
        require_loopback(address)


@pytest.mark.parametrize("address", ["127.0.0.1:0", "localhost:8444", "[::1]:8444"])
def test_the_page_is_served_on_loopback(address: str) -> None:
    require_loopback(address)


@pytest.mark.parametrize("address", ["", "8443", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ":80"])
def test_an_address_is_host_and_port(address: str) -> None:
    with pytest.raises(HqError, match="HOST:PORT"):
        split_address(address)


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1:0") as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(HqError, match=f"cannot listen on 127.0.0.1:{port}"):
            listen(f"127.0.0.1:{port}")


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["en"].keys() == WORDS["zh-CN"].keys()
    assert {f"outcome_{outcome.value}" for outcome in Outcome} <= WORDS["en"].keys()
    assert all(set(conflicts) == set(Reason) for conflicts in LANGUAGES.values())
    assert set(LANGUAGES) == {"en", "zh-CN"}


def test_a_value_that_is_missing_shows_as_a_question_mark() -> None:
    assert sentence(Reason.MEMBER_BLOCKED, {}).startswith("Member ? was blocked at HQ")
    assert "topped up more" in sentence(Reason.TOP_UP_WITHOUT_ROOM, {})
    shown = told(Reason.REFUND_UNVERIFIED, {"store": "s01", "amount_minor": 1205})
    assert shown.happened.startswith("s01 gave 12.05")


def test_an_empty_chain_has_a_calm_page() -> None:
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    empty = {
        "members": 0,
        "stores": 0,
        "products": 0,
        "points": {},
        "terminals": [],
        "programme": None,
        "awaited": [],
        "conflicts": [],
    }
    page = render({"chain": "x", "now_ms": 0, "zone": "Asia/Shanghai", "operations": counts, **empty}, "en")
    assert page.count("Nothing here yet.") == 2


def test_rules_past_their_end_are_shown_and_nobody_is_stopped(served: ServedHq) -> None:
    """At HQ, and at a terminal that has not heard of newer ones (sync.md, Identity and trust)."""
    device = join(served.headquarters, "s01", "1")
    over = {"programme": {"version": 2, "valid_until": "2026-11-19"}}
    beat = {**CONTACT, "heartbeat": {**CONTACT["heartbeat"], "directory": over}}
    with Client(served, device) as client:
        client.post("/v1/contact", beat)
    assert "s01-1 works by programme 2, which was planned to 2026-11-19." in fetch(served, "/")[1]
    assert "规则第 2 版计划有效期至 2026-11-19" in fetch(served, "/?lang=zh-CN")[1]
    facts = json.loads(fetch(served, "/status.json")[1])
    assert facts["programme"] == {"version": 3, "valid_until": "2027-12-31", "over": False}
    ended = render(facts | {"programme": facts["programme"] | {"over": True}}, "en")
    assert "Programme 3 was planned to 2027-12-31." in ended


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"version": 3, "valid_until": "2026-11-20"}, False),  # the last planned day is a good one
        ({"version": 3, "valid_until": "2026-11-19"}, True),
        ({"version": 3, "valid_until": 7}, None),
        ({"version": "<b>", "valid_until": "2026-11-19"}, None),
        ({"version": 3, "valid_until": "soon"}, None),
        (["x"], None),
        (None, None),
    ],
)
def test_a_heartbeat_may_say_anything_of_its_programme(said: object, shown: bool | None) -> None:
    told = programme_told(said, date(2026, 11, 20))
    assert (told and told["over"]) == shown
