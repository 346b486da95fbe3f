"""The conflicts in Chinese: for each reason what happened, who bears it, what to do."""

from __future__ import annotations

NOBODY_YET = "积分和储值尚未入账，暂无人承担。"
STANDS = "该笔销售有效。"
RETRY = "如终端版本较新，请先升级总部，再重试（stillpoint-hq parked retry）；否则请联系支持。"
ZH: dict[str, tuple[str, str, str]] = {
    "unreadable": ("总部读不懂这条记录，原始内容已保存。", NOBODY_YET, RETRY),
    "unbookable": (
        "总部读懂了这条记录，但无法入账，已原样保存。",
        NOBODY_YET,
        "这是总部的故障：请带总部日志联系支持。升级后再重试（stillpoint-hq parked retry）。",
    ),
    "misaddressed": (
        "这条记录写的是另一台终端或另一个序号，已原样保存。",
        NOBODY_YET,
        "请查是否有两台终端用了同一个名称，并联系支持。",
    ),
    "member_unknown": (
        "会员 {member} 的一条记录，但总部没有这位会员，已原样保存。",
        NOBODY_YET,
        "请查明此人；会员建好后重试（stillpoint-hq parked retry）。",
    ),
    "postings_unknown": ("总部不明白这条记录的积分或储值变动，已原样保存。", NOBODY_YET, RETRY),
    "member_blocked": (
        "会员 {member} 已在总部停用，门店仍为其办理了业务。",
        STANDS + "如果卡是被盗的，所用部分由商家承担。",
        "如果用了积分或储值，请向门店了解是谁。",
    ),
    "lease_exceeded": (
        "这台终端让会员 {member} 多用了 {shortfall} 积分，超出下发的额度。",
        "该笔销售有效；余额不足的部分记为会员欠分，以后的新积分先还。",
        "请停用并检查这台终端：正常的终端不会这样。",
    ),
    "value_lease_exceeded": (
        "这台终端让会员 {member} 多付了 {short_minor} 储值，超出下发的额度。",
        "该笔销售有效；会员余额不足的部分由商家承担。",
        "请停用并检查这台终端：正常的终端不会这样。",
    ),
    "coupon_twice": (
        "优惠券 {coupon} 在不该有它的地方被使用，可能用了两次。",
        "该笔销售有效；第二次优惠由商家承担。",
        "请查它还在哪里用过，谁能复制它。",
    ),
    "copyable_daily": (
        "会员 {member} 用可复制的卡一天用了 {used} 积分，上限是 {limit}。",
        "该笔销售有效。两家门店同时断网时会发生；积分由会员承担。",
        "请向会员核实；如非本人，请停用该卡并退还积分。",
    ),
    "birthday_twice": (
        "会员 {member} 同一个生日用了 {times} 次生日优惠，本应一次。",
        "该笔销售有效，优惠由商家承担。两家门店同时断网时会发生。",
        "偶尔发生可不处理。",
    ),
    "right_not_given": (
        "这条记录用了总部没有下发给该终端的权益（{rights}）。",
        "记录有效并已入账，所给优惠由商家承担。",
        "请查明权益的来源。",
    ),
    "top_up_without_room": (
        "这台终端为会员 {member} 充值，超出下发的充值额度。",
        "充值有效，钱在会员卡上。",
        "请查是否超过储值上限，并检查该终端。",
    ),
    "top_up_over_limit": (
        "会员 {member} 现有储值本金 {held_minor}，上限是 {limit_minor}。",
        "充值有效；是否合规由商家负责。",
        "请提出退还超出部分，用完前不再为其充值。",
    ),
    "merged_limit": (
        "会员 {stays} 曾有两个账号，合计用了 {used}，而上限是 {limit}。",
        "记录有效；超出上限的部分由商家承担。",
        "一般不用处理；如果有人故意持两张卡，请查还有什么享受了两次。",
    ),
    "refund_unverified": (
        "{store} 未见到原销售，凭店长授权退了现金 {amount_minor}。",
        "查到原销售之前由门店承担。",
        "请找到小票，并确认该笔销售没有在别处也退过。",
    ),
    "refund_of_unknown_sale": (
        "退了销售 {sale} 的商品，但总部没有这笔销售或读不懂。",
        "退货有效；如果没有这笔销售，由门店承担。",
        "请等销售终端上传；一直没有则请询问门店。",
    ),
    "refund_without_right": (
        "销售 {sale} 被没有退货权的终端退了货；退货权在 {holder}。",
        "退货有效；如果同一商品在别处也退过，由该门店承担。",
        "请核对两家门店对这笔销售的退货，并检查该终端。",
    ),
    "refund_unreadable": (
        "销售 {sale} 的退货没有写明退了什么，总部读不懂。",
        "退货有效；可能被重复退的部分由门店承担。",
        "有人查看之前，请勿再退这笔销售。",
    ),
    "refund_twice": (
        "销售 {sale} 退回的商品多于卖出的（第 {lines} 行）。",
        "两次退货都有效；第二次由最后退货的门店承担。",
        "请向该门店了解来人；可能是一张小票去了两家店，或收银机有故障。",
    ),
    "intent_twice": (
        "同一笔购买似乎结了两次：{other} 也有一笔。",
        "两笔都有效；退款之前第二笔由会员承担。",
        "请查是否只买了一次；如是，请退这一笔。",
    ),
    "replay_differs": (
        "总部重新计算这条记录，结果不同。",
        "以当时显示的价格为准，差额由商家承担。",
        "请查终端上的方案是否损坏；再次发生请联系支持。",
    ),
    "replay_impossible": (
        "总部无法重新计算这条记录：购物明细读不懂。",
        "记录有效，无人承担损失。",
        "再次发生请联系支持。",
    ),
}
