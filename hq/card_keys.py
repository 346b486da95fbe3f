"""Which terminal gets the key of which card: that of a member whose home the store is, or who was seen there lately.

HQ keeps no UIDs: a terminal names the UID of a card that was shown to it, and gets that card's key, made from a master
in the key store. Who got which key is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, insert, select, update

from cards.generations import CardKeys as KeysOfCard
from cards.generations import Diversify, NoMaster
from cards.layout import LAYOUTS
from hq.feed_hot import SEEN_MS, knows
from hq.schema import card, card_key_given, member
from hq.terminals import Terminal
from protocol.card_keys import CardKey
from protocol.directory import CardProof, CardState, card_key

_LAYOUTS = {layout.technology: layout for layout in LAYOUTS.values()}


def give(
    connection: Connection, sender: Terminal, uids: Sequence[str], lookup: bytes, diversify: Diversify, now_ms: int
) -> tuple[CardKey, ...]:
    """The keys that `sender` may have, noted as given. Raises what the key store raises, but for a missing master."""
    found = tuple(_keys(connection, sender, dict.fromkeys(uids), lookup, diversify, now_ms))
    for each in found:
        _note(connection, sender, each, now_ms)
    return found


def _keys(
    connection: Connection, sender: Terminal, uids: dict[str, None], lookup: bytes, diversify: Diversify, now_ms: int
) -> Iterator[CardKey]:
    by_key = {card_key(lookup, uid): bytes.fromhex(uid) for uid in uids}
    query = (
        select(card.c.key, card.c.proof)
        .join(member, member.c.id == card.c.member)
        .where(card.c.key.in_(by_key), card.c.state == CardState.ACTIVE.value, card.c.proof.is_not(None))
        .where(knows(sender.store, now_ms - SEEN_MS))
        .order_by(card.c.key)
    )
    for key, told in connection.execute(query):
        proof = CardProof.model_validate_json(told)
        layout = _LAYOUTS.get(proof.technology)  # a plug-in has none: its cards have one application, and no links
        own = KeysOfCard(diversify, by_key[key], layout.application if layout else b"")
        try:
            made = own.key(proof.key_no, proof.version).value.hex()
            link_key = layout.link_key if layout else None
            link = None if link_key is None else own.key(link_key, proof.version).value.hex()
        except NoMaster:
            continue
        yield CardKey(card=key, version=proof.version, key=made, link=link)


def _note(connection: Connection, sender: Terminal, given: CardKey, now_ms: int) -> None:
    place = {"device": sender.device, "epoch": sender.epoch, "card": given.card, "version": given.version}
    table = card_key_given.c
    same = (table.device == sender.device) & (table.epoch == sender.epoch)
    same &= (table.card == given.card) & (table.version == given.version)
    if connection.execute(update(card_key_given).where(same).values(at_ms=now_ms)).rowcount == 0:
        connection.execute(insert(card_key_given).values(**place, at_ms=now_ms))
