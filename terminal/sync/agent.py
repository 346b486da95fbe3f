"""The sync agent as a process: rounds at an interval, at once when the till has news, and patiently when HQ is away."""

from __future__ import annotations

import logging
import queue
import random
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from protocol.contact import News
from terminal.errors import ConfigError, StorageBroken, StoreError, SyncError, TerminalError
from terminal.identity import Identity, ca_path, load_identity
from terminal.notify import notify
from terminal.store.card_keys import CardKeyFile
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.disk_guard import directory_may_grow
from terminal.store.outbox import OutboxReader
from terminal.sync.asks import Asker
from terminal.sync.backoff import Backoff
from terminal.sync.bootstrap import Bootstrap
from terminal.sync.card_keys import KeyFetcher
from terminal.sync.contact import Contacts
from terminal.sync.failures import LinkDown, sentence_code
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.lines import Question
from terminal.sync.link import UP, Link
from terminal.sync.links import LinkErrands
from terminal.sync.pins import PinErrands
from terminal.sync.pull import Puller
from terminal.sync.push import Pusher
from terminal.sync.round import Parts, Round
from terminal.sync.transport import HttpsTransport
from terminal.sync.watch import Watch

if TYPE_CHECKING:
    from terminal.config import Config

log = logging.getLogger(__name__)
EXIT_FAILED = 1
NEWS, WORD = "news", "word"  # HQ has something that is not here; HQ has another word on this terminal
UNUSABLE_S = 60.0  # until files that cannot be used are looked at again: somebody has to enrol first
BEAT_S = 15.0  # a quarter of the unit's WatchdogSec


@dataclass(frozen=True)
class Chance:
    """Where randomness comes from: `jitter` gives 0 ≤ x < 1, `nonce` 32 hex digits never given before."""

    jitter: Callable[[], float]
    nonce: Callable[[], str]


def run(config: Config) -> int:
    """Keep this terminal and HQ in step until SIGTERM or SIGINT. Returns the exit code."""
    agent = Agent(config, Chance(random.random, partial(secrets.token_hex, 16)))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: agent.stop())
    try:
        agent.run()
    except TerminalError as error:
        log.error("%s", error)
        return EXIT_FAILED
    return 0


