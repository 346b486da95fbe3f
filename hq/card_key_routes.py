"""The address of HQ's door at which terminals get the keys of cards, under /v1."""

from __future__ import annotations

import os

from cards.generations import Diversify
from hq.card_keys import give
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from hq.route import Asked, Route
from keystore.file_store import FileStore
from keystore.masters import card_diversify
from protocol.card_keys import CardKeys, CardKeysAsk

MASTERS = "cards"  # the key store within HQ's keys


def diversify_of(hq: Headquarters) -> Diversify:
    """How HQ makes the keys of cards. What it returns raises what the key store raises."""
    return card_diversify(FileStore(hq.state / FOLDER / MASTERS, os.urandom))


def post_card_keys(asked: Asked) -> CardKeys:
    hq = asked.hq
    diversify = diversify_of(hq)
    with hq.database.transaction() as connection:
        found = give(connection, asked.sender, asked.body.uids, hq.keys.lookup, diversify, hq.clock())
    return CardKeys(keys=found)


CARD_KEY_ROUTES = (
    Route(
        "POST",
        "/v1/card-keys",
        "The keys of cards that were shown at a terminal and whose members its store serves.",
        post_card_keys,
        CardKeys,
        CardKeysAsk,
    ),
)
