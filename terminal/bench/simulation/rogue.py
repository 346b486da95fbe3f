"""A terminal with a broken release: what it sends is signed and chained as it should be, and makes no sense."""

from __future__ import annotations

import json
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any

from protocol import canonical, chain
from protocol.batch import MAX_BATCH_BYTES, Batch
from protocol.contact import Contact, Heartbeat
from protocol.lease import GrantPage
from protocol.operation import ClockQuality
from protocol.signing import private_from_hex
from terminal.bench.simulation.agent_process import nonce
from terminal.bench.simulation.chain import VICTIMS, ZONE
from terminal.bench.simulation.network import SimulatedTransport
from terminal.bench.simulation.reference import Fact
from terminal.bench.simulation.services import Services
from terminal.errors import SyncError
from terminal.identity import Identity
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock

HUGE = 2**62
HEARTBEAT = Heartbeat(version="broken", outbox=0, clock=ClockQuality.UNKNOWN)
Posting = tuple[str, str, str, int]  # account, asset, lot, amount


class Rogue:
    """`speak` adds a few poisoned operations to its chain and sends all that HQ has not acknowledged."""

    def __init__(self, world: Services, identity: Identity) -> None:
        self._world, self._identity = world, identity
        self._chance = world.chance("rogue")
        self._key = private_from_hex(identity.private_key)
        self._operations: list[bytes] = []
        transport = SimulatedTransport(world.network, identity.device, lambda: True)
        clock = HqClock(lambda: world.schedule.now_ms)
        self._client = HqClient(identity, transport, clock, partial(nonce, self._chance))

    def speak(self) -> None:
        for _ in range(self._chance.randint(1, 4)):
            seq = len(self._operations) + 1
            data = _poison(self._chance, seq, self._identity)
            self._operations.append(data)
            self._world.reference.keep(Fact((self._identity.device, self._identity.epoch, seq), data, False))
        self.send()

    def send(self) -> None:
        """Meet HQ, which may have been restored meanwhile, and send from where it is."""
        device, epoch = self._identity.device, self._identity.epoch
        try:
            said = Contact(nonce=nonce(self._chance), epoch=epoch, heartbeat=HEARTBEAT)
            answer = self._client.contact(said)
            if answer.report:  # it was never granted anything
                self._client.report(GrantPage(device=device, epoch=epoch, grants=(), head=0))
            acked = answer.acked_seq
            while acked < len(self._operations):
                before, some = chain.extend(chain.genesis(device, epoch), self._operations[:acked]), self._some(acked)
                self._client.operations(Batch.sign(self._key, device, epoch, acked + 1, before, some).encode())
                acked += len(some)
        except SyncError as error:
            self._world.say(device, f"poison was not taken: {error}")

    def _some(self, acked: int) -> list[bytes]:
        """What comes next, as much as HQ lets in at once."""
        sizes = accumulate(map(len, self._operations[acked:]))
        return self._operations[acked:][: max(1, sum(size <= MAX_BATCH_BYTES for size in sizes))]


def _poison(chance: Random, seq: int, identity: Identity) -> bytes:
    """Something that no terminal of ours would send."""
    member = chance.choice(VICTIMS)
    lot = f"{identity.device}.{identity.epoch}.{seq}"
    spent: list[Posting] = [("lease", "points", f"open.{member}", -500), ("redeemed", "points", f"open.{member}", 500)]
    return chance.choice(
        (
            chance.randbytes(chance.randint(0, 300)),
            b'{"v":1}',
            json.dumps({"a": [1.5, None], "b": "\ud800"}).encode(),
            b"[" * 5000,
            _operation(seq, identity, member, [], kind="raffle", draw="a kind that HQ does not know yet"),
            _operation(seq, identity, member, [], v=2),
            _operation(seq, identity, member, [("lease", "points", lot, 7)]),
            _operation(seq, identity, member, [("lease", "points", lot, HUGE), ("issued", "points", lot, -HUGE)]),
            _operation(seq + 1, identity, member, []),
            _operation(seq, identity, "nobody", spent),
            _operation(seq, identity, member, spent),
            _operation(seq, identity, member, [("pool", "points", "x", 5), ("issued", "points", "x", -5)]),
            _operation(seq, identity, member, [], at_ms=-(2**62), business_date="0000-00-00"),
            _operation(seq, identity, member, [], detail={"quote": "q" * 60_000}),
        )
    )


def _operation(seq: int, identity: Identity, member: str, postings: list[Posting], **bent: Any) -> bytes:
    fields: dict[str, Any] = {
        "v": 1,
        "device": identity.device,
        "epoch": identity.epoch,
        "seq": seq,
        "kind": "sale",
        "intent": f"{seq:032x}",
        "at_ms": 1_795_147_200_000 + seq,
        "clock": "trusted",
        "zone": ZONE,
        "business_date": "2026-11-20",
        "store": identity.store,
        "member": member,
        "lots": [],
        "postings": [{"account": a, "asset": s, "lot": lot, "amount": n} for a, s, lot, n in postings],
        "detail": {},
    }
    return canonical.encode(fields | bent, limit=2**20)
