"""`stillpoint-hq` as a person types it: found, claim, serve until SIGTERM."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import urllib3
from click.testing import CliRunner, Result

from hq.cli import main
from protocol.enrolment import read_claim

ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_found_then_claim(tmp_path: Path, chain_folder: Path) -> None:
    state = tmp_path / "hq"
    made = run("init", "--state", state, "--chain", chain_folder, "--host", "hq.example")
    assert (made.exit_code, made.output) == (0, f"{state}: 5 members, 2 products\n")
    arguments = ("claim", "--state", state, "--store", "s01", "--lane", "1", "--hq", "https://hq.example:8443")
    claimed = run(*arguments, "--qr", tmp_path / "claim.png")
    assert claimed.exit_code == 0
    assert read_claim(claimed.output)[1].store == "s01"
    assert (tmp_path / "claim.png").read_bytes().startswith(b"\x89PNG")
    assert run(*arguments).output != claimed.output


def test_what_is_wrong_is_one_sentence(tmp_path: Path, chain_folder: Path) -> None:
    nowhere = tmp_path / "nowhere"
    wrong = {
        "is not a chain": ("init", "--state", tmp_path / "hq", "--chain", nowhere),
        "run `stillpoint-hq init": ("serve", "--state", nowhere),
        "loopback only": ("serve", "--state", nowhere, "--status", "0.0.0.0:8444"),
    }
    for sentence, arguments in wrong.items():
        result = run(*arguments)
        assert result.exit_code == 1
        assert sentence in result.output
        assert "Traceback" not in result.output
    run("init", "--state", tmp_path / "hq", "--chain", chain_folder)
    for bad in (("s09", "1", "https://hq"), ("s01", "1", "http://hq"), ("s01", "1 2", "https://hq")):
        claimed = run("claim", "--state", tmp_path / "hq", "--store", bad[0], "--lane", bad[1], "--hq", bad[2])
        assert claimed.exit_code == 1, claimed.output
        assert claimed.output.startswith("Error: ")
        assert isinstance(claimed.exception, SystemExit)


def test_it_serves_until_sigterm(tmp_path: Path, chain_folder: Path) -> None:
    state = tmp_path / "hq"
    run("init", "--state", state, "--chain", chain_folder)
    command = [sys.executable, "-m", "hq", "serve", "--state", str(state)]
    command += ["--listen", "127.0.0.1:0", "--status", "127.0.0.1:0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = re.fullmatch(r"HQ is ready: (\S+) status (\S+)\n", process.stdout.readline())
            assert ready is not None
            with urllib3.PoolManager(ca_certs=str(state / "ca.pem")) as pool, urllib3.PoolManager() as plain:
                assert pool.request("GET", ready[1] + "/v1/ca", retries=False).status == 200
                assert plain.request("GET", ready[2] + "status.json", retries=False).status == 200
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
        finally:
            process.kill()
