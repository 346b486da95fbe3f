"""What an inspection found, in sentences and for programs; never a key."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cards.certificate import DAY_S, Certificate
from cards.generations import FACTORY, RETIRED
from cards.inspection import Inspection
from terminal.commands.card_work import Done

_NAMES = {None: "not told", FACTORY: "factory", RETIRED: "retired"}

_ORIGINAL = {
    True: "it is a genuine chip of NXP's: its signature is good, as a copy of it would be",
    False: "it is not a genuine chip of NXP's: its signature is wrong",
    None: "whether it is a genuine chip of NXP's cannot be read",
}


def figures(seen: Inspection) -> dict[str, Any]:
    """For programs: days as dates, bytes as hex."""
    certificate = None
    if seen.certificate is not None:
        ours = seen.certificate
        certificate = {
            "kid": ours.kid,
            "key_version": ours.key_set,
            "issued": _date(ours.issued_day),
            "until": None if ours.until_day is None else _date(ours.until_day),
            "of_this_card": ours.uid == seen.uid,
        }
    return asdict(seen) | {"uid": seen.uid.hex().upper(), "claims": list(seen.claims), "certificate": certificate}


def lines(seen: Inspection) -> list[str]:
    """For people."""
    told = [f"a card of kind {seen.product}" + ("" if seen.random_uid else f", UID {seen.uid.hex().upper()}")]
    if seen.random_uid:
        return [*told, "it shows another UID at every tap and can never be issued"]
    told.append(_ORIGINAL[seen.original])
    if seen.technology is None:
        return [*told, "cards of this kind are not issued with keys"]
    if not seen.application:
        return [*told, "it has no application of ours: it is blank"]
    claims = ", ".join(f"{number}: {_NAMES.get(claim, f'version {claim}')}" for number, claim in enumerate(seen.claims))
    told.append(f"its keys say of themselves: {claims}")
    told.append(_certified(seen.certificate, seen.uid))
    if seen.link is not None:
        told.append(f"its link: {seen.link.partition('?')[0]}")
    return [*told, _proven(seen)]


def stock_lines(done: Done) -> list[str]:
    """What HQ counts of such cards after this one; nothing where it tells none."""
    counts = ", ".join(f"{count} {word}" for word, count in done.stock.items())
    lines = [f"{done.technology}: {counts}"] if counts else []
    if done.stock.get("blank", 0) < 0:
        lines.append("more were used than were counted as delivered: count deliveries by stillpoint-hq card delivered")
    return lines


def _certified(certificate: Certificate | None, uid: bytes) -> str:
    if certificate is None:
        return "it has no certificate, or a torn one"
    if certificate.uid != uid:
        return "its certificate was issued to another card"
    until = "" if certificate.until_day is None else f" until {_date(certificate.until_day)}"
    return f"its certificate is of {_date(certificate.issued_day)}{until}, for keys of version {certificate.key_set}"


def _proven(seen: Inspection) -> str:
    if seen.proven is None:
        return "its key was not asked for: it is the factory's, or none of that version is at hand"
    if seen.proven is False:
        return "its key failed: this is not the card that was issued"
    return f"it proved its key of version {seen.proven}"


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_S, UTC).date().isoformat()
