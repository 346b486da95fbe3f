"""Emulated cards: nouns that answer APDUs, written from the card's side and with nothing of the terminal's in them."""
