"""Sentences in the languages of the shop, from the same catalogues that the pages use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import kiosk_ui
from terminal.counter.phrase import Phrase
from terminal.languages import LANGUAGES, named, nearest

DEFAULT = "en"
NEVER = Phrase("never")  # what a time is said as that has not been yet


def sentence(phrase: Phrase, language: str = DEFAULT) -> str:
    """`phrase` in `language`; a code without an entry is given back as it is, so nothing is ever hidden."""
    template = _catalogue(kiosk_ui.FOLDER / "i18n", language if language in LANGUAGES else DEFAULT).get(phrase.code)
    if template is None:
        return phrase.code
    for name, value in phrase.params.items():
        template = template.replace("{" + name + "}", _shown(name, value, language))
    return template


def preferred(accept_language: str | None) -> str:
    """The first language of an Accept-Language header that there is a catalogue for."""
    for part in (accept_language or "").split(",")[:10]:
        language = nearest(part.split(";")[0])
        if language is not None:
            return language
    return DEFAULT


@cache
def _catalogue(folder: Path, language: str) -> dict[str, str]:
    entries: dict[str, str] = json.loads((folder / f"{language}.json").read_text("utf-8"))
    return entries


def _shown(name: str, value: Any, language: str) -> str:
    if isinstance(value, dict):
        return named(value, language)
    if name.endswith("_minor") and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    if name.endswith("_ms") and value is None:
        return sentence(NEVER, language)
    if name.endswith("_ms") and isinstance(value, int):
        return datetime.fromtimestamp(value // 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return str(value)
