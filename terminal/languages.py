"""The languages in which a terminal speaks to people: which is nearest to a tag, and a name in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["zh-CN", "zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
INSTEAD: Mapping[str, tuple[Language, ...]] = {
    "zh-CN": ("zh-CN", "zh-TW", "en"),
    "zh-TW": ("zh-TW", "zh-CN", "en"),
    "en": ("en", "zh-CN", "zh-TW"),
}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def nearest(tag: str) -> Language | None:
    """The language for a tag such as `zh-Hant-HK` or `en_GB`: its script counts before its place. None for others."""
    language, *more = tag.strip().lower().replace("_", "-").split("-")
    if language == "zh":
        traditional = "hans" not in more and not _TRADITIONAL.isdisjoint(more)
        return "zh-TW" if traditional else "zh-CN"
    return "en" if language == "en" else None


def named(names: Mapping[str, str], language: str) -> str:
    """The name for a reader of `language`: where it is missing, the other Chinese comes before English, then any."""
    found = (names[tag] for tag in INSTEAD.get(language, ("en",)) if names.get(tag))
    return next(found, next(iter(names.values()), ""))
