"""The demo's card with a key in its chip, issued by the commands that issue real ones, and a copy of its number.

The card is an emulated NTAG 424 DNA whose memory is a file; the copy has the same UID and nothing else.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from drivers.virtual.client import send
from terminal.bench.layout import BenchError, Layout

UID = "04A7C31E5D9B80"
MEMBER = "m0001"
NOTES = {
    "chip": {
        "zh-CN": "金卡会员，芯片里有密钥",
        "zh-TW": "金卡會員，晶片裡有金鑰",
        "en": "Gold, with a key in the chip",
    },
    "copy": {"zh-CN": "那张卡的复制品，只有卡号", "zh-TW": "那張卡片的複製品，只有卡號", "en": "A copy of its number"},
}
TOML = """\
# The reader at which the card of the demo is issued.
[terminal]
state = "{state}"
run = "{state}"

[card_reader.issuing]
driver = "virtual"
control = "{socket}"
"""


class ChipCard:
    """`issue` it before anybody taps; `order` is what the virtual reader is told for a tap of "chip" or "copy"."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.state / "chip-card"
        self._socket = layout.socket("issuing")

    @property
    def _issued(self) -> Path:
        return self._folder / "issued"

    def order(self, card: str) -> dict[str, Any]:
        if card == "copy":
            return {"tap": UID, "card": "uid"}
        return {"tap": UID, "card": "ntag424", "memory": str(self._folder / "memory.json")}

    async def issue(self) -> None:
        """Make HQ's keys and the card, unless that was done; one that was left half-written is made whole."""
        if self._issued.exists():
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        masters, hq = self._layout.hq / "keys" / "cards", str(self._layout.hq)
        if not masters.exists():
            await self._layout.tool("stillpoint-hq", "issuer", "--state", hq)
            await self._layout.tool("stillpoint", "card", "master", "--keys", str(masters))
        config = self._folder / "terminal.toml"
        config.write_text(TOML.format(state=self._folder, socket=self._socket))
        where = ["--config", str(config), "--keys", str(masters), "--hq", hq]
        where += ["--hq-command", self._layout.program("stillpoint-hq")]
        await self._lay_on("card", "issue", MEMBER, *where)
        self._issued.touch()

    async def _lay_on(self, *arguments: str) -> None:
        """Run a command that asks for the card, and put it on the reader when it does."""
        program, pipe = self._layout.program("stillpoint"), asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(program, *arguments, stdout=pipe, stderr=pipe)
        assert process.stderr is not None
        asked = await process.stderr.readline()
        if self._socket.exists():
            await asyncio.to_thread(send, self._socket, self.order("chip"))
        _, told = await process.communicate()
        if process.returncode:
            raise BenchError(f"the card of the demo was not issued: {(asked + told).decode(errors='replace').strip()}")
