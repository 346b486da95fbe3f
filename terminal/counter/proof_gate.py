"""Whether the proof that was shown is enough for what is asked, by HQ's table; else the sentence says what would do."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty import Sale
from loyalty.assurance import Action, Need, Shown, Way, judge
from loyalty.ledger import Account, Asset, Posting
from loyalty.sale import TenderKind
from protocol.operation import PostingRecord
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember

FORBIDDEN = 403
_MONEY = frozenset({Action.SPEND_VALUE, Action.TOP_UP})
_ASKED = (Need.LEVEL, Need.KEY, Need.PIN, Need.STAFF, Need.HQ)  # of several things the hardest is named
_NOT_HERE = frozenset({Need.STAFF})  # nobody can bring it to a till: other ways are named first
_CLAIMED = "P0"
_RECENT = 50  # sales of one member at this till on one day: more are not looked at


def require_proof(shop: Shop, action: Action, shown: Shown, amount: int = 0, used: int = 0) -> None:
    """Raises Refusal proof_… unless `action` is allowed for `amount` after `used` of the same day."""
    verdict = judge(shop.configured().table, action, shown, amount, used)
    if verdict.allowed:
        return
    last = _NOT_HERE | {Need.KEY if shop.configured().pins else Need.PIN}  # a PIN is sooner here than a key
    ways = sorted(verdict.ways, key=lambda way: bool(way.needs & last))
    raise _told(ways[0], action) if ways else Refusal("proof_never", FORBIDDEN)


def _told(way: Way, action: Action) -> Refusal:
    need = next((need for need in _ASKED if need in way.needs), Need.LESS)
    if need is Need.LEVEL:
        return Refusal(f"proof_level_{(way.level or _CLAIMED).lower()}", FORBIDDEN)
    if need is not Need.LESS:
        return Refusal(f"proof_{need.value}", FORBIDDEN)
    if action is Action.EARN:
        return Refusal("proof_less_earned", FORBIDDEN, most=way.most)
    if action in _MONEY:
        return Refusal("proof_less_value", FORBIDDEN, most_minor=way.most)
    return Refusal("proof_less_points", FORBIDDEN, most=way.most)


def require_for_sale(shop: Shop, member: KnownMember, sale: Sale, shown: Shown, copyable_used: int) -> None:
    """Look at what a sale would take from the member and give him, before it is made. `copyable_used` are the points
    that were redeemed today for proofs that can be copied. Raises Refusal as `require_proof`."""
    redeemed = -_moved(sale.postings, Account.REDEEMED)
    if redeemed > 0:
        require_proof(shop, Action.REDEEM, shown, redeemed, copyable_used)
    value = sum(tender.amount for tender in sale.tenders if tender.kind is TenderKind.STORED_VALUE)
    if value:
        require_proof(shop, Action.SPEND_VALUE, shown, value)
    earned = _moved(sale.postings, Account.ISSUED)
    if earned > 0:
        require_proof(shop, Action.EARN, shown, earned, _claimed(shop, member) if shown.level == _CLAIMED else 0)


def _claimed(shop: Shop, member: KnownMember) -> int:
    """The points that this member earned here today without any proof."""
    today = shop.moment().business_date().isoformat()
    sales = [sale for sale in shop.ledger.sales_of(member.id, _RECENT) if sale.business_date == today]
    unproven = [sale for sale in sales if sale.detail["state"]["assurance"] == _CLAIMED]
    return sum(_moved(sale.postings, Account.ISSUED) for sale in unproven)


def _moved(postings: Iterable[Posting | PostingRecord], account: Account) -> int:
    """Points that left `account`: positive for what was issued, negative for what was redeemed."""
    return -sum(p.amount for p in postings if p.asset is Asset.POINTS and p.account is account)
