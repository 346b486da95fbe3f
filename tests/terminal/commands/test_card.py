"""`stillpoint card` as a person types it: a real reader process' orders, HQ's own command, a key store in a folder."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from hq import member_codes
from hq.card_register import counted
from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from terminal.cli import main
from terminal.commands.card_bench import PUT_IT_ON
from terminal.commands.card_hq import Card, HqCommand, HqRefused
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain

ROOT = Path(__file__).parents[3]
UID = "04AABBCCDDEE80"
HQ_COMMAND = f"{sys.executable} -m hq"
TOML = """
[terminal]
state = "state"
run = "run"

[card_reader.bench]
driver = "virtual"
control = "bench.sock"
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["card", *map(str, arguments)])


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A folder with an HQ that has an issuer key, a reader's configuration, and a key store with a master."""
    found(
        tmp_path / "hq",
        read_chain(write_tiny_chain(tmp_path / "chain")),
        hosts=(),
        now_ms=NOW_MS,
        random=Random(1).randbytes,
    )
    headquarters = Headquarters.open(tmp_path / "hq", lambda: NOW_MS)
    member_codes.begin(headquarters, Random(4).randbytes)
    headquarters.close()
    (tmp_path / "terminal.toml").write_text(TOML)
    made = run("master", "--keys", tmp_path / "keys")
    assert made.output == "master 1 is made: back up the key store before a card is issued with it\n"
    return tmp_path


def typed(bench: Path, *arguments: str) -> dict[str, object]:
    """What the command says as JSON, with a card put on its reader as soon as it asks for one."""
    command = [sys.executable, "-m", "terminal", "card", *arguments, "--config", str(bench / "terminal.toml"), "--json"]
    order = {"tap": UID, "card": "ntag424", "memory": str(bench / "card.json")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        assert process.stderr.readline().strip() == PUT_IT_ON
        with socket.socket(socket.AF_UNIX) as hand:
            hand.connect(str(bench / "bench.sock"))
            hand.sendall(json.dumps(order).encode() + b"\n")
            said, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    answer: dict[str, object] = json.loads(said)
    return answer


def test_a_card_is_issued_from_the_command_line(bench: Path) -> None:
    keys = ("--keys", str(bench / "keys"))
    hq = ("--hq", str(bench / "hq"), "--hq-command", HQ_COMMAND)
    done = typed(bench, "issue", "13800001234", *keys, *hq, "--link", "https://shop.example/t")
    assert (done["uid"], done["technology"], done["version"], done["member"]) == (UID, "ntag424", 1, "m1")
    assert done["stock"] == {"blank": -1, "delivered": 0, "begun": 0, "issued": 1, "spoiled": 0, "retired": 0}
    seen = typed(bench, "inspect", *keys)
    assert (seen["uid"], seen["proven"], seen["claims"]) == (UID, 1, [1] * 5)
    headquarters = Headquarters.open(bench / "hq", lambda: NOW_MS)
    with headquarters.database.reading() as connection:
        assert counted(connection)["ntag424"].issued == 1
    headquarters.close()


def test_what_hq_refuses_is_its_own_sentence() -> None:
    hq = HqCommand("sh -c 'echo Warning >&2; echo Error: this card is blocked >&2; exit 1' hq", "/srv/hq")
    with pytest.raises(HqRefused, match=r"^HQ says: this card is blocked$"):
        hq.issued("m1", Card(UID, "ntag424", 1))


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("/nowhere/hq", "cannot be run"),
        ("echo", "no JSON"),
        ("false", "HQ says: nothing"),
        ("sh -c 'echo {}'", "no certificate"),
    ],
)
def test_an_hq_that_cannot_be_asked_is_told(command: str, sentence: str) -> None:
    with pytest.raises(HqRefused, match=sentence):
        HqCommand(command, "/srv/hq").certify("m1", Card(UID, "ntag424", 1), "2030-01-01")


@pytest.mark.parametrize("stock", [7, {"ntag424": 7}, {"ntag424": {"blank": "x"}}])
def test_a_stock_that_is_none_is_told(tmp_path: Path, stock: object) -> None:
    (tmp_path / "answer").write_text(json.dumps({"stock": stock}))
    with pytest.raises(HqRefused, match="stock of cards is none"):
        HqCommand(f"sh -c 'cat {tmp_path}/answer' hq", "/srv/hq").issued("m1", Card(UID, "ntag424", 1))


@pytest.mark.parametrize("who", ["m1; reboot", "$(id)", "", "王小雨", "m" * 65, "m1\n"])
def test_a_member_is_named_by_what_no_shell_reads(who: str) -> None:
    with pytest.raises(HqRefused, match="a member is named by an id"):
        HqCommand("echo", "/srv/hq").issued(who, Card(UID, "ntag424", 1))


def test_a_name_is_never_taken_for_an_option() -> None:
    hq = HqCommand("sh -c 'echo Error: \"$@\" >&2; exit 1' hq", "/srv/hq")
    with pytest.raises(HqRefused, match=r"--json --state /srv/hq -- --help$"):
        hq.issued("--help", Card(UID, "ntag424", 1))


def test_masters_are_made_one_after_the_other(tmp_path: Path) -> None:
    for version in ("1", "2"):
        assert f"master {version} is made" in run("master", "--keys", tmp_path / "keys").output
    assert "master 255 is made" in run("master", "--keys", tmp_path / "keys", "--retired").output
    twice = run("master", "--keys", tmp_path / "keys", "--retired")
    assert (twice.exit_code, "never made twice" in twice.output) == (1, True)
    assert "master 3 is made" in run("master", "--keys", tmp_path / "keys").output


def test_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "terminal.toml").write_text(TOML.partition("[card_reader")[0])
    common = ("--config", tmp_path / "terminal.toml", "--keys", tmp_path / "keys", "--hq", "hq")
    wrong = {
        "name one card reader by --reader; there are: none": ("issue", "m1", *common),
        "begins with https://": ("issue", "m1", *common, "--link", "http://shop.example"),
        "cannot be opened": ("master", "--keys", "pkcs11:nobody", "--module", "/nowhere.so", "--pin-file", __file__),
    }
    for sentence, arguments in wrong.items():
        result = run(*arguments)
        assert result.exit_code in (1, 2)
        assert sentence in result.output
        assert isinstance(result.exception, SystemExit)
