"""Entries about a member at this till: a card sold or taken back, another phone number, another PIN (F019 to F021).

HQ alone can make them, so nothing is booked here and nothing is kept for later: what HQ answers is told, or why not.
The table of proofs is asked here first, so that the sentence comes before HQ does.
"""

from __future__ import annotations

import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cards.pin import USUAL as PIN_RULES
from cards.pin import PinFault
from protocol.entries import ACTIONS, Entry, EntryAnswer, EntryKind, EntryVerdict
from terminal.counter.approvals import Approvals
from terminal.counter.by_pos import Named, by_pos, used
from terminal.counter.masking import mask_name
from terminal.counter.phrase import Refusal
from terminal.counter.pin_proof import now_ms
from terminal.counter.proof_gate import require_proof
from terminal.counter.shop import Shop
from terminal.errors import IntentConflict
from terminal.store.known_member import KnownMember

MOST_KEPT = 200  # answers, for a POS that did not hear one
_FORBIDDEN, _CONFLICT, _SILENT = 403, 409, 504
_REFUSED = {
    EntryVerdict.MEMBER_UNKNOWN: ("entry_member_unknown", _CONFLICT),
    EntryVerdict.PROOF_MISSING: ("entry_proof_at_hq", _FORBIDDEN),
    EntryVerdict.CARD_TAKEN: ("entry_card_taken", _CONFLICT),
    EntryVerdict.CARD_THEIRS: ("entry_card_theirs", _CONFLICT),
    EntryVerdict.CARD_BLOCKED: ("entry_card_blocked", _CONFLICT),
    EntryVerdict.CARD_ENDED: ("entry_card_ended", _CONFLICT),
    EntryVerdict.CARD_UNFIT: ("card_random", 404),
    EntryVerdict.CARD_NOT_THEIRS: ("entry_card_not_theirs", _CONFLICT),
    EntryVerdict.PHONE_TAKEN: ("entry_phone_taken", _CONFLICT),
    EntryVerdict.PIN_WRONG: ("pin_wrong", _FORBIDDEN),
    EntryVerdict.PIN_WAIT: ("entry_pin_wait", _FORBIDDEN),
    EntryVerdict.NOT_TAKEN: ("entry_not_taken", _FORBIDDEN),
    EntryVerdict.PIN_NOT_HERE: ("entry_pin_not_here", _CONFLICT),
}
_UNFIT = {PinFault.TRIVIAL: "entry_pin_trivial", PinFault.PERSONAL: "entry_pin_personal"}


@dataclass(frozen=True)
class EntryWish:
    """What shall be written down of whom. `changed` has what an `Entry` of this kind has of its own; `code` is the
    approval code of whoever stands for it, None for nobody."""

    intent: str
    kind: EntryKind
    member: Named
    changed: Mapping[str, Any] = field(repr=False)
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Asked:
    """A wish that HQ is asked for, and whose it is: once HQ has taken it, the card in the wish may lead nowhere."""

    wish: EntryWish
    entry: Entry
    member: KnownMember


@dataclass
class Entered:
    """What became of entries since this terminal's start, by their intents. One thread uses it."""

    _answers: OrderedDict[str, tuple[bytes, dict[str, Any]]] = field(default_factory=OrderedDict)

    def before(self, shop: Shop, wish: EntryWish) -> dict[str, Any] | None:
        """What was answered to this wish. Raises IntentConflict where the intent was another's."""
        found = self._answers.get(wish.intent)
        if found is None:
            return None
        if found[0] != _digest(shop, wish):
            raise IntentConflict(wish.intent)
        return found[1]

    def keep(self, shop: Shop, wish: EntryWish, answer: dict[str, Any]) -> None:
        self._answers[wish.intent] = (_digest(shop, wish), answer)
        while len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)


def ask_for(shop: Shop, approvals: Approvals, wish: EntryWish) -> Asked:
    """What HQ is asked. Raises Refusal entry_offline, as `by_pos` for the member, as `Approvals` for a code, and
    proof_… for what the table of proofs asks for beside."""
    if not shop.online():
        raise Refusal("entry_offline", _CONFLICT)
    found = by_pos(shop, wish.member)
    staff = None if wish.code is None else approvals.name_behind(wish.code, now_ms(shop))
    shown = found.proof.shown(hq=True, staff=staff is not None)
    if wish.kind is EntryKind.PIN_CHANGE and wish.changed.get("old_pin") is None:
        shown = replace(shown, pin=False)  # HQ looks at that PIN itself
    require_proof(shop, ACTIONS[wish.kind], shown)
    entry = Entry(
        intent=wish.intent,
        kind=wish.kind,
        member=found.member.id,
        level=found.proof.level,
        pin_given=found.proof.pin,
        staff=staff and staff[:64],
        **wish.changed,
    )
    return Asked(wish, entry, found.member)


def told(shop: Shop, entered: Entered, asked: Asked, answer: EntryAnswer | None) -> dict[str, Any]:
    """What HQ did, kept for the same question again; the proof that came with it is used up.

    Raises Refusal entry_silent where HQ did not answer in time, and one for each reason that HQ had.
    """
    if answer is None:
        raise Refusal("entry_silent", _SILENT)
    if answer.verdict is EntryVerdict.CONFLICT:
        raise IntentConflict(asked.wish.intent)
    if answer.verdict is EntryVerdict.PIN_UNFIT:
        raise _pin_unfit(answer.fault)
    if answer.verdict is not EntryVerdict.DONE:
        raise Refusal(*_REFUSED[answer.verdict])
    wish, member = asked.wish, asked.member
    done = {
        "intent": wish.intent,
        "kind": wish.kind.value,
        "member": {"id": member.id, "name": mask_name(member.name)},
        "cards": answer.cards or 0,
    }
    entered.keep(shop, wish, done)
    used(shop, wish.member.proof)
    return done


def _pin_unfit(fault: str | None) -> Refusal:
    code = next((code for known, code in _UNFIT.items() if known.value == fault), None)
    if code is None:
        return Refusal("pin_length", 422, least=PIN_RULES.least, most=PIN_RULES.most)
    return Refusal(code, 422)


def _digest(shop: Shop, wish: EntryWish) -> bytes:
    """What tells two wishes apart; nothing of a PIN or a number can be had from it."""
    member = [wish.member.uid, wish.member.number]
    what = {name: value for name, value in wish.changed.items() if name != "old_pin"}
    text = json.dumps([wish.kind, member, what], sort_keys=True)
    return hmac.digest(shop.lookup_key, text.encode(), "sha256")
