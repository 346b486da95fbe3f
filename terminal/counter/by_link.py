"""A member by the link of a card (SUN): what HQ said of it, or what can be judged here (cards.md, Assurance).

A link is good once. Where HQ took it, it proves the chip to P3. Without HQ it may have been collected in advance, so it
counts as what anyone can copy, also where the card's key is here and proves that the card made it.
"""

from __future__ import annotations

from cards.aes import AesKey
from cards.sun import CounterVerdict, SunError, verify
from cards.sun_link import ShownLink, read_link
from loyalty.possession import Evidence, Token, Why, possession
from protocol.directory import card_key
from protocol.links import LinkAnswer, LinkAsk, LinkVerdict
from protocol.operation import ClockQuality
from terminal.clock import TOLERANCE_MS
from terminal.counter.by_card import by_card
from terminal.counter.by_code import Identified
from terminal.counter.card_alarms import raise_alarm
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.store.card_counters import LinkSeen

DRIFT = 1000  # of so many milliseconds without HQ a clock may be wrong by one more
_USED = frozenset({LinkVerdict.REPEATED, LinkVerdict.BACKWARDS})


def link_ask(shop: Shop, url: str) -> LinkAsk | None:
    """What HQ is asked of a link; None where it leads to no card that has a key. Raises Refusal as `by_link`."""
    link = _read(url)
    uid = link.uid.hex().upper()
    if shop.card(card_key(shop.lookup_key, uid)).proof is None:
        return None
    return LinkAsk(uid=uid, counter=link.counter, code=link.code.hex().upper())


def by_link(shop: Shop, url: str, said: LinkAnswer | None = None) -> Identified:
    """Whose card made the link. `said` is what HQ said of it just now, None where it was silent.

    Raises Refusal code_of_card for a link that leads nowhere here, card_link_used, card_proof_failed (which is noted
    for HQ), and as a card does. It is on the disk that it was used when this returns; StorageFull where it cannot be.
    """
    link = _read(url)
    uid = link.uid.hex().upper()
    key = card_key(shop.lookup_key, uid)
    proof = shop.card(key).proof
    if proof is None:
        raise Refusal("code_of_card", 422)
    member = shop.member(shop.card(key).member)
    if said is not None and said.verdict is not LinkVerdict.UNKNOWN:
        evidence = _by_hq(shop, key, proof.version, link, said.verdict)
    elif own := shop.link_keys(key, proof.version):
        evidence = _here(shop, key, proof.version, link, own)
    else:
        return by_card(shop, uid)  # the UID in a link is worth what it is anywhere: little, and less where its key is
    return Identified(member, possession(evidence).proof)


def _by_hq(shop: Shop, key: str, version: int, link: ShownLink, verdict: LinkVerdict) -> Evidence:
    if verdict is LinkVerdict.BAD_CODE:
        raise _forged(shop, key)
    counters = shop.ledger.card_counters
    if verdict in _USED or counters.taken_by_hq(key, version, link.counter) is not CounterVerdict.FRESH:
        raise Refusal("card_link_used", 403)
    return Evidence(Token.SUN, issued_with_key=True, hq=True)


def _here(shop: Shop, key: str, version: int, link: ShownLink, own: AesKey) -> Evidence:
    try:
        verify(link.message(), None, lambda _: own)
    except SunError:
        raise _forged(shop, key) from None
    from_ms, until_ms = _when(shop)
    seen = LinkSeen(key, version, link.counter, from_ms, until_ms)
    if shop.ledger.card_counters.take(seen) is not CounterVerdict.FRESH:
        raise Refusal("card_link_used", 403)
    return Evidence(Token.SUN, issued_with_key=True)


def _forged(shop: Shop, key: str) -> Refusal:
    raise_alarm(shop, key, Why.CHALLENGE_FAILED)
    return Refusal("card_proof_failed", 403)


def _when(shop: Shop) -> tuple[int, int | None]:
    """Between which times it is now, by HQ's clock: as surely as this terminal can say."""
    reading = shop.clock()
    if reading.quality is ClockQuality.TRUSTED:
        doubt_ms = TOLERANCE_MS + (reading.dark_ms or 0) // DRIFT
        return max(0, reading.utc_ms - doubt_ms), reading.utc_ms + doubt_ms
    passed_ms = shop.ledger.surely_ms(reading.utc_ms) if reading.dark_ms is not None else 0
    return max(0, passed_ms - TOLERANCE_MS), None


def _read(url: str) -> ShownLink:
    try:
        return read_link(url)
    except SunError:
        raise Refusal("code_of_card", 422) from None
