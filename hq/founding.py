"""Founding HQ: its folder with keys, certificates and a database with one chain. It appears whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from hq import feed, schema
from hq.accounts import POOL
from hq.address import USUAL, resolved, sqlite_file, write_address
from hq.certificates import make_certificates
from hq.chain import Chain, Member
from hq.changes import note, note_members
from hq.database import Database, open_database
from hq.judgement import Rules
from hq.keys import Keys, RandomBytes, make_keys
from hq.migrations import migrate
from hq.own_chain import Act, record
from hq.partitions import make_months
from hq.problems import HqError
from hq.sequencer import sequence
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from protocol.directory import CardRow, CardState, ProductRow, StoreRow, card_key
from protocol.feed import Bucket, RowKind, member_bucket
from protocol.operation import Kind, LotRecord
from protocol.signing import Signed

PROGRAMME = "programme"  # purpose of the signed document


def found(
    state: Path, chain: Chain, *, hosts: Sequence[str], now_ms: int, random: RandomBytes, url: str = USUAL
) -> None:
    """Make HQ's folder `state` and fill the database at `url`, which must be empty.

    Raises HqError if there is a folder or an HQ in the database, or if they cannot be written.
    """
    if state.exists() and any(state.iterdir()):
        raise HqError(f"{state} is not empty: HQ is there already, or choose another folder")
    building = state.with_name(state.name + ".new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700, parents=True)
    keys = make_keys(building, random)
    make_certificates(building, hosts, now_ms)
    write_address(building, url)
    if file := sqlite_file(resolved(building, url)):
        file.touch(mode=0o600)  # before it is written: its journal stays, and has the mode that the database had
    database = open_database(resolved(building, url))
    try:
        create(database, chain, keys, now_ms)
    finally:
        database.close()
    building.replace(state)


def create(database: Database, chain: Chain, keys: Keys, now_ms: int) -> None:
    """Fill an empty database. Raises HqError if an HQ is in it."""
    migrate(database)
    make_months(database, now_ms)
    with database.transaction() as connection:
        if connection.scalar(select(schema.setting.c.name).limit(1)) is not None:
            raise HqError("the database holds an HQ already: name an empty one")
        _fill(connection, chain, keys, now_ms)
    sequence(database, now_ms, Moment(now_ms, chain.programme["zone"], 0).local().date().isoformat())


def _fill(connection: Connection, chain: Chain, keys: Keys, now_ms: int) -> None:
    feed.create_buckets(connection)
    settings = {"chain": chain.organisation.id, "zone": chain.programme["zone"], "generation": "1"}
    connection.execute(insert(schema.setting), [{"name": name, "value": value} for name, value in settings.items()])
    _organisation(connection, chain)
    _goods(connection, chain)
    set_programme(connection, chain.programme, keys, now_ms)
    today = Moment(now_ms, chain.programme["zone"], 0).local().date().isoformat()
    _members(connection, chain, keys, Rules(now_ms, today))


def set_programme(connection: Connection, document: dict[str, Any], keys: Keys, now_ms: int) -> None:
    """Make `document` the current programme, and keep it for replays; a refund at a till needs its sale's version."""
    keep_programme(connection, document, keys, now_ms, under=("current", f"v{document['version']}"))


def keep_programme(
    connection: Connection, document: dict[str, Any], keys: Keys, now_ms: int, under: Sequence[str]
) -> None:
    """Keep a programme of a new version at HQ, and publish it under these keys."""
    row = {"version": document["version"], "document": json.dumps(document), "published_ms": now_ms}
    connection.execute(insert(schema.programme).values(**row))
    body = Signed.make(PROGRAMME, document, keys.signing).model_dump()
    feed.publish(connection, Bucket.CONFIG, [feed.Row(RowKind.PROGRAMME, key, body) for key in under])


def _organisation(connection: Connection, chain: Chain) -> None:
    organisation = chain.organisation
    regions = [{"id": region.id, "name": json.dumps(region.name)} for region in organisation.regions]
    connection.execute(insert(schema.region), regions)
    stores = [{**store.model_dump(), "name": json.dumps(store.name)} for store in organisation.stores]
    connection.execute(insert(schema.store), stores)
    rows = [
        feed.Row(RowKind.STORE, store.id, StoreRow(**store.model_dump()).model_dump()) for store in organisation.stores
    ]
    feed.publish(connection, Bucket.CONFIG, rows)


def _goods(connection: Connection, chain: Chain) -> None:
    if not chain.products:
        return
    columns = [product.model_dump(include={"gtin", "price", "category"}) for product in chain.products]
    names = [{"name": json.dumps(product.name)} for product in chain.products]
    connection.execute(insert(schema.product), [{**row, **name} for row, name in zip(columns, names, strict=True)])
    rows = []
    for product in chain.products:
        row = ProductRow(gtin=product.gtin, name=product.name, price=product.price, category=product.category)
        rows.append(feed.Row(RowKind.PRODUCT, product.gtin, row.model_dump()))
    feed.publish(connection, Bucket.CATALOGUE, rows)


def _members(connection: Connection, chain: Chain, keys: Keys, rules: Rules) -> None:
    if not chain.members:
        return
    profile = ["id", "name", "phone", "birthday", "language", "tier", "home_store", "second_store", "last_seen"]
    connection.execute(
        insert(schema.member),
        [
            {
                **member.model_dump(include=set(profile)),
                "state": member.state.value,
                "balance": member.points,
                "debt": 0,
            }
            for member in chain.members
        ],
    )
    _opening_balances(connection, chain, rules)
    _cards(connection, chain, keys)
    note_members(connection, [member.id for member in chain.members])


def _opening_balances(connection: Connection, chain: Chain, rules: Rules) -> None:
    owners = [member for member in chain.members if member.points]
    if not owners:
        return
    lots = [
        {
            "member": m.id,
            "asset": Asset.POINTS.value,
            "id": _lot(m.id),
            "earned_on": m.points_earned_on,
            "expires_on": m.points_expires_on,
        }
        for m in owners
    ]
    connection.execute(insert(schema.lot), lots)
    holdings = [
        {"member": m.id, "holder": POOL, "asset": Asset.POINTS.value, "lot": _lot(m.id), "amount": m.points}
        for m in owners
    ]
    connection.execute(insert(schema.holding), holdings)
    record(connection, [_opening(member) for member in owners], rules)


def _opening(member: Member) -> Act:
    lot = _lot(member.id)
    earned_on = member.points_earned_on or ""
    opened = LotRecord(id=lot, points=member.points, earned_on=earned_on, expires_on=member.points_expires_on)
    moves = ((Account.ISSUED, -member.points), (Account.POOL, member.points))
    postings = tuple(Posting(account, Asset.POINTS, lot, amount) for account, amount in moves)
    return Act(Kind.OPENING, member.id, postings, (opened,))


def _lot(member: str) -> str:
    return f"open.{member}"[:64]


def _cards(connection: Connection, chain: Chain, keys: Keys) -> None:
    cards = [
        (card_key(keys.lookup, m.card_uid), CardRow(member=m.id, state=m.card_state or CardState.ACTIVE))
        for m in chain.members
        if m.card_uid
    ]
    if cards:
        values = [{"key": key, "member": card.member, "state": card.state.value} for key, card in cards]
        connection.execute(insert(schema.card), values)
        note(connection, [(member_bucket(card.member), RowKind.CARD, key) for key, card in cards])
