"""Why an operation was flagged or parked, and the sentence that tells it to a shop owner."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """In order of precedence; an operation may have several."""

    UNREADABLE = "unreadable"
    MISADDRESSED = "misaddressed"
    MEMBER_UNKNOWN = "member_unknown"
    POSTINGS_UNKNOWN = "postings_unknown"
    MEMBER_BLOCKED = "member_blocked"
    LEASE_EXCEEDED = "lease_exceeded"
    COPYABLE_DAILY = "copyable_daily"
    BIRTHDAY_TWICE = "birthday_twice"
    RIGHT_NOT_GIVEN = "right_not_given"
    INTENT_TWICE = "intent_twice"
    REPLAY_DIFFERS = "replay_differs"
    REPLAY_IMPOSSIBLE = "replay_impossible"


SENTENCES: dict[Reason, dict[str, str]] = {
    Reason.UNREADABLE: {
        "en": "HQ could not read this record. It is kept as it came; its points are not booked yet.",
        "zh-CN": "总部读不懂这条记录。原始内容已保存，积分尚未入账。",
    },
    Reason.MISADDRESSED: {
        "en": "This record names another terminal or another place in its queue. It is kept; nothing is booked yet.",
        "zh-CN": "这条记录写的是另一台终端或另一个序号。已保存，尚未入账。",
    },
    Reason.MEMBER_UNKNOWN: {
        "en": "A sale for member {member}, whom HQ does not know. It is kept; its points are not booked yet.",
        "zh-CN": "会员 {member} 的一笔销售，但总部没有这位会员。已保存，积分尚未入账。",
    },
    Reason.POSTINGS_UNKNOWN: {
        "en": "HQ does not understand how this sale moves points. It is kept; its points are not booked yet.",
        "zh-CN": "总部不明白这笔销售的积分变动。已保存，积分尚未入账。",
    },
    Reason.MEMBER_BLOCKED: {
        "en": "Member {member} was blocked at HQ while the shop sold to them. The sale stands.",
        "zh-CN": "会员 {member} 已在总部停用，门店仍完成了销售。该笔销售有效。",
    },
    Reason.LEASE_EXCEEDED: {
        "en": "This terminal let member {member} use {shortfall} points more than it had been given. "
        "The sale stands; the member owes what the balance could not cover.",
        "zh-CN": "这台终端让会员 {member} 多用了 {shortfall} 积分。该笔销售有效；余额不足的部分记为会员欠分。",
    },
    Reason.COPYABLE_DAILY: {
        "en": "Member {member} used {used} points in one day with a card that can be copied; {limit} are allowed. "
        "This happens when two shops are offline at once. The sale stands.",
        "zh-CN": "会员 {member} 用可复制的卡一天用了 {used} 积分，上限是 {limit}。"
        "两家门店同时断网时会发生。该笔销售有效。",
    },
    Reason.BIRTHDAY_TWICE: {
        "en": "Member {member} has had the birthday offer {times} times for one birthday; once is meant. "
        "This happens when two shops are offline at once. The sale stands.",
        "zh-CN": "会员 {member} 同一个生日用了 {times} 次生日优惠，本应一次。两家门店同时断网时会发生。该笔销售有效。",
    },
    Reason.RIGHT_NOT_GIVEN: {
        "en": "This sale used rights that HQ has not given to the terminal ({rights}). They are kept in the books; "
        "the sale stands. Look where they came from.",
        "zh-CN": "这笔销售用了总部没有下发给该终端的权益（{rights}）。已记账，该笔销售有效，请查明来源。",
    },
    Reason.INTENT_TWICE: {
        "en": "The same purchase seems to have been rung up twice: it came from {other} as well. Both stand; "
        "look whether one must be refunded.",
        "zh-CN": "同一笔购买似乎结了两次：{other} 也有一笔。两笔都有效，请看是否需要退一笔。",
    },
    Reason.REPLAY_DIFFERS: {
        "en": "HQ calculated this sale again and got another result. The price that was shown is honoured.",
        "zh-CN": "总部重新计算这笔销售，结果不同。以当时显示的价格为准。",
    },
    Reason.REPLAY_IMPOSSIBLE: {
        "en": "HQ could not calculate this sale again: what it says of its basket cannot be read. The sale stands.",
        "zh-CN": "总部无法重新计算这笔销售：购物明细读不懂。该笔销售有效。",
    },
}


class _Filled(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(reason: Reason, params: dict[str, object], language: str = "en") -> str:
    """The sentence for people; a value that is not known shows as `?`."""
    return SENTENCES[reason][language].format_map(_Filled(params))
