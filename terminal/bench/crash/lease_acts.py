"""What moves leases and rights: every asset granted, spent, refunded, recalled, returned, released, expired, pruned."""

from __future__ import annotations

from dataclasses import replace

from loyalty.ledger import Account, Asset
from protocol.lease import Recall, RefundRight
from protocol.operation import Kind, OperationKey, PostingRecord
from protocol.sale_records import CouponRecord, ValueLotRecord
from terminal.bench.crash.made import LATER, NOON_MS, TODAY, Till, moved
from terminal.store.pruning import DAY_MS, KEPT_MS

HOUR_MS = DAY_MS // 24
OTHER = "crash-2"  # the terminal whose sales may be refunded here


def grant_rights(till: Till) -> None:
    """Stored value, a coupon, room under a limit, and the right to refund another terminal's sale."""
    number, member = till.ledger.grants_applied() + 1, till.member()
    lot = ValueLotRecord(id=f"hq.v{number}", principal=1000, bonus=200, spent=0, topped_up_on=TODAY)
    coupon = CouponRecord(code=f"K{number}", rule="ten", holder=member, expires_on=LATER)
    sold = OperationKey(device=OTHER, epoch=1, seq=number)
    right = RefundRight(sale=sold, operation="{}", so_far={"times": 0})
    till.grant(
        member, value=(lot,), coupons=(coupon,), limits={f"member:units:ever:cake:{member}": 3}, refunds=(right,)
    )


def pay_by_value(till: Till) -> None:
    """Half of what is left of a lot, out of its principal and its bonus as the lot says."""
    member = till.member()
    made: list[PostingRecord] = []
    for lot in till.ledger.held(member).value[:1]:
        after = replace(lot, spent=lot.spent + lot.left // 2)
        parts = {
            Asset.PRINCIPAL: lot.principal_left - after.principal_left,
            Asset.BONUS: lot.bonus_left - after.bonus_left,
        }
        for asset, amount in parts.items():
            made += moved(asset, lot.id, amount, Account.LEASE, Account.REDEEMED) if amount else []
    till.append(Kind.SALE, member, made)


def use_rights(till: Till) -> None:
    """A coupon and room under a limit."""
    member = till.member()
    held = till.ledger.held(member)
    made = [
        move
        for coupon in held.coupons[:1]
        for move in moved(Asset.COUPON, coupon.code, 1, Account.LEASE, Account.REDEEMED)
    ]
    for key in sorted(held.limits)[:1]:
        made += moved(Asset.LIMIT, key, 1, Account.LEASE, Account.USED)
    till.append(Kind.SALE, member, made)


def top_up(till: Till) -> None:
    """A lot of its own, whole (F051)."""
    lot, amount = till.name, till.chance.randint(100, 5000)
    made = moved(Asset.PRINCIPAL, lot, amount, Account.ISSUED, Account.LEASE)
    made += moved(Asset.BONUS, lot, amount // 10, Account.ISSUED, Account.LEASE)
    terms = ValueLotRecord(id=lot, principal=amount, bonus=amount // 10, spent=0, topped_up_on=TODAY)
    till.append(Kind.TOP_UP, till.member(), made, lot=terms.model_dump(mode="json"))


def refund(till: Till) -> None:
    """A sale of another terminal, once more; the right moves on."""
    for sale in till.ledger.rights_granted()[:1]:
        right = till.ledger.refund_right(sale)
        assert right is not None, f"the right to refund {sale.name} was granted"
        after = {"times": right.so_far["times"] + 1}
        till.append(Kind.REFUND, till.member(), [], sale=sale.model_dump(), so_far=right.so_far, after=after)


def recall(till: Till) -> None:
    """HQ wants back some of what lies here."""
    member = till.member()
    wanted = [Recall(asset=Asset.POINTS, lot=lot.id, amount=lot.points) for lot in till.ledger.lease(member)[:2]]
    wanted += [Recall(sale=sale) for sale in till.ledger.rights_granted()[:1]]
    if wanted:
        till.grant(member, recalls=tuple(wanted))


def answer_recall(till: Till) -> None:
    """The oldest one, as far as what it wants is still here."""
    for asked in till.ledger.recalls()[:1]:
        about = asked.recall
        if about.sale is not None:
            sales = [about.sale.model_dump()]
            till.append(Kind.RELEASE, None, [], intent=asked.intent, sales=sales, recall=asked.number)
            return
        lots = {lot.id: lot.points for lot in till.ledger.lease(asked.member or "")}
        left = min(lots.get(about.lot or "", 0), about.amount)
        made = moved(Asset.POINTS, about.lot or "", left, Account.LEASE, Account.POOL) if left else []
        till.append(Kind.LEASE_RETURN, asked.member, made, intent=asked.intent, recall=asked.number)


def release_all(till: Till) -> None:
    """After the business date."""
    if till.ledger.head().seq:
        till.append(Kind.RELEASE, None, [], through=till.ledger.head().seq)


def expire(till: Till) -> None:
    member = till.member()
    for lot in till.ledger.lease(member)[:1]:
        made = moved(Asset.POINTS, lot.id, lot.points, Account.LEASE, Account.EXPIRED)
        till.append(Kind.EXPIRE, member, made, day=LATER)


def mark(till: Till) -> None:
    """HQ is known to hold everything so far."""
    assert till.ledger.prune(NOON_MS) == 0


def mark_late(till: Till) -> None:
    """The same once more, shortly before the first is due."""
    assert till.ledger.prune(NOON_MS + KEPT_MS - HOUR_MS) == 0


def prune(till: Till) -> None:
    assert till.ledger.prune(NOON_MS + KEPT_MS) > 0


ACTS = {
    "grant_rights": (grant_rights, 6),
    "pay_by_value": (pay_by_value, 5),
    "use_rights": (use_rights, 5),
    "top_up": (top_up, 5),
    "refund": (refund, 4),
    "recall": (recall, 4),
    "answer_recall": (answer_recall, 4),
    "release_all": (release_all, 2),
    "expire": (expire, 3),
}
