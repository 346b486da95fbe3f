"""What may enter the directory: a programme that HQ signed and that is not older than ours, and rows we can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from loyalty import ProgrammeError, read_programme
from protocol.canonical import CanonicalError
from protocol.control import CONFIGURATION, DENY, Configuration, DenyList
from protocol.directory import CardRow, MemberRow, ProductRow, StoreRow
from protocol.feed import FeedRow, RowKind
from protocol.pins import PinRow
from protocol.signing import SignatureError, Signed
from terminal.store.directory import CURRENT
from terminal.store.directory_writer import DirectoryWriter, Place

log = logging.getLogger(__name__)
PROGRAMME = "programme"  # purpose of the signed document
_MODELS: dict[RowKind, type[BaseModel]] = {
    RowKind.STORE: StoreRow,
    RowKind.PRODUCT: ProductRow,
    RowKind.MEMBER: MemberRow,
    RowKind.CARD: CardRow,
    RowKind.PIN: PinRow,
}
_CONTROLS: dict[RowKind, tuple[str, type[BaseModel]]] = {
    RowKind.DENY: (DENY, DenyList),
    RowKind.CONFIGURATION: (CONFIGURATION, Configuration),
}
_VERSIONED = frozenset({RowKind.PROGRAMME, *_CONTROLS})


class BundleRefused(ValueError):
    """A row that must stay out; the text says why, without its content."""


def refused_rows(rows: Iterable[FeedRow], writer: DirectoryWriter, trust_key: str) -> frozenset[Place]:
    """The rows that must stay out, each with a line in the log. What we had before stays in use."""
    refused = set()
    for row in rows:
        try:
            kept = writer.body(row.kind.value, row.key) if row.kind in _VERSIONED else None
            check_row(row, kept, trust_key)
        except BundleRefused as error:
            log.warning("kept out: %s row %d: %s", row.kind.value, row.cseq, error)
            refused.add((row.kind.value, row.key))
    return frozenset(refused)


def check_row(row: FeedRow, kept: str | None, trust_key: str) -> None:
    """Raises BundleRefused. `kept` is the JSON of the row that the directory holds now; only of what has a version."""
    if row.kind is RowKind.PROGRAMME:
        if row.body is None:
            raise BundleRefused("a programme is replaced, never taken away")
        _check_programme(row.key, row.body, kept, trust_key)
    elif row.kind in _CONTROLS:
        if row.body is None or row.key != CURRENT:
            raise BundleRefused("it is replaced, never taken away, and there is one")
        _check_control(_CONTROLS[row.kind], row.body, kept, trust_key)
    elif row.body is not None:
        try:
            _MODELS[row.kind].model_validate(row.body)
        except ValidationError as error:
            raise BundleRefused(f"{error.error_count()} fields cannot be read") from None


def read_configuration(body: str) -> Configuration:
    """The configuration of a row that was let in."""
    return Configuration.model_validate_json(Signed.model_validate_json(body).payload)


def programme_of(body: str | None) -> dict[str, Any]:
    """Version and last planned day of the programme in a row that was let in; empty where there is none."""
    if body is None:
        return {}
    document = json.loads(Signed.model_validate_json(body).payload)
    return {"version": document["version"], "valid_until": document["valid_until"]}


def _check_control(control: tuple[str, type[BaseModel]], body: dict[str, Any], kept: str | None, trust: str) -> None:
    """The deny list or the configuration: read whole, and its version never goes back."""
    purpose, model = control
    document = _document(body, trust, purpose)
    try:
        model.model_validate(document)
    except ValidationError as error:
        raise BundleRefused(f"{error.error_count()} fields cannot be read") from None
    _check_version(document, _kept_document(kept, trust, purpose))


def _check_version(document: dict[str, Any], before: dict[str, Any] | None) -> None:
    if before is None:
        return
    version = document["version"]
    if version < before["version"]:
        raise BundleRefused(f"version {version} is older than {before['version']}, and never goes back")
    if version == before["version"] and document != before:
        raise BundleRefused(f"version {version} came again with another content")


def _check_programme(key: str, body: dict[str, Any], kept: str | None, trust_key: str) -> None:
    """`current` goes up and never back; under `v3` lies version 3 for ever."""
    document = _document(body, trust_key)
    try:
        programme = read_programme(document)
    except ProgrammeError as error:
        raise BundleRefused(f"the programme cannot be used: {str(error)[:200]}") from None
    if key not in (CURRENT, f"v{programme.version}"):
        raise BundleRefused(f"version {programme.version} is not what its key says")
    _check_version(document, _kept_document(kept, trust_key))


def _kept_document(kept: str | None, trust_key: str, purpose: str = PROGRAMME) -> Any:
    """The document in the directory; None if there is none, or one of another HQ from before an enrolment."""
    try:
        return None if kept is None else _document(json.loads(kept), trust_key, purpose)
    except BundleRefused:
        return None


def _document(body: dict[str, Any], trust_key: str, purpose: str = PROGRAMME) -> Any:
    try:
        return Signed.model_validate(body).open(purpose, trust_key)
    except ValidationError:
        raise BundleRefused("it is not a signed document, or not all of it") from None
    except SignatureError:
        raise BundleRefused("it is not signed by HQ, or was changed on the way") from None
    except CanonicalError:
        raise BundleRefused("it is signed, and its content is not canonical") from None
