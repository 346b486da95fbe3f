"""`stillpoint card`: issue, inspect, rekey and retire cards at a bench, and make the masters of their keys."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cards.errors import CardError
from cards.generations import RETIRED, NoMaster
from cards.layout import MASTER_KEY
from cards.sun_link import SunLink
from drivers.errors import DriverError
from keystore.masters import CARDS, KeyStore, KeyStoreError
from keystore.opening import SOFTHSM, open_store
from terminal.commands import card_words
from terminal.commands.card_bench import opened
from terminal.commands.card_hq import HqCommand
from terminal.commands.card_work import CardWork, Done, look

DEFAULT = Path("/etc/stillpoint/terminal.toml")
Plain = Callable[..., None]


def _base(_: click.Context, __: click.Parameter, link: str | None) -> str | None:
    """A link that fits into a card."""
    try:
        return None if link is None else SunLink(link, MASTER_KEY).base
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _reader(command: Plain) -> Plain:
    """The options of everything that needs a card."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="The result as JSON; what to do is told on stderr."),
        click.option("--wait", type=click.IntRange(1, 3600), default=60, show_default=True, help="Seconds for a card."),
        click.option("--reader", help="Which card reader of the configuration, if there are several."),
        click.option("--config", type=click.Path(path_type=Path), default=DEFAULT, show_default=True),
    ):
        command = option(command)
    return command


def _keys(required: bool) -> Callable[[Plain], Plain]:
    """The options that name the key store."""

    def add(command: Plain) -> Plain:
        pin_file = click.Path(exists=True, dir_okay=False, path_type=Path)
        for option in (
            click.option("--pin-file", type=pin_file, help="Holds the token's PIN; without it, it is asked for."),
            click.option("--module", default=SOFTHSM, show_default=True, help="Library of the PKCS #11 token."),
            click.option("--keys", "where", required=required, help="A folder, or pkcs11: and the label of a token."),
        ):
            command = option(command)
        return command

    return add


def _hq(command: Plain) -> Plain:
    """The options that say how HQ is asked."""
    text = "What runs stillpoint-hq, such as: ssh hq.example stillpoint-hq"
    command = click.option("--hq-command", default="stillpoint-hq", show_default=True, help=text)(command)
    return click.option("--hq", "hq_state", required=True, help="HQ's folder, where that command runs.")(command)


def _written(command: Plain) -> Plain:
    """The options of what is written into a card."""
    last = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--until", type=last, help="The last day of the certificate; without it, no end."),
        click.option(
            "--link", callback=_base, help="https link that an NTAG 424 DNA shows to phones, without its parameters."
        ),
        click.option("--key-version", type=click.IntRange(1, 254), help="Of the masters; the newest if left out."),
    ):
        command = option(command)
    return command


@click.group()
def command() -> None:
    """Issue, inspect, rekey and retire cards. A card that was pulled away is put on again and gone on with."""


@command.command()
@click.argument("who")
@_reader
@_keys(required=True)
@_hq
@_written
def issue(who: str, key_version: int | None, link: str | None, until: datetime | None, **rest: Any) -> None:
    """Make the next card WHO's (an id, a card's UID in hex, or a phone number)."""
    with _work(**rest) as work:
        done = work.issue(who, key_version, link, _day(until))
    _tell_done(done, f"the card {done.uid} is {done.member}'s, and has proven it", rest["as_json"])


@command.command()
@_reader
@_keys(required=True)
@_hq
@_written
def rekey(key_version: int | None, link: str | None, until: datetime | None, **rest: Any) -> None:
    """Give the next card keys of a newer master, and a new certificate. It stays its member's."""
    with _work(**rest) as work:
        done = work.rekey(key_version, link, _day(until))
    _tell_done(done, f"the card {done.uid} has keys of version {done.version}", rest["as_json"])


@command.command()
@_reader
@_keys(required=True)
@_hq
@click.option("--blank", is_flag=True, help="Give it keys of the factory, so that it can be issued again.")
def retire(blank: bool, **rest: Any) -> None:
    """Have the next card lead to nobody, and wipe it."""
    with _work(**rest) as work:
        done = work.retire(blank=blank)
    _tell_done(done, f"the card {done.uid} is {'blank again' if blank else 'retired'}", rest["as_json"])


@command.command()
@_reader
@_keys(required=False)
def inspect(
    config: Path, reader: str | None, wait: int, as_json: bool, where: str | None, module: str, pin_file: Path | None
) -> None:
    """Say what the next card is, and with a key store, whether it proves its key. Nothing is written."""
    with _plainly(), opened(config, reader, _say, wait) as bench:
        store = None if where is None else _store(where, module, pin_file)
        seen = look(bench, store, secrets.token_bytes)
    click.echo(json.dumps(card_words.figures(seen)) if as_json else "\n".join(card_words.lines(seen)))


@command.command()
@_keys(required=True)
@click.option("--retired", is_flag=True, help="The one for retired cards, in place of the next version.")
def master(where: str, module: str, pin_file: Path | None, retired: bool) -> None:
    """Make the master of card keys, the first or the next. It is made once; back up the key store."""
    with _plainly():
        store = _store(where, module, pin_file)
        version = RETIRED if retired else max(store.versions(CARDS) - {RETIRED}, default=0) + 1
        try:
            store.make(CARDS, version)
        except ValueError as error:
            raise KeyStoreError(f"there is no version after {version - 1}") from error
        finally:
            store.close()
    click.echo(f"master {version} is made: back up the key store before a card is issued with it")


@contextmanager
def _work(
    config: Path,
    reader: str | None,
    wait: int,
    as_json: bool,
    where: str,
    module: str,
    pin_file: Path | None,
    hq_state: str,
    hq_command: str,
) -> Iterator[CardWork]:
    with _plainly():
        store = _store(where, module, pin_file)
        try:
            with opened(config, reader, _say, wait) as bench:
                yield CardWork(bench, store, HqCommand(hq_command, hq_state), secrets.token_bytes, _say)
        finally:
            store.close()


@contextmanager
def _plainly() -> Iterator[None]:
    """What cards, readers and key stores do wrong is one sentence."""
    try:
        yield
    except (CardError, DriverError, KeyStoreError, NoMaster) as error:
        raise click.ClickException(str(error)) from error


def _store(where: str, module: str, pin_file: Path | None) -> KeyStore:
    def pin() -> str:
        if pin_file is not None:
            return pin_file.read_text("utf-8").strip()
        return str(click.prompt("PIN of the token", hide_input=True, err=True))

    return open_store(where, module, pin, secrets.token_bytes)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _day(until: datetime | None) -> str | None:
    return until.date().isoformat() if until else None


def _tell_done(done: Done, sentence: str, as_json: bool) -> None:
    click.echo(json.dumps(done.figures()) if as_json else "\n".join([sentence, *card_words.stock_lines(done)]))
