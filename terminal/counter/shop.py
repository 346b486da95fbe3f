"""What the till knows at this moment: the directory from HQ and its own ledger on top (sync.md, Feed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from loyalty import MemberFacts, Moment, Programme, TillState, read_programme
from loyalty.coupon import Coupon
from loyalty.limit_keys import limit_key
from loyalty.limits import Scope
from loyalty.lots import Lot
from protocol.directory import CardState, MemberRow, MemberState, StoreRow, card_key
from protocol.feed import Bucket
from protocol.signing import Signed
from terminal.clock import ClockReading
from terminal.counter.phrase import Refusal
from terminal.identity import Identity
from terminal.store.directory import Directory
from terminal.store.effects import Effects
from terminal.store.ledger import Ledger

PROGRAMME = "programme"  # purpose of the signed document
COPYABLE = "P1"  # a UID proves nothing that a copy could not (cards.md)


@dataclass(frozen=True)
class Balance:
    """Points as far as they are known here. `here` can be spent now without asking; `waiting` is not yet confirmed."""

    total: int
    here: int
    waiting: int
    debt: int
    as_of_ms: int | None


def no_coupons(member: MemberRow | None) -> tuple[Coupon, ...]:
    """Where HQ has placed none."""
    return ()


@dataclass(frozen=True)
class Shop:
    """Ledger, directory, identity and clock of one terminal; used by the till's one thread only.

    `coupons` says which coupons lie here, of a member and of bearers: each at one till only (sync.md, Leases 7).
    """

    ledger: Ledger
    directory: Directory
    identity: Identity
    clock: Callable[[], ClockReading]
    coupons: Callable[[MemberRow | None], tuple[Coupon, ...]] = no_coupons

    def store(self) -> StoreRow:
        """Raises Refusal `directory_empty` before the first contact with HQ."""
        store = self.directory.store(self.identity.store)
        if store is None:
            raise Refusal("directory_empty", 503)
        return store

    def moment(self) -> Moment:
        store = self.store()
        return Moment(self.clock().utc_ms, store.zone, store.cutoff_hours)

    def programme(self) -> Programme:
        """The newest programme that HQ signed. Raises Refusal `programme_missing` if there is none yet."""
        signed = self.directory.programme()
        if signed is None:
            raise Refusal("programme_missing", 503)
        return _read(signed, self.identity.trust_key)

    def identify(self, uid: str, technology: str = "uid") -> MemberRow:
        """The member of a card. Raises Refusal card_random, card_unknown, card_blocked or member_blocked; before all
        members are here, directory_empty."""
        if technology == "random_uid":
            raise Refusal("card_random", 404)
        card = self.directory.card(card_key(bytes.fromhex(self.identity.lookup_key), uid))
        if card is None:
            raise Refusal("card_unknown", 404) if self._members_known() else Refusal("directory_empty", 503)
        if card.state is not CardState.ACTIVE:
            raise Refusal("card_blocked", 403)
        return self.member(card.member)

    def member(self, member: str) -> MemberRow:
        """Raises Refusal card_unknown or member_blocked."""
        row = self.directory.member(member)
        if row is None:
            raise Refusal("card_unknown", 404)
        if row.state is not MemberState.ACTIVE:
            raise Refusal("member_blocked", 403)
        return row

    def state(self, member: MemberRow | None, assurance: str = COPYABLE) -> TillState:
        """What may be used here now. Nothing that was placed here is spent once the right to spend has run out
        (rule 4); stamps that were collected here are of this terminal alone, like points."""
        may_spend, used = not self.spending_stopped(), self._counted_here()
        coupons = self.coupons(member) if may_spend else ()
        if member is None:
            return TillState(store=self.identity.store, used=used, coupons=coupons)
        rights = self.ledger.rights(member.id)
        once = {key: max(rights.used.get(key, 0), member.used.get(key, 0)) for key in (*rights.used, *member.used)}
        return TillState(
            lots=self._fresh(self.ledger.lease(member.id)) if may_spend else (),
            assurance=assurance,
            copyable_used=self._copyable_used(member, self.moment().business_date().isoformat()),
            store=self.identity.store,
            debt=self._debt(member),
            used={**_birthdays(once), **used},
            coupons=coupons,
            stamps=rights.stamps if may_spend else {},
        )

    def missing(self, points: int, member: MemberRow | None) -> int:
        """How many of `points` this terminal's lease does not hold: what it could ask HQ for while online."""
        return max(0, points - sum(lot.points for lot in self.state(member).lots))

    def spending_stopped(self) -> bool:
        until = self.ledger.spend_until()
        return until is None or self.clock().utc_ms > until

    def facts(self, member: MemberRow | None) -> MemberFacts | None:
        """What the programme may know of a member, as far as HQ has told; purchases made here since then count."""
        if member is None:
            return None
        before = member.purchases
        return MemberFacts(
            id=member.id,
            tier=member.tier,
            birthday=member.birthday,
            birthday_changed_on=member.birthday_changed_on,
            groups=frozenset(member.groups),
            purchases=None if before is None else before + self._effects(member).sales,
            qualifying=member.qualifying,
        )

    def balance(self, member: MemberRow) -> Balance:
        """HQ's row and the effects of own operations above `applied_seq`, without what has expired."""
        lots = self.lots(member)
        total = sum(lot.points for lot in lots)
        here = sum(lot.points for lot in self.state(member).lots)
        bucket = self.directory.bucket(Bucket.MEMBERS)
        new = self._fresh(self._effects(member).new_lots)
        waiting = member.pending + self._effects(member).pending + sum(lot.points for lot in new)
        return Balance(total, here, waiting, self._debt(member), bucket.as_of_ms if bucket else None)

    def lots(self, member: MemberRow) -> tuple[Lot, ...]:
        """The member's whole active balance by lot, as far as it is known here."""
        effects = self._effects(member)
        rows = [Lot(row.id, row.points, row.earned_on, row.expires_on) for row in member.lots]
        every = {lot.id: lot for lot in (*rows, *(Lot(n.id, 0, n.earned_on, n.expires_on) for n in effects.new_lots))}
        left = (
            Lot(lot.id, lot.points + effects.by_lot.get(lot.id, 0), lot.earned_on, lot.expires_on)
            for lot in every.values()
        )
        return self._fresh(tuple(lot for lot in left if lot.points > 0))

    def _members_known(self) -> bool:
        """Whether the directory has ever held all of HQ's members: before that nobody can be called unknown."""
        bucket = self.directory.bucket(Bucket.MEMBERS)
        return bucket is not None and bucket.as_of_ms is not None

    def _effects(self, member: MemberRow) -> Effects:
        """Own operations that HQ's row of this member does not hold yet."""
        return self.ledger.effects(member.id, self.directory.applied_seq(member.id))

    def _debt(self, member: MemberRow) -> int:
        """What HQ says is owed, less what was paid here since."""
        return max(0, member.debt - self._effects(member).debt_paid)

    def _counted_here(self) -> dict[str, int]:
        """What this terminal has used of its own limits in their present periods (D29)."""
        counted = self.ledger.counted()
        if not counted:
            return {}
        today = self.moment().business_date()
        keys = (
            limit_key(offer.id, limit, today, None, self.identity.store)
            for offer in self.programme().offers
            for limit in offer.limits
            if limit.scope is Scope.TERMINAL
        )
        return {key: counted[key] for key in keys if key in counted}

    def _copyable_used(self, member: MemberRow, business_date: str) -> int:
        known = member.copyable_used
        before = known.points if known and known.business_date == business_date else 0
        return before + self._effects(member).copyable.get(business_date, 0)

    def _fresh(self, lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
        """Without lots whose last good day has passed in the programme's zone (D20)."""
        zone = self.programme().zone
        today = Moment(self.clock().utc_ms, zone).local().date().isoformat()
        return tuple(lot for lot in lots if lot.expires_on is None or lot.expires_on >= today)


def _birthdays(used: Mapping[str, int]) -> dict[str, int]:
    """The rights that are used once for each birthday (D19)."""
    return {key: count for key, count in used.items() if key.startswith("birthday:")}


@lru_cache(maxsize=2)
def _read(signed: Signed, trust_key: str) -> Programme:
    """Verified again on the way out: the file could have been changed on disk."""
    return read_programme(signed.open(PROGRAMME, trust_key))
