"""Commands of HQ about what terminals obey, and what each terminal may do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hq import control
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.terminals import State

STATE = click.option("--state", required=True, type=click.Path(path_type=Path), help="HQ's folder.")


@click.command()
@click.argument("kind", type=click.Choice(control.KINDS))
@click.argument("key")
@STATE
@click.option("--lift", is_flag=True, help="Take it off the deny list again.")
def deny(kind: str, key: str, state: Path, lift: bool) -> None:
    """Have every terminal refuse a card (UID in hex), a member (id) or a device (DEVICE:EPOCH) at once."""
    with _open(state) as hq:
        now = control.change_deny_list(hq, kind, key, control.LIFTED if lift else control.DENIED)
    count = len(now.cards) + len(now.members) + len(now.devices)
    click.echo(f"deny list version {now.version}: {count} entries; terminals online have it in a second")


@click.command()
@click.argument("device")
@STATE
def suspend(device: str, state: Path) -> None:
    """Let DEVICE send what it sold, and give it nothing; it stops spending at its next contact."""
    _change(state, device, State.SUSPENDED, frozenset({State.ACTIVE}))


@click.command()
@click.argument("device")
@STATE
def resume(device: str, state: Path) -> None:
    """Let a suspended or revoked DEVICE work again, one that was found again as well: what it sold comes in."""
    _change(state, device, State.ACTIVE, frozenset({State.SUSPENDED, State.REVOKED}))


@click.command()
@click.argument("device")
@STATE
def revoke(device: str, state: Path) -> None:
    """Believe DEVICE nothing more: stolen, or its key is known to others."""
    _change(state, device, State.REVOKED, frozenset(State) - {State.REVOKED, State.ENROLLED})


@click.group()
def programme() -> None:
    """What the rules of the chain are."""


@programme.command()
@click.argument("file", type=click.Path(path_type=Path))
@STATE
def publish(file: Path, state: Path) -> None:
    """Make FILE the current programme; its version must be above the last one's."""
    text = _text(file)
    with _open(state) as hq:
        version = control.publish_programme(hq, text)
    click.echo(f"programme version {version} is current")


@programme.command()
@click.argument("file", type=click.Path(path_type=Path))
@STATE
def remember(file: Path, state: Path) -> None:
    """After a restore: keep FILE, which was published after the backup, for refunds and replays of its sales."""
    text = _text(file)
    with _open(state) as hq:
        version = control.remember_programme(hq, text)
    click.echo(f"programme version {version} is known again; it is not current")


@click.command()
@STATE
@click.option("--interval", "interval_s", type=click.IntRange(5, 24 * 3600), help="Seconds between two rounds.")
@click.option("--coupons-at", type=click.Choice(["hq", "home"]), help="Where members' coupons lie; hq at first.")
def configure(state: Path, interval_s: int | None, coupons_at: str | None) -> None:
    """Say how HQ and all terminals work; what is not named stays. A coupon at its member's home store can be used there
    without HQ, and elsewhere only online."""
    named = {} if interval_s is None else {"interval_s": interval_s}
    with _open(state) as hq:
        if coupons_at is not None:
            control.place_rights(hq, at_home=coupons_at == "home")
            click.echo(f"coupons lie at {'the home store' if coupons_at == 'home' else 'HQ'}")
        if named or coupons_at is None:
            click.echo(f"configuration version {control.configure(hq, **named).version}")


COMMANDS: tuple[click.Command, ...] = (deny, suspend, resume, revoke, programme, configure)


def _change(folder: Path, device: str, state: State, allowed: frozenset[State]) -> None:
    with _open(folder) as hq:
        changed = control.set_state(hq, device, state, allowed)
    epochs = ", ".join(str(one.epoch) for one in sorted(changed, key=lambda one: one.epoch))
    click.echo(f"terminal {device} is {state.value} now (epoch {epochs})")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise HqError(f"{file} cannot be read: {error}") from error


@contextmanager
def _open(state: Path) -> Iterator[Headquarters]:
    hq = Headquarters.open(state, lambda: time.time_ns() // 1_000_000)
    try:
        yield hq
    finally:
        hq.close()
