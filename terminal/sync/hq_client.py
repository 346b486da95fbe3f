"""HQ as a terminal asks it: one method for each question, each answer checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from protocol.batch import MEDIA_TYPE, Acknowledgement
from protocol.card_keys import CardKeys, CardKeysAsk
from protocol.contact import Contact, ContactAnswer, News
from protocol.enrolment import Readmission
from protocol.entries import Entry, EntryAnswer
from protocol.feed import Bucket, FeedHeads, FeedPage
from protocol.feed_repair import FeedLeaf, FeedPrefixes, FeedRows, RowsAsk
from protocol.lease import GrantAsk, GrantPage, KeptGrants, Reported
from protocol.links import CodeAnswer, CodeAsk, LinkAnswer, LinkAsk, LinksSeen
from protocol.obeyed import Obeyed, Wanted
from protocol.pins import PinPeppers, PinReport
from protocol.problem import ProblemAnswer
from protocol.request_signature import SignedBy, key_name, sign_request
from protocol.signing import Signed, private_from_hex
from terminal.identity import Identity
from terminal.sync.failures import Nonsense, Refused
from terminal.sync.hq_clock import HqClock, read_time
from terminal.sync.transport import Answer, Transport

RETRY_AFTER_S_MAX = 3600
WATCH_WAIT_S = 25.0
CHUNK_WAIT_S = 270.0  # 4 MiB over a line of 112 kbit/s take five minutes

Model = TypeVar("Model", bound=BaseModel)


class HqClient:
    """Safe to use from several threads. Every method raises Unreachable, TlsMismatch, Nonsense or Refused.

    Every request is signed at HQ's time, which is fetched first, and again when HQ finds the signature's time wrong.
    `nonce` gives 32 hex digits that were never given before.
    """

    def __init__(self, identity: Identity, transport: Transport, clock: HqClock, nonce: Callable[[], str]) -> None:
        self._identity, self._transport, self._clock, self._nonce = identity, transport, clock, nonce
        self._key = private_from_hex(identity.private_key)
        self._keyid = key_name(identity.device, identity.epoch)

    @property
    def trust_key(self) -> str:
        """Of HQ: what it signed, we believe."""
        return self._identity.trust_key

    def rest(self) -> None:
        """Let go of idle connections."""
        self._transport.rest()

    def ask_time(self) -> None:
        """Set the clock by HQ's signed time: the only question for which a certificate's dates do not count."""
        nonce, asked_ms = self._nonce(), self._clock.asked()
        answer = self._transport.exchange("GET", f"/v1/time?nonce={nonce}", {}, None, dated=False)
        self._clock.answered(read_time(_read(Signed, answer), nonce, self._identity.trust_key), asked_ms)

    def contact(self, contact: Contact) -> ContactAnswer:
        return self._post_json("/v1/contact", contact, ContactAnswer)

    def operations(self, batch: bytes) -> Acknowledgement:
        """Send an encoded batch."""
        return self._ask(Acknowledgement, "POST", "/v1/operations", batch, MEDIA_TYPE)

    def feed(self, bucket: Bucket, after: int, generation: int, *, whole: bool = False, hot: bool = False) -> FeedPage:
        """A page. `whole`: of a pass that began at zero, which no tombstone can fail; `hot` leaves out the members that
        this store does not know."""
        query = f"after={after}&generation={generation}{'&whole=1' if whole else ''}{'&hot=1' if hot else ''}"
        return self._ask(FeedPage, "GET", f"/v1/feed/{bucket.value}?{query}")

    def heads(self) -> FeedHeads:
        return self._ask(FeedHeads, "GET", "/v1/feed/heads")

    def prefixes(self, bucket: Bucket) -> FeedPrefixes:
        return self._ask(FeedPrefixes, "GET", f"/v1/feed/{bucket.value}/prefixes")

    def leaf(self, bucket: Bucket, prefix: int) -> FeedLeaf:
        return self._ask(FeedLeaf, "GET", f"/v1/feed/{bucket.value}/prefixes/{prefix}")

    def rows(self, bucket: Bucket, wish: RowsAsk) -> FeedRows:
        return self._post_json(f"/v1/feed/{bucket.value}/rows", wish, FeedRows)

    def snapshot(self) -> Signed:
        """The manifest of HQ's newest snapshot."""
        return self._ask(Signed, "GET", "/v1/snapshot")

    def chunk(self, version: int, number: int) -> bytes:
        """A chunk of a snapshot, as it comes: nothing is checked but its size."""
        answer = self._exchange("GET", f"/v1/snapshot/{version}/{number}", wait_s=CHUNK_WAIT_S)
        if answer.status != 200:
            raise _refused(answer)
        return answer.data

    def card_keys(self, wanted: CardKeysAsk) -> CardKeys:
        """The keys of cards that were shown here, as far as HQ gives them."""
        return self._post_json("/v1/card-keys", wanted, CardKeys)

    def sun(self, link: LinkAsk) -> LinkAnswer:
        """What HQ makes of a card's link that is shown now."""
        return self._post_json("/v1/sun", link, LinkAnswer)

    def links_seen(self, told: LinksSeen) -> None:
        """Tell of links that were judged here; the same again changes nothing."""
        self._tell("/v1/sun/seen", told)

    def take_code(self, code: CodeAsk) -> CodeAnswer:
        """What HQ makes of a member code that is shown now."""
        return self._post_json("/v1/member-codes/take", code, CodeAnswer)

    def entry(self, entry: Entry) -> EntryAnswer:
        """What became of an entry about a member; the same again changes nothing more."""
        return self._post_json("/v1/entries", entry, EntryAnswer)

    def grants(self, after: int) -> GrantPage:
        return self._ask(GrantPage, "GET", f"/v1/grants?after={after}")

    def kept(self, grants: KeptGrants) -> Reported:
        return self._post_json("/v1/grants/kept", grants, Reported)

    def report(self, page: GrantPage) -> Reported:
        return self._post_json("/v1/grants/report", page, Reported)

    def obeyed(self, told: Obeyed) -> Wanted:
        """Tell a restored HQ what is obeyed here, and hand back what it has forgotten."""
        return self._post_json("/v1/obeyed", told, Wanted)

    def readmit(self, admission: Signed) -> None:
        """Show an HQ that has forgotten us what it once signed."""
        self._tell("/v1/readmit", Readmission(admission=admission))

    def peppers(self) -> PinPeppers:
        return self._ask(PinPeppers, "GET", "/v1/pins/peppers")

    def guesses(self, report: PinReport) -> None:
        """Tell HQ what was counted here; the same again changes nothing."""
        self._tell("/v1/pins/guesses", report)

    def watch(self, known: News) -> News:
        """What HQ has; answered as soon as it is something else than `known`, or after a while."""
        target = f"/v1/watch?granted={known.granted}&config={known.config}"
        return _read(News, self._exchange("GET", target, wait_s=WATCH_WAIT_S))

    def ask(self, wish: GrantAsk) -> GrantPage:
        return self._post_json("/v1/grants/ask", wish, GrantPage)

    def _tell(self, target: str, message: BaseModel) -> None:
        """What has no answer but that it was heard."""
        answer = self._exchange("POST", target, message.model_dump_json().encode(), "application/json")
        if answer.status != 204:
            raise _refused(answer)

    def _post_json(self, target: str, message: BaseModel, model: type[Model]) -> Model:
        return self._ask(model, "POST", target, message.model_dump_json().encode(), "application/json")

    def _ask(self, model: type[Model], method: str, target: str, body: bytes | None = None, kind: str = "") -> Model:
        return _read(model, self._exchange(method, target, body, kind))

    def _exchange(
        self, method: str, target: str, body: bytes | None = None, kind: str = "", wait_s: float = 0
    ) -> Answer:
        """One signed question; a second time only where HQ says that the first was signed at a wrong time."""
        if self._clock.now_ms() is None:
            self.ask_time()
        answer = self._signed(method, target, body, kind, wait_s)
        if answer.status == 401 and _refused(answer).code == "clock_skew":
            self.ask_time()
            answer = self._signed(method, target, body, kind, wait_s)
        return answer

    def _signed(self, method: str, target: str, body: bytes | None, kind: str, wait_s: float) -> Answer:
        by = SignedBy(self._keyid, (self._clock.now_ms() or 0) // 1000, self._nonce())
        signature = sign_request(self._key, by, self._identity.trust_key, method, target, body)
        headers = {**signature, "Content-Type": kind} if kind else signature
        return self._transport.exchange(method, target, headers, body, dated=True, wait_s=wait_s)


def _read(model: type[Model], answer: Answer) -> Model:
    if not 200 <= answer.status < 300:
        raise _refused(answer)
    try:
        return model.model_validate_json(answer.data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80]
        raise Nonsense(f"HQ's answer is no {model.__name__}: {where}: {first['msg'][:100]}") from None


def _refused(answer: Answer) -> Refused:
    wait_s = _retry_after(answer.headers)
    try:
        problem = ProblemAnswer.model_validate_json(answer.data).error
    except ValidationError:
        return Refused(answer.status, "unknown", f"{len(answer.data)} bytes in another shape", {}, wait_s)
    return Refused(answer.status, problem.code[:64], problem.message[:300], problem.params, wait_s)


def _retry_after(headers: Mapping[str, str]) -> int | None:
    text = headers.get("retry-after", "")
    return min(int(text), RETRY_AFTER_S_MAX) if text.isascii() and text.isdigit() and len(text) < 10 else None
