"""Stamp cards: how many units are free, which stamps are left, and the postings of a change (买十送一).

Stamps are an asset of the member; the lot is the id of the offer. A card is not a thing of its own: the stamps of an
offer add up, and `buys` of them make one unit free.
"""

from __future__ import annotations

from loyalty.ledger import Account, Asset, Posting

STAMP = "stamp"  # the kind of a `RightUse` of stamps


def stamp_result(held: int, units: int, buys: int, times: int | None = None) -> tuple[int, int]:
    """How many of `units` are free with `held` stamps, at most `times`, and the stamps afterwards.

    Every unit that is paid gives a stamp, also towards a free unit of the same order; every free one takes `buys`.
    So with f free units the stamps are held + (units − f) − buys × f, never below zero. Raises ValueError if a number
    is below zero, or `buys` below one.
    """
    if min(held, units, buys - 1, times or 0) < 0:
        raise ValueError(f"{held} stamps, {units} units, {buys} to buy, {times} times: none may be too small")
    free = min((held + units) // (buys + 1), units)
    if times is not None:
        free = min(free, times)
    return free, held + (units - free) - buys * free


def stamp_postings(offer_id: str, change: int) -> tuple[Posting, ...]:
    """What a sale does to the stamps of one offer: `change` above zero is collected, below zero used; zero nothing."""
    if not change:
        return ()
    other = Account.ISSUED if change > 0 else Account.REDEEMED
    return (Posting(other, Asset.STAMP, offer_id, -change), Posting(Account.LEASE, Asset.STAMP, offer_id, change))
