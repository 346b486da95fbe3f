"""The member screen as a member uses it, and what it does when the terminal falls silent."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.fixture_server import Stage
from tests.browser.recorded_views import recorded
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def member(opened: Opener) -> Screen:
    screen = opened("/")
    screen.show("member_greeting")
    return screen


def test_a_balance_says_what_is_certain_what_waits_and_how_old_it_is(member: Screen) -> None:
    view = recorded("member_greeting")
    member.send(view)
    said = member.text(".balance")
    assert said.startswith("12,365 积分 本店可用 12,320 待确认 +45 数据截至 ")


def test_who_only_claims_to_be_a_member_is_greeted_without_a_balance(member: Screen) -> None:
    member.show("member_greeting_claimed")
    assert member.page.locator(".balance").count() == 0
    assert member.text(".progress") == "刷卡后可以查看积分。"
    assert member.page.get_by_text("消费与积分").count() == 0


def test_the_next_tier_is_said_unless_points_are_owed(member: Screen) -> None:
    assert member.text(".progress") == "再消费 ¥300.00 升级钻石"
    view = recorded("member_greeting")
    view["member_screen"]["member"]["balance"]["debt"] = 5
    member.send(view)
    assert member.page.locator(".progress").count() == 0


def test_a_basket_says_the_one_thing_that_is_nearest(member: Screen) -> None:
    """An offer within reach, else the next tier, else what membership saves."""
    member.show("member_basket")
    assert member.text(".reach").startswith("周末满减")
    assert member.page.locator(".progress").count() == 0
    member.show("member_basket_progress")
    assert "升级至尊黑钻终身荣誉会员" in member.text(".progress")
    member.show("member_basket_saves")
    assert member.text(".progress") == "会员本单为您省 ¥22.69"


def test_stamps_are_on_the_receipt(member: Screen) -> None:
    member.show("member_receipt")
    assert "茶饮集点卡 集点 +2" in member.text(".slip")


def test_offline_is_a_calm_pill(member: Screen) -> None:
    view = recorded("member_greeting")
    member.send({**view, "status": {**view["status"], "online": False, "waiting": 12}})
    assert member.text(".pill") == "离线营业：记录都已保存（12 笔待上传）"
    member.send({**recorded("member_greeting", "en"), "status": {**view["status"], "online": False, "waiting": 12}})
    assert member.text(".pill") == "Working offline: all scans are saved (12 waiting)"


def test_the_language_is_changed_by_the_terminal(member: Screen, stage: Stage) -> None:
    member.page.get_by_role("button", name="English").click()
    assert stage.pressed() == ("member/language", {"language": "en"})
    member.show("member_greeting", "en")
    assert member.text("h1") == "Hello, 王*明"
    assert member.page.evaluate("document.documentElement.lang") == "en"


def test_done_and_records(member: Screen, stage: Stage) -> None:
    member.page.get_by_role("button", name="消费与积分").click()
    assert stage.pressed() == ("member/detail", {"open": True})
    member.page.get_by_role("button", name="完成").click()
    assert stage.pressed() == ("member/done", {})


def test_records_have_two_lists(member: Screen, stage: Stage) -> None:
    member.show("member_detail")
    assert "s01-000123 得 15 分 用 1,100 分 ¥156.00" in member.text(".records li")
    member.page.get_by_role("tab", name="积分明细").click()
    assert member.text(".records").startswith("现有积分 2025年1月15日 有效期至 2026年12月31日 5,000")
    assert "消费抵现 −1,100" in member.text(".records")
    member.page.get_by_role("button", name="返回").click()
    assert stage.pressed() == ("member/detail", {"open": False})


def test_a_list_scrolls_by_keys_before_it_is_left(member: Screen) -> None:
    member.show("member_detail")
    member.page.locator(".records").focus()
    member.press("ArrowDown")
    assert member.page.evaluate("document.querySelector('.records').scrollTop") > 100
    assert member.page.evaluate("document.activeElement.matches('.records')")
    member.press(*["ArrowDown"] * 10)
    assert member.page.evaluate("document.activeElement.textContent") in (
        "返回",
        "完成",
        "简体中文",
        "繁體中文",
        "English",
    )


def test_a_warning_counts_down_and_gives_more_time(opened: Opener, stage: Stage) -> None:
    screen = opened("/")
    screen.show("member_warning", warning_ms=20_000)
    first = int(screen.text(".seconds").removesuffix("秒"))
    screen.show("member_warning", warning_ms=4_900)
    second = int(screen.text(".seconds").removesuffix("秒"))
    assert 20 >= first > 5 >= second
    screen.press("Enter")
    assert stage.pressed() == ("member/more_time", {})
    screen.show("member_greeting")
    assert screen.page.locator(".warning").count() == 0


def test_a_notice_is_a_sentence_and_what_to_do(member: Screen, stage: Stage) -> None:
    member.show("member_notice_unknown")
    assert member.text("h1") == "没有找到这张会员卡"
    assert member.text(".notice p") == "请把卡交给收银员看一看。"
    member.page.get_by_role("button", name="好的").click()
    assert stage.pressed() == ("member/done", {})


def test_yen_has_no_cents(member: Screen) -> None:
    member.show("member_basket_yen")
    assert member.text(".due strong") == "¥14,431"


def test_a_members_name_is_only_text(member: Screen) -> None:
    view = recorded("member_greeting")
    view["member_screen"]["member"]["name"] = "<img src=x onerror=alert(1)>"
    member.send(view)
    assert member.text("h1") == "<img src=x onerror=alert(1)>，您好"
    assert member.page.locator("h1 img").count() == 0


def test_paints_are_recorded_once_and_bounded(member: Screen) -> None:
    member.page.evaluate("() => window.stillpointPaints.splice(0)")
    view = {**recorded("member_greeting"), "tap": {"id": "tap a", "at_ns": 1}}
    member.stage.show(view)
    member.stage.show(view)
    member.send(view)
    paints = member.page.evaluate("window.stillpointPaints")
    assert [paint["tap_id"] for paint in paints][:1] == ["tap a"]
    assert len(paints) == 2, "one tap in two messages is one paint"
    assert abs(paints[0]["painted_at"] - member.page.evaluate("Date.now()")) < 60_000
    member.page.evaluate("() => window.stillpointPaints.push(...Array(700).fill({ tap_id: 'old', painted_at: 0 }))")
    member.send(recorded("member_greeting"))
    assert member.page.evaluate("window.stillpointPaints.length") == 500


def test_a_silent_terminal_takes_the_member_off_the_screen(opened: Opener, stage: Stage) -> None:
    screen = opened("/")
    screen.show("member_greeting")
    stage.drop_streams()
    screen.wait_for(".pill.connecting")
    screen.wait_for(".pill.online")
    assert screen.text("h1") == "王*明，您好", "a short gap changes nothing"
    with stage.outage.silent():
        stage.drop_streams()
        screen.wait_for(".notice.quiet")
        assert "王*明" not in screen.page.locator("body").inner_text()
        assert screen.text("h1") == "请稍候"
    screen.wait_for(".greeting")
    screen.faults.clear()


def test_a_terminal_that_started_anew_gets_its_page_fetched_anew(opened: Opener, stage: Stage) -> None:
    """The page's cookie belongs to the run that served it: a stream refused by a healthy terminal means a new run."""
    screen = opened("/")
    screen.show("member_greeting")
    served = stage.outage.pages_served
    with stage.outage.refusing_streams(), screen.page.expect_navigation():
        stage.drop_streams()
    assert stage.outage.pages_served > served
    screen.wait_for(".greeting")
    screen.faults.clear()
