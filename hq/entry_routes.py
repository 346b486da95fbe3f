"""The address of HQ's door at which terminals ask for entries about members, under /v1."""

from __future__ import annotations

import os

from hq.entries import take_entry
from hq.route import Asked, Route
from protocol.entries import Entry, EntryAnswer


def post_entry(asked: Asked) -> EntryAnswer:
    return take_entry(asked.hq, asked.sender, asked.body, os.urandom)


ENTRY_ROUTES = (
    Route(
        "POST",
        "/v1/entries",
        "A card sold or returned, a phone number or a PIN changed at the terminal, while the member waits there.",
        post_entry,
        EntryAnswer,
        Entry,
    ),
)
