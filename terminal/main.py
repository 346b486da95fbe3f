"""The terminal service: build everything, run, close in reverse."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path

from terminal.card_plugins import card_plugins
from terminal.card_taps import CardTaps
from terminal.clock_keeper import ClockKeeper, monotonic_ms
from terminal.code_scans import CodeScans
from terminal.config import Config
from terminal.config.model import RefundConfig
from terminal.counter.approvals import read_approvals
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.pin_looker import PinLooker
from terminal.counter.pins_here import PinsHere
from terminal.counter.screens import Surroundings
from terminal.counter.shop import Shop
from terminal.counter.station import Outlets, Station
from terminal.counter.unverified import Unverified
from terminal.counter_devices import CounterDevices, heard_by, paper_of
from terminal.device_events import DeviceEvents
from terminal.devices.hub import DeviceHub
from terminal.errors import ConfigError
from terminal.gate import LedgerGate
from terminal.identity import load_identity
from terminal.lasting import lasting
from terminal.peppers import load_peppers
from terminal.serving import SyncLender, Web, watchdog
from terminal.store.card_keys import CardKeyFile, KeysAtHand, WantedKeys
from terminal.store.directory import Directory
from terminal.store.ledger import Ledger
from terminal.sync.door import Door
from terminal.web.app import create_app
from terminal.web.auth import Keys
from terminal.web.stream import Stream

log = logging.getLogger(__name__)


def run(config: Config) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code. Raises TerminalError for what keeps it from starting."""
    return asyncio.run(_serve(config))


async def _serve(config: Config) -> int:
    """Ledger and directory first, then the till, then the sockets, and the pages last."""
    async with AsyncExitStack() as stack:
        soon, stream, web = asyncio.get_running_loop().call_soon_threadsafe, Stream(), Web()
        around = Surroundings(demo=config.terminal.demo, language=config.terminal.language)
        wanted = WantedKeys()
        shop, keeper = _shop(config.terminal.state, stack, lambda: around.online, wanted)
        attention = Attention(monotonic_ms)
        counter = CounterDevices(
            lambda: hub,
            config.printer,
            config.names("drawer"),
            lambda job, fate: station.do(lambda desk: desk.paper.ended(job, fate)),
        )
        outlets = Outlets(
            publish=lambda views: soon(stream.publish, views),
            light=lambda name: soon(counter.verdict, name),
            fatal=lambda reason: soon(web.fail, reason),
            committed=lambda: soon(door.nudge),
            idle=keeper.tick,
            look=stack.enter_context(PinLooker()).look,
        )
        desk = Desk(shop, _new_id, attention, paper_of(config, counter, soon, _new_id))
        station = Station(desk, attention, around, outlets)
        gate = LedgerGate(station, shop.ledger, keeper, wanted)
        door = Door(config.sync_socket, gate, gate.describe)
        lender = SyncLender(door, config.sync.ask_deadline_ms, wanted)
        taps = CardTaps(
            station, lambda *asked: hub.exchange(*asked), secrets.token_bytes, lender.card_key, lender.shown
        )
        stack.push_async_callback(taps.close)
        scans = CodeScans(station, lender.shown)
        stack.push_async_callback(scans.close)
        events = DeviceEvents(station, taps, lambda: secrets.token_hex(8), heard_by(config, counter, soon), scans)
        configured = [(device.kind, device.name) for device in config.devices]
        hub = DeviceHub(config.devices_socket, events.take, configured)
        station.start()
        stack.callback(station.close)
        events.expect(hub.statuses.values())
        keys = Keys(_screen_key(shop.identity.private_key), _pos_token(config.web.pos_token_file))
        app = create_app(station, stream, keys, lender, version("stillpoint"), _unverified(config.refund), scans)
        await asyncio.wrap_future(station.refresh())  # so the programme has been read, as far as there is one
        lasting()
        for socket in (hub, door):
            await socket.start()
            stack.push_async_callback(socket.close)
        async with watchdog(station):
            return await web.serve(app, config.web.listen)


def _new_id() -> str:
    """128 random bits: an intent, or the name of a print."""
    return secrets.token_hex(16)


def _shop(
    state: Path, stack: AsyncExitStack, online: Callable[[], bool], wanted: WantedKeys
) -> tuple[Shop, ClockKeeper]:
    identity = load_identity(state)
    ledger = stack.enter_context(Ledger.open(state / "ledger.db", identity.device, identity.epoch))
    directory = Directory(state / "directory.db")
    stack.callback(directory.close)
    keeper = ClockKeeper(ledger)
    keys = KeysAtHand(CardKeyFile(state, secrets.token_bytes), log.error)
    pins = PinsHere(lambda: load_peppers(state), secrets.token_bytes)
    clock, want = keeper.clock.now, wanted.want
    shop = Shop(ledger, directory, identity, clock, online, keys, keys.link, want, pins, card_plugins())
    return shop, keeper


def _unverified(config: RefundConfig) -> Unverified:
    """What a manager may allow here. Raises ConfigError for a file of codes that cannot be read."""
    if config.approvals_file is None:
        return Unverified()
    try:
        approvals = read_approvals(config.approvals_file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError((f"[refund] approvals_file = {str(config.approvals_file)!r}: {error}",)) from error
    return Unverified(config.unverified_minor_max, config.unverified_daily_minor_max, approvals)


def _screen_key(secret: str) -> str:
    """The same at every start, so that an open page comes back by itself after a power cut; known only to this host."""
    return hmac.new(bytes.fromhex(secret), b"stillpoint/screen", hashlib.sha256).hexdigest()


def _pos_token(path: Path | None) -> str | None:
    """The POS token of its file; without a file no POS is served."""
    token = path.read_text("utf-8").strip() if path is not None and path.exists() else ""
    return token or None
