"""Commands of HQ about entries: `card sold`, `card returned` and `phone` make one, `entries` lists them."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from hq.cli_cards import UID, card
from hq.cli_state import JSON, LANGUAGE, STATE, opened
from hq.entries import enter_at_hq
from hq.entry_list import entries as listed
from hq.headquarters import Headquarters
from hq.member_record import find_member
from hq.people import gone_into
from hq.problems import HqError
from protocol.entries import Entry, EntryKind, EntryVerdict

_BY = click.option("--by", required=True, help="Who does it, for the record.")
_WRONG = {
    "card": "a card's UID is written in hex, and has 4, 7 or 10 bytes",
    "phone": "a phone number has 6 to 15 digits, and may begin with +",
    "staff": "say with --by who does it, in at most 64 characters",
}
_REFUSED = {
    EntryVerdict.MEMBER_UNKNOWN: "there is no active member {who}, or the deny list names this one",
    EntryVerdict.CARD_TAKEN: "this card is another member's: have it returned first, or take another",
    EntryVerdict.CARD_THEIRS: "this card is {who}'s already",
    EntryVerdict.CARD_BLOCKED: "this card is blocked: take another",
    EntryVerdict.CARD_ENDED: "the register of cards has this one: `stillpoint card issue` it, or take another",
    EntryVerdict.CARD_UNFIT: "this card shows another UID at every tap and names nobody: take another",
    EntryVerdict.CARD_NOT_THEIRS: "this card is not {who}'s: check its UID",
    EntryVerdict.PHONE_TAKEN: "this number is another member's: merge the two if they are one person",
}


@card.command()
@click.argument("who")
@UID
@click.option("--others-lost", is_flag=True, help="Block every other card and printed number of the member.")
@_BY
@STATE
def sold(who: str, uid: str, others_lost: bool, by: str, state: Path) -> None:
    """Let a card without a key lead to WHO (an id, a card's UID in hex, or a phone number)."""
    fields = {"card": uid.upper(), "others_lost": others_lost}
    with opened(state) as hq:
        member, cards = _enter(hq, EntryKind.CARD_SALE, who, by, fields)
    click.echo(f"the card is {member}'s; cards and numbers that lead there: {cards}; terminals learn of it")


@card.command()
@click.argument("who")
@UID
@_BY
@STATE
def returned(who: str, uid: str, by: str, state: Path) -> None:
    """Take a card back from WHO (an id, a card's UID in hex, or a phone number): it leads to nobody any more."""
    with opened(state) as hq:
        member, cards = _enter(hq, EntryKind.CARD_RETURN, who, by, {"card": uid.upper()})
    click.echo(f"the card is nobody's; cards and numbers that lead to {member}: {cards}; terminals learn of it")


@click.command()
@click.argument("who")
@click.argument("number")
@_BY
@STATE
def phone(who: str, number: str, by: str, state: Path) -> None:
    """Put NUMBER in place of the phone number of WHO (an id, a card's UID in hex, or the number until now)."""
    with opened(state) as hq:
        member, _ = _enter(hq, EntryKind.PHONE_CHANGE, who, by, {"phone": re.sub("[ -]", "", number)})
    click.echo(f"the phone number of {member} is changed; terminals learn its ends")


@click.command()
@click.argument("who", required=False)
@click.option("--newest", type=click.IntRange(1), default=100, show_default=True, help="How many.")
@JSON
@LANGUAGE
@STATE
def entries(who: str | None, newest: int, as_json: bool, language: str, state: Path) -> None:
    """Cards sold and returned, phone numbers and PINs changed, of WHO or of everybody; the newest first."""
    with opened(state) as hq, hq.database.reading() as connection:
        member = None if who is None else find_member(connection, who, hq.keys.lookup)
        whole = None if member is None else [member, *gone_into(connection, member)]
        found = listed(connection, whole, newest, language)
    if as_json:
        click.echo(json.dumps({"entries": found}, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(each["told"] for each in found) or "no entry")


def _enter(hq: Headquarters, kind: EntryKind, who: str, by: str, fields: dict[str, Any]) -> tuple[str, int | None]:
    """The member's id, and how many cards there are now. Raises HqError for what is not done."""
    with hq.database.reading() as connection:
        member = find_member(connection, who, hq.keys.lookup)
    proven_nothing = {"level": "P0", "pin_given": False}
    said = {"intent": secrets.token_hex(16), "kind": kind, "member": member, "staff": by, **proven_nothing, **fields}
    try:
        entry = Entry.model_validate(said)
    except ValidationError as error:
        raise HqError(_WRONG[str(error.errors()[0]["loc"][0])]) from None
    answer = enter_at_hq(hq, entry)
    if answer.verdict is not EntryVerdict.DONE:
        raise HqError(_REFUSED[answer.verdict].format(who=member))
    return member, answer.cards


COMMANDS: tuple[click.Command, ...] = (phone, entries)
