"""One round of the agent, in the order that matters: time, configuration, operations up, leases, and the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from protocol.contact import News
from protocol.control import CURRENT
from protocol.feed import Bucket, RowKind
from terminal.errors import ChainDiverged, StorageFull, StoreError
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.outbox import OutboxReader
from terminal.sync.bundle import programme_of, read_configuration
from terminal.sync.card_keys import KeyFetcher
from terminal.sync.contact import Contacts, Meeting, heartbeat
from terminal.sync.failures import Nonsense, Quarantined, Refused, is_of_one_answer, sentence_code
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.pull import Puller, pull_grants
from terminal.sync.push import Pusher
from terminal.sync.report import report_grants
from terminal.sync.till_port import Till

log = logging.getLogger(__name__)
ACTIVE = "active"
REPORT_FIRST = "report_first"  # HQ was restored since our last contact


@dataclass(frozen=True)
class Parts:
    """What a round works with; built and closed by the agent."""

    client: HqClient
    link: Till
    outbox: OutboxReader
    writer: DirectoryWriter
    contacts: Contacts
    clock: HqClock
    pusher: Pusher
    puller: Puller
    version: str
    going_on: Callable[[], bool]
    pins: Callable[[], None] = lambda: None  # what is to be done for PINs
    links: Callable[[bool], None] = lambda _restored: None  # tells of links of cards; all of them to a restored HQ
    card_keys: KeyFetcher | None = None
    room: Callable[[], bool] = lambda: True  # whether the directory may grow: the disk's last part is for operations


class Round:
    """Runs rounds. `code` is the sentence that the till shows while HQ is reached; None when all is well."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._told: tuple[bool, str | None] | None = None
        self._stopped: str | None = None  # why nothing is pushed
        self._described: Mapping[str, Any] = {}  # what the till said of itself in this round
        self._directory: str | None = None  # why the directory stands still
        self._feed: str | None = None  # why some of it is not as HQ has it

    def run(self) -> None:
        """One whole round. Raises what HqClient and Link raise; whatever it did is done, and the next one goes on."""
        parts = self._parts
        meeting = self._meet()
        self._judge(meeting)
        now_ms = parts.clock.now_ms() or 0
        parts.link.met(now_ms, min(meeting.spend_until_ms, now_ms) if self.in_question else meeting.spend_until_ms)
        self.tell(True, self.code)
        active = meeting.state == ACTIVE
        self._directory = self._feed = None
        if meeting.report and not self.in_question:
            report_grants(parts.client, parts.outbox, meeting.granted or 0)
        if active:
            self._config()
        self.push()
        if active:
            parts.pins()
            parts.links(meeting.report)
            if not self.in_question:
                pull_grants(parts.client, parts.link, parts.outbox.position().grants)
            self._rest()
            self._card_keys()
        self.tell(True, self.code)

    def _card_keys(self) -> None:
        """Cards whose key is not here count as what anyone can copy: whatever keeps it away waits for the next tap."""
        parts = self._parts
        wanted = self._described.get("cards_wanted", ())
        if parts.card_keys is None:
            return
        try:
            parts.card_keys.keep_in_step(parts.writer.body, wanted)
        except (StoreError, Nonsense, Refused) as error:
            log.error("card keys: %s", error)

    @property
    def in_question(self) -> bool:
        """This ledger's history is not HQ's: a copy may have spent its leases, so nothing is spent, sent, or taken."""
        return self._stopped in ("quarantined", "chain_diverged")

    def after_nudge(self) -> None:
        """A sale was made: send it, and fetch what HQ makes of it."""
        if self.push():
            self._rest()

    def after_news(self) -> None:
        """HQ has something new: obey it first, take what it gives or wants back, and send what waits then."""
        if self._stopped is None:
            self._config()
            pull_grants(self._parts.client, self._parts.link, self._parts.outbox.position().grants)
            self.after_nudge()
            self.tell(True, self.code)

    def known(self) -> News | None:
        """What is on disk here, to watch for more; None where there is nothing to watch for."""
        config = self._parts.writer.bucket(Bucket.CONFIG)
        if self._stopped is not None or config is None:
            return None
        return News(granted=self._parts.outbox.position().grants, config=config.cursor)

    def interval_s(self) -> int | None:
        """How long HQ wants between two rounds; None: as this terminal's own file says."""
        body = self._parts.writer.body(RowKind.CONFIGURATION.value, CURRENT)
        return None if body is None else read_configuration(body).interval_s

    def push(self) -> int:
        """Send what waits, unless this terminal's history is in question. Returns how many HQ took."""
        if self.in_question:
            return 0
        try:
            return self._send()
        except (Quarantined, ChainDiverged) as error:
            log.error("nothing more is sent: %s", error)
            self._stopped = "quarantined" if isinstance(error, Quarantined) else "chain_diverged"
            self.tell(True, self.code)
            return 0

    def _send(self) -> int:
        parts = self._parts
        try:
            return parts.pusher.push(parts.going_on)
        except Refused as refused:
            if refused.code != REPORT_FIRST:
                raise
            granted = refused.params.get("granted")
        report_grants(parts.client, parts.outbox, granted if isinstance(granted, int) else 0)
        return parts.pusher.push(parts.going_on)

    @property
    def code(self) -> str | None:
        """The most urgent sentence."""
        if self._stopped is not None:
            return self._stopped
        if self._directory is None and self._parts.writer.refused():
            return "bundle_refused"
        return self._directory or self._feed

    def tell(self, online: bool, code: str | None) -> None:
        """Tell the till how the line is, if it does not know yet."""
        if (online, code) != self._told:
            self._parts.link.state(online, code)
            self._told = (online, code)

    def rest(self) -> None:
        """Between rounds nothing is kept open."""
        self._parts.client.rest()

    def forget_told(self) -> None:
        """The till has started again and knows nothing."""
        self._told = None

    def _meet(self) -> Meeting:
        """HQ's word; if it is not understood, what waits goes up all the same before the round fails."""
        try:
            return self._parts.contacts.meet(self._heartbeat())
        except Nonsense:
            self.push()
            raise

    def _judge(self, meeting: Meeting) -> None:
        """HQ's word on this device, and whether its history is ours."""
        self._stopped = None if meeting.state == ACTIVE else _STATES.get(meeting.state, "not_active")
        try:
            self._parts.link.acknowledge(meeting.acked_seq, meeting.acked_hash)
        except ChainDiverged as error:
            log.error("HQ holds another history of this terminal: %s", error)
            self._stopped = self._stopped or self._diverged()

    def _diverged(self) -> str:
        """Let HQ see our history, so that it learns of the fork and keeps what was sold here."""
        try:
            self._parts.pusher.show_history(self._parts.going_on)
        except Quarantined as error:
            log.error("%s", error)
            return "quarantined"
        return "chain_diverged"

    def _config(self) -> None:
        self._pull(lambda going_on: self._parts.puller.pull(Bucket.CONFIG, going_on))

    def _rest(self) -> None:
        if self._directory is None and not self._parts.room():
            log.error("the disk is nearly full: goods and members wait, operations go on")
            self._directory = "directory_full"
        self._pull(lambda going_on: self._parts.puller.rest(lambda: going_on() and self._parts.room()))

    def _pull(self, act: Callable[[Callable[[], bool]], None]) -> None:
        """Rows that cannot be read, had or written wait for the next round; they never stop an operation."""
        if self._directory is not None:
            return
        try:
            act(self._parts.going_on)
        except StorageFull as error:
            log.error("%s", error)
            self._directory = "directory_full"
        except StoreError as error:
            log.error("%s", error)
            self._directory = "directory_failed"
        except (Nonsense, Refused) as error:
            if not is_of_one_answer(error):
                raise
            log.error("%s", error)
            self._feed = sentence_code(error) or "directory_failed"

    def _heartbeat(self) -> Any:
        parts = self._parts
        position, self._described = parts.outbox.position(), parts.link.describe()
        return heartbeat(parts.version, position.head - position.acked, self._described, self._buckets())

    def _buckets(self) -> dict[str, Any]:
        """How far each bucket has come, and which do not add up; and by which programme prices are made."""
        states = [(bucket.value, state) for bucket in Bucket if (state := self._parts.writer.bucket(bucket))]
        return {
            "generation": max((state.generation for _, state in states), default=0),
            "cursors": {name: state.cursor for name, state in states},
            "wrong": [name for name, state in states if state.mismatch],
            "programme": programme_of(self._parts.writer.body(RowKind.PROGRAMME.value, CURRENT)),
        }


_STATES = {"quarantined": "quarantined", "suspended": "suspended"}
