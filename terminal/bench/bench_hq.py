"""An HQ for benches: a chain of any size founded in process, terminals enrolled, and then served as a real process."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import time_ns
from typing import Any

from sqlalchemy import func, select

from hq import schema
from hq.address import USUAL, read_address
from hq.apply import OWN_DEVICE
from hq.chain import Chain, Member, Store, read_chain
from hq.database import open_database
from hq.founding import found
from hq.headquarters import Headquarters
from protocol.directory import MemberState
from terminal.bench.layout import SAMPLE_CHAIN, BenchError
from terminal.bench.part import Part
from terminal.bench.sample_today import copy_sample
from terminal.bench.simulation.template import enrol
from terminal.identity import Identity

LANES = 4  # of each store
STORE_NAME = {"zh-CN": "测试店", "en": "Bench store"}
READY_S = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class BenchChain:
    """How large: members, who have no card and no points yet, and terminals. `chain` is the folder of its goods."""

    folder: Path
    members: int
    terminals: int
    seed: int

    @property
    def chain(self) -> Path:
        return self.folder / "chain"

    @property
    def state(self) -> Path:
        return self.folder / "hq"


def found_bench_hq(size: BenchChain, url: str | None) -> tuple[Part, tuple[Identity, ...]]:
    """Found it, enrol every terminal, and return the process that serves it, not started yet, with the identities."""
    today = datetime.now(UTC).date()
    copy_sample(SAMPLE_CHAIN, size.chain, today)
    chance, now_ms, address = Random(size.seed), time_ns() // 1_000_000, f"127.0.0.1:{_free_port()}"
    found(
        size.state, _chain(size, today.isoformat()), hosts=(), now_ms=now_ms, random=chance.randbytes, url=url or USUAL
    )
    headquarters = Headquarters.open(size.state, lambda: now_ms)
    try:
        places = [_place(number) for number in range(size.terminals)]
        enrolled = [enrol(headquarters, *place, chance) for place in places]
    finally:
        headquarters.close()
    identities = tuple(identity.model_copy(update={"hq": f"https://{address}"}) for identity in enrolled)
    serve = ["serve", "--state", str(size.state), "--listen", address, "--status", "127.0.0.1:0"]
    program = str(Path(sys.executable).with_name("stillpoint-hq"))
    return Part("hq", [program, *serve], size.folder / "hq.log"), identities


@asynccontextmanager
async def serving(hq: Part, identity: Identity) -> AsyncIterator[int]:
    """HQ while the block runs; gives the number of its process. Raises BenchError if it does not come up."""
    await hq.start()
    try:
        await asyncio.wait_for(_answers(hq, int(identity.hq.rpartition(":")[2])), READY_S)
        yield hq.process
    except TimeoutError as error:
        raise BenchError(f"HQ does not answer:\n{hq.tail()}") from error
    finally:
        await hq.stop()


async def _answers(hq: Part, port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if not hq.running:
                raise BenchError(f"HQ has ended:\n{hq.tail()}") from None
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return


def cost_of(process: int) -> dict[str, Any]:
    """What a process has cost so far: its largest memory and its processor time."""
    status = Path(f"/proc/{process}/status").read_text()
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return {"memory_mb": peak_kb // 1024, "cpu_s": round((int(fields[11]) + int(fields[12])) / _TICKS, 2)}


def operations_at(state: Path) -> int:
    """How many operations of terminals the HQ in this folder holds, whatever it made of them."""
    database = open_database(read_address(state))
    try:
        with database.reading() as connection:
            of_terminals = schema.operation.c.device != OWN_DEVICE
            return connection.scalar(select(func.count()).select_from(schema.operation).where(of_terminals)) or 0
    finally:
        database.close()


def _chain(size: BenchChain, today: str) -> Chain:
    sample = read_chain(size.chain)
    region = sample.organisation.regions[0].id
    shops = tuple(
        Store(id=store, name=STORE_NAME, region=region, zone="Asia/Shanghai", cutoff_hours=4)
        for store in sorted({_place(number)[0] for number in range(max(1, size.terminals))})
    )
    tier = sample.programme["tiers"][0]["id"]
    members = tuple(_member(number, shops[number % len(shops)].id, tier, today) for number in range(size.members))
    organisation = sample.organisation.model_copy(update={"stores": shops})
    return replace(sample, organisation=organisation, members=members)


def _member(number: int, store: str, tier: str, today: str) -> Member:
    return Member(
        id=f"m{number:04}",
        name=f"会员{number}",
        phone="",
        birthday=None,
        language="zh-CN",
        tier=tier,
        state=MemberState.ACTIVE,
        home_store=store,
        second_store=None,
        last_seen=today,
        card_uid="",
        card_state=None,
        points=0,
        points_earned_on=None,
        points_expires_on=None,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _place(number: int) -> tuple[str, str]:
    return f"b{number // LANES:03}", str(number % LANES + 1)
