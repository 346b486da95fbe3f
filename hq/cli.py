"""The `stillpoint-hq` command: found HQ, make claims, look a member up, serve."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import click
import segno

from hq.address import USUAL
from hq.api import create_app
from hq.background import keep_working
from hq.chain import read_chain
from hq.cli_apps import COMMANDS as APPS
from hq.cli_books import COMMANDS as BOOKS
from hq.cli_cards import COMMANDS as CARDS
from hq.cli_codes import COMMANDS as CODES
from hq.cli_control import COMMANDS as CONTROL
from hq.cli_entries import COMMANDS as ENTRIES
from hq.cli_feed import erase, erasures, snapshot
from hq.cli_members import COMMANDS as MEMBERS
from hq.cli_pins import COMMANDS as PINS
from hq.founding import found
from hq.garbage import collect_seldom
from hq.headquarters import Headquarters
from hq.member_record import as_text, find_member, record_of
from hq.nightly import every_night
from hq.problems import HqError
from hq.server import Servers, listen, require_loopback
from hq.status import create_status_app
from hq.workers import require_one_on_sqlite, run_workers

STATE = click.option("--state", required=True, type=click.Path(path_type=Path), help="HQ's folder.")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class _Group(click.Group):
    def invoke(self, context: click.Context) -> object:
        """What the world does wrong is one sentence on stderr and exit code 1."""
        try:
            return super().invoke(context)
        except HqError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
@click.version_option(package_name="stillpoint")
def main() -> None:
    """Stillpoint HQ: holds the members' balances and tells the terminals what they need."""


for control in CONTROL:
    main.add_command(control)


for command in (snapshot, erase, erasures, *BOOKS, *MEMBERS, *CODES, *CARDS, *ENTRIES, *PINS, *APPS):
    main.add_command(command)


@main.command()
@STATE
@click.option("--chain", required=True, type=click.Path(path_type=Path), help="Folder with chain.json and the rest.")
@click.option("--host", "hosts", multiple=True, help="Further name or address that terminals reach HQ by.")
@click.option("--database", "url", default=USUAL, show_default=True, help="SQLite file, or postgresql+psycopg://…")
def init(state: Path, chain: Path, hosts: tuple[str, ...], url: str) -> None:
    """Make HQ's folder: keys, certificates, and a database with the chain in it."""
    content = read_chain(chain)
    found(state, content, hosts=hosts, now_ms=_now_ms(), random=secrets.token_bytes, url=url)
    click.echo(f"{state}: {len(content.members)} members, {len(content.products)} products")


@main.command()
@STATE
@click.option("--store", required=True, help="The store that the new terminal belongs to.")
@click.option("--lane", required=True, help="Its lane in that store, such as 1.")
@click.option("--hq", required=True, help="Address that the terminal reaches HQ by, such as https://hq.example:8443.")
@click.option("--qr", type=click.Path(path_type=Path), help="Also write the claim as a QR code (PNG).")
def claim(state: Path, store: str, lane: str, hq: str, qr: Path | None) -> None:
    """Make a claim: the right to enrol one terminal within 72 hours. Prints its text."""
    headquarters = Headquarters.open(state, _now_ms)
    try:
        text = headquarters.make_claim(store=store, lane=lane, hq=hq, random=secrets.token_bytes)
    finally:
        headquarters.close()
    if qr is not None:
        segno.make(text, error="m").save(str(qr), scale=4)
    click.echo(text)


@main.command()
@click.argument("who")
@STATE
@click.option("--json", "as_json", is_flag=True, help="Everything, for a program.")
def member(who: str, state: Path, as_json: bool) -> None:
    """Show the member WHO: an id, a card's UID in hex, or a phone number."""
    headquarters = Headquarters.open(state, _now_ms)
    try:
        with headquarters.database.reading() as connection:
            record = record_of(connection, find_member(connection, who, headquarters.keys.lookup))
    finally:
        headquarters.close()
    click.echo(json.dumps(record, ensure_ascii=False, indent=2) if as_json else as_text(record))


@main.command()
@STATE
@click.option("--listen", "address", default="127.0.0.1:8443", show_default=True, help="Where terminals reach HQ.")
@click.option("--status", default="127.0.0.1:8444", show_default=True, help="Where the status page is (loopback).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes (PostgreSQL).")
def serve(state: Path, address: str, status: str, workers: int) -> None:
    """Serve terminals over TLS, and the status page on loopback, until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    require_loopback(status)
    require_one_on_sqlite(state, workers)
    with listen(address) as terminals, listen(status) as page:

        def work(ready: Callable[[], None]) -> None:
            _work(state, terminals, page, ready)

        def ready() -> None:
            click.echo(f"HQ is ready: https://{_name(terminals)} status http://{_name(page)}/")

        if workers == 1:
            work(ready)
        else:
            run_workers(workers, work, ready)


def _work(state: Path, terminals: socket.socket, page: socket.socket, ready: Callable[[], None]) -> None:
    headquarters = Headquarters.open(state, _now_ms)
    collect_seldom()
    try:
        servers = Servers((create_app(headquarters), terminals), (create_status_app(headquarters), page), state)
        asyncio.run(_run(servers, headquarters, ready))
    finally:
        headquarters.close()


async def _run(servers: Servers, hq: Headquarters, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, servers.stop)
    tasks = [asyncio.create_task(every_night(hq)), asyncio.create_task(keep_working(hq))]
    try:
        await servers.run(ready)
    finally:
        for task in tasks:
            task.cancel()


def _name(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
