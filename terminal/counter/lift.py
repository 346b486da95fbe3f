"""A card whose key came while it lay at the reader, or whose link HQ took: what it proves now counts for the member who
was greeted by it."""

from __future__ import annotations

from protocol.directory import card_key
from terminal.counter.by_card import Said, by_card
from terminal.counter.by_link import by_link
from terminal.counter.desk import Desk, Tap
from terminal.counter.phrase import Refusal


def lift(desk: Desk, uid: str, technology: str, tap: Tap, said: Said) -> bool:
    """Whether the proof counts now: nothing changes where another card came, the member left or the sum was agreed.

    Raises Refusal as `by_card` for a card that was greeted and is a copy: the member has left the basket then. HQ is
    told of every copy.
    """
    till = desk.till
    greeted = desk.tap == tap and till.phase == "open" and till.member is not None
    try:
        found = by_link(desk.shop, said.link, said.hq) if said.hq else by_card(desk.shop, uid, technology, said)
    except Refusal:
        if not greeted:
            return False
        desk.clear_member()
        raise
    if not greeted or found.member.id != till.member:
        return False
    till.set_member(found.member.id, till.language, found.proof)
    if said.challenge is not None:
        desk.shop.spoke(card_key(desk.shop.lookup_key, uid), said.challenge)
    return True