class Agent:
    """`run` works until `stop` is called, from a signal's handler or any thread."""

    def __init__(self, config: Config, chance: Chance) -> None:
        self._config, self._chance = config, chance
        self._news: queue.SimpleQueue[str] = (
            queue.SimpleQueue()
        )  # its `put` may interrupt itself: a signal's handler does
        self._nudged = self._stopping = False
        self._asker: Asker | None = None
        self._round: Round | None = None
        self._watch: Watch | None = None
        self._watched: News | None = None
        self._next_round = 0.0

    def stop(self) -> None:
        """End after the exchange that is under way."""
        self._stopping = True
        self._news.put("stop")

    def run(self) -> None:
        """Raises ConfigError without an identity, and StorageBroken when a file has to be opened again."""
        load_identity(self._config.terminal.state)
        link = Link(self._config.terminal.run / "sync.sock", self._heard)
        link.start()
        notify("READY=1")
        try:
            if self._wait_for_till():
                self._work(link)
        finally:
            link.close()

    def _work(self, link: Link) -> None:
        """Rounds until the end, once HQ's authority can be read; until then the till is told why there are none."""
        while self._going_on():
            try:
                with self._parts(load_identity(self._config.terminal.state), link) as parts:
                    self._rounds(Round(parts))
            except ConfigError as error:
                log.error("%s; looked at again in %.0f s", error, UNUSABLE_S)
                try:
                    link.state(False, "not_authenticated")
                except TerminalError as also:
                    log.info("the till could not be told: %s", also)
                self._wait_for_till(UNUSABLE_S)

    @contextmanager
    def _parts(self, identity: Identity, link: Link) -> Iterator[Parts]:
        """Once the till is there, so is its ledger."""
        state = self._config.terminal.state
        clock = HqClock(lambda: time.monotonic_ns() // 1_000_000)
        with ExitStack() as stack:
            transport = HttpsTransport(identity.hq, ca_path(state), clock.now_ms)
            client = HqClient(identity, transport, clock, self._chance.nonce)
            stack.callback(client.rest)
            outbox = stack.enter_context(OutboxReader(state / "ledger.db"))
            writer = stack.enter_context(DirectoryWriter(state / "directory.db"))
            card_keys = KeyFetcher(CardKeyFile(state, secrets.token_bytes), client.card_keys)
            own_outbox = stack.enter_context(OutboxReader(state / "ledger.db"))
            entered = partial(self._news.put, WORD)
            asker = Asker(client, link, own_outbox, self._may_take, card_keys.fetch, entered=entered)
            asker.start()
            stack.callback(asker.close)
            self._asker = asker
            self._watch = self._watching(identity, clock, state)
            stack.callback(self._watch.close)
            yield Parts(
                client=client,
                link=link,
                outbox=outbox,
                writer=writer,
                contacts=Contacts(client, identity, clock, self._chance.nonce),
                clock=clock,
                pusher=Pusher(outbox, client, link, identity),
                puller=Puller(client, writer, link, identity.trust_key, Bootstrap(client, writer, identity, state)),
                version=version("stillpoint"),
                going_on=self._going_on,
                pins=PinErrands(client, outbox, writer, identity, state).run,
                room=lambda: directory_may_grow(state),
                links=LinkErrands(client, outbox).run,
                card_keys=card_keys,
            )

    def _watching(self, identity: Identity, clock: HqClock, state: Path) -> Watch:
        """A line of its own, which is cut at the end."""
        transport = HttpsTransport(identity.hq, ca_path(state), clock.now_ms)
        client = HqClient(identity, transport, clock, self._chance.nonce)
        watch = Watch(client, transport, lambda stopped: self._news.put(WORD if stopped else NEWS))
        watch.start()
        return watch

    def _may_take(self) -> bool:
        return self._round is None or not self._round.in_question

    def _rounds(self, round_: Round) -> None:
        self._round = round_
        backoff = Backoff(self._config.sync.retry_delay_s_max, self._chance.jitter)
        act: Callable[[], object] = round_.run
        while self._going_on():
            try:
                act()
                round_.rest()
                backoff.reset()
                if act == round_.run:
                    interval_s = round_.interval_s() or self._config.sync.interval_s
                    self._next_round = time.monotonic() + interval_s
                self._go_on_watching(round_, after_a_round=act == round_.run)
                act = self._pause(round_)
            except StorageBroken:
                raise
            except (SyncError, StoreError) as error:
                self._failed(round_, error, backoff)
                act = round_.run

    def _go_on_watching(self, round_: Round, *, after_a_round: bool) -> None:
        """What HQ offered and could not be taken is no news again before the next round."""
        known = round_.known()
        if known is not None and self._watch is not None and (after_a_round or known != self._watched):
            self._watch.known(known)
            self._watched = known

    def _pause(self, round_: Round) -> Callable[[], object]:
        """Wait for the next thing to do: news of the till at once, a round when its time has come."""
        while not self._stopping:
            news = self._next_news(self._next_round - time.monotonic())
            if news == "nudge":
                return round_.after_nudge
            if news == NEWS:
                return round_.after_news
            if news == UP:
                round_.forget_told()
            if news in (UP, WORD, None):
                break
        return round_.run

    def _failed(self, round_: Round, error: TerminalError, backoff: Backoff) -> None:
        """Say it, and wait; only the till's coming back ends the wait before its time."""
        wait_s = backoff.next_s(getattr(error, "retry_after_s", None) or 0)
        log.warning("%s; again in %.1f s", error, wait_s)
        try:
            if isinstance(error, LinkDown):
                round_.forget_told()
            else:
                round_.tell(False, sentence_code(error))
        except TerminalError as also:
            log.info("the till could not be told: %s", also)
            round_.forget_told()
        if self._wait_for_till(wait_s):
            round_.forget_told()

    def _wait_for_till(self, limit_s: float | None = None) -> bool:
        """Wait until the till's socket is there (again), or for so long; returns whether it came."""
        until = None if limit_s is None else time.monotonic() + limit_s
        while not self._stopping:
            news = self._next_news(None if until is None else until - time.monotonic())
            if news in (UP, None):
                return news == UP
        return False

    def _next_news(self, wait_s: float | None) -> str | None:
        """The till's next word, or None when there was none in time."""
        until = None if wait_s is None else time.monotonic() + wait_s
        while True:
            self._going_on()
            left_s = BEAT_S if until is None else min(BEAT_S, until - time.monotonic())
            try:
                news = self._news.get(timeout=max(0.0, left_s))
                break
            except queue.Empty:
                if until is not None and time.monotonic() >= until:
                    return None
        if news == "nudge":
            self._nudged = False
        return news

    def _going_on(self) -> bool:
        """Whether to go on; asked between any two exchanges, and so the sign of life for the service manager."""
        notify("WATCHDOG=1")
        return not self._stopping

    def _heard(self, event: object) -> None:
        """On the link's thread. Nudges are one until they are read."""
        if isinstance(event, Question):
            if self._asker is not None:
                self._asker.take(event)
        elif isinstance(event, str):
            self._news.put(event)
        elif not self._nudged:
            self._nudged = True
            self._news.put("nudge")
