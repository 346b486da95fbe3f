"""What is asked of HQ for a member at the counter, on a thread of its own so that no batch is in the way: more lease,
the key of the card that lies there, what a link or a code that is shown is worth, entries about a member."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable

from protocol.entries import EntryAnswer, EntryVerdict
from protocol.lease import GrantAsk, GrantPage
from protocol.links import CodeAnswer, LinkAnswer
from terminal.clock_keeper import monotonic_ms
from terminal.errors import TerminalError
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.lines import Ask, AskEntry, AskKey, AskShown, Question
from terminal.sync.link import Link

log = logging.getLogger(__name__)
WAITING_MAX = 8
TOO_MANY, BROKEN = 429, 500  # HTTP: what HQ says below is its last word, and nothing was done


class Asker:
    """Takes the till's questions to HQ, one after the other, and hands over what is granted, however late.

    Where `may_take` says no, nothing is asked: a ledger whose history is in question takes nothing. `fetch_key` is
    whether the key of the card with this UID came. A link, a code or an entry for which nobody waits any more is not
    asked about. `entered` is told of each entry that HQ took: the directory has news there.
    """

    def __init__(
        self,
        client: HqClient,
        link: Link,
        outbox: OutboxReader,
        may_take: Callable[[], bool] = lambda: True,
        fetch_key: Callable[[str], bool] = lambda _uid: False,
        now_ms: Callable[[], int] = monotonic_ms,
        entered: Callable[[], object] = lambda: None,
    ) -> None:
        self._client, self._link, self._outbox, self._may_take = client, link, outbox, may_take
        self._fetch_key, self._now_ms, self._entered = fetch_key, now_ms, entered
        self._queue: queue.Queue[tuple[Question, int] | None] = queue.Queue(WAITING_MAX)
        self._thread = threading.Thread(target=self._run, name="asks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop after the question that is being asked."""
        while self._thread.is_alive():
            try:
                self._queue.put(None, timeout=1)
                self._thread.join()
            except queue.Full:
                continue

    def take(self, ask: Question) -> None:
        """Queue a question; with too many already waiting the answer is no, at once."""
        try:
            self._queue.put_nowait((ask, self._now_ms()))
        except queue.Full:
            self._refuse(ask)

    def _run(self) -> None:
        while (waiting := self._queue.get()) is not None:
            ask, since_ms = waiting
            overdue = isinstance(ask, AskShown | AskEntry) and self._now_ms() - since_ms > ask.limit_ms
            if overdue or not self._may_take():
                self._refuse(ask)
                continue
            try:
                self._do(ask)
            except TerminalError as error:
                log.info("what the counter asked for was not had: %s", error)
                self._refuse(ask)

    def _do(self, ask: Question) -> None:
        match ask:
            case AskKey():
                given = self._fetch_key(ask.uid)
                self._client.rest()
                self._link.answer_key(ask, given)
            case AskShown():
                said = self._shown(ask)
                self._client.rest()
                self._link.answer_said(ask, said)
            case AskEntry():
                self._enter(ask)
            case Ask():
                page = self._ask(ask)
                self._link.answer(ask, is_granted(ask.wish, page), page.held_by)

    def _shown(self, ask: AskShown) -> LinkAnswer | CodeAnswer | None:
        if ask.link is not None:
            return self._client.sun(ask.link)
        return None if ask.code is None else self._client.take_code(ask.code)

    def _enter(self, ask: AskEntry) -> None:
        try:
            answer = self._client.entry(ask.entry)
        except Refused as refused:
            if refused.status == TOO_MANY or refused.status >= BROKEN:
                raise
            log.info("HQ takes no entry of this terminal: %s", refused)
            answer = EntryAnswer(verdict=EntryVerdict.NOT_TAKEN)
        self._client.rest()
        if answer.verdict is EntryVerdict.DONE:
            self._entered()
        self._link.answer_said(ask, answer)

    def _ask(self, ask: Ask) -> GrantPage:
        after = self._outbox.position().grants
        page = self._client.ask(ask.wish.model_copy(update={"after": after}))
        self._client.rest()
        self._link.apply_grants(page)
        return page

    def _refuse(self, ask: Question) -> None:
        try:
            match ask:
                case AskKey():
                    self._link.answer_key(ask, False)
                case AskShown() | AskEntry():
                    self._link.answer_said(ask, None)
                case Ask():
                    self._link.answer(ask, False)
        except TerminalError as error:
            log.info("the till did not wait for the answer: %s", error)


def is_granted(wish: GrantAsk, page: GrantPage) -> bool:
    """Whether the grants of this page are all that was wished for."""
    grants = [grant for grant in page.grants if grant.member == wish.member]
    limits: Counter[str] = Counter()
    for grant in grants:
        limits.update(grant.limits)
    return (
        sum(lot.points for grant in grants for lot in grant.lots) >= wish.points
        and sum(lot.read().left for grant in grants for lot in grant.value) >= wish.value
        and all(limits[key] >= amount for key, amount in wish.limits.items())
        and set(wish.coupons) <= {coupon.code for grant in grants for coupon in grant.coupons}
        and wish.sale in (None, *(right.sale for grant in page.grants for right in grant.refunds))
    )
