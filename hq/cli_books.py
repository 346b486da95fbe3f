"""Commands for HQ's books: conflicts, parked operations, adjustments, duties, write-offs, backup and restore."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from pathlib import Path

import click

from hq import conflicts as found_conflicts
from hq import duties as daily
from hq import operators, stale_rules, write_off
from hq.account_rows import load
from hq.audit import audit
from hq.backup import back_up, begin_generation, put_back
from hq.cli_state import JSON, LANGUAGE, STATE, opened
from hq.member_record import find_member
from hq.own_acts import adjust_points
from hq.own_chain import perform
from hq.parked import bytes_of, parked, retry_all
from hq.problems import HqError
from hq.replayer import replay_pending


@click.command()
@STATE
@LANGUAGE
@JSON
def conflicts(state: Path, language: str, as_json: bool) -> None:
    """What needs a look: what happened, who bears it, what to do."""
    with opened(state) as hq, hq.database.reading() as connection:
        found = found_conflicts.conflicts(connection, language)
        costs = stale_rules.costs(connection)
    if as_json:
        click.echo(json.dumps({"conflicts": found, "stale_cost": costs}, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(f"{each['device']} {each['epoch']} {each.get('seq', '')} {each['outcome']}")
        for told in each["told"]:
            click.echo(f"  {told['happened']}\n  {told['bears']}\n  {told['do']}")
        if "proof_told" in each:
            click.echo(f"  {each['proof_told']}")


@click.group("parked")
def parked_group() -> None:
    """Operations that HQ kept and could not book."""


@parked_group.command("list")
@STATE
@JSON
def parked_list(state: Path, as_json: bool) -> None:
    with opened(state) as hq, hq.database.reading() as connection:
        found = parked(connection)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    for each in () if as_json else found:
        click.echo(f"{each.device} {each.epoch} {each.seq}  {each.reason}  {each.size} bytes")


@parked_group.command("show")
@click.argument("device")
@click.argument("epoch", type=int)
@click.argument("seq", type=int)
@STATE
def parked_show(device: str, epoch: int, seq: int, state: Path) -> None:
    """The bytes of an operation, as they came."""
    with opened(state) as hq, hq.database.reading() as connection:
        data = bytes_of(connection, device, epoch, seq)
    if data is None:
        raise HqError(f"HQ has no operation {device} {epoch} {seq}")
    click.echo(data)


@parked_group.command("retry")
@STATE
def parked_retry(state: Path) -> None:
    """Try all of them again, each chain in its order."""
    with opened(state) as hq:
        for each, outcome in retry_all(hq.database, hq.rules()):
            click.echo(f"{each.device} {each.epoch} {each.seq}  {outcome.value if outcome else 'booked already'}")


@click.command()
@click.argument("who")
@click.option("--points", type=int, required=True, help="More, or with a minus fewer.")
@click.option("--why", required=True, help="Kept with the entry.")
@click.option("--expires-on", default=None, help="Last good day (ISO) of points that are given.")
@STATE
def adjust(who: str, points: int, why: str, expires_on: str | None, state: Path) -> None:
    """Give member WHO points, or take some; what is not at HQ is owed."""
    lot = f"adjust.{secrets.token_hex(8)}"
    with opened(state) as hq, hq.database.transaction() as connection:
        rules = hq.rules()
        (account,) = load(connection, [find_member(connection, who, hq.keys.lookup)]).values()
        perform(connection, [adjust_points(account, points, why, rules.today, lot, expires_on)], rules)
        (account,) = load(connection, [account.member]).values()
    click.echo(f"{account.member}: balance {account.balance} points, debt {account.debt}")


@click.command()
@STATE
def duties(state: Path) -> None:
    """Do what is due today: pending points become active, what has expired ends, sales are replayed."""
    with opened(state) as hq:
        done = daily.run(hq.database, hq.rules())
        replayed = 0
        while count := replay_pending(hq.database, hq.programmes):
            replayed += count
    click.echo(f"{done.activated} activated, {done.expired} expired, {done.unsized} to size, {replayed} replayed")


@click.command("audit")
@STATE
def audit_books(state: Path) -> None:
    """Check every invariant of the books from the operations' bytes. Exit code 1 if one is broken."""
    with opened(state) as hq, hq.database.reading() as connection:
        broken = audit(connection)
    for sentence in broken:
        click.echo(sentence)
    if broken:
        raise HqError(f"{len(broken)} invariants are broken")
    click.echo("all invariants hold")


@click.group()
def operator() -> None:
    """The people who may sign write-offs."""


@operator.command("add")
@click.argument("name")
@click.password_option("--passphrase", help="Of this operator alone; asked for if it is left out.")
@STATE
def operator_add(name: str, passphrase: str, state: Path) -> None:
    """Make a key for NAME."""
    with opened(state) as hq, hq.database.transaction() as connection:
        operators.add(connection, state, name, passphrase, secrets.token_bytes)
    click.echo(f"{name} may sign")


@click.command("write-off")
@click.argument("device")
@click.argument("epoch", type=int)
@click.option("--by", "names", multiple=True, required=True, help="An operator; two are needed.")
@click.option("--passphrase", "passphrases", multiple=True, help="Of each in turn; asked for if left out.")
@STATE
def write_off_terminal(
    device: str, epoch: int, names: tuple[str, ...], passphrases: tuple[str, ...], state: Path
) -> None:
    """Give back what a lost terminal held, signed by two operators."""
    said = list(passphrases) or [click.prompt(f"Passphrase of {name}", hide_input=True) for name in names]
    if len(said) != len(names):
        raise HqError("give one --passphrase for each --by, or none and be asked")
    with opened(state) as hq:
        data = write_off.signed_bytes(device, epoch)
        signatures = [
            (name, operators.unlock(state, name, word).sign(data).hex()) for name, word in zip(names, said, strict=True)
        ]
        with hq.database.transaction() as connection:
            bound = write_off.write_off(connection, device, epoch, signatures, hq.rules())
    click.echo(json.dumps({"given_back": bound.json()}))


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@STATE
def backup(to: Path, state: Path) -> None:
    """Copy HQ's SQLite database to the file TO while HQ goes on."""
    click.echo(f"{to}: {back_up(state, to)} bytes")


@click.command()
@click.argument("from_backup", required=False, type=click.Path(path_type=Path))
@STATE
def restore(from_backup: Path | None, state: Path) -> None:
    """Put FROM_BACKUP in place of HQ's database, or none if it is there already, and begin a new generation."""
    if from_backup is not None:
        put_back(state, from_backup)
    with opened(state) as hq:
        generation = begin_generation(hq)
    click.echo(f"generation {generation}: no lease is given before every terminal has told what it holds")


COMMANDS: tuple[click.Command, ...] = (
    conflicts,
    parked_group,
    adjust,
    duties,
    audit_books,
    operator,
    write_off_terminal,
    backup,
    restore,
)
