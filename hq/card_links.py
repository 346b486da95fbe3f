"""Links of cards (SUN) that a terminal asks HQ about while the customer waits: made by the card's key, and fresh."""

from __future__ import annotations

from sqlalchemy import Connection, select

from cards.generations import CardKeys, Diversify, NoMaster
from cards.layout import LAYOUTS
from cards.sightings import Sighting
from cards.sun import CounterVerdict, SunError, verify
from cards.sun_link import ShownLink
from hq.headquarters import Headquarters
from hq.schema import card
from hq.sightings import see
from hq.terminals import Terminal
from protocol.directory import CardProof, CardState, card_key
from protocol.links import LinkAnswer, LinkAsk, LinkVerdict

ON_THE_WAY_MS = 60_000  # longer than a question is under way; so old may a link be when HQ hears of it
_LAYOUTS = {layout.technology: layout for layout in LAYOUTS.values()}
_UNKNOWN = LinkAnswer(verdict=LinkVerdict.UNKNOWN)
_SAID = {
    CounterVerdict.FRESH: LinkVerdict.FRESH,
    CounterVerdict.REPEATED: LinkVerdict.REPEATED,
    CounterVerdict.BACKWARDS: LinkVerdict.BACKWARDS,
}


def judge_link(hq: Headquarters, sender: Terminal, said: LinkAsk, diversify: Diversify) -> LinkAnswer:
    """Whether the link is fresh; its counter is on the disk when this returns. Raises what the key store raises."""
    key = card_key(hq.keys.lookup, said.uid)
    with hq.database.reading() as connection:
        proof = _proof(connection, key)
    verdict = _by_key(said, proof, diversify)
    if verdict is not None:
        return LinkAnswer(verdict=verdict)
    with hq.database.transaction() as connection:
        return _taken(connection, key, proof, said.counter, sender, hq.clock())


def _taken(
    connection: Connection, key: str, proof: CardProof | None, counter: int, sender: Terminal, now_ms: int
) -> LinkAnswer:
    """Whoever holds the card's row comes first. A card that was changed meanwhile is one that HQ does not know."""
    held = connection.execute(select(card.c.member).where(card.c.key == key).with_for_update()).first()
    if held is None or _proof(connection, key) != proof:
        return _UNKNOWN
    seen = Sighting(counter, now_ms - ON_THE_WAY_MS, now_ms, sender.device)
    return LinkAnswer(verdict=_SAID[see(connection, key, seen, now_ms)], card=key, member=held.member)


def _by_key(said: LinkAsk, proof: CardProof | None, diversify: Diversify) -> LinkVerdict | None:
    """None for a link that the card's key made."""
    layout = _LAYOUTS.get(proof.technology) if proof else None
    if proof is None or layout is None or layout.link_key is None:
        return LinkVerdict.UNKNOWN
    link = ShownLink(bytes.fromhex(said.uid), said.counter, bytes.fromhex(said.code))
    try:
        own = CardKeys(diversify, link.uid, layout.application).key(layout.link_key, proof.version)
        verify(link.message(), None, lambda _: own)
    except NoMaster:
        return LinkVerdict.UNKNOWN
    except SunError:
        return LinkVerdict.BAD_CODE
    return None


def _proof(connection: Connection, key: str) -> CardProof | None:
    """What the card must prove; None for one that cannot, or leads nowhere now."""
    active = (card.c.key == key) & (card.c.state == CardState.ACTIVE.value)
    told = connection.scalar(select(card.c.proof).where(active))
    return CardProof.model_validate_json(told) if told else None
