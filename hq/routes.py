"""Every address of HQ's door for terminals, under /v1: what it takes, what it gives, and what it does."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection

from hq import contact, leases, sizing
from hq.app_door import APP_ROUTES
from hq.auth import check_signature
from hq.card_key_routes import CARD_KEY_ROUTES
from hq.entry_routes import ENTRY_ROUTES
from hq.feed_routes import FEED_ROUTES
from hq.grants_report import take_report
from hq.handed_back import Signing, take_back
from hq.ingest import Quarantined, ingest
from hq.never_applied import compare
from hq.pin_routes import PIN_ROUTES
from hq.problems import Code, Refusal
from hq.reading import read_batch
from hq.readmission import read_admission, readmit
from hq.route import Admits, Asked, Parameter, Route
from hq.shown_routes import SHOWN_ROUTES
from hq.terminals import Terminal
from hq.watching import news_for
from protocol.batch import MAX_BATCH_BYTES, MEDIA_TYPE, Acknowledgement, Batch, BatchError
from protocol.contact import Contact, ContactAnswer, News
from protocol.contact import Nonce as NonceText
from protocol.enrolment import EnrolAnswer, EnrolRequest, Hello, Readmission
from protocol.lease import GrantAsk, GrantPage, KeptGrants, Reported
from protocol.obeyed import Obeyed, Wanted
from protocol.request_signature import key_name
from protocol.signing import MAX_DOCUMENT, SignatureError, Signed

BATCH_LIMIT = 2 * MAX_BATCH_BYTES  # as much as Batch.decode takes
REPORT_LIMIT = 1024 * 1024
OBEYED_LIMIT = 2 * MAX_DOCUMENT  # one document at least, quoted as it travels
WATCH = "/v1/watch"
UNSIGNED = (Code.NOT_AUTHENTICATED, Code.CLOCK_SKEW, Code.REPLAYED, Code.TOO_MANY)
_NUMBER: TypeAdapter[Any] = TypeAdapter(Annotated[int, Field(ge=0, lt=2**63)])
_NONCE: TypeAdapter[Any] = TypeAdapter(NonceText)
_AFTER = Parameter("after", _NUMBER, usual=0)


def get_ca(asked: Asked) -> bytes:
    return asked.hq.ca_pem.encode()


def get_time(asked: Asked) -> Signed:
    return contact.signed_time(asked.hq.keys, asked.values["nonce"], asked.hq.clock())


def post_enrol(asked: Asked) -> EnrolAnswer:
    hq = asked.hq
    with hq.database.transaction() as connection:
        answer = hq.registrar.enrol(connection, asked.body, hq.clock())
    if isinstance(answer, Refusal):
        raise answer
    return answer


def post_hello(asked: Asked) -> None:
    with asked.hq.database.transaction() as connection:
        asked.hq.registrar.hello(connection, asked.body)


def post_readmit(asked: Asked) -> None:
    hq = asked.hq
    admitted = read_admission(asked.body.admission, hq.keys)
    check_signature(hq, asked.request, key_name(admitted.device, admitted.epoch), admitted.public_key)
    with hq.database.transaction() as connection:
        readmit(connection, admitted)


def post_contact(asked: Asked) -> ContactAnswer:
    hq = asked.hq
    with hq.database.transaction() as connection:
        return contact.contact(connection, hq.keys, asked.sender, asked.body, hq.clock(), hq.generation)


def post_operations(asked: Asked) -> Acknowledgement:
    """Reading and checking come before the transaction, so nobody waits for them."""
    hq = asked.hq
    batch = _batch(asked.body, asked.sender)
    readings = read_batch(batch)
    answer = hq.database.repeated(lambda connection: ingest(connection, batch, readings, hq.rules(), hq.judge))
    if isinstance(answer, Quarantined):
        raise Refusal(Code.QUARANTINED)
    return answer


def _batch(body: bytes, sender: Terminal) -> Batch:
    try:
        batch = Batch.decode(body)
        batch.verify(sender.public_key)
    except BatchError as error:
        raise Refusal(Code.BATCH_MALFORMED, what=str(error)[:300]) from None
    except SignatureError:
        raise Refusal(Code.BATCH_SIGNATURE) from None
    named = (batch.header.device, batch.header.epoch)
    if named != (sender.device, sender.epoch):
        raise Refusal(
            Code.NOT_YOURS, named=f"{named[0]} epoch {named[1]}", sender=f"{sender.device} epoch {sender.epoch}"
        )
    return batch


def get_grants(asked: Asked) -> GrantPage:
    """Several terminals are locked together, so on PostgreSQL one may have to begin again."""
    hq, sender = asked.hq, asked.sender

    def work(connection: Connection) -> GrantPage:
        sizing.size(connection, sender, hq.rules())
        return leases.page(connection, sender.device, sender.epoch, asked.values["after"])

    return hq.database.repeated(work)


def get_watch(asked: Asked) -> News:
    """At once; the web server lets the asker wait where this brings nothing new."""
    with asked.hq.database.reading() as connection:
        return news_for(connection, (asked.sender.device, asked.sender.epoch))


def post_kept(asked: Asked) -> Reported:
    kept = _of_itself(asked)
    return Reported(granted=asked.hq.database.repeated(lambda connection: compare(connection, asked.sender, kept)))


def post_report(asked: Asked) -> Reported:
    hq, told = asked.hq, _of_itself(asked)
    return Reported(
        granted=hq.database.repeated(lambda connection: take_report(connection, asked.sender, told, hq.rules()))
    )


def _of_itself(asked: Asked) -> Any:
    """The message: a terminal tells for itself alone."""
    told, sender = asked.body, asked.sender
    if (told.device, told.epoch) != (sender.device, sender.epoch):
        raise Refusal(
            Code.NOT_YOURS, named=f"{told.device} epoch {told.epoch}", sender=f"{sender.device} epoch {sender.epoch}"
        )
    return told


def post_obeyed(asked: Asked) -> Wanted:
    hq, told = asked.hq, asked.body
    by = Signing(hq.keys, hq.generation, hq.clock())
    return hq.database.repeated(lambda connection: take_back(connection, told, by))


def post_ask(asked: Asked) -> GrantPage:
    """What is short is called back from other terminals, so these are locked as well."""
    hq, sender, wish = asked.hq, asked.sender, asked.body

    def work(connection: Connection) -> GrantPage:
        held_by = leases.ask(connection, sender, wish, hq.rules())
        return leases.page(connection, sender.device, sender.epoch, wish.after, held_by)

    return hq.database.repeated(work)


ROUTES = (
    Route(
        "GET",
        "/v1/ca",
        "The authority's certificate; a device compares it with the pin in its claim.",
        get_ca,
        bytes,
        admits=Admits.ANYBODY,
        media="application/x-pem-file",
    ),
    Route(
        "GET",
        "/v1/time",
        "HQ's time, signed together with the asker's nonce.",
        get_time,
        Signed,
        admits=Admits.ANYBODY,
        parameters=(Parameter("nonce", _NONCE),),
    ),
    Route(
        "POST",
        "/v1/enrol",
        "A device that holds a claim asks for its identity.",
        post_enrol,
        EnrolAnswer,
        EnrolRequest,
        Admits.ANYBODY,
        refuses=(Code.CLAIM_UNKNOWN, Code.CLAIM_PROOF, Code.CLAIM_EXPIRED, Code.CLAIM_USED),
    ),
    Route(
        "POST",
        "/v1/hello",
        "The device's first signed words; they consume the claim.",
        post_hello,
        None,
        Hello,
        Admits.ANYBODY,
        refuses=(Code.CLAIM_USED,),
    ),
    Route(
        "POST",
        "/v1/readmit",
        "A terminal that HQ has forgotten shows what HQ signed for it at its enrolment.",
        post_readmit,
        None,
        Readmission,
        Admits.ANYBODY,  # and proved by the key that the document names
        refuses=(Code.ADMISSION, *UNSIGNED),
    ),
    Route(
        "POST",
        "/v1/contact",
        "Time, the right to spend, and HQ's position in the terminal's chain.",
        post_contact,
        ContactAnswer,
        Contact,
        Admits.KNOWN,
        refuses=(Code.NOT_YOURS,),
    ),
    Route(
        "POST",
        "/v1/operations",
        "Take in a batch of operations.",
        post_operations,
        Acknowledgement,
        bytes,
        Admits.TRUSTED,
        refuses=(
            Code.BATCH_MALFORMED,
            Code.BATCH_SIGNATURE,
            Code.NOT_YOURS,
            Code.GAP,
            Code.REPORT_FIRST,
            Code.CHAIN_MISMATCH,
            Code.QUARANTINED,
        ),
        limit=BATCH_LIMIT,
        media=MEDIA_TYPE,
    ),
    *FEED_ROUTES,
    *PIN_ROUTES,
    *CARD_KEY_ROUTES,
    *SHOWN_ROUTES,
    *ENTRY_ROUTES,
    *APP_ROUTES,
    Route(
        "GET",
        "/v1/grants",
        "Grants after a number; leases that have run low are topped up first.",
        get_grants,
        GrantPage,
        parameters=(_AFTER,),
    ),
    Route(
        "POST",
        "/v1/grants/kept",
        "A terminal tells a restored HQ which grants it has applied; HQ takes back what it gave instead of them.",
        post_kept,
        Reported,
        KeptGrants,
        Admits.TRUSTED,
        refuses=(Code.NOT_YOURS,),
        limit=REPORT_LIMIT,
    ),
    Route(
        "POST",
        "/v1/grants/report",
        "A terminal tells a restored HQ the grants that HQ has forgotten, in order.",
        post_report,
        Reported,
        GrantPage,
        Admits.TRUSTED,
        refuses=(Code.NOT_YOURS,),
        limit=REPORT_LIMIT,
    ),
    Route(
        "POST",
        "/v1/obeyed",
        "A terminal tells a restored HQ which signed documents it obeys, and hands back what HQ has forgotten.",
        post_obeyed,
        Wanted,
        Obeyed,
        Admits.TRUSTED,
        limit=OBEYED_LIMIT,
    ),
    Route(
        "GET",
        WATCH,
        "How far HQ is for this terminal; waits for news up to 25 s if there is nothing else than is known.",
        get_watch,
        News,
        parameters=(Parameter("granted", _NUMBER), Parameter("config", _NUMBER)),
    ),
    Route(
        "POST",
        "/v1/grants/ask",
        "Grant what a member at the counter is missing, if HQ has it.",
        post_ask,
        GrantPage,
        GrantAsk,
    ),
)
