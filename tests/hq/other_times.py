"""An HQ that was lost twice: a copy of it goes on, and then it goes on itself. Who has applied which grants."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from hq import address, terminals
from hq.backup import GENERATION, begin_generation
from hq.grants_report import take_report
from hq.headquarters import Headquarters
from hq.never_applied import compare
from protocol.lease import Grant, GrantPage, KeptGrants, grant_digest
from protocol.operation import OperationKey
from tests.hq.conftest import Clock
from tests.hq.devices import Device
from tests.hq.places import Place
from tests.hq.rich import rich


class Times:
    """`older` goes on from a copy of HQ as it is now; `newer` goes on afterwards where HQ itself has come."""

    def __init__(self, hq: Headquarters, place: Place, clock: Clock) -> None:
        self._state, self._place, self._clock = hq.state, place, clock
        self._copy = hq.state.with_name("copy")
        hq.close()
        url = address.read_address(self._state)
        shutil.copytree(self._state, self._copy)
        if address.sqlite_file(url) is None:
            (self._copy / address.FILE).unlink()
            address.write_address(self._copy, place.make(url))

    def again(self) -> Headquarters:
        """HQ itself, after the copy was made."""
        return rich(Headquarters.open(self._state, self._clock))

    def older(self) -> Headquarters:
        return self._restored(self._copy)

    def newer(self) -> Headquarters:
        """Its folder has seen the generation of the other."""
        shutil.copyfile(self._copy / GENERATION, self._state / GENERATION)
        return self._restored(self._state)

    def end(self) -> None:
        url = address.read_address(self._copy)
        if address.sqlite_file(url) is None:
            self._place.end(url)

    def _restored(self, state: Path) -> Headquarters:
        hq = Headquarters.open(state, self._clock)
        begin_generation(hq)
        hq.close()
        return rich(Headquarters.open(state, self._clock))


def kept(device: Device, grants: Sequence[Grant], rights: Sequence[OperationKey] = ()) -> KeptGrants:
    """What a terminal says that has applied `grants` and keeps them; of what came by them it has these `rights` now."""
    return KeptGrants(
        device=device.name,
        epoch=device.identity.epoch,
        first=grants[0].number,
        digests=tuple(map(grant_digest, grants)),
        rights=tuple(rights),
        next_seq=len(device.operations) + 1,
    )


def compared(hq: Headquarters, device: Device, grants: Sequence[Grant], rights: Sequence[OperationKey] = ()) -> int:
    told = kept(device, grants, rights)

    def work(connection: Connection) -> int:
        return compare(connection, terminals.lock(connection, device.name, device.identity.epoch), told)

    return hq.database.repeated(work)


def reported(hq: Headquarters, device: Device, grants: Sequence[Grant]) -> int:
    page = GrantPage(
        device=device.name, epoch=device.identity.epoch, grants=tuple(grants), head=grants[-1].number if grants else 0
    )
    with hq.database.transaction() as connection:
        who = terminals.lock(connection, device.name, device.identity.epoch)
        return take_report(connection, who, page, hq.rules())
