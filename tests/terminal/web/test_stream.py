"""The pages' side: the cookie, the actions and the stream."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from terminal.bench.till_client import TillClient
from terminal.counter.desk import Tap
from tests.terminal.shops import ADA, CY, LOST, RICE, TEA
from tests.terminal.web.served import Served, served_shop


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path) as shop:
        yield shop


def test_a_tap_reaches_the_member_screen_and_the_light(served: Served) -> None:
    with TillClient(served.url, "member") as page:
        page.until(lambda view: view["member_screen"]["screen"] == "idle")
        served.station.card(ADA, "uid", Tap("tap-1", 5)).result(10)
        view = page.until(lambda view: view["tap"] is not None)
    assert view["tap"] == {"id": "tap-1", "at_ns": 5}
    screen = view["member_screen"]
    assert (screen["screen"], screen["language"]) == ("greeting", "zh-CN")
    assert screen["member"]["balance"]["here"] == 600
    assert served.lights == ["ok"]


def test_the_screen_speaks_the_members_language(served: Served) -> None:
    with TillClient(served.url, "member") as page:
        served.station.card(CY, "uid", Tap("t", 0)).result(10)
        view = page.until(lambda view: view["member_screen"]["member"] is not None)
    assert view["member_screen"]["language"] == "en"


def test_a_blocked_card_is_a_notice_on_both_screens(served: Served) -> None:
    served.station.card(LOST, "uid", Tap("t", 0)).result(10)
    assert served.lights == ["refused"]
    with TillClient(served.url, "member") as member, TillClient(served.url, "counter") as counter:
        assert member.until(lambda view: True)["member_screen"]["notice"]["code"] == "card_blocked"
        assert counter.until(lambda view: True)["counter"]["notice"]["code"] == "card_blocked"


def test_the_counter_sells(served: Served) -> None:
    with TillClient(served.url) as page:
        assert page.act("counter/scan", {"code": TEA}) == (200, {"ok": True})
        assert page.act("counter/quantity", {"no": 1, "quantity": 3})[0] == 200
        view = page.until(lambda view: view["counter"]["basket"]["due"] == 15000)
        pay = {"intent": view["counter"]["intent"], "tenders": [{"kind": "cash", "amount": 20000}]}
        status, answer = page.act("counter/pay", pay)
        assert (status, answer["receipt"]["change"]) == (200, 5000)
        assert page.act("counter/pay", pay) == (status, answer)
        assert page.until(lambda view: view["counter"]["phase"] == "paid")["counter"]["receipt"] == answer["receipt"]
        page.act("counter/next", {})
        assert page.until(lambda view: view["counter"]["phase"] == "open")["counter"]["basket"]["lines"] == []


def test_a_refused_action_is_a_problem_and_a_notice(served: Served) -> None:
    with TillClient(served.url) as page:
        status, answer = page.act("counter/scan", {"code": "6901234567885"})
        assert (status, answer["error"]["code"]) == (404, "barcode_unknown")
        view = page.until(lambda view: view["counter"]["notice"] is not None)
        assert view["counter"]["notice"]["params"] == {"code": "6901234567885"}
        page.act("counter/scan", {"code": TEA})
        page.until(lambda view: view["counter"]["notice"] is None)


def test_points_that_are_not_here_are_asked_for_while_online(served: Served) -> None:
    served.lender.generous = True
    with TillClient(served.url) as page:
        served.station.card(ADA, "uid", Tap("t", 0)).result(10)
        page.act("counter/scan", {"code": RICE})
        page.act("counter/quantity", {"no": 1, "quantity": 5})
        page.act("counter/points", {"points": 900})
        page.until(lambda view: view["counter"]["basket"]["use"]["points"] == 900)
    assert [(wish.member, wish.points) for wish in served.lender.asked] == [("m1", 300)]


def test_every_action_of_the_pages_answers(served: Served) -> None:
    served.station.card(ADA, "uid", Tap("t", 0)).result(10)
    with TillClient(served.url) as page:
        actions = [
            ("counter/scan", {"code": RICE}),
            ("counter/offer", {"offer": "save-20", "removed": True}),
            ("counter/coupon", {"code": "K7Q2", "chosen": False}),
            ("counter/paying", {"on": True}),
            ("counter/paying", {"on": False}),
            ("counter/empty", {}),
            ("counter/bring_back", {}),
            ("keypad", {"key": "7"}),
            ("member/language", {"language": "en"}),
            ("member/more_time", {}),
            ("member/detail", {"open": True}),
            ("member/done", {}),
            ("counter/clear_member", {}),
        ]
        assert [page.act(action, body)[0] for action, body in actions] == [200] * len(actions)


def test_the_members_records_are_shown_when_asked_for(served: Served) -> None:
    with TillClient(served.url, "member") as page:
        served.station.card(ADA, "uid", Tap("t", 0)).result(10)
        page.act("counter/scan", {"code": RICE})
        intent = TillClient(served.url, "counter")
        with intent as counter:
            view = counter.until(lambda view: view["counter"]["basket"]["lines"])
            tenders = [{"kind": "card", "amount": view["counter"]["basket"]["due"]}]
            counter.act("counter/pay", {"intent": view["counter"]["intent"], "tenders": tenders})
        served.station.card(ADA, "uid", Tap("t2", 0)).result(10)
        page.act("member/detail", {"open": True})
        detail = page.until(lambda view: view["member_screen"]["detail"]["open"])["member_screen"]["detail"]
    assert [purchase["net"] for purchase in detail["purchases"]] == [8800]
    assert {row["kind"] for row in detail["points"]} == {"lot", "earned"}


def test_the_stream_is_for_pages_of_this_run_only(served: Served) -> None:
    address = served.url.replace("http", "ws") + "/api/v1/stream?view=counter"
    with pytest.raises(InvalidStatus):
        connect(address)
    cookie = {"cookie": "stillpoint_screen=screen-secret"}
    with connect(address, additional_headers=cookie) as socket:
        assert socket.recv(10)
    with pytest.raises(InvalidStatus):
        connect(address, additional_headers={**cookie, "origin": "http://127.0.0.1:1"})


def test_pages_forbid_what_is_not_their_own(served: Served) -> None:
    import urllib3

    page = urllib3.request("GET", served.url + "/counter")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "samesite=strict" in page.headers["set-cookie"].lower()
    assert "httponly" in page.headers["set-cookie"].lower()


def test_an_action_from_another_origin_is_refused(served: Served) -> None:
    headers = {"cookie": "stillpoint_screen=screen-secret", "origin": "http://127.0.0.1:9"}
    assert served.request("POST", "/api/v1/counter/scan", {"code": TEA}, **headers)[0] == 401
    headers["origin"] = served.url
    assert served.request("POST", "/api/v1/counter/scan", {"code": TEA}, **headers)[0] == 200
