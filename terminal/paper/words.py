"""What is written on paper, in one language, one currency and one time zone."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.currency import amount_text
from terminal.counter.phrase import Phrase
from terminal.languages import named
from terminal.web.sentences import sentence

CHARS_MAX = 200  # of one text: what HQ sends has no end of its own
STRAIGHT = str.maketrans("‘’“”", "''\"\"")
SIGNS: Mapping[str, str] = {
    "CNY": "¥",
    "JPY": "¥",
    "TWD": "NT$",
    "HKD": "HK$",
    "MOP": "MOP$",
    "SGD": "S$",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
}


@dataclass(frozen=True)
class Words:
    """`zone` is the store's; `currency` a code of ISO 4217."""

    language: str
    zone: str
    currency: str

    def say(self, code: str, **params: Any) -> str:
        """A sentence of the catalogue; params ending in `_minor` are money, in `_ms` a UTC time, as in a Phrase."""
        shown = {name: self._shown(name, value) for name, value in params.items()}
        return self._plain(sentence(Phrase(code, shown), self.language))

    def phrase(self, view: Mapping[str, Any]) -> str:
        """A Phrase as it stands in a receipt."""
        return self.say(view["code"], **view["params"])

    def named(self, names: Mapping[str, str]) -> str:
        """A name in this language, or in the one that is nearest to it."""
        return self._plain(named(names, self.language))

    def amount(self, minor: int) -> str:
        """`1,234.50`, as it stands in a column."""
        text = amount_text(minor, self.currency)
        whole, point, rest = text.partition(".")
        return f"{int(whole):,}{point}{rest}" if whole != "-0" else text

    def money(self, minor: int) -> str:
        """`¥1,234.50`, as it stands alone."""
        sign = SIGNS.get(self.currency, f"{self.currency} ")
        return f"-{sign}{self.amount(-minor)}" if minor < 0 else sign + self.amount(minor)

    def when(self, utc_ms: int) -> str:
        """`2026-11-22 18:42` at the store."""
        there = datetime.fromtimestamp(utc_ms // 1000, UTC).astimezone(ZoneInfo(self.zone))
        return there.strftime("%Y-%m-%d %H:%M")

    def _shown(self, name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.named(value)
        if isinstance(value, int) and not isinstance(value, bool):
            if name.endswith("_minor"):
                return self.money(value)
            return self.when(value) if name.endswith("_ms") else f"{value:,}"
        return value

    def _plain(self, text: str) -> str:
        """Without what a printer would obey, and of a bounded length. Printers with Chinese letters draw curly quotes
        as wide as a Chinese letter, which tears other words apart."""
        kept = "".join(letter for letter in text if unicodedata.category(letter) != "Cc")[:CHARS_MAX]
        return kept if self.language.startswith("zh") else kept.translate(STRAIGHT)
