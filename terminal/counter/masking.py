"""Names on a screen that strangers can read."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """The first letter of each word and stars, at most 24: `王小明` is `王**`, `Ada Lovelace` is `A** L****`."""
    words = [word[0] + "*" * min(len(word) - 1, 4) for word in name.split() if word]
    return " ".join(words)[:24] or "*"
