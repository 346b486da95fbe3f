"""A real till beside a real HQ, without the wire: its own ledger, and a directory from HQ's feed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq import feed, leases, sizing, terminals
from hq.headquarters import Headquarters
from hq.replayer import replay_pending
from hq.sequencer import applied_seq, sequence
from protocol import signing
from protocol.feed import Bucket
from protocol.lease import GrantAsk, Whereabouts
from terminal.counter.duties import perform
from terminal.counter.shop import Shop
from terminal.identity import Identity
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.ledger import Ledger
from tests.hq.devices import Device, acknowledged, outcomes
from tests.hq.tiny_chain import NOW_MS
from tests.terminal.counter.returns import Till
from tests.terminal.shops import DAY_MS, TestShop, ToldClock


class WholeTill(Till):
    """`meet` is one contact: operations up, grants and the directory down."""

    def __init__(self, hq: Headquarters, device: Device, test: TestShop, member: str | None = "m1") -> None:
        super().__init__(test, member)
        self.hq, self.device = hq, device

    def meet(self) -> dict[int, str]:
        """What HQ said of new operations that was not plainly applied, replay included."""
        found = self.send()
        with self.hq.database.transaction() as connection:
            who = terminals.lock(connection, self.device.name, self.device.identity.epoch)
            sizing.size(connection, who, self.hq.rules())
        self.fetch()
        return found

    def send(self) -> dict[int, str]:
        """Everything that HQ does not have yet."""
        ledger, sent = self.test.shop.ledger, len(self.device.operations)
        for seq in range(sent + 1, ledger.next_seq()):
            operation = ledger.operation(seq)
            assert operation is not None
            self.device.operations.append(operation.encode())
        if len(self.device.operations) == sent:
            return {}
        answer = acknowledged(self.hq, self.device.batch(sent + 1))
        ledger.acknowledge(answer.acked_seq, bytes.fromhex(answer.acked_hash))
        replay_pending(self.hq.database, self.hq.programmes)
        return outcomes(answer)

    def fetch(self) -> None:
        """Grants, the recalls among them answered, and the directory."""
        ledger = self.test.shop.ledger
        with self.hq.database.transaction() as connection:
            page = leases.page(connection, self.device.name, self.device.identity.epoch, ledger.grants_applied())
        ledger.apply_grants(page)
        while perform(self.test.shop):
            self.send()
        sequence(self.hq.database, self.hq.clock(), self.hq.today())
        with DirectoryWriter(self.test.folder / "directory.db") as writer, self.hq.database.reading() as connection:
            own = applied_seq(connection, self.device.name, self.device.identity.epoch)
            for bucket in Bucket:
                state = writer.bucket(bucket)
                after, now = state.cursor if state else 0, self.hq.clock()
                writer.apply(feed.page(connection, bucket, after, generation=1, applied_seq=own, as_of_ms=now))

    def ask(self, **wish: object) -> Whereabouts | None:
        """Ask HQ for more, as a till online does."""
        asked = GrantAsk.model_validate({"member": self.member, "after": self.test.shop.ledger.grants_applied()} | wish)
        with self.hq.database.transaction() as connection:
            who = terminals.lock(connection, self.device.name, self.device.identity.epoch)
            held_by = leases.ask(connection, who, asked, self.hq.rules())
        self.fetch()
        return held_by


@contextmanager
def whole_till(hq: Headquarters, device: Device, folder: Path) -> Iterator[WholeTill]:
    """Enrolled, with the directory and the first grants."""
    folder.mkdir()
    given, clock = device.identity, ToldClock(NOW_MS)
    identity = Identity(
        device=given.device,
        epoch=given.epoch,
        store=given.store,
        lane=given.lane,
        hq="https://127.0.0.1:1",
        trust_key=given.trust_key,
        lookup_key=given.lookup_key,
        private_key=signing.private_hex(device.key),
    )
    with Ledger.open(folder / "ledger.db", given.device, given.epoch) as ledger:
        directory = Directory(folder / "directory.db")
        try:
            till = WholeTill(hq, device, TestShop(Shop(ledger, directory, identity, clock), clock, folder))
            ledger.note_spend_until(NOW_MS + 30 * DAY_MS)
            till.meet()
            yield till
        finally:
            directory.close()
