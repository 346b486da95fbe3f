"""Several workers on PostgreSQL: many devices at once for the same members, and nothing is lost or counted twice."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import urllib3

from hq.headquarters import Headquarters
from hq.ingest import ingest
from hq.problems import HqError
from hq.reading import read_batch
from hq.sequencer import sequence
from hq.workers import require_one_on_sqlite
from protocol.batch import Batch
from tests.hq.devices import Device, join
from tests.hq.looking import balance, broken, stored
from tests.hq.places import only
from tests.hq.tiny_chain import NOW_MS

ROOT = Path(__file__).parents[2]
DEVICES, BATCHES, EACH = 6, 4, 10
JOIN_S = 120
_UPLOAD = """
import sys
from tests.hq.test_workers import send
send(sys.argv[1], sys.argv[2:])
"""


def send(state: str, files: list[str]) -> None:
    """A worker of its own: opens HQ and takes in batches, each again where PostgreSQL asks for it."""

    hq = Headquarters.open(Path(state), lambda: NOW_MS)
    try:
        for file in files:
            take_in(hq, Batch.decode(Path(file).read_bytes()))
    finally:
        hq.close()


def take_in(hq: Headquarters, batch: Batch) -> None:
    readings = read_batch(batch)
    hq.database.repeated(lambda connection: ingest(connection, batch, readings, hq.rules()))


def prepared(hq: Headquarters, folder: Path) -> tuple[list[Device], list[list[str]]]:
    """Devices whose batches all touch the same four members, in different orders, and the files of each device."""
    devices = [join(hq, f"s0{1 + number % 2}", str(number)) for number in range(DEVICES)]
    files: list[list[str]] = []
    for number, device in enumerate(devices):
        own = []
        for batch in range(BATCHES):
            for sale in range(EACH):
                device.sell(f"m{1 + (number + sale * (1 + number % 3)) % 5}", earn=1)
            file = folder / f"{device.name}-{batch}.bin"
            file.write_bytes(device.batch(batch * EACH + 1, (batch + 1) * EACH).encode())
            own.append(str(file))
        files.append(own)
    return devices, files


@only("postgresql")
def test_many_devices_upload_at_once_through_worker_processes(hq: Headquarters, tmp_path: Path) -> None:
    devices, files = prepared(hq, tmp_path)
    before = {f"m{n}": balance(hq, f"m{n}")[0] for n in range(1, 6)}
    commands = [[sys.executable, "-c", _UPLOAD, str(hq.state), *own] for own in files]
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    assert [process.wait(JOIN_S) for process in processes] == [0] * DEVICES
    everything_is_there(hq, devices, before)


@only("postgresql")
def test_many_devices_upload_at_once_through_threads(hq: Headquarters, tmp_path: Path) -> None:
    devices, files = prepared(hq, tmp_path)
    before = {f"m{n}": balance(hq, f"m{n}")[0] for n in range(1, 6)}
    threads = [threading.Thread(target=send, args=(str(hq.state), own)) for own in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(JOIN_S)
    everything_is_there(hq, devices, before)


def everything_is_there(hq: Headquarters, devices: list[Device], before: dict[str, int]) -> None:
    assert sorted(stored(hq)) == sorted(data for device in devices for data in device.operations)
    earned = {f"m{n}": 0 for n in range(1, 6)}
    for number in range(DEVICES):
        for sale in list(range(EACH)) * BATCHES:
            earned[f"m{1 + (number + sale * (1 + number % 3)) % 5}"] += 1
    assert {who: balance(hq, who)[0] for who in before} == {who: before[who] + earned[who] for who in before}
    assert broken(hq) == []
    assert sequence(hq.database, hq.clock(), hq.today()) > 0
    assert sequence(hq.database, hq.clock(), hq.today()) == 0


@only("postgresql")
def test_a_batch_in_one_worker_holds_up_no_other_device(hq: Headquarters) -> None:
    """A batch is judged under its own device's row; another device's passes while it is open."""
    one, other = join(hq, "s01", "1"), join(hq, "s02", "1")
    one.sell("m1", earn=1)
    other.sell("m2", earn=1)
    batch = one.batch()
    with hq.database.transaction() as connection:
        ingest(connection, batch, read_batch(batch), hq.rules())
        passed = threading.Thread(target=take_in, args=(hq, other.batch()))
        passed.start()
        passed.join(JOIN_S)
        assert balance(hq, "m2") == (321, 0)
        assert balance(hq, "m1") == (1000, 0)
    assert balance(hq, "m1") == (1001, 0)


@only("sqlite")
def test_sqlite_refuses_a_second_worker(hq: Headquarters) -> None:
    require_one_on_sqlite(hq.state, 1)
    with pytest.raises(HqError, match="runs one worker: for more, found HQ on PostgreSQL"):
        require_one_on_sqlite(hq.state, 2)


@only("postgresql")
def test_workers_serve_the_same_address_until_sigterm(hq_folder: Path) -> None:
    command = [sys.executable, "-m", "hq", "serve", "--state", str(hq_folder), "--workers", "2"]
    command += ["--listen", "127.0.0.1:0", "--status", "127.0.0.1:0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = re.fullmatch(r"HQ is ready: (\S+) status (\S+)\n", process.stdout.readline())
            assert ready is not None
            for _ in range(8):
                with urllib3.PoolManager(ca_certs=str(hq_folder / "ca.pem")) as pool:
                    assert pool.request("GET", ready[1] + "/v1/ca", retries=False).status == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
