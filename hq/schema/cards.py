"""Cards, their keys and counters, PINs, and what was written down about members at a counter."""

from __future__ import annotations

from sqlalchemy import Index, Table

from hq.columns import counted_key, json_text, key, maybe_json, maybe_text, number, number_key, text
from hq.schema.base import metadata

card = Table(  # proof: of a card that was issued with a key, as `protocol.directory.CardProof`
    "card", metadata, key("key"), text("member"), text("state"), maybe_json("proof"), Index("card_member", "member")
)
card_stock = Table(  # cards that are not blank any more, by the key of their UID; of whom, only `card` knows
    "card_stock", metadata, key("key"), text("technology"), number("version"), text("state"), number("at_ms")
)
card_delivery = Table(
    "card_delivery", metadata, counted_key("id"), text("technology"), number("count"), number("at_ms")
)
card_key_given = Table(  # which terminal was given which card's key, and when last: for the record
    "card_key_given",
    metadata,
    key("device"),
    number_key("epoch"),
    key("card"),
    number_key("version"),
    number("at_ms"),
)
card_counter = Table("card_counter", metadata, key("card"), number("counter"))  # the highest that its links had
card_sighting = (
    Table(  # links of a card that were good, as `cards.sightings.Sighting`; kept for as long as reports come
        "card_sighting",
        metadata,
        key("card"),
        number_key("counter"),
        key("device"),
        number_key("from_ms"),
        number("until_ms"),
        Index("card_sighting_until", "until_ms"),
    )
)
card_alarm = Table(  # sightings: the two newest that cannot be of one chip; count: how often that was found
    "card_alarm", metadata, key("card"), text("why"), json_text("sightings"), number("count"), number("at_ms")
)
pin = Table(  # hash: the PHC string; wrong: guesses by device:epoch, since the reset
    "pin",
    metadata,
    key("key"),
    text("member"),
    text("hash", size=200),
    number("version"),
    number("reset"),
    json_text("wrong"),
    number("last_ms"),
    Index("pin_member", "member"),
)
pin_act = Table(  # set or reset, by whom: for the record
    "pin_act", metadata, key("member"), number_key("version"), text("act"), text("operator"), number("at_ms")
)
entry = Table(  # for the record, and so that the same again changes nothing; digest: of the whole, by a key of HQ alone
    "entry",
    metadata,
    key("intent"),
    text("digest"),
    text("kind"),
    text("member"),
    text("device"),
    number("epoch"),
    maybe_text("staff"),
    maybe_text("card"),
    number("others_lost"),
    number("at_ms"),
    Index("entry_member", "member"),
)
