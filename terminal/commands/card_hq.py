"""Asking HQ about cards by its own command, `stillpoint-hq card`, here or through ssh.

Only HQ has the key that signs certificates, and the register. A bench has neither, and needs no more than leave to run
that command.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from terminal.errors import TerminalError

LIMIT_S = 60
_ANSWER_CHARS_MAX = 64 * 1024
Stock = dict[str, dict[str, int]]  # by technology: how many are blank, issued and so on
_STOCK = TypeAdapter(Stock)
_WHO = re.compile(r"[A-Za-z0-9._:+-]{1,64}")


class HqRefused(TerminalError):
    """HQ said no, or could not be asked."""


@dataclass(frozen=True)
class Certified:
    """Whose card it is to be, and what is written into it."""

    member: str
    certificate: bytes


@dataclass(frozen=True)
class Card:
    """A card as HQ names it: UID in hex, technology, version of its keys."""

    uid: str = field(repr=False)
    technology: str
    version: int


class Register(Protocol):
    """What the bench asks of HQ. All raise HqRefused."""

    def certify(self, who: str, card: Card, until: str | None) -> Certified:
        """The certificate that makes the card `who`'s; it counts as begun."""

    def issued(self, who: str, card: Card) -> Stock:
        """The card is whole. Gives what HQ counts now, as far as it tells."""

    def retired(self, uid: str, *, blank: bool) -> Stock:
        """The card leads to nobody any more. Gives what HQ counts now, as far as it tells."""


class HqCommand:
    """`command` is what runs `stillpoint-hq`, such as `ssh hq.example stillpoint-hq`; `state` is HQ's folder there."""

    def __init__(self, command: str, state: str) -> None:
        self._command, self._state = shlex.split(command), state

    def certify(self, who: str, card: Card, until: str | None) -> Certified:
        """As `Register`."""
        answer = self._ask("certify", *_named(card), *(("--until", until) if until else ()), who=who)
        try:
            return Certified(str(answer["member"]), bytes.fromhex(answer["certificate"]))
        except (KeyError, TypeError, ValueError) as error:
            raise HqRefused("HQ answered with no certificate: are both of the same release?") from error

    def issued(self, who: str, card: Card) -> Stock:
        """As `Register`."""
        return _stock(self._ask("issued", *_named(card), who=who))

    def retired(self, uid: str, *, blank: bool) -> Stock:
        """As `Register`."""
        return _stock(self._ask("retired", "--uid", uid, *(("--blank",) if blank else ())))

    def _ask(self, act: str, *arguments: str, who: str | None = None) -> dict[str, Any]:
        if who is not None and not _WHO.fullmatch(who):  # ssh has a shell read what it carries
            raise HqRefused("a member is named by an id, a card's UID or a phone number")
        whole = [*self._command, "card", act, *arguments, "--json", "--state", self._state]
        whole += [] if who is None else ["--", who]
        try:
            done = subprocess.run(whole, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise HqRefused(f"{self._command[0]} cannot be run: {type(error).__name__}") from error
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise HqRefused(f"HQ says: {said[-1].removeprefix('Error: ')[:500] if said else 'nothing'}")
        try:
            answer = json.loads(done.stdout[:_ANSWER_CHARS_MAX])
        except ValueError as error:
            raise HqRefused("HQ's answer is no JSON: are both of the same release?") from error
        return answer if isinstance(answer, dict) else {}


def _stock(answer: dict[str, Any]) -> Stock:
    """An older HQ tells none."""
    try:
        return _STOCK.validate_python(answer.get("stock", {}))
    except ValidationError as error:
        raise HqRefused("HQ's stock of cards is none: are both of the same release?") from error


def _named(card: Card) -> tuple[str, ...]:
    return "--uid", card.uid, "--technology", card.technology, "--key-version", str(card.version)
