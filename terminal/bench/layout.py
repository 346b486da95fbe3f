"""Where a bench keeps its things: one folder, five ports, one terminal.toml."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from terminal.errors import TerminalError

SAMPLE_CHAIN = Path(__file__).resolve().parents[2] / "samples" / "chain"
SAMPLE_CARDS = SAMPLE_CHAIN.parent / "cards.json"
SOCKET_PATH_MAX = 70  # a unix socket's path holds 107 bytes; leave room for the names

TOML = """\
# One terminal of the sample chain, with virtual devices.
[terminal]
state = "{terminal}"
run = "{run}"
language = "zh-CN"
demo = true

[web]
listen = "127.0.0.1:{port}"
pos_token_file = "{token}"

[sync]
interval_s = 1
retry_delay_s_max = 2
ask_deadline_ms = 800

[card_reader.counter]
driver = "virtual"
control = "{run}/virtual-card_reader.sock"

[scanner.counter]
driver = "virtual"
control = "{run}/virtual-scanner.sock"

[keypad.counter]
driver = "virtual"
control = "{run}/virtual-keypad.sock"

[light.counter]
driver = "virtual"
control = "{run}/virtual-light.sock"

[printer.counter]
driver = "virtual"
control = "{run}/virtual-printer.sock"
pictures = "{paper}"

[drawer.counter]
driver = "printer"
printer = "counter"

[buzzer.counter]
driver = "virtual"
control = "{run}/virtual-buzzer.sock"

[button.counter]
driver = "virtual"
control = "{run}/virtual-button.sock"
"""


class BenchError(TerminalError):
    """A part of the bench did not come up; the text says which, with the end of its log."""


@dataclass(frozen=True)
class Ports:
    """All on 127.0.0.1."""

    bench: int
    terminal: int
    hq: int
    status: int
    line: int

    @classmethod
    def from_base(cls, base: int) -> Ports:
        return cls(base, base + 1, base + 2, base + 3, base + 4)

    @classmethod
    def free(cls) -> Ports:
        """Five ports in a row that nobody uses, below those that the kernel gives to others; by process number, so that
        two benches seldom try the same."""
        first, count = 12_000, 2_500
        for turn in range(count):
            base = first + (os.getpid() * 7 + turn) % count * 8
            if all(_is_free(port) for port in range(base, base + 5)):
                return cls.from_base(base)
        raise BenchError(f"no five free ports in a row from {first} on: stop other benches")


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Layout:
    """Paths inside the bench's one folder; `run` may be elsewhere when the folder's path is too long for sockets."""

    state: Path
    ports: Ports

    @property
    def hq(self) -> Path:
        return self.state / "hq"

    @property
    def chain(self) -> Path:
        return self.state / "chain"

    @property
    def terminal(self) -> Path:
        return self.state / "terminal"

    @property
    def toml(self) -> Path:
        return self.state / "terminal.toml"

    @property
    def paper(self) -> Path:
        """What the virtual printer has printed, as pictures."""
        return self.state / "paper"

    def newest_paper(self) -> Path | None:
        """The picture of the newest receipt."""
        return max(self.paper.glob("receipt-*.png"), default=None)

    @property
    def token(self) -> Path:
        return self.state / "pos-token"

    @property
    def run(self) -> Path:
        inside = self.state / "run"
        if len(str(inside)) <= SOCKET_PATH_MAX:
            return inside
        name = hashlib.sha256(str(inside).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"stillpoint-{os.getuid()}-{name}"

    def log(self, part: str) -> Path:
        return self.state / "logs" / f"{part}.log"

    def socket(self, kind: str) -> Path:
        return self.run / f"virtual-{kind}.sock"

    def program(self, name: str) -> str:
        """The command `name` of this installation."""
        return str(Path(sys.executable).with_name(name))

    async def tool(self, name: str, *arguments: str, typed: str = "") -> str:
        """Run a command of this installation to its end, with `typed` as its answers; gives what it says. Raises
        BenchError with its error."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            self.program(name),
            *arguments,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,  # away from the terminal window, which would be asked for what is typed unseen
        )
        out, err = await process.communicate(typed.encode())
        if process.returncode:
            raise BenchError(f"{name} {arguments[0]} failed: {err.decode(errors='replace').strip()}")
        return out.decode()

    def prepare(self, pos_token: str) -> None:
        """Make the folders and terminal.toml; what is there stays, but for the configuration."""
        for folder in (self.state / "logs", self.terminal, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        self.terminal.chmod(0o700)
        self.run.chmod(0o700)
        if not self.token.exists():
            self.token.touch(0o600)
            self.token.write_text(pos_token)
        places = {"terminal": self.terminal, "run": self.run, "token": self.token, "paper": self.paper}
        text = TOML.format(port=self.ports.terminal, **places)
        self.toml.write_text(text)

    def wipe(self) -> None:
        """Forget everything: a new HQ, a new device."""
        for folder in (self.state, self.run):
            shutil.rmtree(folder, ignore_errors=True)
