"""What the till knows at this moment: the directory from HQ and its own ledger on top (sync.md, Feed)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from cards.aes import AesKey
from cards.plugin import CardPlugin
from loyalty import MemberFacts, Moment, Programme, TillState, read_programme
from loyalty.coupon import Coupon
from loyalty.limit_keys import limit_key
from loyalty.limits import Scope
from loyalty.lots import Lot
from loyalty.possession import Challenge, Proof
from loyalty.value import ValueLot
from protocol.directory import CardRow, CardState, MemberState, StoreRow
from protocol.feed import RowKind
from protocol.request_signature import key_name
from protocol.signing import Signed
from terminal.clock import ClockReading
from terminal.counter.configured import NOTHING_TOLD, Configured, read_configured
from terminal.counter.denied import NOBODY, Denied, read_denied
from terminal.counter.phrase import Refusal
from terminal.counter.pins_here import PinsHere
from terminal.identity import Identity
from terminal.store.directory import Directory, Stamp
from terminal.store.effects import Effects
from terminal.store.held import Held
from terminal.store.known_member import KnownMember
from terminal.store.ledger import Ledger

PROGRAMME = "programme"  # purpose of the signed document
COPYABLE = Proof("P1")  # a UID proves nothing that a copy could not (cards.md)
NOTHING = Held()
CardKeys = Callable[[str, int], AesKey | None]  # by the card's directory key, and the version of its master


@dataclass
class _Kept:
    """What was worked out last and is still so while its key is the same."""

    programme: tuple[Stamp, Programme] | None = None
    effects: tuple[tuple[str, int, int], Effects] | None = None
    asked: dict[str, int] = field(default_factory=dict)
    spoken_with: tuple[str, Challenge] | None = None


@dataclass(frozen=True)
class Shop:
    """Ledger, directory, identity and clock of one terminal; used by the till's one thread only.

    `online` is whether HQ was reached at the last attempt. `card_keys` and `link_keys` give keys of cards as far as
    they are at hand here, `want_key` hears the UIDs of those whose key is not. Without `pins` none can be given here.
    `card_plugins` are kinds of cards that can be asked here, by name, beside those of `cards.challenge`.
    """

    ledger: Ledger
    directory: Directory
    identity: Identity
    clock: Callable[[], ClockReading]
    online: Callable[[], bool] = lambda: False
    card_keys: CardKeys = field(default=lambda _card, _version: None, repr=False)
    link_keys: CardKeys = field(default=lambda _card, _version: None, repr=False)
    want_key: Callable[[str], object] = lambda _uid: None
    pins: PinsHere | None = None
    card_plugins: Mapping[str, CardPlugin] = field(default_factory=dict)
    _kept: _Kept = field(default_factory=_Kept, init=False, repr=False, compare=False)

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
        stamp, kept = self.directory.stamp(), self._kept.programme
        if kept is not None and kept[0] == stamp:
            return kept[1]
        signed = self.directory.programme()
        if signed is None:
            raise Refusal("programme_missing", 503)
        programme = _read(signed, self.identity.trust_key)
        self._kept.programme = (stamp, programme)
        return programme

    def programme_of(self, version: int) -> Programme:
        """The programme of a sale's version, which HQ keeps in the directory. Raises Refusal `programme_missing`."""
        current = self.programme()
        if current.version == version:
            return current
        signed = self.directory.programme(version)
        if signed is None:
            raise Refusal("programme_missing", 503)
        return _read(signed, self.identity.trust_key)

    @property
    def lookup_key(self) -> bytes:
        """What UIDs, member references and numbers become keys of the directory with."""
        return bytes.fromhex(self.identity.lookup_key)

    def holder(self, key: str) -> KnownMember:
        """The member to whom this key of a card, a code or a number leads. Raises Refusal as `card` and `member`."""
        return self.member(self.card(key).member)

    def card(self, key: str) -> CardRow:
        """What HQ tells of a card. Raises Refusal card_unknown or card_blocked; before all members are here,
        directory_empty."""
        if key in self.denied().cards:
            raise Refusal("card_blocked", 403)
        card = self.directory.card(key)
        if card is None:
            raise Refusal("card_unknown", 404) if self._members_known() else Refusal("directory_empty", 503)
        if card.state is not CardState.ACTIVE:
            raise Refusal("card_blocked", 403)
        return card

    def spoke(self, card: str, challenge: Challenge) -> None:
        """What became of the question to the card that is at the till. Only a key that it has proven, or a plug-in that
        failed before it said anything, counts until it leaves."""
        lasts = challenge in {Challenge.PASSED, Challenge.NO_KEY}
        self._kept.spoken_with = (card, challenge) if lasts else None

    def left(self) -> None:
        """No card that was spoken with is at the till any more."""
        self._kept.spoken_with = None

    def spoken(self, card: str) -> Challenge | None:
        """What `spoke` was told of this card, if it is the one at the till."""
        found = self._kept.spoken_with
        return found[1] if found is not None and found[0] == card else None

    def member(self, member: str) -> KnownMember:
        """Raises Refusal card_unknown or member_blocked."""
        row = self.directory.member(member)
        if row is None:
            raise Refusal("card_unknown", 404)
        if row.state is not MemberState.ACTIVE or member in self.denied().members:
            raise Refusal("member_blocked", 403)
        return row

    def state(self, member: KnownMember | None, proof: Proof = COPYABLE, shown: Sequence[str] = ()) -> TillState:
        """What may be used here now; `shown` are codes of coupons, which may be another member's.

        Nothing that was placed here is spent once the right to spend has run out (rule 4); stamps that were collected
        here are of this terminal alone, like points.
        """
        may_spend, used = not self.spending_stopped(), self._counted_here()
        borne, shown = (self.ledger.bearer(), shown) if may_spend else (NOTHING, ())
        anybody = TillState(
            store=self.identity.store,
            used=used,
            leased=borne.limits,
            coupons=self._coupons((), borne, shown),
            gift_cards=_by_card(borne.value),
            online=self.online(),
        )
        if member is None:
            return anybody
        held, rights = self.ledger.held(member.id) if may_spend else NOTHING, self.ledger.rights(member.id)
        once = {key: max(rights.used.get(key, 0), member.used.get(key, 0)) for key in (*rights.used, *member.used)}
        return replace(
            anybody,
            lots=self.fresh(held.points),
            assurance=proof.level,
            pin=proof.pin,
            proof=proof.kind,
            key_at_hand=proof.key_at_hand,
            copyable_used=self._copyable_used(member, self.moment().business_date().isoformat()),
            debt=self.debt(member),
            used={**_birthdays(once), **used},
            leased={**borne.limits, **held.limits},
            coupons=self._coupons(held.coupons, borne, shown),
            stamps=held.stamps,
            value=held.value,
        )

    def missing(self, points: int, member: KnownMember | None) -> int:
        """How many of `points` this terminal's lease does not hold: what it could ask HQ for while online."""
        return max(0, points - sum(lot.points for lot in self.state(member).lots))

    def not_asked_lately(self, limits: Mapping[str, int], pause_ms: int) -> dict[str, int]:
        """Those of `limits` that HQ was not asked for in the last `pause_ms`; from now on they count as asked for."""
        now_ms, kept = self.clock().utc_ms, self._kept
        kept.asked = {key: at_ms for key, at_ms in kept.asked.items() if 0 <= now_ms - at_ms < pause_ms}
        fresh = {key: amount for key, amount in limits.items() if key not in kept.asked}
        kept.asked |= dict.fromkeys(fresh, now_ms)
        return fresh

    def denied(self) -> Denied:
        """Whom HQ's deny list names; obeyed at once, before anything else that is known (sync.md, Order of traffic)."""
        signed = self.directory.control(RowKind.DENY)
        return NOBODY if signed is None else read_denied(signed, self.identity.trust_key)

    def configured(self) -> Configured:
        """What HQ's configuration says; the usual before there is one."""
        signed = self.directory.control(RowKind.CONFIGURATION)
        return NOTHING_TOLD if signed is None else read_configured(signed, self.identity.trust_key)

    def spending_stopped(self) -> bool:
        """A terminal that is on the deny list itself earns only."""
        if key_name(self.identity.device, self.identity.epoch) in self.denied().devices:
            return True
        return self.ledger.spending_stopped(self.clock().utc_ms)

    def facts(self, member: KnownMember | None) -> MemberFacts | None:
        """What the programme may know of a member, as far as HQ has told; purchases made here since then count."""
        return None if member is None else self.known_facts(member)

    def known_facts(self, member: KnownMember) -> MemberFacts:
        """The facts of a member who is here. Rights that are only counted, a birthday's and a first purchase's, are
        left out where HQ was away too long: then leases alone count (Leases 8)."""
        rights = not self.clock().leases_only
        before = member.purchases if rights else None
        return MemberFacts(
            id=member.id,
            tier=member.tier,
            birthday=member.birthday if rights else None,
            birthday_changed_on=member.birthday_changed_on,
            groups=frozenset(member.groups),
            purchases=None if before is None else before + self.effects(member).sales,
            qualifying=member.qualifying,
        )

    def lots(self, member: KnownMember) -> tuple[Lot, ...]:
        """The member's whole active balance by lot, as far as it is known here."""
        effects = self.effects(member)
        rows = [Lot(row.id, row.points, row.earned_on, row.expires_on) for row in member.lots]
        known = {row.id for row in rows}  # of an own lot too, where a restored HQ has heard of it from another terminal
        made = [Lot(n.id, 0, n.earned_on, n.expires_on) for n in effects.new_lots if n.id not in known]
        left = (
            Lot(lot.id, lot.points + effects.by_lot.get(lot.id, 0), lot.earned_on, lot.expires_on)
            for lot in (*rows, *made)
        )
        return self.fresh(tuple(lot for lot in left if lot.points > 0))

    def _members_known(self) -> bool:
        """Whether the directory has ever held all of HQ's members: before that nobody can be called unknown."""
        return self.directory.members_known_since() is not None

    def effects(self, member: KnownMember) -> Effects:
        """Own operations that HQ's row of this member does not hold yet."""
        place = (member.id, member.applied_seq, self.ledger.next_seq())
        kept = self._kept.effects
        if kept is None or kept[0] != place:
            kept = self._kept.effects = (place, self.ledger.effects(*place[:2]))
        return kept[1]

    def debt(self, member: KnownMember) -> int:
        """What HQ says is owed, less what was paid here since."""
        return max(0, member.debt - self.effects(member).debt_paid)

    def _coupons(self, held: Sequence[Coupon], borne: Held, shown: Sequence[str]) -> tuple[Coupon, ...]:
        """Those of the member and of bearers, and others that were shown and lie here: they may be given away."""
        known = {coupon.code: coupon for coupon in (*held, *borne.coupons)}
        others = (self.ledger.coupon(code) for code in shown if code not in known)
        return (*known.values(), *(coupon for coupon in others if coupon is not None))

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

    def _copyable_used(self, member: KnownMember, business_date: str) -> int:
        known = member.copyable_used
        before = known.points if known and known.business_date == business_date else 0
        return before + self.effects(member).copyable.get(business_date, 0)

    def known_since(self, member: KnownMember) -> int | None:
        """When (UTC ms) this member's row was last known to be HQ's; None before."""
        bucket = self.directory.members(member.id)
        return bucket.as_of_ms if bucket else None

    def fresh(self, lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
        """Without lots whose last good day has passed in the programme's zone (D20)."""
        zone = self.programme().zone
        today = Moment(self.clock().utc_ms, zone).local().date().isoformat()
        return tuple(lot for lot in lots if lot.expires_on is None or lot.expires_on >= today)


def _birthdays(used: Mapping[str, int]) -> dict[str, int]:
    """The rights that are used once for each birthday (D19)."""
    return {key: count for key, count in used.items() if key.startswith("birthday:")}


def _by_card(lots: Iterable[ValueLot]) -> dict[str, tuple[ValueLot, ...]]:
    """Lots of gift cards by the account on the card: the id of such a lot is the account, or begins with it and a
    colon. HQ places each whole, under its own id."""
    cards: dict[str, tuple[ValueLot, ...]] = {}
    for lot in lots:
        account = lot.id.partition(":")[0]
        cards[account] = (*cards.get(account, ()), lot)
    return cards


@lru_cache(maxsize=8)
def _read(signed: Signed, trust_key: str) -> Programme:
    """Verified again on the way out: the file could have been changed on disk."""
    return read_programme(signed.open(PROGRAMME, trust_key))
