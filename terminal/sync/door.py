"""The till's end of the sync agent: a unix socket on which the agent hands over what HQ said, and is told of news."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from protocol.entries import Entry, EntryAnswer
from protocol.lease import GrantAsk, GrantPage, Whereabouts
from protocol.links import CodeAnswer, CodeAsk, LinkAnswer, LinkAsk
from terminal.errors import ChainDiverged, SyncError
from terminal.local_socket import local_listener
from terminal.sync import lines
from terminal.sync.lines import LINE_BYTES_MAX, LineError

log = logging.getLogger(__name__)
ASKS_MAX = 16
UNSENT_BYTES_MAX = 64 * 1024
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Lent:
    """Whether all that was asked for is here now, and if not, which terminal has it, as far as HQ knows."""

    granted: bool
    held_by: Whereabouts | None = None


NOTHING = Lent(granted=False)


class Gate(Protocol):
    """What the agent may do to the till. Each act is durable when it returns; what it raises goes back as a failure."""

    async def acknowledge(self, seq: int, digest: str) -> None: ...
    async def apply_grants(self, page: GrantPage) -> int: ...
    async def note_contact(self, utc_ms: int, spend_until_ms: int) -> None: ...
    async def directory_changed(self, bucket: str) -> None: ...
    async def link(self, online: bool, code: str | None) -> None: ...


def say_nothing() -> Mapping[str, Any]:
    """What HQ is told of a terminal that says nothing of itself."""
    return {"clock": "unknown", "devices": {}}


class Door:
    """Call everything in the event loop. `describe` gives `clock` (its quality) and `devices` for HQ's status page.

    `online` says whether HQ was reached at the last attempt, `last_contact` HQ's time (UTC ms) when it was.
    """

    def __init__(self, path: Path, gate: Gate, describe: Callable[[], Mapping[str, Any]] = say_nothing) -> None:
        self._path, self._gate, self._describe = path, gate, describe
        self.online = False
        self.last_contact: int | None = None
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._asks: dict[int, asyncio.Future[lines.Answer]] = {}
        self._number = 0

    async def start(self) -> None:
        """Listen. Raises SyncError when the socket cannot be made."""
        listener = local_listener(self._path, SyncError)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LINE_BYTES_MAX)

    async def close(self) -> None:
        """Stop listening and let the agent go."""
        if self._server is not None:
            self._server.close()
            if self._writer is not None:
                self._writer.close()
            await self._server.wait_closed()
            self._path.unlink(missing_ok=True)
            self._server = None

    def nudge(self) -> None:
        """A new operation waits for HQ. An agent that is away finds it when it comes."""
        self._send(lines.Nudge())

    async def ask(self, wish: GrantAsk, deadline_s: float) -> Lent:
        """Whether HQ has placed all of `wish` here in time. A late answer is simply a larger lease.

        Do not wait for it on the thread that applies grants.
        """
        answer = await self._asked(lambda number: lines.Ask(id=number, wish=wish), deadline_s)
        return NOTHING if answer is None else _lent(answer)

    async def ask_key(self, uid: str, deadline_s: float) -> bool:
        """Whether the key of the card is here in time. A late one is here for its next tap."""
        answer = await self._asked(lambda number: lines.AskKey(id=number, uid=uid), deadline_s)
        return answer is not None and not answer.error

    async def ask_shown(self, shown: LinkAsk | CodeAsk, deadline_s: float) -> LinkAnswer | CodeAnswer | None:
        """What HQ made of a link or a code, None where it is silent. After a late answer it is used up all the same."""
        limit_ms = int(deadline_s * 1000)
        if isinstance(shown, LinkAsk):
            answer = await self._asked(lambda id_: lines.AskShown(id=id_, limit_ms=limit_ms, link=shown), deadline_s)
            return _said(LinkAnswer, answer)
        answer = await self._asked(lambda id_: lines.AskShown(id=id_, limit_ms=limit_ms, code=shown), deadline_s)
        return _said(CodeAnswer, answer)

    async def ask_entry(self, entry: Entry, deadline_s: float) -> EntryAnswer | None:
        """What became of an entry at HQ, None where it is silent. HQ may have taken it all the same: ask again."""
        limit_ms = int(deadline_s * 1000)
        answer = await self._asked(lambda id_: lines.AskEntry(id=id_, limit_ms=limit_ms, entry=entry), deadline_s)
        return _said(EntryAnswer, answer)

    async def _asked(self, make: Callable[[int], lines.FromTill], deadline_s: float) -> lines.Answer | None:
        """The agent's answer; None where HQ is away or it takes too long."""
        if not self.online or len(self._asks) >= ASKS_MAX:
            return None
        self._number += 1
        number = self._number
        self._asks[number] = asyncio.get_running_loop().create_future()
        try:
            if not self._send(make(number)):
                return None
            return await asyncio.wait_for(self._asks[number], deadline_s)
        except TimeoutError:
            return None
        finally:
            del self._asks[number]

    def _send(self, message: lines.FromTill) -> bool:
        """Whether the line is on its way; an agent that does not read gets nothing more."""
        writer = self._writer
        if writer is None or writer.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            return False
        writer.write(lines.line(message))
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The newest agent is the one that counts."""
        if self._writer is not None:
            self._writer.close()
        self._writer = writer
        try:
            await self._read(reader)
        finally:
            if self._writer is writer:
                self._writer = None
                await self._agent_left()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                data = await reader.readline()
                if not data:
                    return
                message = lines.read_from_agent(data)
            except (OSError, ValueError) as error:
                log.warning("the sync agent was let go: %s", error if isinstance(error, LineError) else "bad line")
                return
            if isinstance(message, lines.Answer):
                self._answered(message)
            else:
                self._send(await self._handle(message))

    async def _handle(self, message: lines.Request) -> lines.Answer:
        try:
            value = await self._act(message)
        except ChainDiverged as error:
            log.error("%s", error)
            return lines.Answer(re=message.id, error=lines.DIVERGED)
        except Exception:  # BLE001: whatever the till could not do, it goes on and the agent asks again
            log.exception("the till could not take what the sync agent brought")
            return lines.Answer(re=message.id, error=lines.FAILED)
        return lines.Answer(re=message.id, value=value)

    async def _act(self, message: lines.Request) -> dict[str, Any]:
        match message:
            case lines.Acknowledge():
                await self._gate.acknowledge(message.seq, message.hash)
            case lines.Grants():
                return {"applied": await self._gate.apply_grants(message.page)}
            case lines.Met():
                self.last_contact = message.utc_ms
                await self._gate.note_contact(message.utc_ms, message.spend_until_ms)
            case lines.Changed():
                await self._gate.directory_changed(message.bucket.value)
            case lines.State():
                self.online = message.online
                await self._gate.link(message.online, message.code)
            case lines.Describe():
                return dict(self._describe())
        return {}

    def _answered(self, answer: lines.Answer) -> None:
        waiting = self._asks.get(answer.re)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def _agent_left(self) -> None:
        for number, waiting in self._asks.items():
            if not waiting.done():
                waiting.set_result(lines.Answer(re=number, error=lines.FAILED))
        if self.online:
            self.online = False
            await self._gate.link(False, None)


def _lent(answer: lines.Answer) -> Lent:
    held_by = answer.value.get("held_by")
    return Lent(not answer.error, Whereabouts.model_validate(held_by) if held_by else None)


def _said(shape: type[M], answer: lines.Answer | None) -> M | None:
    """None for no answer, and for one that an agent of another release gave."""
    if answer is None or answer.error:
        return None
    try:
        return shape.model_validate(answer.value)
    except ValidationError:
        return None
