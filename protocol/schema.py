"""One JSON schema of every message: `python -m protocol.schema` writes docs/reference/messages.schema.json."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from protocol import (
    assurance,
    batch,
    card_keys,
    contact,
    control,
    directory,
    enrolment,
    entries,
    feed,
    feed_repair,
    lease,
    links,
    movements,
    obeyed,
    operation,
    pins,
    problem,
    refund_detail,
    sale_detail,
    sale_records,
    signing,
    snapshot,
    value_detail,
)

PATH = Path("docs/reference/messages.schema.json")
MESSAGES: tuple[type[BaseModel], ...] = (
    operation.Operation,
    operation.LotRecord,
    operation.PostingRecord,
    operation.OperationKey,
    sale_detail.SaleDetail,
    sale_detail.ReceiptRecord,
    sale_records.BasketRecord,
    sale_records.LineRecord,
    sale_records.MemberRecord,
    sale_records.TillRecord,
    sale_records.CouponRecord,
    sale_records.ValueLotRecord,
    sale_records.TenderRecord,
    refund_detail.RefundDetail,
    refund_detail.UnverifiedRefundDetail,
    refund_detail.ReturnRecord,
    refund_detail.StandingRecord,
    refund_detail.PendingRecord,
    refund_detail.KnownRecord,
    value_detail.TopUpDetail,
    value_detail.PayOutDetail,
    movements.LeaseReturnDetail,
    movements.ReleaseDetail,
    movements.ExpireDetail,
    movements.WriteOffDetail,
    movements.MergeDetail,
    batch.BatchHeader,
    batch.Acknowledgement,
    batch.OutcomeRecord,
    batch.Gap,
    signing.Signed,
    contact.Contact,
    contact.Heartbeat,
    contact.ContactAnswer,
    contact.SignedTime,
    contact.News,
    control.DenyList,
    control.Configuration,
    control.CodeIssuers,
    control.CodeIssuer,
    control.ShopCodes,
    control.WeightCodeRule,
    pins.PinRow,
    pins.PinGuesses,
    pins.PinReport,
    pins.PinRules,
    pins.PinPeppers,
    card_keys.CardKeysAsk,
    card_keys.CardKeys,
    card_keys.CardKey,
    links.LinkAsk,
    links.LinkAnswer,
    links.LinkSeen,
    links.LinksSeen,
    links.CodeAsk,
    links.CodeAnswer,
    links.AppCodeAsk,
    links.AppCode,
    entries.Entry,
    entries.EntryAnswer,
    assurance.AssuranceTable,
    assurance.AssuranceRule,
    obeyed.Obeyed,
    obeyed.Held,
    obeyed.Wanted,
    feed.FeedPage,
    feed.FeedRow,
    feed.FeedHeads,
    feed.BucketHead,
    feed_repair.FeedPrefixes,
    feed_repair.PrefixSum,
    feed_repair.FeedLeaf,
    feed_repair.RowDigest,
    feed_repair.RowsAsk,
    feed_repair.RowPlace,
    feed_repair.FeedRows,
    snapshot.SnapshotManifest,
    directory.MemberRow,
    directory.LotRow,
    directory.CopyableUse,
    directory.CardRow,
    directory.CardProof,
    directory.ProductRow,
    directory.StoreRow,
    lease.GrantPage,
    lease.Grant,
    lease.GrantLot,
    lease.RefundRight,
    lease.Recall,
    lease.Whereabouts,
    lease.GrantAsk,
    lease.Reported,
    lease.KeptGrants,
    lease.SpendUntil,
    enrolment.Claim,
    enrolment.EnrolRequest,
    enrolment.EnrolAnswer,
    enrolment.Admission,
    enrolment.Readmission,
    enrolment.Hello,
    problem.ProblemAnswer,
    problem.Problem,
)


def schema_text() -> str:
    """The schema of all messages, under `$defs`, as the text of the committed file."""
    _, schema = models_json_schema(
        [(message, "validation") for message in MESSAGES], title="Stillpoint messages", ref_template="#/$defs/{model}"
    )
    names = {message.__name__ for message in MESSAGES}
    for name, definition in schema["$defs"].items():
        if name not in names:
            definition.pop("description", None)  # an enumeration's docstring is for readers of its module
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), "utf-8")
