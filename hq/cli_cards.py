"""Commands of HQ about cards: `card masters`, `certify`, `issued`, `retired`, `delivered`, `stock` and their like."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cards.certificate import DAY_S
from cards.plugins_here import plugins_here
from hq import card_register
from hq.card_alarms import card_alarms
from hq.card_masters import Place, read_place, versions_at, write_place
from hq.card_register import TECHNOLOGIES, Issue, Stock
from hq.cli_state import JSON, LANGUAGE, STATE, opened
from hq.clone_alarms import clone_alarms
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from hq.member_record import find_member
from keystore.opening import PKCS11, SOFTHSM


def _technology(context: click.Context, param: click.Parameter, value: str) -> str:
    """A kind of card that is built in, or that of a plug-in which is installed here: imported for other names alone."""
    if value in TECHNOLOGIES:
        return value
    found = plugins_here()
    names = [plugin.name for plugin in found.plugins]
    if value not in names:
        known = ", ".join((*TECHNOLOGIES, *names))
        told = (f"{value!r} is no kind of card here: {known}.", *found.problems)
        raise click.BadParameter(" ".join(told), context, param)
    return value


UID = click.option("--uid", required=True, help="The card's UID in hex.")
_TECHNOLOGY = click.option("--technology", required=True, callback=_technology, help="Built in, or a plug-in's name.")
_KEY_NO = click.option("--key-no", type=int, help="The key that a plug-in's card proves; of others none.")
_VERSION = click.option("--key-version", required=True, type=int, help="Of the masters that its keys come from.")


@click.group()
def card() -> None:
    """The register of cards. `stillpoint card` writes the cards themselves, and asks this."""


@card.command()
@click.argument("who")
@UID
@_TECHNOLOGY
@_VERSION
@_KEY_NO
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the certificate; without it, no end.")
@JSON
@STATE
def certify(
    who: str,
    uid: str,
    technology: str,
    key_version: int,
    key_no: int | None,
    until: datetime | None,
    as_json: bool,
    state: Path,
) -> None:
    """Sign the certificate that makes this card WHO's (an id, a card's UID in hex, or a phone number), as hex."""
    last = None if until is None else int(until.replace(tzinfo=UTC).timestamp()) // DAY_S
    with opened(state) as hq:
        member = _member(hq, who)
        made = card_register.certify(hq, member, Issue(uid, technology, key_version, key_no), last)
    _say({"member": member, "certificate": made.hex()}, made.hex(), as_json)


@card.command()
@click.argument("who")
@UID
@_TECHNOLOGY
@_VERSION
@_KEY_NO
@JSON
@STATE
def issued(
    who: str, uid: str, technology: str, key_version: int, key_no: int | None, as_json: bool, state: Path
) -> None:
    """The card is whole: it is WHO's from now on, and terminals ask it for its key."""
    with opened(state) as hq:
        member = _member(hq, who)
        card_register.issued(hq, member, Issue(uid, technology, key_version, key_no))
        figures = {"member": member, "state": Stock.ISSUED.value, "stock": _stock(hq)}
    _say(figures, f"the card is {member}'s; terminals learn of it", as_json)


@card.command()
@UID
@click.option("--blank", is_flag=True, help="It is to be issued again: count it as blank.")
@JSON
@STATE
def retired(uid: str, blank: bool, as_json: bool, state: Path) -> None:
    """The card leads to nobody any more."""
    with opened(state) as hq:
        card_register.end(hq, uid, None if blank else Stock.RETIRED)
        left = _stock(hq)
    became = "blank" if blank else Stock.RETIRED.value
    _say(
        {"state": became, "stock": left},
        f"the card is counted as {became}; terminals learn that it is nobody's",
        as_json,
    )


@card.command()
@UID
@JSON
@STATE
def spoiled(uid: str, as_json: bool, state: Path) -> None:
    """The card was begun and cannot be made whole."""
    with opened(state) as hq:
        card_register.end(hq, uid, Stock.SPOILED)
    _say({"state": Stock.SPOILED.value}, "the card is counted as spoiled", as_json)


@card.command(context_settings={"ignore_unknown_options": True})
@click.argument("technology", callback=_technology)
@click.argument("count", type=int)
@STATE
def delivered(technology: str, count: int, state: Path) -> None:
    """Count COUNT blank cards that came; less than 0 for blank ones that are gone."""
    with opened(state) as hq:
        card_register.deliver(hq, technology, count)
    click.echo(f"{count} cards of {technology} counted")


@card.command()
@JSON
@STATE
def stock(as_json: bool, state: Path) -> None:
    """How many cards there are of each kind, and what became of them."""
    with opened(state) as hq:
        figures = _stock(hq)
    lines = [f"{name}: " + ", ".join(f"{count} {word}" for word, count in row.items()) for name, row in figures.items()]
    _say(figures, "\n".join(lines), as_json)


@card.command()
@JSON
@LANGUAGE
@STATE
def alarms(as_json: bool, language: str, state: Path) -> None:
    """Cards that need a look: that count backwards between stores, or did not prove their key."""
    with opened(state) as hq, hq.database.reading() as connection:
        found = [*clone_alarms(connection, language), *card_alarms(connection, language)]
    lines = [f"{told['happened']} {told['do']}" for each in found for told in each["told"]]
    _say({"alarms": found}, "\n".join(lines) or "no card needs a look", as_json)


@card.command()
@click.option("--keys", "where", help="A folder, or pkcs11: and the label of a token; without it, nothing changes.")
@click.option("--module", default=SOFTHSM, show_default=True, help="Library of the PKCS #11 token.")
@click.option("--pin-file", type=click.Path(path_type=Path), help="Holds the token's PIN, for HQ's user alone.")
@JSON
@STATE
def masters(where: str | None, module: str, pin_file: Path | None, as_json: bool, state: Path) -> None:
    """Which key store HQ makes the keys of cards with, and which versions it has; or name another one."""
    with opened(state) as hq:
        keys = hq.state / FOLDER
        place = read_place(keys) if where is None else Place(_absolute(where), module, pin_file and pin_file.absolute())
        versions = sorted(versions_at(place))
        if where is not None:
            write_place(keys, place)
    told = ", ".join(map(str, versions)) or "none"
    _say({"store": place.where, "versions": versions}, f"masters of card keys in {place.where}: {told}", as_json)


def _stock(hq: Headquarters) -> dict[str, dict[str, int]]:
    with hq.database.reading() as connection:
        return {name: counts.figures() for name, counts in card_register.counted(connection).items()}


def _absolute(where: str) -> str:
    return where if where.startswith(PKCS11) else str(Path(where).absolute())


def _member(hq: Headquarters, who: str) -> str:
    with hq.database.reading() as connection:
        return find_member(connection, who, hq.keys.lookup)


def _say(figures: dict[str, Any], sentence: str, as_json: bool) -> None:
    click.echo(json.dumps(figures) if as_json else sentence)


COMMANDS: tuple[click.Command, ...] = (card,)
