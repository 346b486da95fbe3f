"""The addresses of HQ's door that are about PINs and member codes, under /v1."""

from __future__ import annotations

from hq.peppers import load_peppers
from hq.pins import take_guesses
from hq.route import Asked, Route
from protocol.pins import PinPeppers, PinReport


def get_peppers(asked: Asked) -> PinPeppers:
    found = load_peppers(asked.hq.state)
    return PinPeppers(peppers={pepper.name: pepper.key.hex() for pepper in found.values()})


def post_guesses(asked: Asked) -> None:
    take_guesses(asked.hq, asked.sender, asked.body)


PIN_ROUTES = (
    Route(
        "GET",
        "/v1/pins/peppers",
        "The keys under which PINs are hashed; without them no terminal can look at a PIN.",
        get_peppers,
        PinPeppers,
    ),
    Route(
        "POST",
        "/v1/pins/guesses",
        "A terminal tells how often it was keyed a wrong PIN; the sum comes back in the feed.",
        post_guesses,
        None,
        PinReport,
    ),
)
