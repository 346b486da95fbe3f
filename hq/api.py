"""HQ's door for terminals: everything under /v1, over TLS, in JSON, with one shape for every error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Response

from hq import contact, feed, leases, sizing, terminals
from hq.auth import Active, Hq, Sender
from hq.bodies import batch_bytes, body_of
from hq.headquarters import Headquarters
from hq.ingest import Quarantined, ingest
from hq.problem_answers import answer_problems
from hq.problems import Code, Refusal
from hq.reading import read_batch
from protocol.batch import Acknowledgement, Batch, BatchError
from protocol.contact import Contact, ContactAnswer
from protocol.enrolment import EnrolAnswer, EnrolRequest, Hello
from protocol.feed import Bucket, FeedPage
from protocol.lease import GrantAsk, GrantPage
from protocol.signing import SignatureError, Signed

router = APIRouter(prefix="/v1")
Number = Annotated[int, Query(ge=0, lt=2**63)]


def create_app(headquarters: Headquarters) -> FastAPI:
    """The application over one open HQ; whoever opened it closes it."""
    app = FastAPI(title="Stillpoint HQ", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.headquarters = headquarters
    app.include_router(router)
    answer_problems(app)
    return app


@router.get("/ca")
def get_ca(hq: Hq) -> Response:
    """The authority's certificate; a device compares it with the pin in its claim."""
    return Response(hq.ca_pem, media_type="application/x-pem-file")


@router.get("/time")
def get_time(hq: Hq, nonce: Annotated[str, Query(pattern=r"^[0-9a-f]{32}$")]) -> Signed:
    return contact.signed_time(hq.keys, nonce, hq.clock())


@router.post("/enrol")
def post_enrol(hq: Hq, request: Annotated[EnrolRequest, Depends(body_of(EnrolRequest))]) -> EnrolAnswer:
    with hq.database.transaction() as connection:
        answer = hq.registrar.enrol(connection, request, hq.clock())
    if isinstance(answer, Refusal):
        raise answer
    return answer


@router.post("/hello", status_code=204)
def post_hello(hq: Hq, hello: Annotated[Hello, Depends(body_of(Hello))]) -> None:
    with hq.database.transaction() as connection:
        hq.registrar.hello(connection, hello)


@router.post("/contact")
def post_contact(hq: Hq, sender: Sender, said: Annotated[Contact, Depends(body_of(Contact))]) -> ContactAnswer:
    with hq.database.transaction() as connection:
        return contact.contact(connection, hq.keys, sender, said, hq.clock())


@router.post("/operations")
def post_operations(hq: Hq, sender: Sender, body: Annotated[bytes, Depends(batch_bytes)]) -> Acknowledgement:
    """Take in a batch. Reading, checking and replaying come before the transaction, so nobody waits for them."""
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
    readings = read_batch(batch, hq.programmes)
    with hq.database.transaction() as connection:
        answer = ingest(connection, batch, readings, hq.rules())
    if isinstance(answer, Quarantined):
        raise Refusal(Code.QUARANTINED)
    return answer


@router.get("/feed/{bucket}")
def get_feed(hq: Hq, sender: Active, bucket: Bucket, after: Number = 0, generation: Number = 0) -> FeedPage:
    """A page after the cursor. A cursor of another generation, or beyond the head, is from another time of HQ."""
    with hq.database.transaction() as connection:
        now = terminals.lock(connection, sender.device, sender.epoch)
        found = feed.page(
            connection,
            bucket,
            after,
            generation=hq.generation,
            applied_seq=now.acked_seq,
            as_of_ms=hq.clock(),
        )
    if after > found.head or (after > 0 and generation != hq.generation):
        raise Refusal(Code.GENERATION)
    return found


@router.get("/grants")
def get_grants(hq: Hq, sender: Active, after: Number = 0) -> GrantPage:
    """Grants after a number; leases that have run low are topped up first."""
    with hq.database.transaction() as connection:
        sizing.size(connection, sender, hq.today(), hq.clock())
        return leases.page(connection, sender.device, sender.epoch, after)


@router.post("/grants/ask")
def post_ask(hq: Hq, sender: Active, wish: Annotated[GrantAsk, Depends(body_of(GrantAsk))]) -> GrantPage:
    with hq.database.transaction() as connection:
        leases.ask(connection, sender, wish, hq.today(), hq.clock())
        return leases.page(connection, sender.device, sender.epoch, wish.after)
