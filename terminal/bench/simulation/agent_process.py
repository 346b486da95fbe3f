"""The sync agent of one terminal: the real rounds, asked for by simulated time in place of a thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from protocol.lease import GrantAsk
from terminal.bench.simulation.network import SimulatedTransport
from terminal.bench.simulation.till_process import DIRECTORY, LEDGER, TillProcess
from terminal.errors import StorageBroken, StoreError, SyncError
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.outbox import OutboxReader
from terminal.sync.asks import is_granted
from terminal.sync.backoff import Backoff
from terminal.sync.bootstrap import Bootstrap
from terminal.sync.contact import Contacts
from terminal.sync.failures import Unreachable, sentence_code
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.pull import Puller
from terminal.sync.push import Pusher
from terminal.sync.round import Parts, Round

LONGEST_WAIT_S = 6 * 3600.0  # the setting `retry_delay_s_max`: a lost line costs little to simulate
VERSION = "simulated"
UNHEARD = Unreachable.__name__  # `failure` of who is cut off, or asks in vain


class AgentProcess:
    """`round` and `nudged` are what `terminal.sync.agent.Agent` does at its time; each returns the wait in ms after a
    failure, None when all went well."""

    def __init__(
        self,
        folder: Path,
        till: TillProcess,
        transport: SimulatedTransport,
        monotonic: Callable[[], int],
        writer: Callable[[Path], DirectoryWriter],
        chance: Random,
    ) -> None:
        identity, clock = till.identity, HqClock(monotonic)
        self._till, self._transport = till, transport
        self.failure = ""  # what went wrong the last time
        self._client = HqClient(identity, transport, clock, partial(nonce, chance))
        self._outbox = OutboxReader(folder / LEDGER)
        self.writer = writer(folder / DIRECTORY)
        self._backoff = Backoff(LONGEST_WAIT_S, chance.random)
        bootstrap = Bootstrap(self._client, self.writer, identity, folder)
        self._round = Round(
            Parts(
                client=self._client,
                link=till,
                outbox=self._outbox,
                writer=self.writer,
                contacts=Contacts(self._client, identity, clock, partial(nonce, chance)),
                clock=clock,
                pusher=Pusher(self._outbox, self._client, till, identity),
                puller=Puller(self._client, self.writer, till, identity.trust_key, bootstrap),
                version=VERSION,
                going_on=lambda: True,
            )
        )

    def close(self) -> None:
        self._outbox.close()
        self.writer.close()

    def round(self) -> int | None:
        return self._act(self._round.run)

    def nudged(self) -> int | None:
        return self._act(self._round.after_nudge)

    def heard(self) -> int | None:
        """The watch has brought news."""
        return self._act(self._round.after_news)

    def ask(self, wish: GrantAsk) -> bool:
        """More lease for somebody at the counter, as `terminal.sync.asks.Asker` asks for it."""
        if self._round.in_question:
            return False
        try:
            page = self._client.ask(wish.model_copy(update={"after": self._outbox.position().grants}))
            self._till.apply_grants(page)
        except (SyncError, StoreError):
            return False
        return is_granted(wish, page)

    def _act(self, act: Callable[[], object]) -> int | None:
        try:
            if self.failure == UNHEARD:
                self._transport.must_lead()  # what has failed once for that is not tried to the end again
            act()
        except StorageBroken:
            raise
        except (SyncError, StoreError) as error:
            wait_s = self._backoff.next_s(getattr(error, "retry_after_s", None) or 0)
            self.failure = f"{type(error).__name__} {getattr(error, 'code', '') or ''}".rstrip()
            self._round.tell(False, sentence_code(error))
            return int(wait_s * 1000)
        self._backoff.reset()
        self.failure = ""
        return None


def nonce(chance: Random) -> str:
    return f"{chance.getrandbits(128):032x}"
