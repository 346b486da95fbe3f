"""Examples of what keeps a directory right: heads, the search for rows that differ, and a snapshot's manifest."""

from __future__ import annotations

from protocol.directory import CardProof, CardRow, CardState, CardTechnology
from protocol.feed import BucketHead, FeedHeads, FeedRow, RowKind, member_bucket, row_prefix, sum_hex, text_digest
from protocol.feed_repair import FeedLeaf, FeedPrefixes, FeedRows, PrefixSum, RowDigest, RowPlace, RowsAsk
from protocol.operation import Message
from protocol.snapshot import SnapshotManifest

AT_MS = 1_795_147_200_000
BUCKET = member_bucket("m1")
KEY = "5e" * 16


def feed_examples() -> dict[str, Message]:
    """By the name of the golden file."""
    card = CardRow(member="m1", state=CardState.ACTIVE).model_dump(mode="json")
    total = sum_hex(text_digest("card", KEY, b'{"member":"m1","state":"active"}'))
    head, prefix = BucketHead(bucket=BUCKET, head=4, count=1, sum=total), row_prefix("card", KEY)
    told = (
        RowDigest(cseq=1, kind=RowKind.CARD, key=KEY, digest=total),
        RowDigest(cseq=4, kind=RowKind.MEMBER, key="m9", digest=None),
    )
    row = FeedRow(cseq=1, kind=RowKind.CARD, key=KEY, body=card)
    parts = (PrefixSum(prefix=prefix, count=1, sum=total),)
    return {
        **_cards_with_keys(),
        "feed_heads": FeedHeads(generation=1, heads=(head,), applied_seq=3, as_of_ms=AT_MS),
        "feed_prefixes": FeedPrefixes(bucket=BUCKET, generation=1, head=4, prefixes=parts),
        "feed_leaf": FeedLeaf(bucket=BUCKET, generation=1, prefix=prefix, head=4, rows=told),
        "rows_ask": RowsAsk(places=(RowPlace(kind=RowKind.CARD, key=KEY),)),
        "feed_rows": FeedRows(bucket=BUCKET, generation=1, rows=(row,), applied_seq=3),
        "snapshot_manifest": SnapshotManifest(
            version=(1 << 32) + 7,
            generation=1,
            made_ms=AT_MS,
            size=688_000_000,
            packed=4_200_000,
            sha256="ab" * 32,
            chunks=("cd" * 32, "ef" * 32),
            heads=(head,),
        ),
    }


def _cards_with_keys() -> dict[str, Message]:
    tag = CardProof(technology=CardTechnology.NTAG424, key_no=3, version=1)
    card = CardProof(technology=CardTechnology.DESFIRE_EV2, key_no=1, application="495053", version=2)
    plugin = CardProof(technology="fm1208", key_no=0, version=1)
    return {
        "card_row_ntag424": CardRow(member="m1", state=CardState.ACTIVE, proof=tag),
        "card_row_plugin": CardRow(member="m1", state=CardState.ACTIVE, proof=plugin),
        "card_row_desfire": CardRow(member="m1", state=CardState.BLOCKED, proof=card),
    }
