"""The address of HQ's door at which terminals get the keys of cards, under /v1."""

from __future__ import annotations

from hq.card_keys import give
from hq.problems import Code
from hq.route import Asked, Route
from protocol.card_keys import CardKeys, CardKeysAsk


def post_card_keys(asked: Asked) -> CardKeys:
    hq = asked.hq
    with hq.database.transaction() as connection:
        found = give(connection, asked.sender, asked.body.uids, hq.keys.lookup, hq.card_masters.diversify, hq.clock())
    return CardKeys(keys=found)


CARD_KEY_ROUTES = (
    Route(
        "POST",
        "/v1/card-keys",
        "The keys of cards that were shown at a terminal and whose members its store serves.",
        post_card_keys,
        CardKeys,
        CardKeysAsk,
        refuses=(Code.KEY_STORE,),
    ),
)
